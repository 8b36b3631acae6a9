"""`quarantine show`, `retry` and `delete`: one mail that could not be read; `retry all` takes them all."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from commands.context import Context
from commands.data import rfc3339
from commands.mail_head import BEGINNING, header_fields
from commands.phrases import age, count, listing, plural
from commands.quarantine_reasons import advice, in_words
from commands.question import Platform, UsageError
from commands.quoting import printable
from commands.reply import Action, Attachment, Field, Reply, Table, Tone
from commands.report_original import file_name, fits, too_large
from commands.rereading import Fate, Reread
from storage.quarantine_list import QuarantinedLine, QuarantinedMail, find_quarantined, ids_of, remove_quarantined
from storage.quarantine_room import UNREADABLE

MOST_NAMES = 3
FIRST_LINES = 20
LONGEST_LINE = 100
"""Characters of a line of a stranger that are shown."""
MOST_REASONS = 10


async def show(number: int, context: Context) -> Reply:
    """Say why a mail could not be read, where it came from and how it begins; with the original."""
    mail = await context.read(lambda connection: _existing(connection, number))
    return present(mail, context.asker.platform, context.clock())


async def retry(number: int, context: Context) -> Reply:
    """Read one mail once more."""
    await context.read(lambda connection: _existing(connection, number))
    (reread,) = await context.read_again([number])
    return present_one_reread(reread)


async def retry_all(context: Context) -> Reply:
    """Read once more all that is unreadable."""
    ids = await context.read(lambda connection: ids_of(connection, UNREADABLE))
    return present_reread(await context.read_again(ids))


async def delete(number: int, context: Context) -> Reply:
    """Remove a mail for good."""
    if not await context.change(lambda connection: remove_quarantined(connection, number)):
        raise _unknown(number)
    return Reply(
        title=f"Mail {number} is deleted, with its original.",
        tone=Tone.OK,
        next_step="quarantine",
        private=False,
        data={"deleted": number},
    )


def present(mail: QuarantinedMail, platform: Platform, now: datetime) -> Reply:
    """Say it. Pure."""
    line, original = mail.line, mail.original
    has_file = fits(line.size, platform)
    name = file_name(f"quarantined-{line.id}", original.media_type)
    where_it_is = () if has_file else (too_large(line.size, f"quarantine show {line.id}"),)
    return Reply(
        title=f"Mail {line.id} could not be read: {in_words(line.reason)}",
        tone=Tone.WARNING,
        sentences=tuple(filter(None, (line.detail, advice(line.reason, line.id), *where_it_is))),
        fields=tuple(_fields(mail, now)),
        code=_first_lines(original.body),
        next_step=f"quarantine retry {line.id}",
        actions=(
            Action("Read it again", f"quarantine retry {line.id}"),
            Action("Delete", f"quarantine delete {line.id}"),
        ),
        attachments=(Attachment(name, original.media_type, original.body),) if has_file else (),
        data={"mail": [_data(mail)]},
    )


def line_data(line: QuarantinedLine) -> dict[str, Any]:
    """Return a mail for machines."""
    return {
        "id": line.id,
        "arrived_at": rfc3339(line.arrived_at),
        "kind": line.kind,
        "reason": line.reason,
        "detail": line.detail,
        "sender": line.sender,
        "size": line.size,
    }


def present_one_reread(reread: Reread) -> Reply:
    """Say what became of one mail. Pure."""
    number = reread.quarantined_id
    if reread.fate is Fate.READ:
        return Reply(
            title=f"Mail {number} is read now: {_reports(reread.reports, reread.new)}.",
            tone=Tone.OK,
            sentences=("From now on it is a report like any other.",) if reread.new else (),
            next_step="status",
            private=False,
            data=_reread_data([reread]),
        )
    why = in_words(reread.reason) if reread.fate is Fate.STAYS else "not tried"
    return Reply(
        title=f"Mail {number} still cannot be read: {why}.",
        tone=Tone.WARNING,
        sentences=(reread.detail,),
        next_step=f"quarantine show {number}",
        private=False,
        data=_reread_data([reread]),
    )


def present_reread(reread: Sequence[Reread]) -> Reply:
    """Say what became of many. Pure."""
    read = [one for one in reread if one.fate is Fate.READ]
    stay = [one for one in reread if one.fate in (Fate.STAYS, Fate.LATER)]
    if not reread:
        return Reply("There is nothing that could not be read.", tone=Tone.OK, data=_reread_data(reread))
    reports, new = sum(one.reports for one in read), sum(one.new for one in read)
    reasons = Counter(in_words(one.reason) if one.reason else "could not be tried now" for one in stay)
    rows = tuple((reason, count(number)) for reason, number in reasons.most_common(MOST_REASONS))
    still = Table(("Why", "Mails"), rows, title="Still not readable", numeric=frozenset({1}))
    return Reply(
        title=_title(len(read), len(stay), len(reread)),
        tone=Tone.WARNING if stay else Tone.OK,
        sentences=(f"In {'it' if len(read) == 1 else 'them'} there {_reports_are(reports, new)}.",) if read else (),
        tables=(still,) if stay else (),
        next_step="quarantine" if stay else "status",
        private=False,
        data=_reread_data(reread),
    )


def _title(read: int, stay: int, tried: int) -> str:
    if not read:
        return (
            f"None of {count(tried)} mails can be read yet."
            if tried > 1
            else "The one that is there cannot be read yet."
        )
    return f"{plural(read, 'mail')} of {count(tried)} read now, {plural(stay, 'stays', 'stay')}."


def _existing(connection: Connection, number: int) -> QuarantinedMail:
    mail = find_quarantined(connection, number)
    if mail is None:
        raise _unknown(number)
    return mail


def _unknown(number: int) -> UsageError:
    return UsageError("unknown-mail", f"There is no mail {number} in quarantine. `quarantine` lists those that are.")


def _fields(mail: QuarantinedMail, now: datetime) -> list[Field]:
    line, original = mail.line, mail.original
    return [
        *(Field(name, value) for name, value in header_fields(original.media_type, original.body[:BEGINNING])),
        Field("Envelope sender", original.envelope_from or "(empty)"),
        Field("To", listing(original.recipients, MOST_NAMES) or "–"),
        Field("Came", f"{rfc3339(line.arrived_at)} by {original.source}, {age(line.arrived_at, now)} ago"),
        Field("Size", f"{plural(line.size, 'byte')}, {original.media_type}"),
        *([Field("File", original.name)] if original.name else []),
    ]


def _first_lines(body: bytes) -> str:
    """Return how it begins, as far as it is text."""
    text = body[: FIRST_LINES * LONGEST_LINE * 4].decode("utf-8", "replace")
    lines = [printable(line)[:LONGEST_LINE].rstrip() for line in text.splitlines()[:FIRST_LINES]]
    is_text = text.count("\ufffd") * 10 <= len(text) and "\0" not in text
    return "\n".join(lines).strip("\n") if is_text else ""


def _reports(reports: int, new: int) -> str:
    known = reports - new
    return plural(reports, "report") + (
        f", {'known already' if not new else f'{count(known)} known already'}" if known else ""
    )


def _reports_are(reports: int, new: int) -> str:
    return f"{'is' if reports == 1 else 'are'} {_reports(reports, new)}"


def _data(mail: QuarantinedMail) -> dict[str, Any]:
    original = mail.original
    return line_data(mail.line) | {
        "source": original.source.value,
        "media_type": original.media_type,
        "envelope_from": original.envelope_from,
        "recipients": list(original.recipients),
    }


def _reread_data(reread: Sequence[Reread]) -> dict[str, Any]:
    return {
        "read": [one.quarantined_id for one in reread if one.fate is Fate.READ],
        "stay": [
            {"id": one.quarantined_id, "reason": one.reason or "not-tried", "detail": one.detail}
            for one in reread
            if one.fate in (Fate.STAYS, Fate.LATER)
        ],
        "reports": sum(one.reports for one in reread),
        "new": sum(one.new for one in reread),
    }
