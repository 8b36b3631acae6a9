"""Posts what the outbox holds into Slack's channels, and finds messages whose answer was lost."""

import time
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.blocks import Block
from bot.slack.client import (
    BLOCKS_REFUSED,
    CALL_FAILURES,
    LITERAL,
    Failure,
    failure,
    posting_client,
)
from bot.slack.files import SlackFiles
from bot.slack.forms import Forms
from bot.slack.obstacles import in_words, is_permanent, is_settled, what_to_do
from bot.slack.render import SlackMessage, render_message
from bot.transport import TransportError
from commands.reply import Reply

EVENT_TYPE = "tlsrpt_outbox"
CLOCK_SKEW = timedelta(minutes=2)
HISTORY_PAGES = 10
PAGE_MESSAGES = 200
CHANNEL_PAGES = 20
PAGE_CHANNELS = 1_000
SCOPES_TO_FIND = "channels:history (private channels: groups:history), channels:read and metadata.message:read"


class SlackTransport:
    """Where the outbox hands its messages to."""

    def __init__(self, client: AsyncWebClient, forms: Forms | None = None) -> None:
        """Take `forms` where something else sends to the same workspace, so that what it takes is learnt once."""
        self._reading = client
        self._posting = posting_client(client)
        self._forms = forms or Forms(SlackFiles(client), time.monotonic)
        self._channel_ids: dict[str, str] = {}
        self._told: set[tuple[str, str]] = set()
        self._log = structlog.get_logger("slack")

    async def post(self, channel: str, reply: Reply, key: str) -> str:
        """Post a reply into a channel (`#name` or id) and give its reference, `C0123/1712345.678`.

        `key` goes with the message as metadata, so that `find` knows it again. Raises TransportError.
        """
        message = render_message(reply)
        answer = await self._accepted(channel, message, key)
        posted_in, timestamp = answer.get("channel"), answer.get("ts")
        if not isinstance(posted_in, str) or not isinstance(timestamp, str):
            raise TransportError("answer-lost", permanent=False)
        self._channel_ids[channel] = posted_in
        return f"{posted_in}/{timestamp}"

    async def find(self, channel: str, key: str, since: datetime) -> str | None:
        """Give the reference of the message that was posted with this key at or after `since` (aware).

        None when there is none, and when the bot may not read the channel's history. Raises TransportError when
        Slack cannot be asked now, or limits the rate: then nobody knows, and posting again could double the message.
        """
        try:
            channel_id = await self._channel_id(channel)
            if channel_id is None:
                self._tell_unreadable(channel, Failure("channel_not_found", refused=True))
                return None
            async for message in self._history(channel_id, since - CLOCK_SKEW):
                if _key_of(message) == key:
                    return f"{channel_id}/{message['ts']}"
        except CALL_FAILURES as error:
            found = failure(error)
            if not is_settled(found):
                raise _transport_error(found) from error
            self._tell_unreadable(channel, found)
        return None

    def _tell_unreadable(self, channel: str, found: Failure) -> None:
        """Log once for each reason, not for each message."""
        if (found.word, found.needed) in self._told:
            return
        self._told.add((found.word, found.needed))
        self._log.warning(
            "slack.history-not-readable",
            channel=channel,
            reason=found.word,
            needed=found.needed or SCOPES_TO_FIND,
            so="a message whose answer was lost is posted again and may appear twice",
        )

    async def _accepted(self, channel: str, message: SlackMessage, key: str) -> Any:
        """Post in the best form that Slack takes."""
        answers: list[Any] = []

        async def send(blocks: list[Block] | None) -> str:
            try:
                answers.append(await self._sent(channel, message.text, blocks, key))
            except TransportError as refusal:
                if refusal.reason not in BLOCKS_REFUSED or blocks is None:
                    raise
                return refusal.reason
            return ""

        await self._forms.send(message, send)
        return answers[0]

    async def _sent(self, channel: str, text: str, blocks: list[Block] | None, key: str) -> Any:
        try:
            return await self._posting.chat_postMessage(
                channel=channel,
                text=text,
                blocks=blocks,
                **LITERAL,
                metadata={"event_type": EVENT_TYPE, "event_payload": {"key": key}},
            )
        except CALL_FAILURES as error:
            raise _transport_error(failure(error)) from error

    async def _channel_id(self, channel: str) -> str | None:
        """Give a channel's id; a name is looked up among the public channels unless a post has told it."""
        if not channel.startswith("#"):
            return channel
        if channel not in self._channel_ids:
            cursor = ""
            for _ in range(CHANNEL_PAGES):
                page = await self._reading.conversations_list(
                    limit=PAGE_CHANNELS, exclude_archived=True, types="public_channel", cursor=cursor
                )
                names = {f"#{one.get('name')}": str(one.get("id")) for one in page.get("channels") or []}
                if channel in names:
                    self._channel_ids[channel] = names[channel]
                    break
                cursor = _next_cursor(page)
                if not cursor:
                    break
        return self._channel_ids.get(channel)

    async def _history(self, channel_id: str, oldest: datetime) -> AsyncIterator[dict[str, Any]]:
        cursor = ""
        for _ in range(HISTORY_PAGES):
            page = await self._reading.conversations_history(
                channel=channel_id,
                oldest=f"{oldest.timestamp():.6f}",
                include_all_metadata=True,
                limit=PAGE_MESSAGES,
                cursor=cursor,
            )
            for message in page.get("messages") or []:
                yield message
            cursor = _next_cursor(page)
            if not cursor:
                return


def _key_of(message: dict[str, Any]) -> str | None:
    metadata = message.get("metadata") or {}
    if metadata.get("event_type") != EVENT_TYPE:
        return None
    key = (metadata.get("event_payload") or {}).get("key")
    return key if isinstance(key, str) else None


def _next_cursor(page: Any) -> str:
    return str((page.get("response_metadata") or {}).get("next_cursor") or "")


def _transport_error(found: Failure) -> TransportError:
    return TransportError(
        in_words(found),
        permanent=is_permanent(found),
        retry_after=found.retry_after,
        refused=found.refused,
        what_to_do=what_to_do(found),
    )
