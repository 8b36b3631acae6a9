"""Who may ask, and who is an admin. Pure: all that is needed comes with each interaction."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from bot.discord.visit import Visit


class Standing(StrEnum):
    """What a person is to this bot, there where the question is asked."""

    STRANGER = "stranger"
    MEMBER = "member"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Access:
    """What the settings say. All ids are Discord's."""

    guilds: frozenset[int] = frozenset()
    """TLSRPT_DISCORD_GUILDS; empty for the only one that the bot is in."""
    admins: frozenset[int] = frozenset()
    """Users and roles."""
    channels: frozenset[int] = frozenset()
    """Channels in which may be asked; empty for all."""

    def served(self, present: Collection[int]) -> frozenset[int]:
        """Return the guilds that are served, given those that the bot is in."""
        if self.guilds:
            return self.guilds & frozenset(present)
        return frozenset(present) if len(present) == 1 else frozenset()

    def standing(self, visit: Visit, served: Collection[int]) -> Standing:
        """Judge a visit. In a direct message only admins who are listed by their own id are known."""
        if visit.guild is None:
            return Standing.ADMIN if visit.user in self.admins else Standing.STRANGER
        if visit.guild not in served:
            return Standing.STRANGER
        listed = bool({visit.user, *visit.roles} & self.admins)
        return Standing.ADMIN if listed or visit.manages_server else Standing.MEMBER

    def may_ask_in(self, visit: Visit) -> bool:
        """Tell whether commands are answered in this channel, or in the one that its thread belongs to."""
        return not self.channels or bool({visit.channel, visit.parent} & self.channels)
