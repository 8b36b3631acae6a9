"""Secrets from files: `NAME_FILE=/path` stands for the content of the file as the value of `NAME`."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, EnvSettingsSource, PydanticBaseSettingsSource

_LARGEST_SECRET = 64 * 1024


class SecretFiles(PydanticBaseSettingsSource):
    """Reads the files that the environment or `.env` name; what is not readable is left to `unreadable_files`."""

    def __init__(self, settings: type[BaseSettings], *sources: PydanticBaseSettingsSource) -> None:
        super().__init__(settings)
        self._given: dict[str, str | None] = {}
        for source in reversed(sources):
            if isinstance(source, EnvSettingsSource):
                self._given |= {name.upper(): value for name, value in source.env_vars.items()}

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        name = str(field.validation_alias or field_name)
        path = self._given.get(f"{name}_FILE")
        return (_read(path) if path else None), name, False

    def __call__(self) -> dict[str, Any]:
        found = {}
        for name in secret_names(self.settings_cls):
            path = self._given.get(f"{name}_FILE")
            content = _read(path) if path else None
            if content is not None:
                found[name] = content
        return found


def secret_names(settings: type[BaseSettings]) -> list[str]:
    """Return the names of all settings that may come from a file."""
    return [str(field.validation_alias) for field in settings.model_fields.values() if field.annotation is SecretStr]


def unreadable_files(settings: type[BaseSettings], given: Mapping[str, str | None]) -> list[str]:
    """Return a sentence for each `NAME_FILE` whose file cannot be read."""
    names = [f"{name}_FILE" for name in secret_names(settings)]
    return [
        f"{name}: cannot read {given[name]}" for name in names if given.get(name) and _read(str(given[name])) is None
    ]


def _read(path: str) -> str | None:
    try:
        with Path(path).open("rb") as file:
            return file.read(_LARGEST_SECRET).decode().strip()
    except (OSError, UnicodeDecodeError):
        return None
