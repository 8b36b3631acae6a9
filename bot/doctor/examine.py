"""Examines the bot's own set-up: every area side by side, each within a limit."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from bot.doctor.alerts import examine_alerts
from bot.doctor.certificate import examine_certificate
from bot.doctor.database import examine_database
from bot.doctor.discord import examine_discord
from bot.doctor.mailbox import examine_mailbox
from bot.doctor.ports import examine_http, examine_smtp
from bot.doctor.report_host import examine_report_host
from bot.doctor.settings import examine_settings
from bot.doctor.slack import examine_slack
from bot.settings import Settings
from commands.doctor import Finding, Level

SECONDS = 15.0
"""For one area."""
Look = Callable[[Settings], Awaitable[Sequence[Finding]]]
AREAS: tuple[tuple[str, Look], ...] = (
    ("settings", examine_settings),
    ("database", examine_database),
    ("smtp", examine_smtp),
    ("http", examine_http),
    ("certificate", examine_certificate),
    ("report host", examine_report_host),
    ("mailbox", examine_mailbox),
    ("slack", examine_slack),
    ("discord", examine_discord),
    ("alerts", examine_alerts),
)


async def examine(settings: Settings, seconds: float = SECONDS) -> list[Finding]:
    """Return what was found, area by area; never raises."""
    looks = (_within(seconds, area, look(settings)) for area, look in AREAS)
    return [one for found in await asyncio.gather(*looks) for one in found]


async def _within(seconds: float, area: str, look: Awaitable[Sequence[Finding]]) -> Sequence[Finding]:
    try:
        async with asyncio.timeout(seconds):
            return await look
    except TimeoutError:
        return [Finding(area, Level.WARNING, f"No answer within {seconds:g} s.")]
    except Exception as error:  # noqa: BLE001 -- one area must not hide the others
        return [Finding(area, Level.ERROR, f"This could not be examined ({type(error).__name__}).")]
