"""Sends an answer to the address that Slack gives with each command and button: five uses within 30 minutes."""

import asyncio
import json
from typing import Any

import structlog
from slack_sdk.webhook.async_client import AsyncWebhookClient
from slack_sdk.webhook.webhook_response import WebhookResponse

from bot.slack.blocks import Block
from bot.slack.client import CALL_FAILURES, CALL_SECONDS, failure, retry_after, unsent_only
from bot.slack.forms import Forms
from bot.slack.render import SlackMessage

HTTP_OK = 200
HTTP_TOO_MANY = 429
USES = 5
LONGEST_WAIT_SECONDS = 60.0
"""When Slack asks to wait for longer, the answer comes too late to be read."""
USED_UP = "used-up"


async def send_answer(response_url: str, message: SlackMessage, forms: Forms, *, in_channel: bool) -> bool:
    """Show a message to the asker, or to the channel; tell whether Slack took it. Never raises for Slack's faults."""
    return not await forms.send(message, ResponseAddress(response_url, message.text, in_channel=in_channel).send)


class ResponseAddress:
    """A response URL and the uses that are left of it; the last one carries text alone, which is always taken."""

    def __init__(self, url: str, text: str, *, in_channel: bool) -> None:
        self._client = AsyncWebhookClient(url, timeout=CALL_SECONDS, retry_handlers=[unsent_only()])
        self._text = text
        self._in_channel = in_channel
        self._left = USES
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
            wait = _wait(answer)
            if wait is None:
                word = refusal_word(answer)
                return self._refused(word, answer.status_code) if word else ""
            await asyncio.sleep(wait)
        return USED_UP

    def _refused(self, word: str, status: int) -> str:
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


def _wait(answer: WebhookResponse) -> float | None:
    """Return how many seconds Slack asks to wait before the same is sent again; None when it does not ask."""
    if answer.status_code != HTTP_TOO_MANY:
        return None
    seconds = retry_after(answer.headers)
    return 1.0 if seconds is None else min(seconds, LONGEST_WAIT_SECONDS)


def _body(text: str, blocks: list[dict[str, Any]] | None, *, in_channel: bool) -> dict[str, Any]:
    return {
        "response_type": "in_channel" if in_channel else "ephemeral",
        "replace_original": False,
        "text": text,
        "blocks": blocks,
        "mrkdwn": False,
        "link_names": False,
        "parse": "none",
        "unfurl_links": False,
        "unfurl_media": False,
    }
