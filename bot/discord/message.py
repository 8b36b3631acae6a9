"""What is sent to Discord: one frozen value, and the JSON that goes over the wire."""

from dataclasses import dataclass, replace
from typing import Any


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart as PNG, and what it shows in words."""

    body: bytes
    alt_text: str


@dataclass(frozen=True, slots=True)
class File:
    """A file that goes with a message."""

    name: str
    body: bytes
    alt_text: str = ""


@dataclass(frozen=True, slots=True)
class DiscordMessage:
    """`content` is what notifications and screen readers begin with; `embeds` hold the rest."""

    content: str
    """Never empty."""
    embeds: tuple[dict[str, Any], ...] = ()
    components: tuple[dict[str, Any], ...] = ()
    files: tuple[File, ...] = ()

    def with_files(self, more: tuple[File, ...]) -> "DiscordMessage":
        """Return the same with more files."""
        return replace(self, files=(*self.files, *more))

    def payload(self) -> dict[str, Any]:
        """Return the message as Discord's reference describes it; nobody is ever mentioned."""
        return {
            "content": self.content,
            "embeds": list(self.embeds),
            "components": list(self.components),
            "attachments": [
                {"id": number, "filename": file.name} | ({"description": file.alt_text} if file.alt_text else {})
                for number, file in enumerate(self.files)
            ],
            "allowed_mentions": {"parse": []},
        }
