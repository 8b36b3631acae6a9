"""What goes wrong on the way to any platform, on request."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Broken:
    """Answer with another status and no JSON."""

    status: int = 503


@dataclass(frozen=True)
class AnswerLost:
    """Do what was asked, then drop the connection without an answer."""


@dataclass(frozen=True)
class Slow:
    """Answer, but late."""

    seconds: float
