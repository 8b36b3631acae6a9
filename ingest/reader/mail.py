"""From the bytes of a mail or a file to the reports in it. Types, names and Subject are hints; the bytes decide."""

from dataclasses import dataclass, replace

from ingest.reader.allowance import Allowance
from ingest.reader.frame import MailFrame, read_frame
from ingest.reader.headers import Headers, decoded_words, parameters
from ingest.reader.inflate import GZIP_MAGIC, is_zip
from ingest.reader.json_text import decode_json, looks_like_json
from ingest.reader.limits import ReadLimits
from ingest.reader.mime import Part, PartWalk
from ingest.reader.other_mail import is_delivery_status, other_purpose
from ingest.reader.report import parse_reports
from ingest.reader.unpack import Unpacker
from ingest.reader.unreadable import Unreadable, UnreadableReason, losses, most_telling
from ingest.reader.words import one_line
from storage.report import Report

__all__ = [
    "FoundReport",
    "MailFrame",
    "ReadLimits",
    "ReadMail",
    "Unreadable",
    "UnreadableReason",
    "looks_like_bare_report",
    "read_bare",
    "read_mail",
]

_MAX_FILE_NAME = 255
_FORWARDED = "The report came in a forwarded mail."


@dataclass(frozen=True, slots=True)
class FoundReport:
    """A report, and where it was found."""

    report: Report
    file_name: str = ""
    forwarded: bool = False
    """It came in a mail within the mail (message/rfc822)."""
    forwarded_mail: bytes = b""
    """The mail in which it was forwarded, to the byte; empty where that is not there as it was."""


@dataclass(frozen=True, slots=True)
class ReadMail:
    """A mail and the reports in it: at least one."""

    frame: MailFrame
    found: tuple[FoundReport, ...]
    is_whole: bool
    """Nothing that may hold a report was left out."""


def looks_like_bare_report(raw: bytes) -> bool:
    """Tell a report that is a file by itself (JSON, gzip, zip) from a mail, by its first bytes."""
    return raw.startswith(GZIP_MAGIC) or is_zip(raw) or looks_like_json(raw)


def read_bare(raw: bytes, file_name: str, limits: ReadLimits) -> tuple[FoundReport, ...]:
    """Read a report that is a file by itself. At least one report, or raises Unreadable."""
    search = _Search(limits)
    found = search.reports_in(raw)
    if not found:
        raise most_telling(search.refusals)
    left_out = _left_out("file", len(found), limits, search.refusals)
    return tuple(_marked(FoundReport(report, file_name), left_out) for report in found[: limits.max_reports])


def read_mail(raw: bytes, limits: ReadLimits) -> ReadMail:
    """Find all reports of a mail, in all its parts and in mails forwarded in it. Raises Unreadable only."""
    search = _Search(limits)
    walk = PartWalk(raw, limits)
    found: list[FoundReport] = []
    innermost: Headers | None = None
    for part in walk.parts():
        reports = search.reports_in_part(part)
        if reports and part.forwarded and not found:
            innermost = part.message
        found += [_found(report, part) for report in reports]
        if len(found) > limits.max_reports:
            break
    if not found:
        raise most_telling([*search.refusals, *walk.obstacles, *other_purpose(walk.headers)])
    left_out = _left_out("mail", len(found), limits, [*search.refusals, *walk.obstacles])
    frame = read_frame(walk.headers, innermost)
    kept = (_with_organisation(one, frame) for one in found[: limits.max_reports])
    return ReadMail(frame, tuple(_marked(one, left_out) for one in kept), is_whole=not left_out)


def _left_out(holder: str, found: int, limits: ReadLimits, refusals: list[Unreadable]) -> tuple[str, ...]:
    """Say what the mail or file held beside the reports that are kept."""
    more = f"This {holder} holds more reports than the {limits.max_reports} that were read."
    return (*((more,) if found > limits.max_reports else ()), *losses(refusals))


def _marked(found: FoundReport, left_out: tuple[str, ...]) -> FoundReport:
    if not left_out:
        return found
    # In front: the number of sentences that are kept with a report is bounded.
    return replace(found, report=replace(found.report, repairs=(*left_out, *found.report.repairs)))


def _found(report: Report, part: Part) -> FoundReport:
    if part.forwarded:
        report = replace(report, repairs=(*report.repairs, _FORWARDED))
    forwarded_mail = part.text if part.forwarded and part.whole_mail else b""
    return FoundReport(report, _file_name(part), part.forwarded, forwarded_mail)


def _file_name(part: Part) -> str:
    for header, parameter in (("content-disposition", "filename"), ("content-type", "name")):
        name = parameters(part.headers.get(header, "")).get(parameter, "")
        if name:
            return one_line(decoded_words(name), _MAX_FILE_NAME)
    return ""


def _with_organisation(found: FoundReport, frame: MailFrame) -> FoundReport:
    if found.report.organisation:
        return found
    return replace(found, report=replace(found.report, organisation=frame.submitter or frame.from_domain))


class _Search:
    """Looks for reports in one mail or file, and remembers why there were none."""

    def __init__(self, limits: ReadLimits) -> None:
        self._limits = limits
        self._unpacker = Unpacker(limits)
        self._allowance = Allowance(limits.max_policies, limits.max_failures)
        self.refusals = self._unpacker.refusals

    def reports_in_part(self, part: Part) -> tuple[Report, ...]:
        if is_delivery_status(part.headers):
            self.refusals.append(Unreadable(UnreadableReason.BOUNCE))
        content = part.content()
        if not content.strip() and "name" in part.headers.get("content-disposition", ""):
            self.refusals.append(Unreadable(UnreadableReason.EMPTY_ATTACHMENT))
        return self.reports_in(content) or (self.reports_in(part.body) if part.is_encoded else ())

    def reports_in(self, data: bytes) -> tuple[Report, ...]:
        """Return all reports in the data: an archive may hold several files, and an array several reports.

        One more than the limit allows, if there is one more: so it is known that some are left out.
        """
        texts = self._unpacker.json_texts(data)
        found: list[Report] = []
        most = self._limits.max_reports + 1
        while len(found) < most:
            try:
                text = next(texts, None)
                if text is None:
                    break
                found += self._reports_of(text)
            except Unreadable as refusal:
                self.refusals.append(refusal.remembered())
        return tuple(found[:most])

    def _reports_of(self, text: bytes) -> tuple[Report, ...]:
        decoded = decode_json(text, self._limits.max_json_values)
        try:
            reports = parse_reports(decoded.value, self._allowance, decoded.repairs, self._limits.max_reports + 1)
        except RecursionError as error:
            raise Unreadable(UnreadableReason.NESTED_TOO_DEEP) from error
        if not reports:
            raise Unreadable(UnreadableReason.NOT_A_REPORT)
        return reports
