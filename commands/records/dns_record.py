"""A DNS record as it is to be published: its name, type and value, and the line of a zone file. Pure."""

from dataclasses import dataclass

from commands.question import UsageError
from storage.domain_name import display_domain

TXT = "TXT"
LONGEST_STRING = 255
"""Octets in one character-string of a TXT record (RFC 1035 section 3.3.14); a longer value is several of them."""
LONGEST_NAME = 253
"""Octets of a name as it is typed (RFC 1035 section 2.3.4)."""


@dataclass(frozen=True, slots=True)
class DnsRecord:
    """One record. `name` has no trailing dot; the value of a TXT record is whole, not cut into strings."""

    name: str
    type: str
    value: str

    def as_data(self) -> dict[str, str]:
        return {"name": self.name, "type": self.type, "value": self.value}


def zone_line(record: DnsRecord) -> str:
    """Return the record as a line of a zone file (RFC 1035 section 5.1), without a TTL: the zone's own holds."""
    value = " ".join(map(_quoted, character_strings(record.value))) if record.type == TXT else record.value
    return f"{record.name}. IN {record.type} {value}"


def character_strings(text: str) -> list[str]:
    """Cut ASCII text into strings of at most 255 octets; readers join them without a blank (RFC 8460 section 3)."""
    return [text[start : start + LONGEST_STRING] for start in range(0, len(text), LONGEST_STRING)] or [""]


def demand_room(domain: str, prefix: str) -> None:
    """Raise UsageError `name-too-long` for a domain below which the name `prefix.domain` has no room."""
    room = LONGEST_NAME - len(prefix) - 1
    if len(domain) > room:
        message = (
            f"{display_domain(domain)} is too long: with `{prefix}.` in front it would have more than {LONGEST_NAME} "
            f"characters, which no name in DNS can have. The domain itself may have {room}."
        )
        raise UsageError("name-too-long", message)


def _quoted(string: str) -> str:
    return '"' + string.replace("\\", "\\\\").replace('"', '\\"') + '"'
