"""Why a mail or a file holds no readable report: a stable word for counters, a sentence for people."""

from enum import StrEnum

from storage.arrival import QuarantineKind


class UnreadableReason(StrEnum):
    """Stable words, the most telling first: when several things went wrong, the first of them is the answer."""

    DMARC_REPORT = "dmarc-report"
    TOO_LARGE_INFLATED = "too-large-inflated"
    ENCRYPTED_ARCHIVE = "encrypted-archive"
    GZIP_TRUNCATED = "gzip-truncated"
    GZIP_DAMAGED = "gzip-damaged"
    ZIP_DAMAGED = "zip-damaged"
    BOUNCE = "bounce"
    AUTO_REPLY = "auto-reply"
    NESTED_TOO_DEEP = "nested-too-deep"
    NOT_JSON = "not-json"
    NOT_A_REPORT = "not-a-report"
    TOO_MANY_PARTS = "too-many-parts"
    TOO_MANY_FILES = "too-many-files"
    NO_BOUNDARY = "no-boundary"
    EMPTY_ATTACHMENT = "empty-attachment"
    NO_REPORT = "no-report"
    READER_FAILED = "reader-failed"


_SENTENCES = {
    UnreadableReason.DMARC_REPORT: "This is a DMARC report, not a TLS report.",
    UnreadableReason.TOO_LARGE_INFLATED: "The report is larger than allowed once it is unpacked.",
    UnreadableReason.ENCRYPTED_ARCHIVE: "The report is in an encrypted archive.",
    UnreadableReason.GZIP_TRUNCATED: "The gzip data of the report ends too early.",
    UnreadableReason.GZIP_DAMAGED: "The gzip data of the report is damaged.",
    UnreadableReason.ZIP_DAMAGED: "The zip archive with the report is damaged.",
    UnreadableReason.BOUNCE: "This is a notice about a mail that could not be delivered.",
    UnreadableReason.AUTO_REPLY: "This is an automatic reply.",
    UnreadableReason.NESTED_TOO_DEEP: "The mail or the report is nested too deeply.",
    UnreadableReason.NOT_JSON: "What should be the report is not JSON.",
    UnreadableReason.NOT_A_REPORT: "There is JSON, but it is not a TLS report.",
    UnreadableReason.TOO_MANY_PARTS: "The mail has too many parts.",
    UnreadableReason.TOO_MANY_FILES: "The archive holds too many files.",
    UnreadableReason.NO_BOUNDARY: "The mail has several parts and does not say what separates them.",
    UnreadableReason.EMPTY_ATTACHMENT: "The attachment that should be the report is empty.",
    UnreadableReason.NO_REPORT: "There is no TLS report in it.",
    UnreadableReason.READER_FAILED: "The bot failed while reading it, which is a fault of the bot; its log has more.",
}

_KINDS = {
    UnreadableReason.DMARC_REPORT: QuarantineKind.DMARC_REPORT,
    UnreadableReason.BOUNCE: QuarantineKind.BOUNCE,
    UnreadableReason.AUTO_REPLY: QuarantineKind.AUTO_REPLY,
}

_LOSSES = frozenset(
    {
        UnreadableReason.TOO_LARGE_INFLATED,
        UnreadableReason.ENCRYPTED_ARCHIVE,
        UnreadableReason.GZIP_TRUNCATED,
        UnreadableReason.GZIP_DAMAGED,
        UnreadableReason.ZIP_DAMAGED,
        UnreadableReason.NESTED_TOO_DEEP,
        UnreadableReason.TOO_MANY_PARTS,
        UnreadableReason.TOO_MANY_FILES,
    }
)

_RANK = {reason: rank for rank, reason in enumerate(UnreadableReason)}


class Unreadable(Exception):
    """The reader's only error."""

    def __init__(self, reason: UnreadableReason, more: str = "") -> None:
        self.reason = reason
        self.more = more
        self.detail = f"{_SENTENCES[reason]} {more}".strip()
        self.kind = _KINDS.get(reason, QuarantineKind.UNREADABLE)
        super().__init__(self.detail)

    def remembered(self) -> "Unreadable":
        """Return the same without its traceback, which would keep all that was unpacked in memory."""
        return Unreadable(self.reason, self.more)


def most_telling(refusals: list[Unreadable]) -> Unreadable:
    """Return the refusal that says most about what went wrong; "no report" when there is none."""
    return min(refusals, key=lambda refusal: _RANK[refusal.reason], default=Unreadable(UnreadableReason.NO_REPORT))


def losses(refusals: list[Unreadable]) -> tuple[str, ...]:
    """Return a sentence each for what may have held reports that were left out, beside those that were read."""
    lost = (refusal.detail for refusal in refusals if refusal.reason in _LOSSES)
    return tuple(dict.fromkeys(f"Something beside this report was left out: {detail}" for detail in lost))
