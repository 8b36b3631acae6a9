"""The Socket Mode connection: tokens checked first, then opened, watched, made anew when stuck, closed for good."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import structlog
from aiohttp import ClientError
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.access import Workspace
from bot.slack.client import CALL_FAILURES, RATE_LIMITED, TEMPORARY, failure
from bot.slack.quiet import QuietTime

CONNECT_SECONDS = 40.0
"""For both tokens and the socket together, where nobody waits for it."""
STUCK_SECONDS = 120.0


class SlackRefused(Exception):
    """Slack does not take a token; the message says which one and what to do."""


class SlackUnreachable(Exception):
    """Slack cannot be reached now, or limits the rate; `wait` says for how many seconds, 0 where it does not say."""

    def __init__(self, reason: str, wait: float | None = 0.0) -> None:
        super().__init__(reason)
        self.wait = wait


class TellingHandler(AsyncSocketModeHandler):
    """Tells when the acknowledgement of an envelope is on the wire."""

    def __init__(self, app: AsyncApp, app_token: str, ping_seconds: float, acknowledged: Callable[[], None]) -> None:
        super().__init__(app, app_token, ping_interval=ping_seconds)
        self._acknowledged = acknowledged

    async def handle(self, client: Any, req: SocketModeRequest) -> None:
        """Handle one envelope. One whose payload Bolt cannot bear is acknowledged, or it would come again and again."""
        try:
            await super().handle(client, req)
        except Exception as error:  # noqa: BLE001 -- strangers' payloads
            structlog.get_logger("slack").warning("slack.unreadable-payload", reason=type(error).__name__)
            with suppress(ClientError, OSError):
                await client.send_socket_mode_response(SocketModeResponse(envelope_id=req.envelope_id))
        finally:
            self._acknowledged()


async def workspace_of(client: AsyncWebClient) -> Workspace:
    """Check the bot token and tell whose it is. Raises SlackRefused and SlackUnreachable."""
    try:
        answer = await client.auth_test()
    except CALL_FAILURES as error:
        raise _not_open(error, "SLACK_BOT_TOKEN", "the bot token (xoxb-...) from OAuth & Permissions") from error
    team, enterprise, name, bot_user = (
        answer.get(key) or "" for key in ("team_id", "enterprise_id", "team", "user_id")
    )
    return Workspace(team, enterprise, name, bot_user)


async def socket_url(client: AsyncWebClient, app_token: str) -> str:
    """Check the app token and get an address for a socket. Raises SlackRefused and SlackUnreachable."""
    try:
        answer = await client.apps_connections_open(app_token=app_token)
    except CALL_FAILURES as error:
        hint = "an app-level token (xapp-...) with the scope connections:write, and Socket Mode switched on"
        raise _not_open(error, "SLACK_APP_TOKEN", hint) from error
    return str(answer.get("url") or "")


def _not_open(error: BaseException, setting: str, hint: str) -> SlackRefused | SlackUnreachable:
    found = failure(error)
    if not found.refused or found.word in TEMPORARY or found.word.startswith("http-"):
        wait = found.retry_after if found.word == RATE_LIMITED else 0.0
        return SlackUnreachable(f"Slack cannot be reached: {found.word}", wait)
    return SlackRefused(f"Slack refuses {setting} ({found.word}). It has to be {hint}.")


class SlackConnection:
    """One connection, kept open from `open` to `close`."""

    def __init__(
        self,
        app: AsyncApp,
        app_token: str,
        *,
        acknowledged: Callable[[], None],
        ping_seconds: float,
        close_seconds: float,
        monotonic: Callable[[], float],
    ) -> None:
        self.workspace = Workspace(team="")
        """Whose token it is; known once `open` has come that far."""
        self._app = app
        self._app_token = app_token
        self._acknowledged = acknowledged
        self._ping_seconds = ping_seconds
        self._close_seconds = close_seconds
        self._monotonic = monotonic
        self._handler: TellingHandler | None = None
        self._alive_at = monotonic()
        self._quiet = QuietTime(monotonic)
        self._log = structlog.get_logger("slack")

    async def open(self, within: float = CONNECT_SECONDS) -> None:
        """Check both tokens and connect within so many seconds. Raises SlackRefused and SlackUnreachable.

        Nothing is left open then.
        """
        try:
            async with asyncio.timeout(within):
                await self._open()
        except TimeoutError as error:
            raise SlackUnreachable(f"Slack does not let the bot connect within {within:.0f} seconds") from error
        except SlackUnreachable as error:
            self._quiet.begin(error.wait)
            raise

    async def _open(self) -> None:
        self.workspace = await workspace_of(self._app.client)
        url = await socket_url(self._app.client, self._app_token)
        handler = TellingHandler(self._app, self._app_token, self._ping_seconds, self._acknowledged)
        handler.client.wss_uri = url
        try:
            await handler.connect_async()  # type: ignore[no-untyped-call]  # slack-bolt leaves it untyped
        except BaseException:
            await _close(handler, self._close_seconds)
            raise
        self._handler = handler
        self._alive_at = self._monotonic()
        self._log.info("slack.connected", workspace=self.workspace.name, team=self.workspace.team)

    async def is_open(self) -> bool:
        """Tell whether the socket is connected now."""
        return self._handler is not None and await self._handler.client.is_connected()

    async def look_after(self) -> None:
        """Make the connection anew when there is none, or when the library has not mended it for two minutes.

        The library asks for an address once and then tries that one for ever, even when it has expired. While Slack
        asks to wait, nothing is tried.
        """
        if await self.is_open():
            self._alive_at = self._monotonic()
            return
        if self._handler is not None and self._monotonic() - self._alive_at < STUCK_SECONDS:
            return
        if self._quiet.lasts():
            return
        await self.close()
        try:
            await self.open()
        except SlackUnreachable as error:
            self._log.warning("slack.unreachable", reason=str(error))
        except SlackRefused as error:
            self._log.error("slack.refused", reason=str(error))

    async def close(self) -> None:
        """Close what is open."""
        handler, self._handler = self._handler, None
        if handler is not None:
            await _close(handler, self._close_seconds)


async def _close(handler: TellingHandler, seconds: float) -> None:
    # The library does all of this itself, unless the other side does not answer its goodbye.
    client = handler.client
    with suppress(TimeoutError, ClientError, OSError):
        async with asyncio.timeout(seconds):
            await handler.close_async()  # type: ignore[no-untyped-call]  # slack-bolt leaves it untyped
    tasks = [client.message_processor, client.current_session_monitor, client.message_receiver]
    running = [task for task in tasks if task is not None]
    for task in running:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)
    await client.aiohttp_client_session.close()
