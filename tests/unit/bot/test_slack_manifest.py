"""The app manifest agrees with the program, and the guide with the manifest."""

import json
from pathlib import Path

from bot.slack.render import SLASH_COMMAND

ROOT = Path(__file__).parents[3]
MANIFEST = json.loads((ROOT / "bot" / "slack" / "manifest.json").read_text(encoding="utf-8"))
GUIDE = (ROOT / "docs" / "slack.md").read_text(encoding="utf-8")


def test_the_manifest_declares_the_command_that_answers_name():
    assert [command["command"] for command in MANIFEST["features"]["slash_commands"]] == [SLASH_COMMAND]


def test_typed_text_reaches_the_bot_as_typed():
    assert MANIFEST["features"]["slash_commands"][0]["should_escape"] is False


def test_socket_mode_and_buttons_are_on_and_tokens_do_not_rotate():
    settings = MANIFEST["settings"]
    assert settings["socket_mode_enabled"] is True
    assert settings["interactivity"]["is_enabled"] is True
    assert settings["token_rotation_enabled"] is False


def test_the_app_asks_for_no_more_than_it_uses():
    used = ["commands", "chat:write", "chat:write.public", "files:write", "im:write", "users:read", "usergroups:read"]
    assert MANIFEST["oauth_config"] == {"scopes": {"bot": used}}


def test_people_can_read_the_bot_s_direct_messages_and_need_not_write_any():
    home = MANIFEST["features"]["app_home"]
    assert home["messages_tab_enabled"] is True
    assert home["messages_tab_read_only_enabled"] is True


def test_slack_takes_the_texts_by_their_length():
    shown = MANIFEST["display_information"]
    assert len(shown["name"]) <= 35
    assert len(shown["description"]) <= 140


def test_the_guide_explains_every_scope():
    for scope in MANIFEST["oauth_config"]["scopes"]["bot"]:
        assert f"`{scope}`" in GUIDE
