"""How much of a stranger's bytes the reader looks at before it stops."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReadLimits:
    """Bounds of one reading. The size of the mail itself is bounded at the door."""

    max_report_bytes: int = 32 * 2**20
    """Size of one report once it is unpacked."""
    max_unpacked_factor: int = 2
    """All that one mail or file unpacks may come to so many times `max_report_bytes`."""
    max_json_values: int = 1_000_000
    """Objects, arrays and members in one JSON text: decoded, they cost far more memory than their bytes."""
    max_parts: int = 500
    """MIME parts, at all depths together."""
    max_depth: int = 12
    """Multiparts and forwarded mails within each other."""
    max_header_bytes: int = 64 * 2**10
    """Header bytes that are looked at in each part; what comes after them is not read."""
    max_reports: int = 50
    """Reports taken from one mail or file."""
    max_zip_files: int = 50
    """Files taken from one zip archive."""
    max_policies: int = 1_000
    """Policies of all reports of one mail or file together."""
    max_failures: int = 50_000
    """Failure details of all reports of one mail or file together."""
