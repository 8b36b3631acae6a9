"""Sends an answer to the address that Slack gives with each command and button: five uses within 30 minutes.

Where that address is no good any more, the answer goes by the Web API.
"""

import asyncio
import json
from typing import Any

import structlog
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient
from slack_sdk.webhook.webhook_response import WebhookResponse

from bot.slack.blocks import Block
from bot.slack.client import CALL_FAILURES, CALL_SECONDS, HTTP_TOO_MANY, LITERAL, failure, retry_after, unsent_only
from bot.slack.forms import Forms
from bot.slack.render import SlackMessage
from bot.slack.visit import Visit

HTTP_OK = 200
HTTP_GONE = frozenset({404, 410})
HTTP_OUT_OF_ORDER = 500
PAUSE_SECONDS = 1.0
USES = 5
LONGEST_WAIT_SECONDS = 60.0
"""When Slack asks to wait for longer, the answer comes too late to be read."""
USED_UP = "used-up"
GONE = frozenset({"used_url", "expired_url", "unreachable", USED_UP})
"""Words after which an address takes nothing more, and nothing was shown."""


class Answers:
    """Shows answers to askers and channels."""

    def __init__(self, client: AsyncWebClient, forms: Forms, pause: float = PAUSE_SECONDS) -> None:
        """Take a client that never repeats a call, and how long to wait where Slack does not say how long."""
        self._client = client
        self._forms = forms
        self._pause = pause
        self._log = structlog.get_logger("slack")

    async def send(self, visit: Visit, message: SlackMessage, *, in_channel: bool) -> bool:
        """Show a message to the asker, or to the channel; tell whether Slack took it. Never raises for Slack's faults.

        An act is done when its answer comes: the answer must not be lost with its address.
        """
        address = ResponseAddress(visit.response_url, message.text, self._pause, in_channel=in_channel)
        refusal = await self._forms.send(message, address.send)
        if refusal and address.is_gone:
            direct = DirectAnswer(self._client, visit, message.text, in_channel=in_channel)
            refusal = await self._forms.send(message, direct.send)
            if refusal:
                self._log.error("slack.answer-lost", user=visit.user, channel=visit.channel, reason=refusal)
        return not refusal


class DirectAnswer:
    """An answer by the Web API, for which the bot has to be in the channel."""

    def __init__(self, client: AsyncWebClient, visit: Visit, text: str, *, in_channel: bool) -> None:
        self._client = client
        self._visit = visit
        self._text = text
        self._in_channel = in_channel

    async def send(self, blocks: list[Block] | None) -> str:
        """Send with these blocks and return Slack's refusal; empty when it was taken."""
        message: dict[str, Any] = {"channel": self._visit.channel, "text": self._text, "blocks": blocks, **LITERAL}
        try:
            if self._in_channel:
                await self._client.chat_postMessage(**message)
            else:
                await self._client.chat_postEphemeral(user=self._visit.user, **message)
        except CALL_FAILURES as error:
            return failure(error).word
        return ""


class ResponseAddress:
    """A response URL and the uses that are left of it; the last one carries text alone, which is always taken."""

    def __init__(self, url: str, text: str, pause: float, *, in_channel: bool) -> None:
        self._pause = pause
        self._client = AsyncWebhookClient(url, timeout=CALL_SECONDS, retry_handlers=[unsent_only()])
        self._text = text
        self._in_channel = in_channel
        self._left = USES
        self.is_gone = False
        """It takes nothing more, and the last try showed nothing."""
        self._log = structlog.get_logger("slack")

    async def send(self, blocks: list[Block] | None) -> str:
        """Send with these blocks and return Slack's refusal; empty when it was taken."""
        while self._left:
            self._left -= 1
            body = _body(self._text, blocks if self._left else None, in_channel=self._in_channel)
            try:
                answer = await self._client.send_dict(body)
            except CALL_FAILURES as error:
                return self._refused(failure(error).word, 0)
            wait = _wait(answer, self._pause)
            if wait is None:
                word = refusal_word(answer)
                return self._refused(word, answer.status_code) if word else ""
            await asyncio.sleep(wait)
        return self._refused(USED_UP, HTTP_TOO_MANY)

    def _refused(self, word: str, status: int) -> str:
        self.is_gone = word in GONE or status in HTTP_GONE
        self._log.warning("slack.answer-refused", reason=word, status=status, uses_left=self._left)
        return word


def refusal_word(answer: WebhookResponse) -> str:
    """Give Slack's word for why it did not take an answer; empty when it did. It comes as JSON or as bare text."""
    body = (answer.body or "").strip()
    word = body
    if body.startswith("{"):
        try:
            told = json.loads(body)
        except ValueError:
            told = {}
        word = "" if told.get("ok") is True else str(told.get("error") or f"http-{answer.status_code}")
    if answer.status_code == HTTP_OK:
        return "" if word in ("", "ok") else word[:100]
    return word[:100] or f"http-{answer.status_code}"


def _wait(answer: WebhookResponse, unless_said: float) -> float | None:
    """Return how many seconds to wait before the same is sent again; None when that is of no use."""
    if answer.status_code >= HTTP_OUT_OF_ORDER:
        return unless_said
    if answer.status_code != HTTP_TOO_MANY:
        return None
    seconds = retry_after(answer.headers)
    return unless_said if seconds is None else min(seconds, LONGEST_WAIT_SECONDS)


def _body(text: str, blocks: list[dict[str, Any]] | None, *, in_channel: bool) -> dict[str, Any]:
    return {
        "response_type": "in_channel" if in_channel else "ephemeral",
        "replace_original": False,
        "text": text,
        "blocks": blocks,
        **LITERAL,
    }
