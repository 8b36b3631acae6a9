"""How far the reports of an original are believed, by the way they came and by who signed them."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from publicsuffixlist import PublicSuffixList

from ingest.delivery import MAIL, Judgement
from ingest.dkim.verdict import DkimResult, KeyLookup, verify_dkim
from ingest.reader.mail import FoundReport
from storage.arrival import DkimVerdict, Original, Trust

DKIM_WORKERS = 2


@dataclass(frozen=True, slots=True)
class TrustRules:
    """What the settings say about reports that come by themselves."""

    check_dkim: bool
    hold_unverified: bool
    """Mails without an aligned DKIM pass are kept, but not counted (RFC 8460 section 3)."""


class Judge:
    """Says of each report in an original how far it is believed."""

    def __init__(self, rules: TrustRules, keys: KeyLookup, clock: Callable[[], datetime]) -> None:
        self._rules = rules
        self._keys = keys
        self._clock = clock
        self._suffixes = PublicSuffixList()
        self._workers = asyncio.Semaphore(DKIM_WORKERS)

    async def judgement(self, original: Original) -> Callable[[FoundReport], Judgement]:
        """Check who signed an original; anything at all gives a judgement, nothing is raised."""
        result = DkimResult(DkimVerdict.UNCHECKED)
        if self._rules.check_dkim and original.media_type == MAIL:
            result = await verify_dkim(
                original.body, self._keys, now=self._clock(), suffixes=self._suffixes, workers=self._workers
            )

        def judge(one: FoundReport) -> Judgement:
            # The signature of a forwarded mail is the forwarder's: it proves nothing about the report within.
            signer = "" if one.forwarded else result.signer
            trust = Trust.VERIFIED if signer else Trust.UNVERIFIED
            return Judgement(result.verdict, trust, signer, held=self._rules.hold_unverified and not signer)

        return judge
