"""The demo's settings: given by the program itself, whatever the environment and `.env` say."""

from pathlib import Path
from typing import Any

from pydantic_settings import BaseSettings, PydanticBaseSettingsSource

from bot.settings import Settings

NOWHERE = "127.0.0.1:9"
"""Nobody answers DNS there: should anything ever ask, it stays on this machine."""


class GivenSettings(Settings):
    """Settings that are read from nowhere."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        del settings_cls, env_settings, dotenv_settings, file_secret_settings
        return (init_settings,)


def demo_settings(folder: Path, smtp_port: int, http_port: int) -> Settings:
    """Return what the demo runs with: everything on this machine, no chat, alerts at once."""
    given: dict[str, Any] = {
        "TLSRPT_DATABASE_URL": f"sqlite:///{folder / 'demo.db'}",
        "TLSRPT_SMTP_LISTEN": f"127.0.0.1:{smtp_port}",
        "TLSRPT_HTTP_LISTEN": f"127.0.0.1:{http_port}",
        "TLSRPT_DKIM": "flag",
        "TLSRPT_DNS_SERVERS": NOWHERE,
        "TLSRPT_EVALUATE_SECONDS": "1",
        "TLSRPT_DIGEST": "off",
        "TLSRPT_LOG_FORMAT": "console",
    }
    return GivenSettings(**given)
