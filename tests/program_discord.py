"""A Discord that the program speaks on: what it said there, and ways to ask it."""

from collections.abc import Callable
from typing import Any

from aiohttp import web

from ingest.sample import sample_mail
from tests.discord_limits import faults, shown
from tests.discord_messages import Asked, Shown
from tests.discord_objects import CHANNEL
from tests.discord_server import TOKEN, DiscordServer
from tests.program_mails import RECIPIENT, now, send
from tests.program_process import Program

ADMIN = 300_000_000_000_000_009


class WatchedDiscord(DiscordServer):
    """Lets a test act before the answer to a post is out."""

    def __init__(self) -> None:
        super().__init__()
        self.before_the_answer: Callable[[], None] = lambda: None

    async def _post(self, request: web.Request) -> web.Response:
        found = await super()._post(request)
        self.before_the_answer()
        return found

    def posts_about(self, domain: str) -> list[Shown]:
        headline = f" {domain}: "
        return [one for one in self.messages if headline in one.payload["content"]]


def on(discord: DiscordServer) -> dict[str, str]:
    """Settings of a bot that speaks on this Discord."""
    return {
        "DISCORD_TOKEN": TOKEN,
        "DISCORD_API_URL": discord.api_url,
        "DISCORD_GATEWAY_URL": discord.gateway_url,
        "TLSRPT_ADMINS": f"discord:{ADMIN}",
        "TLSRPT_ALERT_CHANNELS": f"discord:{CHANNEL}",
        "TLSRPT_EVALUATE_SECONDS": "0",
    }


async def asked(
    program: Program, discord: DiscordServer, path: str, options: dict[str, Any] | None = None, **more: Any
) -> Asked:
    """Type a command; return it when it is answered to its asker, and the answer is held to the limits."""
    await program.until(lambda: discord.gateway.is_connected)
    one = await discord.command(path, options, **more)
    await program.until(lambda: one.original)
    assert one.seconds_to_ack < 1
    assert one.original is not None
    assert faults(one.original.payload, tuple(one.original.files)) == []
    return one


def said(one: Asked) -> str:
    """What the asker reads."""
    assert one.original is not None
    return shown(one.original.payload)


async def fault_reported(program: Program, domain: str, failures: int) -> None:
    assert await send(program.smtp_port, sample_mail(domain, failures, RECIPIENT, now())) == [250]


async def everything_said_until(program: Program, discord: WatchedDiscord, domain: str) -> None:
    """Report a fault of a domain that is new here and wait for its alert: what was due before is said before."""
    await fault_reported(program, domain, 50)
    await program.until(lambda: discord.posts_about(domain))
