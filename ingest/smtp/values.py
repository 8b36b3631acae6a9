"""What the SMTP server and the part that reads mails say to each other."""

from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Protocol

Network = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True)
class SmtpMail:
    """A mail as it came: the very bytes, dot-stuffing undone, without the final dot."""

    body: bytes
    envelope_from: str
    """Empty for the null path."""
    recipients: tuple[str, ...]
    """Those that were accepted, in order."""
    peer: str
    """Address of the sending host; an IPv4 address is written as such."""


class OurFault(Exception):
    """We cannot do our part (database down, disk full): the sender shall come again.

    Its text goes to the log: it says what is wrong, and quotes nothing out of a mail.
    """


class Receiver(Protocol):
    """Takes what the SMTP server receives."""

    async def accepts(self, address: str) -> bool:
        """Say whether a recipient is ours. Raises OurFault when that cannot be found out now."""

    async def receive(self, mail: SmtpMail) -> str:
        """Return after the commit, with a short word for the reply (`stored`, `duplicate`, `quarantined`).

        Raises OurFault when nothing was kept. Not cancelled when the sender goes away: the mail is here in full.
        """


@dataclass(frozen=True, slots=True)
class SmtpLimits:
    """What one listener grants."""

    max_message_bytes: int
    """As received, without dot-stuffing (RFC 1870)."""
    max_connections: int = 400
    max_connections_per_address: int = 50
    """Limits by address count IPv6 by /64."""
    max_connections_per_minute: int = 12_000
    """New ones."""
    max_connections_per_minute_and_address: int = 120
    max_mails_per_minute: int = 30_000
    max_mails_per_minute_and_address: int = 300
    max_commands_per_session: int = 10_000
    max_commands_per_mail: int = 300
    """From one mail to the next: recipients count, and all that leads to nothing."""
    max_mistakes_per_session: int = 20
    max_unknown_recipients_per_session: int = 20
    max_unknown_recipients_per_minute: int = 6_000
    max_unknown_recipients_per_minute_and_address: int = 60
    """Who asks for more guesses at the addresses of others."""
    max_recipients_per_mail: int = 100
    """RFC 5321 section 4.5.3.1.8 asks for at least 100."""
    trusted: tuple[Network, ...] = (ip_network("127.0.0.0/8"), ip_network("::1/128"))
    """Not limited by address: a front MTA, a proxy. Their PROXY headers are believed."""
    max_bytes_in_memory: int = 256 * 1024 * 1024
    """All mails together that are being transferred or stored; one address may have a quarter of it."""
    seconds_per_command: float = 300
    """RFC 5321 section 4.5.3.2.7; also the longest pause within a mail."""
    seconds_per_session: float = 3600
    min_bytes_per_second: int = 512
    """On average over a mail; a link of 9,600 bit/s carries twice as much."""
    seconds_before_slow: float = 60
    """So much time each mail has before its pace counts."""
    max_bytes_to_discard: int = 64 * 1024 * 1024
    """So much of a mail that is too large is read before the connection is cut."""
    seconds_until_giving_way: float = 10
    """When all connections are taken, who has been at one command or one mail for longer makes room for another."""
    seconds_to_receive: float = 120
    """How long the receiver may take before the sender is told to come again."""
    seconds_to_linger: float = 5
    """How long a peer may take to read our last reply and to close its side."""
