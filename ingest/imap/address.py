"""Where a mailbox is, as it is written in the settings: `imaps://user@host/folder` (RFC 5092). Pure."""

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import unquote

from storage.domain_name import canonical_domain

PORTS = {"imaps": 993, "imap": 143}
LAST_PORT = 65_535
LOCAL = "localhost"
INBOX = "INBOX"
LONGEST = 255
"""Characters of all of it: the database keeps under this name how far the mailbox was read."""
EXAMPLE = "imaps://tls-reports%40example.com@imap.example.com/INBOX"
_URL = re.compile(r"(?P<scheme>[a-zA-Z]+)://(?P<user>[^/?#]+)@(?P<server>[^/@?#]+)(/(?P<folder>[^?#]*))?")
_SERVER = re.compile(r"(\[(?P<v6>[0-9a-fA-F:.]+)\]|(?P<host>[^\[\]:]+))(:(?P<port>[0-9]{1,5}))?")


@dataclass(frozen=True, slots=True)
class MailboxAddress:
    """A folder of somebody's mailbox on a server."""

    user: str
    host: str
    """A name as A-labels, or an address; IPv6 without brackets."""
    port: int
    folder: str
    tls_at_once: bool
    """Else by STARTTLS."""

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.user}@{host}:{self.port}/{self.folder}"

    @property
    def is_on_this_machine(self) -> bool:
        """Nobody listens on the way: a password may go there in the clear."""
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host == LOCAL


def parse_mailbox(text: str) -> MailboxAddress:
    """Read `imaps://user@host:port/folder`; user and folder may be percent-encoded, INBOX is the folder unless said.

    Raises ValueError with a sentence that repeats nothing of the text: it may hold a password.
    """
    match = _URL.fullmatch(text.strip())
    scheme = match["scheme"].lower() if match else ""
    if not match or scheme not in PORTS:
        raise ValueError(f"must be a URL such as {EXAMPLE}")
    if ":" in match["user"]:
        raise ValueError("must not hold a password (it goes into TLSRPT_IMAP_PASSWORD); write a colon in a name as %3A")
    user, folder = _decoded(match["user"]), _decoded(match["folder"] or "") or INBOX
    host, port = _server(match["server"], PORTS[scheme])
    address = MailboxAddress(user, host, port, folder, tls_at_once=scheme == "imaps")
    if len(str(address)) > LONGEST:
        raise ValueError(f"must be no longer than {LONGEST} characters")
    return address


def _decoded(text: str) -> str:
    try:
        decoded = unquote(text, errors="strict")
    except UnicodeDecodeError:
        raise ValueError("must be UTF-8 where it is percent-encoded") from None
    if not decoded.isprintable():
        raise ValueError("must name the user and the folder in printable characters")
    return decoded


def _server(text: str, usual_port: int) -> tuple[str, int]:
    match = _SERVER.fullmatch(text)
    host = _host(match["v6"] or match["host"]) if match else ""
    port = int(match["port"] or usual_port) if match else 0
    if not host or not 1 <= port <= LAST_PORT:
        raise ValueError(
            f"must name a server after the @, with a port from 1 to {LAST_PORT} if it is not the usual one"
        )
    return host, port


def _host(text: str) -> str:
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        return canonical_domain(text) or ""
