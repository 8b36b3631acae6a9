"""Whether a message for Slack keeps to the limits, in every form in which it may be tried."""

import json
from typing import Any

from bot.slack.chart import instead_of_charts, picture_block
from bot.slack.render import SlackMessage
from tests.slack_limits import faults


def part(message: SlackMessage, kind: str) -> dict[str, Any]:
    return next(block for block in message.blocks if block["type"] == kind)


def forms(message: SlackMessage) -> list[list[dict[str, Any]]]:
    """Every form in which a message may be tried."""
    both = [message.blocks, message.plain_blocks]
    if message.chart is None:
        return both
    picture = [picture_block(message.chart, "F012345678")]
    return [*both, *(instead_of_charts(blocks, picture) for blocks in both)]


def sound(message: SlackMessage) -> None:
    for blocks in forms(message):
        assert faults(blocks) == []
    assert 1 <= len(message.text) <= 4_000
    json.dumps([message.blocks, message.plain_blocks, message.text], ensure_ascii=False, allow_nan=False).encode()
