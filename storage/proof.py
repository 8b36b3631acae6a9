"""What is said with a report about who sent it: it belongs to the copy that is kept, and goes with it. Pure."""

from collections.abc import Iterable

ABOUT_DKIM = "DKIM: "
ABOUT_HTTPS = "HTTPS: "
"""What such sentences begin with."""


def marks_with_proof_of(copy: Iterable[str], marks: Iterable[str]) -> list[str]:
    """Return the marks of a report with those about proof taken from another copy's marks."""
    return [*(mark for mark in marks if not is_about_proof(mark)), *filter(is_about_proof, copy)]


def is_about_proof(mark: str) -> bool:
    """Tell what was said about who sent a report from what is said about the report."""
    return mark.startswith((ABOUT_DKIM, ABOUT_HTTPS))
