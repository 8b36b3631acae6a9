"""Alerts: whether anybody hears them."""

from collections.abc import Sequence

from bot.settings import Settings
from commands.doctor import Finding, Level
from commands.phrases import listing

AREA = "alerts"


async def examine_alerts(settings: Settings) -> Sequence[Finding]:
    """Look at where the settings send alerts."""
    connected = {"slack": settings.speaks_slack, "discord": settings.speaks_discord}
    if not any(connected.values()):
        what_to_do = "Set the tokens of Slack or Discord: docs/slack.md, docs/discord.md."
        return [Finding(AREA, Level.WARNING, "No chat is set up: alerts stand in the log only.", what_to_do)]
    channels = settings.alert_channels
    if not channels:
        what_to_do = "Set it, so that nothing goes unheard of what no `subscribe` routes."
        return [Finding(AREA, Level.WARNING, "TLSRPT_ALERT_CHANNELS names no channel.", what_to_do)]
    lost = [str(one) for one in channels if not connected.get(one.platform)]
    if lost:
        what_to_do = "Set its tokens, or take the channel out of TLSRPT_ALERT_CHANNELS."
        return [Finding(AREA, Level.ERROR, f"{listing(lost)} gets nothing: no token is set for it.", what_to_do)]
    return [
        Finding(AREA, Level.OK, f"Alerts go to {listing([str(one) for one in channels])}, and where `subscribe` says.")
    ]
