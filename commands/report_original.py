"""The original of a report as a file: its name, and whether it fits into a message. Pure."""

from collections.abc import Mapping
from types import MappingProxyType

from commands.question import Platform
from commands.reply import Attachment
from storage.reports import FullReport

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


def file_name(stem: str, media_type: str) -> str:
    """Name a file by our own number of the report or mail (`report-17`): never by what a sender says."""
    return f"{stem}.{ENDINGS.get(media_type, 'bin')}"


def fits(size: int, platform: Platform) -> bool:
    """Tell whether a file of so many bytes goes with an answer."""
    return platform is Platform.TERMINAL or size <= LARGEST_IN_CHAT


def attached(found: FullReport, platform: Platform) -> tuple[Attachment, ...]:
    """Return the original as a file; none when it is not kept, or too large for where it was asked for."""
    original = found.original
    if original is None or not fits(len(original.body), platform):
        return ()
    name = file_name(f"report-{found.id}", original.media_type)
    return (Attachment(name, original.media_type, original.body),)


def why_not_attached(found: FullReport) -> str:
    """Say in a sentence where an original is that is not attached."""
    if found.original is None:
        return "The original is no longer kept."
    return too_large(len(found.original.body), f"report {found.id}")


def too_large(size: int, command: str) -> str:
    """Say in a sentence how to get at a file of so many bytes that goes with no message."""
    return (
        f"The original is too large for a message ({size:,} bytes). Where the bot runs, "
        f'`tlsrpt-bot ask "{command}" --save FOLDER` writes it to a file.'
    )
