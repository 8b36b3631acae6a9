"""Slack's side of a conversation: takes commands and buttons, asks the dispatcher, brings the answers back."""

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Protocol

import structlog
from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.web.async_client import AsyncWebClient

from bot.refusals import for_slow_answers
from bot.sharing import can_be_shared
from bot.slack import refusals
from bot.slack.access import LOOK_UP_SECONDS, Access
from bot.slack.answers import PAUSE_SECONDS, Answers
from bot.slack.client import posting_client, web_client
from bot.slack.connection import SlackConnection, SlackRefused, SlackUnreachable
from bot.slack.files import SlackFiles, with_deliveries, without_files
from bot.slack.forms import UNHURRIED as UNHURRIED_PAUSES
from bot.slack.forms import Forms, Pauses
from bot.slack.memory import ShortMemory
from bot.slack.render import render_message, with_asker
from bot.slack.visit import Visit, return_address, visit_of
from commands.question import Asker, Platform
from commands.reply import Reply

__all__ = ["Dispatch", "SlackAdapter", "SlackRefused", "Timing"]

AT_ONCE = 16
REDELIVERY_SECONDS = 1_800.0
REMEMBERED_VISITS = 5_000
LONGEST_KIND = 40
TAKEN = 200


class Dispatch(Protocol):
    """Turns a command into its answer."""

    async def __call__(self, text: str, asker: Asker) -> Reply:
        """Answer; never raises."""


@dataclass(frozen=True, slots=True)
class Timing:
    """How long things may take, in seconds."""

    start: float = 4.0
    """For Slack to let the bot connect at the start; after that the bot goes on without it, and goes on trying."""
    ping: float = 10.0
    """Between two signs of life on the socket."""
    watch: float = 15.0
    """Between two looks at the connection."""
    look_up: float = LOOK_UP_SECONDS
    """For finding out who asks."""
    answer: float = 300.0
    """For one command; Slack takes answers for 30 minutes."""
    close: float = 3.0
    """For saying goodbye on the socket."""
    drain: float = 5.0
    """For answers under way when the bot stops."""
    pause: float = PAUSE_SECONDS
    """Before an answer is sent again, where Slack does not say how long to wait."""
    picture: Pauses = UNHURRIED_PAUSES
    """For Slack to take in the picture of a chart."""


UNHURRIED = Timing()


