"""Connects Slack: commands come in through Socket Mode, alerts go out through the Web API."""

from bot.dispatch import Dispatcher
from bot.settings import Settings
from bot.slack.adapter import SlackAdapter, SlackRefused, Timing
from bot.slack.client import web_client
from bot.slack.transport import SlackTransport
from bot.transport import CannotStart
from commands.question import Platform

TIMING = Timing(close=1.0, drain=2.0)
"""A stop has to end within 5 s, whatever Slack does."""


class Slack:
    """Slack in both directions. To be made inside the running loop; may be stopped at any point of its start."""

    def __init__(self, adapter: SlackAdapter, transport: SlackTransport) -> None:
        self._adapter = adapter
        self._transport = transport

    async def start(self) -> SlackTransport:
        """Begin to listen and return what posts. Raises CannotStart when Slack does not take a token."""
        try:
            await self._adapter.start()
        except SlackRefused as error:
            raise CannotStart(str(error)) from error
        return self._transport

    async def trouble(self) -> str:
        """Say what is wrong with the connection now; empty if nothing is."""
        return "" if await self._adapter.is_open() else "not connected"

    async def stop(self) -> None:
        await self._adapter.stop()


def make_slack(settings: Settings, dispatcher: Dispatcher) -> Slack:
    """Build both directions from the settings."""
    bot_token = settings.slack_bot_token.get_secret_value()
    prefix = f"{Platform.SLACK}:"
    adapter = SlackAdapter(
        bot_token=bot_token,
        app_token=settings.slack_app_token.get_secret_value(),
        api_url=settings.slack_api_url,
        dispatch=dispatcher.reply,
        admins=frozenset(admin.removeprefix(prefix) for admin in settings.admins if admin.startswith(prefix)),
        channels=frozenset(one.name for one in settings.channels if one.platform == Platform.SLACK),
        timing=TIMING,
    )
    return Slack(adapter, SlackTransport(web_client(bot_token, settings.slack_api_url), adapter.forms))
