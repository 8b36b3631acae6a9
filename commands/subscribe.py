"""`subscribe` and `unsubscribe`: what the channel in which they are typed hears of a domain, or of all."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection

from commands.alerts.rules import Severity
from commands.announcing import Announced, Fate
from commands.arguments import did_you_mean
from commands.channels import Channel, channel_meant, channel_of
from commands.context import Context
from commands.domain_names import look_up
from commands.language import usage
from commands.nearest import nearest
from commands.phrases import listing
from commands.question import Asker, Command, Kind, Parameter, Platform, Question, UsageError
from commands.quoting import quoted
from commands.reply import Reply, Tone
from commands.subscriptions import ALL, hears, shown_domain, subscription_data
from storage import subscriptions
from storage.subscriptions import ALL_DOMAINS, SubscriptionRecord

LEVELS = tuple(level.value for level in Severity)
MOST_NAMES = 5
A_DOMAIN_OR_ALL = Parameter("domain", Kind.DOMAIN, f"a policy domain; or `{ALL}`", required=True, choices=(ALL,))
DIGESTS_LATER = "Digests come with a later version; until then the wish is kept."
TOKENS = {Platform.SLACK: "SLACK_BOT_TOKEN and SLACK_APP_TOKEN are", Platform.DISCORD: "DISCORD_TOKEN is"}


@dataclass(frozen=True, slots=True)
class Done:
    """A subscription that was stored, and what there is to say about it."""

    record: SubscriptionRecord
    before: SubscriptionRecord | None
    unknown: tuple[str, ...]
    """What is said of a domain that nobody knows."""
    is_here: bool
    """It is for the channel in which it was typed."""
    is_connected: bool
    """Its platform is."""
    announced: Announced
    """Whether the channel was told of it."""


async def subscribe(question: Question, context: Context) -> Reply:
    """Store a subscription in place of the one that there is."""
    channel, domain = _channel(question, context.asker), _domain(question)
    wanted = SubscriptionRecord(
        platform=channel.platform,
        channel=channel.name,
        domain=domain,
        alerts="alerts" in question.values or "digest" not in question.values,
        digest="digest" in question.values or "alerts" not in question.values,
        level=_level(question),
        changed_at=context.clock(),
        changed_by=context.asker.name,
    )
    subject = await context.read(lambda c: look_up(c, domain)) if domain != ALL_DOMAINS else None
    before = await context.change(lambda connection: subscriptions.subscribe(connection, wanted))
    announced = await context.announce(channel, announcement(wanted))
    if announced.fate is Fate.REFUSED:
        await context.change(lambda connection: _put_back(connection, wanted, before))
        raise UsageError("channel-refused", _refused(channel, announced))
    if announced.channel_id:
        wanted = replace(wanted, channel_id=announced.channel_id)
        before = await context.change(lambda connection: _known_by_its_id(connection, wanted)) or before
    done = Done(
        record=wanted,
        before=before,
        unknown=tuple(subject.unknown_sentences()) if subject else (),
        is_here=channel == channel_of(context.asker),
        is_connected=channel.platform in context.platforms,
        announced=announced,
    )
    return present_subscribed(done)


SUBSCRIBE = Command(
    name="subscribe",
    summary="Let this channel hear of a domain, or of all: alerts, the digest, or both",
    answer=subscribe,
    parameters=(
        A_DOMAIN_OR_ALL,
        Parameter("alerts", Kind.CHOICE, "alerts; both unless one is said", choices=("alerts",)),
        Parameter("digest", Kind.CHOICE, "the digest; both unless one is said", choices=("digest",)),
        Parameter(
            "options",
            Kind.ASSIGNMENTS,
            "level: info, warning (unless said) or critical; channel: another one, such as slack:#mail-ops",
            choices=("level", "channel"),
            values={"level": LEVELS},
        ),
    ),
    changes=lambda _: True,
    examples=("subscribe example.com", "subscribe all alerts level=critical", "subscribe example.com level=info"),
)


async def unsubscribe(question: Question, context: Context) -> Reply:
    """Take a subscription back."""
    channel, domain = _channel(question, context.asker), _domain(question)

    def take_back(connection: Connection) -> tuple[bool, list[SubscriptionRecord]]:
        removed = subscriptions.unsubscribe(connection, channel.platform, channel.name, domain)
        return removed, subscriptions.subscriptions_of(connection, channel.platform, channel.name)

    removed, left = await context.change(take_back)
    here = channel == channel_of(context.asker)
    if not removed:
        raise UsageError("not-subscribed", _not_subscribed(channel, domain, left, here=here))
    return present_unsubscribed(channel, domain, left, here=here)


UNSUBSCRIBE = Command(
    name="unsubscribe",
    summary="Let this channel hear no more of a domain, or of all",
    answer=unsubscribe,
    parameters=(
        A_DOMAIN_OR_ALL,
        Parameter("options", Kind.ASSIGNMENTS, "channel: another one, such as slack:#mail-ops", choices=("channel",)),
    ),
    changes=lambda _: True,
    examples=("unsubscribe example.com", "unsubscribe all"),
)


def read_level(typed: str) -> str:
    """Read a severity in any case. Raises UsageError `bad-level`."""
    level = typed.casefold()
    if level not in LEVELS:
        hint = did_you_mean(nearest(level, LEVELS)) or f" A level is one of {', '.join(LEVELS)}."
        raise UsageError("bad-level", f"{quoted(typed)} is no level.{hint}")
    return level


def _level(question: Question) -> str:
    """Read the level of the alerts. Raises UsageError for one that would mean nothing."""
    typed = _settings(question).get("level")
    if typed is not None and "digest" in question.values and "alerts" not in question.values:
        message = "`level=` says which alerts are heard, and `digest` alone brings none: leave one of the two out, or "
        raise UsageError("bad-setting", f"{message}add `alerts`.", usage(SUBSCRIBE))
    return read_level(typed) if typed is not None else Severity.WARNING.value


def announcement(record: SubscriptionRecord) -> Reply:
    """Tell a channel what it hears from now on; that it arrives shows that the bot may post there. Pure."""
    return Reply(
        title=f"This channel hears of {shown_domain(record.domain)} from now on: {hears(record)}.",
        tone=Tone.INFO,
        sentences=(DIGESTS_LATER,) if record.digest else (),
        notes=(f"Subscribed by {record.changed_by}.",),
        next_step="help",
    )


def present_subscribed(done: Done) -> Reply:
    """Say what the channel hears from now on. Pure."""
    record, fate = done.record, done.announced.fate
    who = _who(Channel(record.platform, record.channel), here=done.is_here)
    is_well = done.is_connected and not done.unknown and fate is Fate.SAID
    return Reply(
        title=f"{who} hears of {shown_domain(record.domain)}: {hears(record)}.",
        tone=Tone.OK if is_well else Tone.WARNING,
        sentences=tuple(_to_know(done)),
        next_step="help" if done.is_here else "subscriptions",
        private=done.is_here and fate is Fate.SAID,
        data={
            "subscription": subscription_data(record),
            "changed": done.before is not None,
            "announced": {Fate.SAID: True, Fate.REFUSED_YET: False}.get(fate),
        },
    )


def _to_know(done: Done) -> list[str]:
    record = done.record
    said = [f"Before: {hears(done.before)}."] if done.before else []
    said += [*done.unknown, "It is subscribed all the same."] if done.unknown else []
    said += _of_the_channel(done)
    if record.alerts:
        said.append("Alerts that a subscription routes do not go to TLSRPT_ALERT_CHANNELS.")
    if record.digest:
        said.append(DIGESTS_LATER)
    return said


def _of_the_channel(done: Done) -> list[str]:
    """Say whether messages get there."""
    channel, announced = Channel(done.record.platform, done.record.channel), done.announced
    if not done.is_connected:
        platform = Platform(channel.platform)
        return [f"{platform.title()} is not connected: nothing gets there until {TOKENS[platform]} set."]
    if announced.fate is Fate.SAID:
        return [] if done.is_here else [f"{channel} was told so."]
    if announced.fate is Fate.REFUSED_YET:
        return [
            f"The bot may not post there yet: {announced.why}. {announced.what_to_do}",
            "Until it may, alerts for it go to TLSRPT_ALERT_CHANNELS, about a minute late.",
        ]
    return [
        f"{announced.why}: whether the bot may post there shows with the first message.",
        *(
            ["In a private channel the bot has to be a member: `/invite` it there."]
            if channel.platform == Platform.SLACK
            else []
        ),
    ]


def _refused(channel: Channel, announced: Announced) -> str:
    advice = f"{announced.what_to_do} " if announced.what_to_do else ""
    return f"{channel} takes no messages: {announced.why}. {advice}Nothing was changed."


def _known_by_its_id(connection: Connection, wanted: SubscriptionRecord) -> SubscriptionRecord | None:
    """Store the id as well; return what the channel was subscribed to under its id."""
    before = subscriptions.find_subscription(connection, wanted.platform, wanted.channel_id, wanted.domain)
    subscriptions.subscribe(connection, wanted)
    return before if before and before.channel != wanted.channel else None


def _put_back(connection: Connection, wanted: SubscriptionRecord, before: SubscriptionRecord | None) -> None:
    if before is None:
        subscriptions.unsubscribe(connection, wanted.platform, wanted.channel, wanted.domain)
    else:
        subscriptions.subscribe(connection, before)


def present_unsubscribed(channel: Channel, domain: str, left: list[SubscriptionRecord], *, here: bool) -> Reply:
    """Say what the channel does not hear any more, and what it still does. Pure."""
    still = _names(left)
    return Reply(
        title=f"{_who(channel, here=here)} hears no more of {shown_domain(domain)}.",
        tone=Tone.OK,
        sentences=(
            f"It still hears of {still}." if still else "It is subscribed to nothing.",
            "What it has heard of already is followed to its end.",
        ),
        next_step="subscriptions",
        private=False,
        data={"channel": str(channel), "domain": domain or ALL, "left": [subscription_data(one) for one in left]},
    )


def _not_subscribed(channel: Channel, domain: str, left: list[SubscriptionRecord], *, here: bool) -> str:
    still = _names(left)
    rest = f"It hears of {still}." if still else "It is subscribed to nothing."
    return f"{_who(channel, here=here)} is not subscribed to {shown_domain(domain)}. {rest}"


def _names(found: list[SubscriptionRecord]) -> str:
    return listing([shown_domain(one.domain) for one in found], MOST_NAMES)


def _who(channel: Channel, *, here: bool) -> str:
    return "This channel" if here else str(channel)


def _channel(question: Question, asker: Asker) -> Channel:
    return channel_meant(_settings(question).get("channel"), asker)


def _settings(question: Question) -> Mapping[str, Any]:
    found: Mapping[str, Any] = question.values.get("options", {})
    return found


def _domain(question: Question) -> str:
    name: str = question.values["domain"]
    return ALL_DOMAINS if name == ALL else name
