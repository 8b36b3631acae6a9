"""What somebody says about the records that a domain is to publish. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import TypeVar

from commands.question import UsageError
from commands.quoting import quoted
from commands.records.policy import Mode, read_mx
from commands.records.rua import read_rua

NAMES = ("mode", "mx", "rua", "tlsa", "format")

Word = TypeVar("Word", bound=StrEnum)


class Form(StrEnum):
    """How records are printed."""

    ZONE = "zone"
    """Lines of a zone file."""
    TABLE = "table"
    """Name, type and value, as the web pages of DNS providers ask for them."""


class YesNo(StrEnum):
    """Whether something is wanted."""

    YES = "yes"
    NO = "no"


VALUES = MappingProxyType({"mode": tuple(Mode), "tlsa": tuple(YesNo), "format": tuple(Form)})
"""The words that a wish takes, where they are few."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What was said, and the defaults of what was not."""

    mode: Mode = Mode.TESTING
    mx: tuple[str, ...] = ()
    """Patterns of MX hosts; empty when none were named."""
    rua: tuple[str, ...] = ()
    """URIs to which reports go besides our own address."""
    tlsa: bool = False
    form: Form = Form.ZONE


def read_wishes(given: Mapping[str, str]) -> Wishes:
    """Read `name=value` pairs. Raises UsageError that names the wrong value and what is right."""
    return Wishes(
        mode=_one_of(Mode, "mode", given.get("mode", Mode.TESTING)),
        mx=read_mx(given["mx"]) if "mx" in given else (),
        rua=read_rua(given["rua"]) if "rua" in given else (),
        tlsa=_one_of(YesNo, "tlsa", given.get("tlsa", YesNo.NO)) is YesNo.YES,
        form=_one_of(Form, "format", given.get("format", Form.ZONE)),
    )


def _one_of(words: type[Word], name: str, typed: str) -> Word:
    try:
        return words(typed.casefold())
    except ValueError:
        raise UsageError("bad-setting", f"`{name}=` is {' or '.join(words)}, not {quoted(typed)}.") from None
