"""Reads the values of settings: text in, checked value out, or a ValueError with a sentence."""

import ipaddress
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from commands.question import Platform
from ingest.imap.address import MailboxAddress, parse_mailbox
from storage.domain_name import canonical_domain

_UNITS = {"": 1, "b": 1, "kib": 2**10, "kb": 2**10, "mib": 2**20, "mb": 2**20, "gib": 2**30, "gb": 2**30}
_LARGEST_SIZE = 2**30
_NAME_SERVER = re.compile(
    r"\[(?P<v6>[0-9a-fA-F:.]+)\](:(?P<port6>\d{1,5}))?|(?P<v4>[0-9.]+)(:(?P<port4>\d{1,5}))?", re.ASCII
)
DNS_PORT, LAST_PORT = 53, 65535
_HOUR = r"([01]\d|2[0-3]):[0-5]\d"
_DIGEST = re.compile(rf"off|(daily|weekly (mon|tue|wed|thu|fri|sat|sun)) {_HOUR} (?P<zone>\S+)", re.IGNORECASE)

_DISCORD_ID = re.compile(r"\d{2,20}", re.ASCII)
_WHOLE_NUMBER = re.compile(r"[+-]?\d{1,18}", re.ASCII)
_SWITCH = {**dict.fromkeys(("true", "1", "yes", "on"), True), **dict.fromkeys(("false", "0", "no", "off"), False)}
_ATOM = r"[A-Za-z0-9!#$%&'*+\-/=?^_`{|}~]+"
_LOCAL_PART = re.compile(rf"{_ATOM}(\.{_ATOM})*")
_LONGEST_LOCAL_PART = 64
"""RFC 5321 section 4.5.3.1.1."""

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True, slots=True)
class Channel:
    """A place in a chat: `slack:#mail-ops`, `slack:C0123`, `discord:1234`."""

    platform: str
    name: str

    def __str__(self) -> str:
        return f"{self.platform}:{self.name}"


def words(value: Any) -> tuple[str, ...]:
    """Split at commas; blanks around the pieces do not count."""
    if isinstance(value, tuple):
        return value
    return tuple(piece.strip() for piece in str(value).split(",") if piece.strip())


def rate(value: Any) -> float:
    """Read `5%` or `0.05`; more than 0, at most 1."""
    text = str(value).strip()
    try:
        number = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except ValueError:
        raise ValueError("must be a rate such as 5% or 0.05") from None
    if not 0 < number <= 1:
        raise ValueError("must be more than 0% and at most 100%")
    return number


def size(value: Any) -> int:
    """Read `10 MiB` or a number of bytes; 1 KiB to 1 GiB."""
    match = re.fullmatch(r"(\d{1,12})\s*([a-z]*)", str(value).strip().lower())
    if not match or match[2] not in _UNITS:
        raise ValueError("must be a size such as 10 MiB")
    number = int(match[1]) * _UNITS[match[2]]
    if not 2**10 <= number <= _LARGEST_SIZE:
        raise ValueError("must be between 1 KiB and 1 GiB")
    return number


def choice(choices: type[StrEnum]) -> Any:
    """Return a reader of one of a few words."""

    def read(value: Any) -> StrEnum:
        try:
            return choices(str(value).strip())
        except ValueError:
            raise ValueError(f"must be one of {', '.join(choices)}") from None

    return read


def whole_number(least: int, most: int) -> Any:
    """Return a reader of whole numbers, both ends included."""

    def read(value: Any) -> int:
        text = str(value).strip()
        number = int(text) if _WHOLE_NUMBER.fullmatch(text) else None
        if number is None or not least <= number <= most:
            raise ValueError(f"must be a whole number from {least} to {most}")
        return number

    return read


def switch(value: Any) -> bool:
    """Read `true` or `false`, and what else people write for them."""
    found = _SWITCH.get(str(value).strip().lower())
    if found is None:
        raise ValueError("must be true or false")
    return found


