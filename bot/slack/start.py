"""Connects Slack: commands come in through Socket Mode, alerts go out through the Web API."""

from contextlib import AsyncExitStack

from bot.dispatch import Dispatcher
from bot.settings import Settings
from bot.slack.adapter import SlackAdapter, SlackRefused
from bot.slack.client import web_client
from bot.slack.transport import SlackTransport
from bot.transport import CannotConnect
from commands.question import Platform


async def start_slack(parts: AsyncExitStack, settings: Settings, dispatcher: Dispatcher) -> SlackTransport:
    """Start listening and return what posts. Raises CannotConnect when Slack does not take a token."""
    bot_token = settings.slack_bot_token.get_secret_value()
    prefix = f"{Platform.SLACK}:"
    adapter = SlackAdapter(
        bot_token=bot_token,
        app_token=settings.slack_app_token.get_secret_value(),
        api_url=settings.slack_api_url,
        dispatch=dispatcher.reply,
        admins=frozenset(admin.removeprefix(prefix) for admin in settings.admins if admin.startswith(prefix)),
        channels=frozenset(one.name for one in settings.channels if one.platform == Platform.SLACK),
    )
    parts.push_async_callback(adapter.stop)
    try:
        await adapter.start()
    except SlackRefused as error:
        raise CannotConnect(str(error)) from error
    return SlackTransport(web_client(bot_token, settings.slack_api_url))
