"""What a report says about each domain: one headline, and its breakdown. Pure.

Entries of type `sts` and `tlsa` count the same sessions twice. Per report and domain the larger of the two makes the
headline (in a tie the one with more failures), plus all entries of other types. The headline is the summary's counts;
failure details only break it down (RFC 8460 section 4.4), and what they leave out is `not-itemised`.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from storage.arrival import PlacedPolicy
from storage.report import STS, TLSA

NOT_ITEMISED = "not-itemised"
MOST_SESSIONS = 10**12
"""Of one report, more than any sender has in a day: millions of such reports add up before SQLite's integers end."""


@dataclass(frozen=True, slots=True)
class Share:
    """One domain's part in one report. Sessions."""

    successful: int
    failed: int
    by_policy: Mapping[tuple[str, str], tuple[int, int]]
    """(policy type, mode) -> (successful, failed); all entries, chosen or not."""
    by_failure: Mapping[tuple[str, str], int]
    """(result type, MX host or empty) -> failed sessions of the chosen entries."""
    chosen: frozenset[int]
    """Positions in the report of the entries that make the headline."""


def shares(policies: Sequence[PlacedPolicy]) -> Mapping[str, Share]:
    """Return each domain's share, by domain."""
    by_domain: dict[str, list[tuple[int, PlacedPolicy]]] = {}
    for position, placed in enumerate(policies):
        by_domain.setdefault(placed.domain, []).append((position, placed))
    return {domain: _share(entries) for domain, entries in by_domain.items()}


def _share(entries: list[tuple[int, PlacedPolicy]]) -> Share:
    dropped = _dropped_type([placed for _, placed in entries])
    chosen = [(position, placed) for position, placed in entries if placed.policy.policy_type != dropped]
    by_policy: dict[tuple[str, str], tuple[int, int]] = {}
    for _, placed in entries:
        key = placed.policy.policy_type, placed.policy.mode
        successful, failed = by_policy.get(key, (0, 0))
        by_policy[key] = _capped(successful + placed.policy.successful), _capped(failed + placed.policy.failed)
    return Share(
        successful=_capped(sum(placed.policy.successful for _, placed in chosen)),
        failed=_capped(sum(placed.policy.failed for _, placed in chosen)),
        by_policy=by_policy,
        by_failure=_breakdown(placed for _, placed in chosen),
        chosen=frozenset(position for position, _ in chosen),
    )


def _dropped_type(entries: list[PlacedPolicy]) -> str | None:
    """Return the policy type that counts sessions already counted by the other one, if both are there."""
    sums: dict[str, tuple[int, int]] = {}
    for policy in (placed.policy for placed in entries):
        if policy.policy_type in (STS, TLSA):
            total, failed = sums.get(policy.policy_type, (0, 0))
            sums[policy.policy_type] = total + policy.successful + policy.failed, failed + policy.failed
    if len(sums) < 2:  # noqa: PLR2004 -- both types
        return None
    return TLSA if sums[STS] >= sums[TLSA] else STS


def _breakdown(entries: Iterable[PlacedPolicy]) -> dict[tuple[str, str], int]:
    by_failure: Counter[tuple[str, str]] = Counter()
    for placed in entries:
        itemised = 0
        for detail in placed.policy.failures:
            sessions = detail.failed_sessions or 0
            by_failure[detail.result_type, detail.receiving_mx_hostname or placed.host] += sessions
            itemised += sessions
        if itemised < placed.policy.failed:
            by_failure[NOT_ITEMISED, placed.host] += placed.policy.failed - itemised
    return {key: _capped(sessions) for key, sessions in by_failure.items()}


def _capped(sessions: int) -> int:
    return min(sessions, MOST_SESSIONS)
