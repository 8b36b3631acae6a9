"""What makes two reports the same, a revision, or twins. Pure."""

import hashlib

from storage.arrival import Arrival


def content_key(arrival: Arrival) -> str:
    """Equal for the same content about the same domains."""
    return _about(arrival, arrival.report.content_hash)


def twin_key(arrival: Arrival) -> str:
    """Equal for the same content but for the report id, about the same domains."""
    return _about(arrival, arrival.report.twin_hash)


def family_key(arrival: Arrival) -> str:
    """Equal for the same report id, policy domains and range; a report without an id is a family of its own."""
    report = arrival.report
    range_ = (str(report.start), str(report.end)) if report.start else (str(arrival.day),)
    domains = {placed.policy.policy_domain or placed.domain for placed in arrival.policies}
    return _digest(report.report_id or report.content_hash, *range_, *sorted(domains))


def _about(arrival: Arrival, content: str) -> str:
    """Add the domains to the content only where the content does not name them itself."""
    guessed = sorted({placed.domain for placed in arrival.policies if not placed.policy.policy_domain})
    return _digest(content, *guessed) if guessed else content


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()
