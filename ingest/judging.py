"""How far the reports of an original are believed, by the way they came and by who signed them."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from publicsuffixlist import PublicSuffixList

from ingest.delivery import IMPORTED, MAIL, Judgement
from ingest.dkim.verdict import DkimResult, KeyLookup, verify_dkim
from ingest.reader.mail import FoundReport
from storage.arrival import DkimVerdict, Original, Source, Trust
from storage.proof import ABOUT_DKIM, ABOUT_HTTPS

DKIM_WORKERS = 2
MOST_FORWARDED = 10
"""Forwarded mails in one original whose signatures are checked: each may cost look-ups and a hash of its body."""
TOO_MANY = DkimResult(
    DkimVerdict.UNCHECKED, detail=f"it came with more than {MOST_FORWARDED} forwarded mails, so it was not checked"
)
NOT_WHOLE = DkimResult(
    DkimVerdict.UNCHECKED, detail="the forwarded mail is not there as it was sent, so its signature cannot be checked"
)
NOT_CHECKED = DkimResult(DkimVerdict.UNCHECKED)


@dataclass(frozen=True, slots=True)
class TrustRules:
    """What the settings say about reports that come by themselves."""

    check_dkim: bool
    hold_unverified: bool
    """Mails without an aligned DKIM pass are kept, but not counted (RFC 8460 section 3)."""
    hold_https: bool = False
    """The same for what comes by HTTPS, where nobody signs."""
    trust_https: bool = False
    """What comes by HTTPS is believed: the operator vouches for that way, as for what is imported."""


class Judge:
    """Says of each report in an original how far it is believed."""

    def __init__(self, rules: TrustRules, keys: KeyLookup, clock: Callable[[], datetime]) -> None:
        self._rules = rules
        self._keys = keys
        self._clock = clock
        self._suffixes = PublicSuffixList()
        self._workers = asyncio.Semaphore(DKIM_WORKERS)

    async def judgement(self, original: Original, found: Sequence[FoundReport]) -> Callable[[FoundReport], Judgement]:
        """Check who signed an original, and the mails forwarded in it; nothing is raised.

        The signature of a mail around a forwarded one proves nothing about the report within.
        """
        if original.source is Source.IMPORT:
            return lambda _: IMPORTED
        if not self._rules.check_dkim or original.media_type != MAIL:
            return lambda _: self._judged(original, NOT_CHECKED)
        arrived_at = min(original.arrived_at, self._clock())
        forwarded = await self._check_forwarded(found, arrived_at)
        outer = NOT_CHECKED
        if not all(one.forwarded for one in found):
            outer = await self._check(original.body, arrived_at)
        return lambda one: self._judged(
            original, forwarded.get(one.forwarded_mail, NOT_WHOLE) if one.forwarded else outer
        )

    async def _check_forwarded(self, found: Sequence[FoundReport], arrived_at: datetime) -> dict[bytes, DkimResult]:
        """Check a bounded number of forwarded mails, one by one; one that hangs on DNS leaves the others for later."""
        results: dict[bytes, DkimResult] = {}
        hangs: DkimResult | None = None
        for mail in dict.fromkeys(one.forwarded_mail for one in found if one.forwarded_mail):
            if len(results) >= MOST_FORWARDED:
                results[mail] = TOO_MANY
            else:
                results[mail] = hangs or await self._check(mail, arrived_at)
                hangs = results[mail] if results[mail].verdict is DkimVerdict.TEMPERROR else None
        return results

    async def _check(self, mail: bytes, arrived_at: datetime) -> DkimResult:
        return await verify_dkim(mail, self._keys, now=arrived_at, suffixes=self._suffixes, workers=self._workers)

    def _judged(self, original: Original, result: DkimResult) -> Judgement:
        if result.signer:
            return Judgement(result.verdict, Trust.VERIFIED, result.signer)
        why = (f"{ABOUT_DKIM}{result.detail}.",) if result.detail else ()
        if original.source is Source.HTTPS:
            return self._by_https(result.verdict, why)
        return Judgement(result.verdict, Trust.UNVERIFIED, held=self._rules.hold_unverified, marks=why)

    def _by_https(self, verdict: DkimVerdict, why: tuple[str, ...]) -> Judgement:
        if self._rules.trust_https:
            believed = f"{ABOUT_HTTPS}nobody signs what comes this way; it is believed as the settings say."
            return Judgement(verdict, Trust.IMPORTED, marks=(believed,))
        marks = (*why, f"{ABOUT_HTTPS}nobody signs what comes this way, so nothing proves who sent it.")
        return Judgement(verdict, Trust.UNVERIFIED, held=self._rules.hold_https, marks=marks)
