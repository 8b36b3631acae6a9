"""The original of a report as a file: its name, and whether it fits into a message. Pure."""

from collections.abc import Mapping
from types import MappingProxyType

from commands.question import Platform
from commands.reply import Attachment
from storage.reports import FullReport, KeptOriginal

LARGEST_IN_CHAT = 8 * 2**20
"""Bytes; what every chat platform takes as an attached file."""
ENDINGS: Mapping[str, str] = MappingProxyType(
    {
        "message/rfc822": "eml",
        "application/json": "json",
        "application/gzip": "json.gz",
        "application/zip": "zip",
    }
)


def file_name(report_id: int, original: KeptOriginal) -> str:
    """Name the file by our own number of the report: never by what a sender says."""
    return f"report-{report_id}.{ENDINGS.get(original.media_type, 'bin')}"


def attached(found: FullReport, platform: Platform) -> tuple[Attachment, ...]:
    """Return the original as a file; none when it is not kept, or too large for where it was asked for."""
    original = found.original
    if original is None or (platform is not Platform.TERMINAL and len(original.body) > LARGEST_IN_CHAT):
        return ()
    return (Attachment(file_name(found.id, original), original.media_type, original.body),)


def why_not_attached(found: FullReport) -> str:
    """Say in a sentence where an original is that is not attached."""
    if found.original is None:
        return "The original is no longer kept."
    return (
        f"The original is too large for a message ({len(found.original.body):,} bytes). Where the bot runs, "
        f'`tlsrpt-bot ask "report {found.id}" --save FOLDER` writes it to a file.'
    )