def local_part(value: Any) -> str:
    """Read the part of a mail address before the @ (RFC 5321 section 4.1.2, dot-string); empty for none."""
    text = str(value).strip()
    if text and (len(text) > _LONGEST_LOCAL_PART or not _LOCAL_PART.fullmatch(text)):
        raise ValueError(
            "must be the part of an address before the @, such as tls-reports: up to 64 letters, digits and "
            "!#$%&'*+-/=?^_`{|}~, with single dots between them"
        )
    return text


def log_format(value: Any) -> str:
    text = str(value).strip()
    if text not in ("", "console", "json"):
        raise ValueError("must be console or json")
    return text


def domain(value: Any) -> str:
    name = canonical_domain(str(value))
    if name is None:
        raise ValueError("must be a domain name")
    return name


def channels(value: Any) -> tuple[Channel, ...]:
    """Read `slack:#mail-ops,discord:1234`."""
    return tuple(channel(word) if isinstance(word, str) else word for word in words(value))


def channel(word: str) -> Channel:
    platform, separator, name = word.partition(":")
    if not separator or platform not in (Platform.SLACK, Platform.DISCORD) or not name.strip("#"):
        raise ValueError("must be channels such as slack:#mail-ops or discord:123456789")
    if platform == Platform.DISCORD and not _DISCORD_ID.fullmatch(name):
        raise ValueError("must name a channel of Discord by its id, such as discord:123456789")
    return Channel(platform, name)


def guilds(value: Any) -> tuple[str, ...]:
    """Read `123456789012345678,234567890123456789`."""
    for word in words(value):
        if not _DISCORD_ID.fullmatch(word):
            raise ValueError("must be ids of Discord servers such as 123456789012345678")
    return words(value)


def admins(value: Any) -> tuple[str, ...]:
    """Read `slack:U0123,slack:S0456,discord:789`."""
    for word in words(value):
        if not re.fullmatch(r"slack:[UWS][A-Z0-9]{2,}|discord:\d{2,}", word):
            raise ValueError("must be ids such as slack:U0123, slack:S0456 (a user group) or discord:789")
    return words(value)


def networks(value: Any) -> tuple[Network, ...]:
    """Read `10.0.0.0/8, 2001:db8::/32`."""
    found: list[Network] = []
    for word in words(value):
        if isinstance(word, str):
            try:
                found.append(ipaddress.ip_network(word, strict=False))
            except ValueError:
                raise ValueError("must be networks such as 10.0.0.0/8, 2001:db8::/32") from None
    return tuple(found)


def name_servers(value: Any) -> tuple[tuple[str, int], ...]:
    """Read `127.0.0.1:5353, [::1]:53, 9.9.9.9` as (address, port)."""
    return tuple(name_server(word) if isinstance(word, str) else word for word in words(value))


def name_server(word: str) -> tuple[str, int]:
    match = _NAME_SERVER.fullmatch(word)
    number = int(match["port6"] or match["port4"] or DNS_PORT) if match else 0
    try:
        address = ipaddress.ip_address((match["v6"] or match["v4"]) if match else "")
    except ValueError:
        number = 0
    if not 1 <= number <= LAST_PORT:
        raise ValueError("must be addresses such as 127.0.0.1:5353, [::1]:53")
    return str(address), number


def digest_time(value: Any) -> str:
    """Read `weekly mon 09:00 UTC`, `daily 08:30 Europe/Berlin` or `off`."""
    text = " ".join(str(value).split())
    match = _DIGEST.fullmatch(text)
    if not match:
        raise ValueError("must be off, daily HH:MM ZONE or weekly mon HH:MM ZONE")
    if match["zone"]:
        try:
            ZoneInfo(match["zone"])
        except (KeyError, ValueError, OSError):
            raise ValueError(f"knows no time zone {match['zone']!r}") from None
    return text


def mailbox(value: Any) -> MailboxAddress | None:
    """Read `imaps://user@host/folder`."""
    return parse_mailbox(value) if isinstance(value, str) else value


def url(*schemes: str) -> Any:
    """Return a reader of URLs with one of the schemes."""

    def read(value: Any) -> str:
        text = str(value).strip()
        if text and not re.fullmatch(rf"({'|'.join(schemes)})://[^\s/]+(/\S*)?", text):
            raise ValueError(f"must be a URL that starts with {' or '.join(f'{s}://' for s in schemes)}")
        return text

    return read
