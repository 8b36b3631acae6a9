"""`subscriptions`: which channel hears of what, and the words in which that is said."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection

from commands.channels import Channel
from commands.context import Context
from commands.data import rfc3339
from commands.paging import A_PAGE, Page, page_actions, wanted_page
from commands.phrases import plural
from commands.question import Command, Question, UsageError
from commands.reply import Reply, Table
from storage import subscriptions
from storage.domain_name import display_domain
from storage.subscriptions import ALL_DOMAINS, SubscriptionRecord

ALL = "all"


async def answer(question: Question, context: Context) -> Reply:
    """Load and present."""
    if not context.asker.is_admin:
        raise UsageError(
            "not-allowed", "`subscriptions` lists every channel, for admins. `help` says what this channel hears."
        )
    wanted = wanted_page(question, context.asker)

    def load(connection: Connection) -> tuple[Page, list[SubscriptionRecord]]:
        page = wanted.of(subscriptions.count_subscriptions(connection))
        return page, subscriptions.every_subscription(connection, page.rows, page.start)

    page, found = await context.read(load)
    return replace(present(found, page), actions=page_actions(question, page))


SUBSCRIPTIONS = Command(
    name="subscriptions",
    summary="Which channels hear of which domains",
    answer=answer,
    parameters=(A_PAGE,),
    examples=("subscriptions",),
)


def present(found: list[SubscriptionRecord], page: Page) -> Reply:
    """Say one page. Pure."""
    heads = ("Channel", "Domain", "Hears", "Since", "By")
    rows = tuple(
        (str(channel_of(one)), shown_domain(one.domain), hears(one), str(one.changed_at.date()), one.changed_by)
        for one in found
    )
    nobody = "Alerts go to TLSRPT_ALERT_CHANNELS, and to the terminal."
    rest = "Alerts that none of them routes go to TLSRPT_ALERT_CHANNELS."
    return Reply(
        title=f"{plural(page.total, 'subscription')}{page.in_words}.",
        sentences=(rest if rows else nobody,),
        tables=(Table(heads, rows),) if rows else (),
        next_step="help subscribe",
        data={**page.as_data(len(rows)), "subscriptions": [subscription_data(one) for one in found]},
    )


def channel_of(one: SubscriptionRecord) -> Channel:
    return Channel(one.platform, one.channel)


def shown_domain(domain: str) -> str:
    return "all domains" if domain == ALL_DOMAINS else display_domain(domain)


def hears(one: SubscriptionRecord) -> str:
    """`alerts from warning on, and the digest`."""
    alerts = "all alerts" if one.level == "info" else f"alerts from {one.level} on"
    if one.level == "critical":
        alerts = "critical alerts"
    return ", and ".join(words for words, wanted in ((alerts, one.alerts), ("the digest", one.digest)) if wanted)


def in_words(found: Iterable[SubscriptionRecord]) -> list[str]:
    """`example.com: alerts from warning on`, one for each."""
    return [f"{shown_domain(one.domain)}: {hears(one)}" for one in found]


def subscription_data(one: SubscriptionRecord) -> dict[str, Any]:
    return {
        "channel": str(channel_of(one)),
        "domain": one.domain or ALL,
        "alerts": one.alerts,
        "digest": one.digest,
        "level": one.level,
        "changed_at": rfc3339(one.changed_at),
        "changed_by": one.changed_by,
    }
