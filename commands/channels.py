"""Channels as people name them: the one in which a question is asked, or `channel=slack:#mail-ops`. Pure."""

import re
from dataclasses import dataclass

from commands.question import Asker, Platform, UsageError
from commands.quoting import quoted

CHAT_PLATFORMS = (Platform.SLACK.value, Platform.DISCORD.value)
_SLACK_ID = re.compile(r"[CGD][A-Z0-9]{5,30}", re.ASCII)
_SLACK_NAME = re.compile(r"#?[^\s,#<>|:@`\"']{1,80}")
_DISCORD_ID = re.compile(r"\d{2,20}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Channel:
    """A place in a chat: `slack:C0123`, `slack:#mail-ops`, `discord:1234`."""

    platform: str
    name: str

    @property
    def is_named(self) -> bool:
        """Whether it is known by a name, not by the platform's id."""
        return self.name.startswith("#")

    def __str__(self) -> str:
        return f"{self.platform}:{self.name}"


def channel_of(asker: Asker) -> Channel | None:
    """Return the channel in which somebody asks; None in the terminal, which has none."""
    platform, _, name = asker.channel.partition(":")
    return Channel(platform, name) if name else None


def channel_meant(typed: str | None, asker: Asker) -> Channel:
    """Return the channel that was typed, else the one in which is asked. Raises UsageError."""
    here = channel_of(asker)
    if typed is not None:
        return read_channel(typed)
    if here is None:
        raise UsageError(
            "no-channel",
            "There is no channel here: type it in the channel that it is for, or add `channel=slack:#mail-ops`.",
        )
    return here


def read_channel(typed: str) -> Channel:
    """Read `slack:#mail-ops`, `slack:C0123` or `discord:1234`. Raises UsageError `bad-channel`."""
    platform, _, name = typed.partition(":")
    platform = platform.casefold()
    if platform == Platform.SLACK and _SLACK_ID.fullmatch(name):
        return Channel(platform, name)
    if platform == Platform.SLACK and _SLACK_NAME.fullmatch(name) and name.isprintable():
        return Channel(platform, f"#{name.removeprefix('#')}")
    if platform == Platform.DISCORD and _DISCORD_ID.fullmatch(name):
        return Channel(platform, name)
    raise UsageError(
        "bad-channel",
        f"{quoted(typed)} is no channel: write `channel=slack:#mail-ops`, `channel=slack:C0123ABCD` or "
        "`channel=discord:123456789`.",
    )
