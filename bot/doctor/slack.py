"""Slack: whether the tokens are taken, and whether the app may do what the bot does."""

import json
from collections.abc import Sequence
from importlib.resources import files

from slack_sdk.web.async_client import AsyncWebClient

from bot.settings import Settings
from bot.slack.client import CALL_FAILURES, failure, web_client
from commands.doctor import Finding, Level
from commands.phrases import listing

AREA = "slack"
HISTORY = ("channels:history", "groups:history")
"""Optional: with them a message whose answer was lost is found again instead of being sent twice."""


async def examine_slack(settings: Settings) -> Sequence[Finding]:
    """Ask Slack about both tokens; nothing where none is set."""
    if not settings.speaks_slack:
        return []
    bot = web_client(settings.slack_bot_token.get_secret_value(), settings.slack_api_url)
    app = web_client(settings.slack_app_token.get_secret_value(), settings.slack_api_url)
    return [*await _bot_token(bot), await _app_token(app)]


async def _bot_token(client: AsyncWebClient) -> list[Finding]:
    try:
        said = await client.auth_test()
    except CALL_FAILURES as error:
        what_to_do = "Copy it again: OAuth & Permissions, Bot User OAuth Token."
        return [Finding(AREA, Level.ERROR, f"SLACK_BOT_TOKEN is not taken: {failure(error).word}.", what_to_do)]
    granted = {one.strip() for one in said.headers.get("x-oauth-scopes", "").split(",") if one.strip()}
    return [Finding(AREA, Level.OK, f"The workspace {said.get('team')} takes SLACK_BOT_TOKEN."), *judge_scopes(granted)]


def judge_scopes(granted: set[str]) -> list[Finding]:
    """Compare the scopes with those of the app's manifest; Slack may not tell any. Pure."""
    missing = [scope for scope in wanted_scopes() if scope not in granted]
    if not granted:
        return []
    if missing:
        what_to_do = "Add them under OAuth & Permissions, Bot Token Scopes, and install the app again."
        return [Finding(AREA, Level.ERROR, f"The app lacks {listing(missing)}.", what_to_do)]
    if not granted.issuperset(HISTORY):
        said = f"Without {listing(HISTORY)}, which are optional, an alert whose answer got lost may stand there twice."
        return [Finding(AREA, Level.OK, said)]
    return [Finding(AREA, Level.OK, "The app has every scope.")]


def wanted_scopes() -> list[str]:
    """Return the bot scopes of the manifest."""
    manifest = json.loads(files("bot.slack").joinpath("manifest.json").read_text(encoding="utf-8"))
    return [str(scope) for scope in manifest["oauth_config"]["scopes"]["bot"]]


async def _app_token(client: AsyncWebClient) -> Finding:
    try:
        await client.api_call("apps.connections.open")
    except CALL_FAILURES as error:
        what_to_do = "Make one under Basic Information, App-Level Tokens, with the scope connections:write."
        return Finding(AREA, Level.ERROR, f"SLACK_APP_TOKEN is not taken: {failure(error).word}.", what_to_do)
    return Finding(AREA, Level.OK, "Slack takes SLACK_APP_TOKEN for Socket Mode.")