class SlackAdapter:
    """Listens to one workspace from `start` to `stop`. To be made inside the running loop."""

    def __init__(
        self,
        *,
        bot_token: str,
        app_token: str,
        api_url: str | None,
        dispatch: Dispatch,
        admins: frozenset[str],
        channels: frozenset[str],
        timing: Timing = UNHURRIED,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take ids of users and user groups as `admins`; ids or `#names` as `channels`, none for everywhere."""
        self._dispatch = dispatch
        self._timing = timing
        self._channels = channels
        self._bot_token = bot_token
        client = web_client(bot_token, api_url)
        self._access = Access(client, admins, monotonic, timing.look_up)
        self._files = SlackFiles(client)
        self.forms = Forms(self._files, monotonic, timing.picture)
        """What the workspace takes, for whoever else sends messages there."""
        self._answers = Answers(posting_client(client), self.forms, timing.pause)
        self._app = self._listening_app(client)
        self._connection = SlackConnection(
            self._app,
            app_token,
            acknowledged=self._begin_waiting,
            ping_seconds=timing.ping,
            close_seconds=timing.close,
            monotonic=monotonic,
        )
        self._seen: ShortMemory[str, bool] = ShortMemory(REDELIVERY_SECONDS, REMEMBERED_VISITS, monotonic)
        self._waiting: list[Visit] = []
        self._at_once = asyncio.Semaphore(AT_ONCE)
        self._answering: set[asyncio.Task[object]] = set()
        self._watch: asyncio.Task[None] | None = None
        self._log = structlog.get_logger("slack")

    async def start(self) -> None:
        """Check both tokens and connect. Raises SlackRefused when Slack does not take one of them.

        When Slack cannot be reached within some seconds, it returns all the same and goes on trying.
        """
        try:
            await self._connection.open(self._timing.start)
        except SlackUnreachable as error:
            self._log.warning("slack.unreachable", reason=str(error))
        self._watch = asyncio.create_task(self._keep_watch(), name="slack-watch")

    async def is_open(self) -> bool:
        """Tell whether commands come in now."""
        return await self._connection.is_open()

    async def stop(self) -> None:
        """Take nothing more, let what is under way finish for some seconds, leave nothing open."""
        if self._watch is not None:
            self._watch.cancel()
            with suppress(asyncio.CancelledError):
                await self._watch
        await self._connection.close()
        if self._answering:
            _, late = await asyncio.wait(self._answering, timeout=self._timing.drain)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def is_connected(self) -> bool:
        """Tell whether commands can come in now."""
        return await self._connection.is_open()

    async def _keep_watch(self) -> None:
        while True:
            await asyncio.sleep(self._timing.watch)
            await self._connection.look_after()

    def _listening_app(self, client: AsyncWebClient) -> AsyncApp:
        # Bolt reads the names of the parameters and cannot do so for a bound method. Without a function of our own,
        # SLACK_CLIENT_ID and SLACK_CLIENT_SECRET in the environment would switch it to OAuth.
        async def authorize() -> AuthorizeResult:
            return self._authorization()

        app = CalmApp(client=client, authorize=authorize, logger=_quiet_logger())

        async def every_payload(body: dict[str, Any]) -> BoltResponse:
            try:
                self._admit(body)
            except Exception:  # noqa: BLE001 -- ours; Bolt is silent
                self._log.exception("slack.payload-failed")
            return BoltResponse(status=TAKEN)

        app.middleware(every_payload)  # ends the way of a payload: what is acknowledged is up to nothing else
        return app

    def _authorization(self) -> AuthorizeResult:
        workspace = self._connection.workspace
        return AuthorizeResult(
            enterprise_id=workspace.enterprise or None,
            team_id=workspace.team,
            bot_user_id=workspace.bot_user,
            bot_token=self._bot_token,
        )

    def _admit(self, body: dict[str, Any]) -> None:
        visit = visit_of(body)
        if visit is None:
            self._turn_away(body)
        elif not self._seen.get(visit.trigger):
            self._seen.put(visit.trigger, value=True)
            self._waiting.append(visit)

    def _turn_away(self, body: dict[str, Any]) -> None:
        """Say of an old button, a shortcut or nonsense that it is not understood, where Slack says how."""
        self._log.warning("slack.unreadable-payload", kind=_kind(body))
        visit = return_address(body)
        if visit:
            message = render_message(refusals.for_what_cannot_be_read())
            self._begin(self._answers.send(visit, message, in_channel=False), "unreadable")

    def _begin_waiting(self) -> None:
        """Begin the work only when the acknowledgement is out: work that keeps the loop busy must not delay it."""
        waiting, self._waiting = self._waiting, []
        for visit in waiting:
            self._begin(self._serve(visit), visit.trigger)

    def _begin(self, work: Coroutine[Any, Any, object], name: str) -> None:
        task: asyncio.Task[object] = asyncio.create_task(work, name=f"slack-answer-{name}")
        self._answering.add(task)
        task.add_done_callback(self._finished)

    def _finished(self, task: asyncio.Task[object]) -> None:
        self._answering.discard(task)
        error = None if task.cancelled() else task.exception()
        if error is not None:
            self._log.error("slack.answer-failed", exc_info=error)

    async def _serve(self, visit: Visit) -> None:
        # Waits for Slack take no place from those who could be answered.
        refusal, asker = await self._judge(visit)
        async with self._at_once:
            reply = refusal or await self._answer(visit, asker)
            sharable = refusal is None and can_be_shared(reply)
            in_channel = refusal is None and (not reply.private or (visit.share and sharable))
            reply = await self._with_files_sent(reply, visit, in_channel=in_channel)
        message = render_message(reply, share=visit.text if sharable and not in_channel else "")
        if in_channel:
            message = with_asker(message, visit.user, visit.text)
        await self._answers.send(visit, message, in_channel=in_channel)

    async def _with_files_sent(self, reply: Reply, visit: Visit, *, in_channel: bool) -> Reply:
        """Send an answer's files to the asker, never into a channel; who shares an answer has them already."""
        if not reply.attachments:
            return reply
        if visit.share:
            return without_files(reply, visit.text)
        deliveries = await self._files.hand_over(visit.user, reply.attachments)
        return with_deliveries(reply, deliveries, visit.text, in_channel=in_channel)

    async def _judge(self, visit: Visit) -> tuple[Reply | None, Asker]:
        """Tell why a visit is refused, if it is, and who asks."""
        standing = await self._access.standing(visit, self._connection.workspace)
        asker = Asker(
            platform=Platform.SLACK,
            name=f"slack:{visit.user}",
            is_admin=standing.is_admin,
            channel=f"slack:{visit.channel}",
        )
        if standing.is_stranger:
            return refusals.for_strangers(), asker
        if not refusals.is_allowed_channel(visit, self._channels):
            return refusals.for_other_channels(visit, self._channels), asker
        return None, asker

    async def _answer(self, visit: Visit, asker: Asker) -> Reply:
        try:
            async with asyncio.timeout(self._timing.answer):
                return await self._dispatch(visit.text, asker)
        except TimeoutError:
            self._log.warning("slack.answer-too-slow", seconds=self._timing.answer)
            return for_slow_answers(self._timing.answer)


class CalmApp(AsyncApp):
    """Acknowledges what Bolt itself cannot bear as well, or Slack would send it again and again."""

    async def async_dispatch(self, req: AsyncBoltRequest) -> BoltResponse:
        """Return 200 in any case."""
        response: BoltResponse = await super().async_dispatch(req)
        if response.status == TAKEN:
            return response
        structlog.get_logger("slack").warning("slack.unreadable-payload", kind=_kind(req.body))
        return BoltResponse(status=TAKEN)


def _kind(body: Mapping[str, Any]) -> str:
    """Return the word for the log."""
    return str(body.get("type", ""))[:LONGEST_KIND]


def _quiet_logger() -> logging.Logger:
    """Silence Bolt: its warnings are about settings that are not used here, its errors about nonsense payloads."""
    logger = logging.getLogger("slack_bolt.tlsrpt")
    logger.setLevel(logging.CRITICAL)
    return logger
