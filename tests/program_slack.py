"""A Slack that the program speaks on: what it said there, and ways to ask it."""

import time
from collections.abc import Callable
from typing import Any

from ingest.sample import sample_mail
from tests.program_mails import RECIPIENT, now, send
from tests.program_process import Program
from tests.slack_limits import faults
from tests.slack_server import APP_TOKEN, BOT_TOKEN, SlackServer

ADMIN = "U0ADM"
CHANNEL = "C0OPS"


class WatchedSlack(SlackServer):
    """Notes when each message was asked for, and lets a test act before the answer to one is out."""

    def __init__(self) -> None:
        super().__init__()
        self.asked_at: list[float] = []
        self.before_the_answer: Callable[[], None] = lambda: None

    def _next_fault(self, method: str) -> Any:
        if method == "chat.postMessage":
            self.asked_at.append(time.monotonic())
        return super()._next_fault(method)

    def _do(self, method: str, authorization: str, arguments: dict[str, Any]) -> dict[str, Any]:
        found = super()._do(method, authorization, arguments)
        if method == "chat.postMessage":
            self.before_the_answer()
        return found

    def posts_about(self, domain: str) -> list[dict[str, Any]]:
        return [message for message in self.messages if f" {domain}: " in message["text"].splitlines()[0]]


def on(slack: SlackServer) -> dict[str, str]:
    """Settings of a bot that speaks on this Slack."""
    return {
        "SLACK_BOT_TOKEN": BOT_TOKEN,
        "SLACK_APP_TOKEN": APP_TOKEN,
        "SLACK_API_URL": slack.api_url,
        "TLSRPT_ADMINS": f"slack:{ADMIN}",
        "TLSRPT_ALERT_CHANNELS": "slack:#mail-ops",
        "TLSRPT_EVALUATE_SECONDS": "0",
    }


async def asked(program: Program, slack: SlackServer, text: str, **more: str) -> dict[str, Any]:
    """Type a command; return the answer as it came by the response URL."""
    number = len(slack.answers)
    envelope = await slack.command(text, **more)
    await program.until(lambda: len(slack.answers) > number)
    assert envelope.seconds_to_ack < 3
    body = slack.answers[number].body
    assert faults(body["blocks"]) == []
    return body


async def fault_reported(program: Program, domain: str, failures: int) -> None:
    assert await send(program.smtp_port, sample_mail(domain, failures, RECIPIENT, now())) == [250]


async def everything_said_until(program: Program, slack: WatchedSlack, domain: str) -> None:
    """Report a fault of a domain that is new here and wait for its alert: what was due before is said before."""
    await fault_reported(program, domain, 50)
    await program.until(lambda: slack.posts_about(domain))
