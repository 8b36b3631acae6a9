"""The forms in which a message is tried until Slack takes one: its own charts, a picture, text."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass

import structlog

from bot.charts.picture import png
from bot.charts.words import alt_text
from bot.chat_text import cut
from bot.slack.blocks import Block
from bot.slack.chart import instead_of_charts, is_chart, picture_block
from bot.slack.client import BLOCKS_REFUSED, RATE_LIMITED
from bot.slack.files import NotUploaded, SlackFiles
from bot.slack.memory import ShortMemory
from bot.slack.quiet import QuietTime
from bot.slack.render import SlackMessage
from commands.reply import Chart

REFUSAL_SECONDS = 3_600.0
"""How long it is remembered that a workspace has no charts of its own."""
PICTURE_SECONDS = 600.0
REMEMBERED_PICTURES = 50
FILE_ALT_CHARACTERS = 1_000
PICTURE_NAME = "sessions-by-day.png"
CHARTS = "charts"

Send = Callable[[list[Block] | None], Awaitable[str]]
"""Sends a message with these blocks, or with its text alone; returns Slack's refusal, empty when it was taken."""


@dataclass(frozen=True, slots=True)
class Pauses:
    """Seconds before a picture is shown: Slack takes an uploaded file in by and by, and says so by a refusal."""

    first: float = 1.0
    second: float = 2.5
    most: float = 3.0
    """For the upload and both pauses together: after that an answer goes out without its picture."""


UNHURRIED = Pauses()


class Forms:
    """Finds the best form of each message that a workspace takes, and remembers what it does not take."""

    def __init__(self, files: SlackFiles, monotonic: Callable[[], float], pauses: Pauses = UNHURRIED) -> None:
        self._files = files
        self._pauses = pauses
        self._monotonic = monotonic
        self._quiet = QuietTime(monotonic)
        self._refused: ShortMemory[str, bool] = ShortMemory(REFUSAL_SECONDS, 1, monotonic)
        self._pictures: ShortMemory[Chart, str] = ShortMemory(PICTURE_SECONDS, REMEMBERED_PICTURES, monotonic)
        self._log = structlog.get_logger("slack")

    async def send(self, message: SlackMessage, send: Send) -> str:
        """Try form after form while Slack refuses the blocks; return its last refusal, empty when it took one."""
        refusals: list[str] = []
        native_refused = False
        async with aclosing(self._forms(message)) as forms:
            async for blocks in forms:
                refusal = await send(blocks)
                if not refusal and native_refused and blocks:
                    self._refused.put(CHARTS, value=True)
                if refusal not in BLOCKS_REFUSED:
                    return refusal
                self._log.warning("slack.blocks-refused", reason=refusal)
                native_refused |= refusal in NO_SUCH_BLOCKS and _has_native_chart(blocks)
                refusals.append(refusal)
        return refusals[-1]

    async def _forms(self, message: SlackMessage) -> AsyncGenerator[list[Block] | None]:
        """Yield the forms, the best first. A later one is made when the one before it was refused."""
        charts_are_taken = not self._refused.get(CHARTS)
        if message.chart is None or charts_are_taken:
            yield message.blocks
        if message.chart is not None:
            async for blocks in self._without_native_charts(message, message.chart):
                yield blocks
        yield message.plain_blocks
        yield None

    async def _without_native_charts(self, message: SlackMessage, chart: Chart) -> AsyncGenerator[list[Block]]:
        file_id, left = await self._picture(chart)
        if not file_id:
            yield instead_of_charts(message.blocks, [block for block in message.plain_blocks if is_chart(block)])
            return
        picture = [picture_block(chart, file_id)]
        first = min(self._pauses.first, left)
        await asyncio.sleep(first)
        yield instead_of_charts(message.blocks, picture)
        await asyncio.sleep(min(self._pauses.second, left - first))
        yield instead_of_charts(message.plain_blocks, picture)
        self._pictures.forget(chart)

    async def _picture(self, chart: Chart) -> tuple[str, float]:
        """Return the id of an uploaded picture, empty where there is none, and the seconds that are left for pauses."""
        known = self._pictures.get(chart)
        if known or self._quiet.lasts():
            return known or "", 0.0
        try:
            body = await png(chart)
            until = self._monotonic() + self._pauses.most
            file_id = await self._uploaded(chart, body)
        except NotUploaded as refusal:
            self._log.warning("slack.picture-not-uploaded", reason=refusal.reason, needed=refusal.needed)
            return "", 0.0
        except Exception:  # noqa: BLE001 - whatever ails the drawing, there is text that says the same
            self._log.exception("slack.picture-not-drawn")
            return "", 0.0
        self._pictures.put(chart, file_id)
        return file_id, max(0.0, until - self._monotonic())

    async def _uploaded(self, chart: Chart, body: bytes) -> str:
        try:
            async with asyncio.timeout(self._pauses.most):
                return await self._files.upload_picture(PICTURE_NAME, body, cut(alt_text(chart), FILE_ALT_CHARACTERS))
        except TimeoutError as error:
            raise NotUploaded("too-slow") from error
        except NotUploaded as refusal:
            if refusal.reason == RATE_LIMITED:
                self._quiet.begin(refusal.retry_after)
            raise


NO_SUCH_BLOCKS = BLOCKS_REFUSED - {"msg_blocks_too_long", "only_one_table_allowed"}
"""Refusals that a kind of block may be the reason of."""


def _has_native_chart(blocks: Sequence[Block] | None) -> bool:
    return any(block["type"] == "data_visualization" for block in blocks or ())
