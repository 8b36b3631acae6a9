"""The settings: those that do nothing, a file that others can read, a report domain that nobody can reach."""

import stat
from collections.abc import Sequence
from pathlib import Path

from bot.settings import LOCAL, Settings
from bot.settings_start import ENV_FILE, not_built_yet
from commands.doctor import Finding, Level

AREA = "settings"


async def examine_settings(settings: Settings) -> Sequence[Finding]:
    """Look at what the settings say, and at their file."""
    found = [Finding(AREA, Level.WARNING, f"{sentence}.") for sentence in not_built_yet(settings)]
    if settings.report_domain == LOCAL and settings.imap_url is None:
        what_to_do = "Set TLSRPT_REPORT_DOMAIN to a host name of yours; the README says how."
        found.append(Finding(AREA, Level.WARNING, "Reports reach this machine only from itself.", what_to_do))
    if others_can_read(ENV_FILE):
        found.append(
            Finding(AREA, Level.WARNING, f"Everybody on this machine can read {ENV_FILE}.", f"chmod 600 {ENV_FILE}")
        )
    return found or [Finding(AREA, Level.OK, "Every setting is known and has a sound value.")]


def others_can_read(file: Path) -> bool:
    try:
        return bool(file.stat().st_mode & stat.S_IROTH)
    except OSError:
        return False
