"""The MTA-STS policy file: which MX hosts must offer sound TLS (RFC 8461 section 3.2). Pure."""

import re
from collections.abc import Sequence
from enum import StrEnum

from commands.question import UsageError
from commands.quoting import quoted
from storage.domain_name import canonical_domain

LINE_END = "\r\n"
MEDIA_TYPE = "text/plain"
FILE_NAME = "mta-sts.txt"
FORMS = "`mx=` takes the names of the MX hosts, separated by commas: `mx=mx1.example.com,*.example.net`."
_HOST = re.compile(r"([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]*[a-z0-9])?")


class Mode(StrEnum):
    """What senders do when the policy is not met (RFC 8461 section 5)."""

    TESTING = "testing"
    ENFORCE = "enforce"


MAX_AGE_SECONDS = {Mode.TESTING: 86_400, Mode.ENFORCE: 1_209_600}
"""How long senders keep the policy. A day while it is tried, so that changes arrive soon; two weeks once it is
enforced, since an attacker who hides it must then do so for weeks (RFC 8461 section 3.2 speaks of weeks or more)."""


def policy_text(mode: Mode, mx: Sequence[str]) -> str:
    """Return the body of the policy file, lines ending with CRLF. `mx` holds at least one pattern."""
    hosts = (f"mx: {pattern}" for pattern in mx)
    lines = ("version: STSv1", f"mode: {mode}", *hosts, f"max_age: {MAX_AGE_SECONDS[mode]}")
    return "".join(line + LINE_END for line in lines)


def read_mx(text: str) -> tuple[str, ...]:
    """Return the patterns in lower case as A-labels, each once, in the order in which they were typed.

    A pattern is a host name, or `*.` and a domain: the star stands for exactly one label (RFC 8461 section 4.1).
    Raises UsageError `bad-mx`.
    """
    pieces = list(filter(None, (piece.strip() for piece in text.split(","))))
    if not pieces:
        raise UsageError("bad-mx", f"`mx=` names nothing. {FORMS}")
    return tuple(dict.fromkeys(map(_pattern, pieces)))


def _pattern(piece: str) -> str:
    star = "*." if piece.startswith("*.") else ""
    name = canonical_domain(piece.removeprefix(star))
    if piece.startswith("."):
        raise _bad(piece, f"begins with a dot: any one label in front is written `*{piece[:100]}`")
    if name is None or not _HOST.fullmatch(name):
        raise _bad(piece, "is not the full name of a host, nor `*.` and a domain")
    return star + name


def _bad(piece: str, why: str) -> UsageError:
    return UsageError("bad-mx", f"{quoted(piece)} {why}. {FORMS}")
