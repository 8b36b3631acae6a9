"""Reads mails from quarantine once more, with the reader of today, and stores what is in them."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime

from commands.rereading import Fate, Reread
from ingest.reading import OriginalReader
from ingest.smtp.values import OurFault
from ingest.unforeseen import kept_for_a_fault
from storage.arrival import Delivery, Outcome
from storage.database import Database, DatabaseUnavailable
from storage.intake import take_in
from storage.quarantine import TriedAgain
from storage.quarantine_list import QuarantinedMail, find_quarantined

AT_ONCE = 8
"""Mails that are read side by side and stored together."""
NOT_THERE = "It was not there any more."


@dataclass(frozen=True, slots=True)
class QuarantineReader:
    """The port behind `quarantine retry`."""

    database: Database
    reader: OriginalReader
    clock: Callable[[], datetime]

    async def __call__(self, ids: Sequence[int]) -> Sequence[Reread]:
        """Read and store; each mail leaves quarantine in the transaction that stores its reports."""
        found: list[Reread] = []
        for start in range(0, len(ids), AT_ONCE):
            found += await self._some(ids[start : start + AT_ONCE])
        return found

    async def _some(self, ids: Sequence[int]) -> list[Reread]:
        read = await asyncio.gather(*(self._read(id_) for id_ in ids))
        tried = [one for one in read if isinstance(one, TriedAgain)]
        stored = dict(zip((one.quarantined_id for one in tried), await self._stored(tried), strict=True))
        return [one if isinstance(one, Reread) else stored[one.quarantined_id] for one in read]

    async def _read(self, quarantined_id: int) -> TriedAgain | Reread:
        mail = await asyncio.to_thread(self._find, quarantined_id)
        if mail is None:
            return Reread(quarantined_id, Fate.GONE, detail=NOT_THERE)
        try:
            delivery = await self.reader.read(mail.original)
        except OurFault as fault:
            return Reread(quarantined_id, Fate.LATER, detail=f"It could not be tried: {fault}.")
        return _tried(delivery, quarantined_id)

    async def _stored(self, tried: Sequence[TriedAgain]) -> list[Reread]:
        """Store them together; where that fails as nobody foresaw, one by one."""
        try:
            outcomes = await asyncio.to_thread(self._store, tried)
        except DatabaseUnavailable:
            raise
        except Exception as error:  # noqa: BLE001 -- one bad mail must not keep the others in quarantine
            if len(tried) > 1:
                return [(await self._stored([one]))[0] for one in tried]
            fault = kept_for_a_fault(tried[0].original, error)
            outcomes = await asyncio.to_thread(self._store, [_tried(fault, tried[0].quarantined_id)])
            return [Reread(tried[0].quarantined_id, Fate.STAYS, reason=fault.reason, detail=fault.detail)]
        return [_reread(one, found) for one, found in zip(tried, outcomes, strict=True)]

    def _find(self, quarantined_id: int) -> QuarantinedMail | None:
        with self.database.reading() as connection:
            return find_quarantined(connection, quarantined_id)

    def _store(self, tried: Sequence[TriedAgain]) -> list[tuple[Outcome, ...]]:
        with self.database.writing() as connection:
            return take_in(connection, tried, self.clock())


def _tried(delivery: Delivery, quarantined_id: int) -> TriedAgain:
    values = {one.name: getattr(delivery, one.name) for one in fields(Delivery)}
    return TriedAgain(**values, quarantined_id=quarantined_id)


def _reread(tried: TriedAgain, outcomes: Sequence[Outcome]) -> Reread:
    if not outcomes:
        return Reread(tried.quarantined_id, Fate.GONE, detail=NOT_THERE)
    if tried.kind:
        return Reread(tried.quarantined_id, Fate.STAYS, reason=tried.reason, detail=tried.detail)
    new = sum(one is Outcome.STORED for one in outcomes)
    return Reread(tried.quarantined_id, Fate.READ, reports=len(outcomes), new=new)
