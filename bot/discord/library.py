"""discord.py: loaded quietly, pointed at a server. Everything here that needs the library takes it from this module."""

import logging
import warnings

import yarl

with warnings.catch_warnings():
    # Its voice part loads audioop, which Python 3.13 has no more. Nothing here speaks.
    warnings.simplefilter("ignore", DeprecationWarning)
    import discord
    import discord.ui

__all__ = ["discord", "point_at", "quieten"]


def point_at(api_url: str, gateway_url: str) -> None:
    """Say where Discord is. The library keeps both addresses on its classes: there is no other place to say it."""
    discord.http.Route.BASE = api_url.rstrip("/")
    discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(gateway_url)


def quieten() -> None:
    """Let the library log what is wrong; what is well is said by us. A lack of voice libraries is not wrong."""
    logging.getLogger("discord").setLevel(logging.WARNING)
    discord.VoiceClient.warn_nacl = False
    discord.VoiceClient.warn_dave = False
