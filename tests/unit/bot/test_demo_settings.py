"""The demo's settings come from nowhere else, and keep it on this machine; its introduction tells what to type."""

import pytest

from bot.demo.cast import RECEIVERS
from bot.demo.settings import demo_settings
from bot.demo_command import TO_TYPE, introduction
from commands.language import parse
from commands.registry import commands


def test_neither_the_environment_nor_env_has_a_say(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text("SLACK_BOT_TOKEN=xoxb-1\nDISCORD_TOKEN=abc\nTLSRPT_FAILURE_RATE=90%\n")
    monkeypatch.setenv("SLACK_APP_TOKEN", "xapp-1")
    monkeypatch.setenv("TLSRPT_DATABASE_URL", "sqlite:////somewhere/else.db")
    monkeypatch.setenv("TLSRPT_ALERT_CHANNELS", "slack:#ops")
    settings = demo_settings(tmp_path, 1234, 5678)
    assert not settings.speaks_slack
    assert not settings.discord_token.get_secret_value()
    assert not settings.slack_app_token.get_secret_value()
    assert settings.failure_rate == 0.05
    assert settings.alert_channels == ()
    assert settings.database_url.get_secret_value() == f"sqlite:///{tmp_path}/demo.db"


def test_it_listens_on_this_machine_alone_and_asks_nobody_outside(tmp_path):
    settings = demo_settings(tmp_path, 1234, 5678)
    assert [str(one) for one in (*settings.smtp_listen, *settings.http_listen)] == ["127.0.0.1:1234", "127.0.0.1:5678"]
    assert settings.dns_servers == (("127.0.0.1", 9),)
    assert not settings.dkim_required


@pytest.mark.parametrize(("typed", "_shown"), TO_TYPE)
def test_what_it_says_to_type_is_a_command_about_a_domain_of_the_story(typed, _shown):
    question = parse(typed, commands(), known_domains=tuple)
    assert question.values.get("domain", RECEIVERS[0].name) in {receiver.name for receiver in RECEIVERS}


def test_keys_are_told_only_where_they_do_something(tmp_path):
    settings = demo_settings(tmp_path, 1234, 5678)
    assert "Tab completes" in introduction(settings, at_a_prompt=True).notes[1]
    plain = introduction(settings, at_a_prompt=False).notes[1]
    assert plain == "`help` lists the rest, `exit` ends the demo."
