"""Writes `.env.example` from the settings themselves: `python -m bot.settings_example > .env.example`."""

import sys
from typing import Any

from pydantic import SecretStr

from bot.settings import Settings

HEAD = """\
# Settings of tlsrpt-bot. Copy this file to .env and take away the # where you want another value than the default.
# A secret may also come from a file: NAME_FILE=/path instead of NAME.
"""


def example() -> str:
    """Return the text: each setting with a line of help and its default."""
    fields = Settings.model_fields.values()
    return HEAD + "".join(f"\n# {one.description}\n#{one.validation_alias}={_text(one.default)}\n" for one in fields)


def _text(default: Any) -> str:
    if default is None or default == ():
        return ""
    return default.get_secret_value() if isinstance(default, SecretStr) else str(default)


if __name__ == "__main__":
    sys.stdout.write(example())
