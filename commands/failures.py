"""`failures DOMAIN`: each fault with its meaning, where it shows, what it does to mail, and how to fix it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from commands.arguments import did_you_mean
from commands.context import Context
from commands.data import window_data
from commands.domain_names import A_DOMAIN, A_PERIOD, Subject, asked_about
from commands.effect import effect_on_mail
from commands.faults import faults
from commands.language import usage
from commands.nearest import nearest
from commands.period import Period, Window
from commands.phrases import count, days, iso_days, listing, plural
from commands.question import Command, Kind, Parameter, Question, UsageError
from commands.quoting import quoted
from commands.reply import Field, Reply, Table, Tone
from commands.result_types import LIKENESS_OF_A_SLIP, RESULT_TYPES, fix_in_short, in_short, is_known, nearest_type
from storage import totals
from storage.failures import NEWEST_DETAILS, Evidence, evidence
from storage.totals import FailurePart, Sessions

MOST_FAULTS = 12
MOST_ADDRESSES = 5
MOST_REASONS = 3


@dataclass(frozen=True, slots=True)
class Place:
    """One result type at one MX host, with its evidence."""

    result_type: str
    mx_host: str
    sessions: int
    reporters: tuple[str, ...]
    first_day: date
    last_day: date
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Facts:
    """All that the answer says."""

    subject: Subject
    window: Window
    sessions: Sessions
    places: tuple[Place, ...]
    """The one with the most failed sessions first."""
    cut: bool
    """Addresses and reasons come from the newest details only."""


async def answer(question: Question, context: Context) -> Reply:
    """Load and present."""
    name, period, type_ = (question.values.get(key) for key in ("domain", "period", "type"))
    found = await context.read(lambda c: load(c, str(name), period, context.today))
    if type_ is not None and not await _is_a_type(type_, found, context):
        raise _unknown_type(type_, found)
    return present(found, type_, context.clock())


FAILURES = Command(
    name="failures",
    summary="Each fault: meaning, MX, reporters, addresses, effect on mail, how to fix it",
    answer=answer,
    parameters=(
        A_DOMAIN,
        A_PERIOD,
        Parameter("type", Kind.RESULT_TYPE, "one failure type; all unless said"),
    ),
    examples=("failures example.com", "failures example.com 7d certificate-expired"),
)


def load(connection: Connection, name: str, period: Period | None, today: date) -> Facts:
    """Return the facts, in one state of the database."""
    subject, span = asked_about(connection, name, period, today)
    stretch = (connection, subject.record.id, span.first, span.last)
    details, cut = evidence(*stretch)
    return Facts(subject, span, totals.sessions(*stretch), tuple(_places(totals.by_failure(*stretch), details)), cut)


def _places(parts: Sequence[FailurePart], details: Mapping[tuple[str, str], Evidence]) -> list[Place]:
    by_place: dict[tuple[str, str], list[FailurePart]] = defaultdict(list)
    for part in parts:
        by_place[part.result_type, part.mx_host].append(part)
    found = []
    for key, same in by_place.items():
        (fault,) = faults(same)
        seen = details.get(key, Evidence())
        found.append(Place(*key, fault.sessions, fault.reporters, fault.first_day, fault.last_day, seen))
    return sorted(found, key=lambda place: (-place.sessions, place.result_type, place.mx_host))


async def _is_a_type(type_: str, facts: Facts, context: Context) -> bool:
    """Whether RFC 8460 lists the type, or a report about the domain named it, in these days or ever."""
    if is_known(type_) or any(place.result_type == type_ for place in facts.places):
        return True
    return await context.read(lambda c: totals.has_failed_with(c, facts.subject.record.id, type_))


def _unknown_type(type_: str, facts: Facts) -> UsageError:
    """Refuse a type that does not exist: an all-clear would hide the one that was meant."""
    choices = {*RESULT_TYPES, *(place.result_type for place in facts.places)}
    meant = nearest(type_, choices, likeness=LIKENESS_OF_A_SLIP)
    hinted_at = nearest_type(type_)
    suggestion = meant or (hinted_at.name if hinted_at else None)
    hint = did_you_mean(suggestion) or " `explain` lists the failure types."
    return UsageError("bad-type", f"{quoted(type_)} is no failure type.{hint}", usage(FAILURES))


def present(facts: Facts, type_: str | None, now: datetime) -> Reply:
    """Say it. Pure."""
    places = [place for place in facts.places if type_ is None or place.result_type == type_]
    when = days(facts.window.first, facts.window.last, now.date())
    data: dict[str, Any] = {"domain": facts.subject.record.name, "failures": [_data(place) for place in places]}
    data |= window_data(facts.window)
    if not places:
        what = f"{type_} " if type_ else ""
        return Reply(
            title=f"{facts.subject.shown}: no {what}failure, {when}.",
            tone=Tone.OK if facts.sessions.total else Tone.NO_DATA,
            sentences=tuple(facts.subject.unknown_sentences()),
            next_step=f"status {facts.subject.record.name}",
            data=data,
        )
    types = list(dict.fromkeys(place.result_type for place in places))
    return Reply(
        title=f"{facts.subject.shown}: {_headline(facts, type_)}, {when}.",
        tone=Tone.WARNING,
        fields=tuple(_explained(result_type) for result_type in types[:MOST_FAULTS]),
        tables=(_table(places), _evidence_table(places)),
        notes=tuple(_notes(facts)),
        next_step=f"explain {types[0] or 'validation-failure'}",
        data=data,
    )


def _headline(facts: Facts, type_: str | None) -> str:
    if type_ is None:
        return f"{count(facts.sessions.failed)} of {plural(facts.sessions.total, 'session')} failed"
    failed = sum(place.sessions for place in facts.places if place.result_type == type_)
    return f"{plural(failed, 'session')} failed with {type_}"


def _explained(result_type: str) -> Field:
    return Field(result_type or "(not named)", f"{in_short(result_type)}. Fix: {fix_in_short(result_type)}")


def _table(places: Sequence[Place]) -> Table:
    rows = tuple(
        (
            place.result_type or "(not named)",
            place.mx_host or "–",
            count(place.sessions),
            listing(place.reporters, 2) or "–",
            effect_on_mail(place.evidence.policies),
            iso_days(place.first_day, place.last_day),
        )
        for place in places[:MOST_FAULTS]
    )
    heads = ("Failure", "MX", "Sessions", "Reporters", "Effect on mail", "Seen")
    more = max(0, len(places) - MOST_FAULTS)
    return Table(heads, rows, title="Faults", numeric=frozenset({2}), more=more)


def _evidence_table(places: Sequence[Place]) -> Table:
    rows = tuple(
        (
            place.result_type or "(not named)",
            place.mx_host or "–",
            listing(_top(place.evidence.sending_ips, MOST_ADDRESSES), MOST_ADDRESSES) or "–",
            listing(_top(place.evidence.receiving_ips, MOST_ADDRESSES), MOST_ADDRESSES) or "–",
            listing(_top(place.evidence.reasons, MOST_REASONS), MOST_REASONS) or "–",
        )
        for place in places[:MOST_FAULTS]
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
        "effect": effect_on_mail(place.evidence.policies),
        "first_seen": place.first_day.isoformat(),
        "last_seen": place.last_day.isoformat(),
        "fix": fix_in_short(place.result_type),
    }
