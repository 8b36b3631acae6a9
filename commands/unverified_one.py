"""`unverified show ID` and `unverified admit ID`: why one report is not verified, and letting it count."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from commands import report
from commands.context import Context
from commands.data import rfc3339
from commands.mail_head import header_fields
from commands.paging import Page, page_actions, wanted_page
from commands.phrases import age, count, listing, plural
from commands.question import Platform, Question, UsageError
from commands.reply import Action, Field, Reply, Tone
from commands.report_data import report_data
from commands.report_original import attached, why_not_attached
from commands.report_proof import trust_in_words
from commands.report_tables import number_of_rows, policy_texts, tables
from commands.reports import STANDINGS
from commands.unverified_reasons import reason_of
from storage import admission
from storage.arrival import Trust
from storage.domain_name import display_domain
from storage.reports import FullReport
from storage.standing import Standing
from storage.unverified import Envelope, envelope_of

MOST_NAMES = 3


@dataclass(frozen=True, slots=True)
class Facts:
    """One report, and how it came."""

    found: FullReport
    envelope: Envelope | None


async def show(number: int, question: Question, context: Context) -> Reply:
    """Say why a report is not verified, from whom it is said to be, what it says; with the original."""
    facts = await context.read(lambda connection: load(connection, number))
    wanted = wanted_page(question, context.asker, terminal=report.TERMINAL_DETAILS)
    page = wanted.of(number_of_rows(facts.found))
    reply = present(facts, page, context.asker.platform, context.clock())
    return replace(reply, actions=(*reply.actions, *page_actions(question, page)))


async def admit(number: int, context: Context) -> Reply:
    """Let a report count from now on."""

    def act(connection: Connection) -> FullReport:
        load(connection, number)
        admission.admit(connection, number, context.clock())
        return _existing(connection, number)

    return present_admitted(await context.change(act))


def load(connection: Connection, number: int) -> Facts:
    """Return the facts, in one state of the database; a report that needs no proof is the asker's mistake."""
    found = _existing(connection, number)
    if found.trust != Trust.UNVERIFIED:
        message = f"Report {number} is {trust_in_words(found)}. There is nothing to admit."
        raise UsageError("not-unverified", message)
    return Facts(found, envelope_of(connection, number))


def _existing(connection: Connection, number: int) -> FullReport:
    found = report.load(connection, number)
    if found is None:
        raise UsageError("unknown-report", f"There is no report {number}. `unverified` lists those not verified.")
    return found


def present(facts: Facts, page: Page, platform: Platform, now: datetime) -> Reply:
    """Say it; the tables page by page. Pure."""
    found = facts.found
    files = attached(found, platform)
    return Reply(
        title=f"Report {found.id} is not verified: {reason_of(found.dkim, found.source).short}{page.in_words}",
        tone=Tone.WARNING,
        sentences=(*_sentences(facts, now), *(() if files else (why_not_attached(found),)), *_marks(found)),
        fields=tuple(_fields(facts, now)),
        tables=tuple(tables(found, page)),
        code=policy_texts(found, page),
        next_step=f"unverified admit {found.id}",
        actions=(Action("Admit", f"unverified admit {found.id}"),),
        attachments=files if page.number == 1 else (),
        data={"report": [report_data(found) | _data(facts)]},
    )


def present_admitted(found: FullReport) -> Reply:
    """Say what becomes of an admitted report. Pure."""
    counts = found.standing == Standing.COUNTED
    names = _names(found)
    title = f"Report {found.id} is admitted and counts from now on."
    if not counts:
        title = f"Report {found.id} is admitted, and is not counted: {STANDINGS[found.standing]}."
    about = f"It says {_figures(found)} about {listing(names, MOST_NAMES) or 'no domain'} on {found.day}."
    looked_at = ("The alert rules look at that day again, unless it is long past.",) if counts else ()
    return Reply(
        title=title,
        tone=Tone.OK if counts else Tone.INFO,
        sentences=(about, *looked_at, "An admin's word lets it count; it does not make two reporters agree."),
        next_step=f"status {found.policies[0].domain} {found.day}" if found.policies else "status",
        private=False,
        data={"report": [report_data(found)]},
    )


def _sentences(facts: Facts, now: datetime) -> list[str]:
    found = facts.found
    reason = reason_of(found.dkim, found.source)
    kept = "It is kept and not counted." if found.standing == Standing.HELD else "It counts, and is marked."
    said = [f"{reason.sentence} {kept}"]
    due = facts.envelope.next_try if facts.envelope else None
    if due is not None:
        waits = "shortly" if due <= now else f"at {rfc3339(due)}"
        said.append(
            f"The bot looks the key up again {waits}; if the signature holds then, the report counts by itself."
        )
    return [*said, reason.advice, "`unverified admit` lets it count: only do so if you know where it comes from."]


def _marks(found: FullReport) -> list[str]:
    numbered = [f"{number}. {mark}" for number, mark in enumerate(found.marks, 1)]
    return ["What is known of it:", *numbered] if numbered else []


def _fields(facts: Facts, now: datetime) -> list[Field]:
    found, envelope = facts.found, facts.envelope
    fields = [
        Field("Says it is from", found.organisation or "(not named)"),
        Field("Contact", found.contact_info or "–"),
    ]
    if envelope:
        fields += [Field(name, value) for name, value in header_fields(envelope.media_type, envelope.beginning)]
        fields.append(Field("Envelope sender", envelope.envelope_from or "(empty)"))
        fields.append(Field("To", listing(envelope.recipients, MOST_NAMES) or "–"))
    fields.append(Field("Came", f"{rfc3339(found.arrived_at)} by {found.source}, {age(found.arrived_at, now)} ago"))
    return [*fields, Field("About", listing(_names(found), MOST_NAMES) or "no domain"), Field("Says", _figures(found))]


def _names(found: FullReport) -> Sequence[str]:
    return list(dict.fromkeys(display_domain(entry.domain) for entry in found.policies))


def _figures(found: FullReport) -> str:
    chosen = [entry for entry in found.policies if entry.chosen]
    successful, failed = sum(entry.successful for entry in chosen), sum(entry.failed for entry in chosen)
    return f"{plural(successful, 'secure session')}, {count(failed)} failed"


def _data(facts: Facts) -> dict[str, Any]:
    found, envelope = facts.found, facts.envelope
    return {
        "reason": reason_of(found.dkim, found.source).word,
        "envelope_from": envelope.envelope_from if envelope else None,
        "recipients": list(envelope.recipients) if envelope else [],
        "next_try": rfc3339(envelope.next_try) if envelope else None,
    }
