"""A question as it comes from Discord: who asks what, and where."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody asks something, somewhere."""

    user: int
    roles: frozenset[int]
    manages_server: bool
    """Has the permission "Manage Server" in the guild, or all permissions."""
    guild: int | None
    """None in a direct message."""
    channel: int
    parent: int | None
    """The channel of a thread."""
    text: str
    """The command, without `/tlsrpt`."""
    share: bool = False
    """The answer goes to the channel."""
