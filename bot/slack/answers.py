"""Sends an answer to the address that Slack gives with each command and button: five uses within 30 minutes."""

import json
from typing import Any

import structlog
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.webhook.async_client import AsyncWebhookClient
from slack_sdk.webhook.webhook_response import WebhookResponse

from bot.slack.client import BLOCKS_REFUSED, CALL_FAILURES, CALL_SECONDS, failure, unsent_only
from bot.slack.render import SlackMessage

HTTP_OK = 200


async def send_answer(response_url: str, message: SlackMessage, *, in_channel: bool) -> bool:
    """Show a message to the asker, or to the channel; tell whether Slack took it. Never raises for Slack's faults.

    Uses the address three times at most: with blocks, else with plainer blocks, else with text alone.
    """
    client = AsyncWebhookClient(
        response_url,
        timeout=CALL_SECONDS,
        retry_handlers=[unsent_only(), AsyncRateLimitErrorRetryHandler(max_retry_count=2)],
    )
    log = structlog.get_logger("slack")
    for blocks in (message.blocks, message.plain_blocks, None):
        try:
            answer = await client.send_dict(_body(message.text, blocks, in_channel=in_channel))
        except CALL_FAILURES as error:
            log.warning("slack.answer-not-sent", reason=failure(error).word)
            return False
        refusal = refusal_word(answer)
        if not refusal:
            return True
        log.warning("slack.answer-refused", reason=refusal, status=answer.status_code)
        if refusal not in BLOCKS_REFUSED:
            return False
    return False


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
