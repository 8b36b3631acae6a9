"""`failures DOMAIN`: each fault with its meaning, where it shows, what it does to mail, and how to fix it."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from commands.arguments import did_you_mean
from commands.context import Context
from commands.data import window_data
from commands.domain_names import A_DOMAIN, A_PERIOD
from commands.failure_places import Facts, Place, load
from commands.language import usage
from commands.no_data import Reception, no_data_yet, none_in_these_days
from commands.paging import A_PAGE, Page, Wanted, page_actions, wanted_page
from commands.phrases import count, days, iso_days, listing, plural
from commands.question import Command, Kind, Parameter, Question, UsageError
from commands.quoting import quoted
from commands.reply import Field, Reply, Table, Tone
from commands.result_types import fix_in_short, in_short, meant_type
from commands.waiting import reception_of
from storage.failures import NEWEST_DETAILS

CHAT_FAULTS = 6
"""Faults of a page in a chat: each is explained, and stands in two tables."""
TERMINAL_FAULTS = 12
MOST_ADDRESSES = 5
MOST_REASONS = 3


async def answer(question: Question, context: Context) -> Reply:
    """Load and present."""
    name, period, type_ = (question.values.get(key) for key in ("domain", "period", "type"))
    now = context.clock()
    found = await context.read(lambda c: load(c, str(name), period, type_, now))
    if type_ is not None and not found.is_a_type(type_):
        whole = await context.read(lambda c: load(c, str(name), period, None, now))
        raise _unknown_type(type_, {place.result_type for place in whole.places})
    if not found.places:
        return present_none(found, type_, reception_of(context), now)
    wanted = wanted_page(question, context.asker, chat=CHAT_FAULTS, terminal=TERMINAL_FAULTS)
    return present(found, question, wanted.of(len(found.places)), now)


FAILURES = Command(
    name="failures",
    summary="Each fault: meaning, MX, reporters, addresses, effect on mail, how to fix it",
    answer=answer,
    parameters=(
        A_DOMAIN,
        A_PERIOD,
        Parameter("type", Kind.RESULT_TYPE, "one failure type; all unless said"),
        A_PAGE,
    ),
    examples=("failures example.com", "failures example.com 7d certificate-expired"),
)


def _unknown_type(type_: str, told: Collection[str]) -> UsageError:
    """Refuse a type that does not exist: an all-clear would hide the one that was meant."""
    hint = did_you_mean(meant_type(type_, told)) or " `explain` lists the failure types."
    return UsageError("bad-type", f"{quoted(type_)} is no failure type.{hint}", usage(FAILURES))


def present(facts: Facts, question: Question, page: Page, now: datetime) -> Reply:
    """Say one page of what failed. Pure."""
    shown = page.cut(facts.places)
    types = list(dict.fromkeys(place.result_type for place in shown))
    when = days(facts.window.first, facts.window.last, now.date())
    return Reply(
        title=f"{facts.subject.shown}: {_headline(facts, question.values.get('type'))}, {when}{page.in_words}.",
        fields=tuple(_explained(result_type) for result_type in types),
        tables=(_table(shown, facts.types_left_out if page.number == page.pages else 0), _evidence_table(shown)),
        notes=tuple(_notes(facts)),
        next_step=f"explain {types[0] or 'validation-failure'}",
        actions=page_actions(question, page),
        data=_facts_data(facts, page),
    )


def present_none(facts: Facts, type_: str | None, reception: Reception, now: datetime) -> Reply:
    """Say that nothing failed, or that there is nothing that could have. Pure."""
    when = days(facts.window.first, facts.window.last, now.date())
    what = f"{type_} " if type_ else ""
    return Reply(
        title=f"{facts.subject.shown}: no {what}failure, {when}.",
        tone=Tone.OK if facts.sessions.total else Tone.NO_DATA,
        sentences=() if facts.sessions.total else tuple(_missing(facts, reception, now)),
        next_step=f"status {facts.subject.record.name}",
        data=_facts_data(facts, Wanted(None, TERMINAL_FAULTS).of(0)),
    )


def _missing(facts: Facts, reception: Reception, now: datetime) -> list[str]:
    if facts.subject.newest_day is None:
        return no_data_yet(facts.subject, facts.waiting, reception)
    return none_in_these_days(facts.subject, facts.window, FAILURES.name, now.date())


def _headline(facts: Facts, type_: str | None) -> str:
    if type_ is None:
        return f"{count(facts.sessions.failed)} of {plural(facts.sessions.total, 'session')} failed"
    failed = sum(place.sessions for place in facts.places)
    return f"{plural(failed, 'session')} failed with {type_}"


def _explained(result_type: str) -> Field:
    return Field(result_type or "(not named)", f"{in_short(result_type)}. Fix: {fix_in_short(result_type)}")


def _table(places: Sequence[Place], types_left_out: int) -> Table:
    rows = tuple(
        (
            place.result_type or "(not named)",
            place.mx_host or "–",
            count(place.sessions),
            listing(place.reporters, 2) or "–",
            place.effect,
            iso_days(place.first_day, place.last_day),
        )
        for place in places
    )
    heads = ("Failure", "MX", "Sessions", "Reporters", "Effect on mail", "Seen")
    return Table(heads, rows, title="Faults", numeric=frozenset({2}), more=types_left_out)


def _evidence_table(places: Sequence[Place]) -> Table:
    rows = tuple(
        (
            place.result_type or "(not named)",
            place.mx_host or "–",
            listing(_top(place.evidence.sending_ips, MOST_ADDRESSES), MOST_ADDRESSES) or "–",
            listing(_top(place.evidence.receiving_ips, MOST_ADDRESSES), MOST_ADDRESSES) or "–",
            listing(_top(place.evidence.reasons, MOST_REASONS), MOST_REASONS) or "–",
        )
        for place in places
    )
    return Table(("Failure", "MX", "From", "To", "Reason given"), rows, title="Evidence")


def _top(counter: Mapping[str, int], most: int) -> list[str]:
    return sorted(counter, key=lambda text: (-counter[text], text))[:most]


def _notes(facts: Facts) -> list[str]:
    notes = []
    itemised = sum(place.sessions for place in facts.places)
    if itemised > facts.sessions.failed:
        notes.append("The rows add up to more than the failed sessions: one session can fail in several ways.")
    if facts.cut:
        notes.append(
            f"Addresses and reasons are from the newest {count(NEWEST_DETAILS)} details; the figures are whole."
        )
    return notes


def _facts_data(facts: Facts, page: Page) -> dict[str, Any]:
    given = page.for_machines(facts.places)
    return {
        "domain": facts.subject.record.name,
        **window_data(facts.window),
        **page.as_data(len(given)),
        "failures": [_data(place) for place in given],
        "failure_types_left_out": facts.types_left_out,
    }


def _data(place: Place) -> dict[str, Any]:
    return {
        "result_type": place.result_type,
        "meaning": in_short(place.result_type),
        "sessions": place.sessions,
        "mx_host": place.mx_host or None,
        "mx_hosts": [place.mx_host] if place.mx_host else [],
        "reporters": list(place.reporters),
        "sending_ips": _top(place.evidence.sending_ips, MOST_ADDRESSES),
        "receiving_ips": _top(place.evidence.receiving_ips, MOST_ADDRESSES),
        "reasons": _top(place.evidence.reasons, MOST_REASONS),
        "policies": [{"type": type_, "mode": mode or None} for type_, mode in sorted(place.evidence.policies)],
        "effect": place.effect,
        "first_seen": place.first_day.isoformat(),
        "last_seen": place.last_day.isoformat(),
        "fix": fix_in_short(place.result_type),
    }
