"""How long to wait: for news, between two looks, and before a connection is tried again. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds."""

    first_pause: float = 1
    """After a failure; each further one in a row doubles it."""
    longest_pause: float = 600
    steady: float = 60
    """A connection that lasted so long ends the row."""
    idle: float = 9 * 60
    """Waiting for news; then the folder is looked at anyway. Many routers forget a connection after ten minutes."""
    poll: float = 60
    """Between two looks at the folder where the server tells no news."""
    breath: float = 1
    """Between two looks at least."""
    command: float = 120
    """For one command, however busy the server looks; mails come in groups of few megabytes."""


class Pauses:
    """Growing pauses between attempts, as long as they fail in a row."""

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self._next = pace.first_pause

    def after(self, seconds: float) -> float:
        """Return how long to wait after an attempt that lasted so long."""
        pause = self._pace.first_pause if seconds >= self._pace.steady else self._next
        self._next = min(2 * pause, self._pace.longest_pause)
        return pause
