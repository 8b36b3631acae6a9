"""What the settings say about Discord, and that discord.py is loaded by those who use it, and quietly."""

import subprocess
import sys

import pytest

from bot.discord.access import Access
from bot.discord.start import access_from
from bot.settings_start import SettingsError, load_settings, not_built_yet


@pytest.fixture
def settings(tmp_path, monkeypatch):
    """Read settings from a file."""
    for name in ("DISCORD_TOKEN", "DISCORD_API_URL", "TLSRPT_DISCORD_GUILDS", "TLSRPT_ADMINS"):
        monkeypatch.delenv(name, raising=False)

    def read(**values):
        file = tmp_path / ".env"
        file.write_text("".join(f"{name}={value}\n" for name, value in values.items()))
        return load_settings(file)

    return read


def test_ids_are_read_from_the_settings_that_name_discord(settings):
    found = settings(
        DISCORD_TOKEN="t",
        TLSRPT_DISCORD_GUILDS="123, 456",
        TLSRPT_ADMINS="discord:789,slack:U0123",
        TLSRPT_CHANNELS="discord:1011,slack:#mail-ops",
    )
    assert access_from(found) == Access(frozenset({123, 456}), frozenset({789}), frozenset({1011}))
    assert found.speaks_discord
    assert not_built_yet(found) == []


def test_without_a_token_nothing_speaks_discord(settings):
    assert not settings().speaks_discord
    assert access_from(settings()) == Access()


def test_a_token_may_come_from_a_file(settings, tmp_path):
    (tmp_path / "token").write_text("secret\n")
    assert settings(DISCORD_TOKEN_FILE=tmp_path / "token").discord_token.get_secret_value() == "secret"


@pytest.mark.parametrize(
    ("name", "value", "fault"),
    [
        ("TLSRPT_DISCORD_GUILDS", "Mail team", "must be ids of Discord servers"),
        ("TLSRPT_DISCORD_GUILDS", "123,\u0664\u0665", "must be ids of Discord servers"),
        ("TLSRPT_ALERT_CHANNELS", "discord:#mail-ops", "must name a channel of Discord by its id"),
        ("TLSRPT_CHANNELS", "discord:mail", "must name a channel of Discord by its id"),
    ],
)
def test_what_is_no_id_stops_the_start(settings, name, value, fault):
    with pytest.raises(SettingsError, match=fault):
        settings(**{name: value})


def run(code):
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)  # noqa: S603


def test_discord_py_is_not_loaded_by_the_program_nor_by_what_draws():
    done = run("import sys, bot.app, bot.__main__, bot.discord.render; sys.exit('discord' in sys.modules)")
    assert (done.returncode, done.stderr) == (0, "")


def test_discord_py_is_loaded_without_a_warning():
    done = run("import warnings; warnings.simplefilter('error'); import bot.discord.start")
    assert (done.returncode, done.stderr) == (0, "")
