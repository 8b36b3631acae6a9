"""One round through a folder: all mails that came since the last one, in groups, in their order."""

import asyncio
import heapq
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import datetime
from typing import Protocol, TypeVar

import structlog

from ingest.imap.mailbox import Head
from ingest.imap.session import Session
from storage.arrival import Outcome
from storage.mailboxes import Position

T = TypeVar("T")
log = structlog.get_logger(__name__)

MOST_IN_A_ROUND = 5_000
GROUP = 32
"""Mails that are asked for at once."""
SMALL = 128 * 1024
"""Bytes; larger mails are asked for one by one."""
TOO_LARGE = "too_large"
AT_ONCE = 4
"""Small mails that are read and stored side by side: each may take as much memory as the largest report."""


class Positions(Protocol):
    """Where it is kept how far the mailbox was read. Both raise OurFault."""

    async def known(self) -> Position | None: ...

    async def move(self, position: Position) -> None: ...


Take = Callable[[bytes, datetime | None], Awaitable[Outcome]]


class Round:
    """Reads what is new. The position moves only over mails that are on disk, or none of our business."""

    def __init__(self, session: Session, take: Take, positions: Positions, max_message_bytes: int) -> None:
        self._session = session
        self._take = take
        self._positions = positions
        self._max_message_bytes = max_message_bytes
        self._outcomes: Counter[str] = Counter()

    async def run(self) -> bool:
        """Return whether there was, or may be, more: then another round is due. Raises MailboxFault, OurFault."""
        position = await self._beginning(await self._session.look())
        uids, more_came = await self._session.uids_after(position.last_uid)
        try:
            for group in _groups(heapq.nsmallest(MOST_IN_A_ROUND, set(uids)), GROUP):
                await self._take_group(group, position.uid_validity)
        finally:
            if self._outcomes:
                log.info("mailbox read", **self._outcomes)
        return bool(uids) or more_came

    async def _beginning(self, uid_validity: int) -> Position:
        known = await self._positions.known()
        if known is not None and known.uid_validity == uid_validity:
            return known
        if known is not None:
            log.warning("the server numbers the mailbox anew: all of it is read again, nothing counts twice")
        beginning = Position(uid_validity)
        await self._positions.move(beginning)
        return beginning

    async def _take_group(self, uids: Sequence[int], uid_validity: int) -> None:
        heads = {head.uid: head for head in await self._session.heads(uids)}
        known = [heads[uid] for uid in uids if uid in heads]
        small = [head.uid for head in known if head.size <= SMALL]
        bodies = await self._session.bodies(small, SMALL + 1) if small else {}
        for some in _side_by_side(known):
            mails = [(head, await self._body(head, bodies)) for head in some]
            await self._take_side_by_side(mails)
            await self._positions.move(Position(uid_validity, some[-1].uid))
        if not known or known[-1].uid < uids[-1]:  # the last ones are gone meanwhile
            await self._positions.move(Position(uid_validity, uids[-1]))

    async def _take_side_by_side(self, mails: Sequence[tuple[Head, bytes]]) -> None:
        taking = (self._take(body, head.arrived_at) for head, body in mails if body)
        for done in await asyncio.gather(*taking, return_exceptions=True):
            if isinstance(done, BaseException):
                raise done
            self._outcomes[done.value] += 1

    async def _body(self, head: Head, small: dict[int, bytes]) -> bytes:
        """Return a mail; nothing when it is gone, or too large. The size that the server tells may be wrong."""
        body = small.pop(head.uid, b"")
        if head.size > SMALL or len(body) > SMALL:
            body = b""
            if head.size <= self._max_message_bytes:
                body = (await self._session.bodies([head.uid], self._max_message_bytes + 1)).get(head.uid, b"")
        if max(head.size, len(body)) > self._max_message_bytes:
            log.warning("a mail is too large and was left out", uid=head.uid, bytes=max(head.size, len(body)))
            self._outcomes[TOO_LARGE] += 1
            return b""
        return body


def _side_by_side(heads: Sequence[Head]) -> Iterator[list[Head]]:
    """Yield mails that may be in memory at once, in their order: some small ones, or a single large one."""
    some: list[Head] = []
    for head in heads:
        if some and (len(some) == AT_ONCE or max(head.size, some[-1].size) > SMALL):
            yield some
            some = []
        some.append(head)
    if some:
        yield some


def _groups(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    return (items[begin : begin + size] for begin in range(0, len(items), size))
