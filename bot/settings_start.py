"""Reads the settings at the start: all faults at once, and a word about what is set and not built yet."""

import difflib
import os
import re
from collections.abc import Iterator
from pathlib import Path

from dotenv import dotenv_values
from pydantic import ValidationError

from bot.secret_files import secret_names, unreadable_files
from bot.settings import Settings

ENV_FILE = Path(".env")
SHARED_PREFIXES = ("SLACK_", "DISCORD_")
"""Other programs have settings that begin so: only what is a slip for one of ours is a fault."""
LIKENESS_OF_A_SLIP = 0.85

NOT_BUILT_YET = {
    "TLSRPT_ALLOW_PRIVATE_ADDRESSES": "record checks come",
    "TLSRPT_HTTPS_CHECK_PORT": "record checks come",
    "TLSRPT_DIGEST": "the digest comes",
    "SLACK_SIGNING_SECRET": "Slack's HTTP mode comes",
}
"""Settings that are known and checked, and what has to come before they do anything."""


class SettingsError(Exception):
    """The settings are wrong; `faults` has a line for each bad name."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


def load_settings(env_file: Path = ENV_FILE) -> Settings:
    """Read the settings from the environment and the file. Raises SettingsError with every fault at once."""
    given = _given(env_file)
    faults = [*_unknown_names(given), *unreadable_files(Settings, given), *_do_not_fit_together(given)]
    try:
        settings = Settings(_env_file=env_file)  # type: ignore[call-arg]  # pydantic-settings adds it, unseen by mypy
    except ValidationError as error:
        faults += _faults(error)
    if faults:
        raise SettingsError(sorted(set(faults)))
    return settings


def not_built_yet(settings: Settings) -> list[str]:
    """Return a sentence for each setting that was set and does nothing in this version."""
    names = {str(Settings.model_fields[name].validation_alias) for name in settings.model_fields_set}
    return [f"{name} is set, but {what} with a later version" for name, what in NOT_BUILT_YET.items() if name in names]


def _given(env_file: Path) -> dict[str, str | None]:
    try:
        env_file.read_text(encoding="utf-8")
    except FileNotFoundError:
        pass
    except (OSError, UnicodeDecodeError) as error:
        reason = "it is not UTF-8" if isinstance(error, UnicodeDecodeError) else error.strerror
        raise SettingsError([f"{env_file}: cannot be read: {reason}"]) from error
    found = {**dotenv_values(env_file), **os.environ}
    return {name.upper(): value for name, value in found.items()}


def _unknown_names(given: dict[str, str | None]) -> list[str]:
    known = [str(field.validation_alias) for field in Settings.model_fields.values()]
    known += [f"{name}_FILE" for name in secret_names(Settings)]
    faults = []
    for name in sorted(set(given) - set(known)):
        if name.startswith("TLSRPT_"):
            near = difflib.get_close_matches(name, known, 1)
            faults.append(f"{name}: is not a setting" + (f"; did you mean {near[0]}?" if near else ""))
        elif name.startswith(SHARED_PREFIXES) and (
            near := difflib.get_close_matches(name, known, 1, LIKENESS_OF_A_SLIP)
        ):
            faults.append(f"{name}: is not a setting; did you mean {near[0]}?")
    return faults


def _do_not_fit_together(given: dict[str, str | None]) -> Iterator[str]:
    """Find settings that are sound alone and not together."""

    def is_set(name: str) -> bool:
        return bool(given.get(name) or given.get(f"{name}_FILE"))

    for one, other in (
        ("TLSRPT_SMTP_TLS_CERT", "TLSRPT_SMTP_TLS_KEY"),
        ("TLSRPT_SMTP_TLS_KEY", "TLSRPT_SMTP_TLS_CERT"),
        ("TLSRPT_IMAP_URL", "TLSRPT_IMAP_PASSWORD"),
        ("TLSRPT_IMAP_PASSWORD", "TLSRPT_IMAP_URL"),
        ("SLACK_APP_TOKEN", "SLACK_BOT_TOKEN"),
        ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"),
    ):
        if is_set(one) and not is_set(other):
            yield f"{other}: is needed beside {one}"
    if not re.fullmatch("sqlite:///[^?]+", given.get("TLSRPT_DATABASE_URL") or "sqlite:///data"):
        yield "TLSRPT_DATABASE_URL: this version takes sqlite:///path, without options; PostgreSQL comes later"


def _faults(error: ValidationError) -> list[str]:
    faults: list[str] = []
    for one in error.errors(include_input=False, include_url=False):
        message = one["msg"].removeprefix("Value error, ")
        faults += [f"{one['loc'][0]}: {message}"] if one["loc"] else message.splitlines()
    return faults
