"""The forms in which machines get figures and times (`ask --json`). Pure."""

from datetime import datetime

from commands.period import Window
from storage.totals import Sessions


def sessions_data(sessions: Sessions) -> dict[str, int]:
    return {"total": sessions.total, "successful": sessions.successful, "failed": sessions.failed}


def window_data(span: Window) -> dict[str, str]:
    """Return the days, both inclusive."""
    return {"from": span.first.isoformat(), "to": span.last.isoformat()}


def rfc3339(moment: datetime | None) -> str | None:
    """Return `2026-03-10T12:00:00Z`; the moment is aware UTC."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ") if moment else None
