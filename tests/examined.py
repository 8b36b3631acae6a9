"""A set-up in which not all is well, as `doctor` would find it."""

from collections.abc import Sequence

from bot.doctor.discord import judge_guilds
from bot.doctor.report_host import Way, judge_way
from bot.doctor.slack import judge_scopes, wanted_scopes
from commands.doctor import Finding

DOMAIN = "reports.example.net"


async def examined() -> Sequence[Finding]:
    """Judge what was seen; nothing is asked."""
    return [
        judge_way(DOMAIN, Way("mx1.example.net", ("192.0.2.25",), greets=DOMAIN), 25),
        judge_way(DOMAIN, Way("mx2.example.net", ("192.0.2.26",), why_silent="connection refused"), 25),
        judge_way(DOMAIN, Way("mx3.example.net", ()), 25),
        *judge_scopes(set(wanted_scopes()) - {"files:write"}),
        judge_guilds({"123": "Mail team"}, []),
    ]
