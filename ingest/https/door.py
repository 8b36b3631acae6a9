"""The door for uploads: whose they are, their bytes, and what becomes of them (RFC 8460 section 5.4)."""

import time
from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from typing import Any

import structlog
from aiohttp import web

from ingest.https.connection import BoundedConnection
from ingest.https.deposits import LINES_A_MINUTE, Deposits
from ingest.https.limits import HttpsLimits
from ingest.https.original import original_of
from ingest.https.replies import BROKEN_OFF, EMPTY, TOO_LARGE, UNKNOWN_ADDRESS, Answer, Refused
from ingest.https.store import UploadStore
from ingest.https.transfer import Transfer
from ingest.https.visitors import Visitor, Visitors
from ingest.metrics import ReceptionMetrics
from ingest.rationed_log import RationedLog
from ingest.smtp.memory import Hold, MemoryBudget
from ingest.smtp.values import OurFault

CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


class UploadDoor:
    """Answers `POST /v1/tlsrpt[/TOKEN]`. Tokens get into no log."""

    def __init__(
        self,
        store: UploadStore,
        visitors: Visitors,
        limits: HttpsLimits,
        clock: Callable[[], datetime],
        metrics: ReceptionMetrics,
    ) -> None:
        self._store = store
        self._visitors = visitors
        self._limits = limits
        self._clock = clock
        largest = limits.max_body_bytes  # one of the largest size must always fit
        self._memory = MemoryBudget(
            max(limits.max_bytes_in_memory, 2 * largest), max(limits.max_bytes_in_memory // 4, largest)
        )
        self._deposits = Deposits(store.store, limits, self._memory, metrics)
        self._log: Any = RationedLog(structlog.get_logger("https"), LINES_A_MINUTE, time.monotonic)

    async def take(self, request: web.Request) -> Answer:
        """Return the answer to one upload; nothing is raised."""
        visitor = self._visitors.visitor(request)
        try:
            with self._visitors.upload_of(visitor):
                return await self._take(request, visitor)
        except Refused as refused:
            answer = refused.answer
        except (web.RequestPayloadError, ConnectionError):
            answer = BROKEN_OFF
        self._log.write("info", "upload refused", reason=answer.word, peer=visitor.address)
        return answer

    async def stop(self, grace: float) -> None:
        """Let what is being stored finish within `grace` seconds."""
        await self._deposits.stop(grace)

    async def _take(self, request: web.Request, visitor: Visitor) -> Answer:
        recipient = await self._recipient(request.match_info.get("token", ""))
        if (request.content_length or 0) > self._limits.max_body_bytes:
            raise Refused(TOO_LARGE)
        await _let_it_come(request)
        with Hold(self._memory, visitor.limited_as) as hold:
            body = await Transfer(self._limits, hold).run(request.content)
        if not body:
            raise Refused(EMPTY)
        if isinstance(request.protocol, BoundedConnection):
            request.protocol.is_our_turn()
        original = original_of(body, request.headers.get("Content-Type", ""), recipient, self._clock())
        return await self._deposits.answer_to(original, visitor.address, visitor.limited_as)

    async def _recipient(self, token: str) -> str:
        """Return the report address. Raises Refused; when nobody can say now whose it is, that is found out later."""
        recipient = self._store.recipient(token)
        try:
            if recipient and await self._store.accepts(recipient):
                return recipient
        except OurFault:
            return recipient
        raise Refused(UNKNOWN_ADDRESS)


async def not_yet(request: web.Request) -> None:
    """Answer nothing to `Expect: 100-continue` before we know whether we want the body; raise for other wishes."""
    if not _waits_for_us(request):
        raise web.HTTPExpectationFailed(text=HTTPStatus.EXPECTATION_FAILED.phrase)


async def _let_it_come(request: web.Request) -> None:
    if _waits_for_us(request):
        await request.writer.write(CONTINUE)
        request.writer.output_size = 0  # or an error after it would end the connection without an answer


def _waits_for_us(request: web.Request) -> bool:
    return request.headers.get("Expect", "").lower() == "100-continue"
