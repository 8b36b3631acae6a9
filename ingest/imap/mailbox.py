"""A mailbox on a server, opened for reading only (EXAMINE, BODY.PEEK). Everything here blocks."""

import re
import ssl
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from imap_tools import BaseMailBox, MailboxFolderSelectError, MailboxLoginError
from imap_tools.idle import IdleManager

from ingest.imap.address import MailboxAddress
from ingest.imap.cable import Cable
from ingest.imap.faults import MailboxFault, Trouble, in_our_words, quotation
from ingest.imap.wire import USUAL_BYTES, BoundedClient

LARGEST_UID = 2**32 - 1
"""RFC 9051 section 2.3.1.1."""
LIST_BYTES = 4 * 2**20
"""Of the answer to a search: half a million mails."""
BYTES_BESIDE_A_MAIL = 1024
_UID = re.compile(rb"\bUID ([0-9]{1,10})\b", re.IGNORECASE)
_SIZE = re.compile(rb"\bRFC822\.SIZE ([0-9]{1,18})\b", re.IGNORECASE)
_DATE = re.compile(rb'\bINTERNALDATE "([^"]{1,40})"', re.IGNORECASE)
_NUMBER = re.compile(rb"[0-9]{1,10}")


@dataclass(frozen=True, slots=True)
class Account:
    """Who reads what, and how the server is recognised."""

    address: MailboxAddress
    password: str
    context: ssl.SSLContext

    def __repr__(self) -> str:
        return f"Account({self.address})"


@dataclass(frozen=True, slots=True)
class Head:
    """What a server says of a mail. The size may be wrong: some servers guess it."""

    uid: int
    size: int
    arrived_at: datetime | None
    """Aware UTC; None where the server gives no usable date."""


class _Idle(IdleManager):
    def start(self) -> None:
        """Begin to idle (RFC 2177). A server may tell its news before it says that it idles."""
        client = self.mailbox.client
        self._idle_tag = client._command("IDLE")  # noqa: SLF001 -- as imap-tools does: imaplib has no other way
        while client._get_response() is not None:  # noqa: SLF001
            if client.tagged_commands[self._idle_tag] is not None:
                raise MailboxFault(Trouble.REFUSED, "The server offers IDLE and refuses it.")


class Mailbox(BaseMailBox):
    """One connection. Every method raises MailboxFault; after that the connection is of no use."""

    idle_manager_class = _Idle
    client: BoundedClient

    def __init__(self, account: Account, cable: Cable) -> None:
        """Connect, see to TLS, log in."""
        self._account = account
        self._cable = cable
        with in_our_words(broken=Trouble.UNREACHABLE):
            super().__init__()
        with in_our_words():
            self._see_to_tls()
        self._log_in()

    def _get_mailbox_client(self) -> BoundedClient:
        return BoundedClient(self._account.address, self._account.context, self._cable)

    def look(self) -> int:
        """Open the folder for reading, or look at it anew; return its UIDVALIDITY."""
        folder = self._account.address.folder
        with in_our_words():
            self.client.grant()
            try:
                self.folder.set(folder, readonly=True)
            except MailboxFolderSelectError as error:
                said = quotation(error.command_result[1])
                raise MailboxFault(Trouble.NO_FOLDER, f"The folder {folder} cannot be opened{said}.") from error
            _, validity = self.client.response("UIDVALIDITY")
            return _uid(validity[-1])

    def uids_after(self, uid: int) -> tuple[list[int], bool]:
        """Return the UIDs above one, in no order, and whether more came while they were looked for."""
        with in_our_words():
            self.client.grant(LIST_BYTES)
            found = self._asked("SEARCH", "UID", f"{uid + 1}:*")
            numbers = (int(one[0]) for part in found if isinstance(part, bytes) for one in _NUMBER.finditer(part))
            # "9:*" means the last mail too when there is none above 8 (RFC 9051 section 6.4.8).
            uids = [number for number in numbers if uid < number <= LARGEST_UID]
            return uids, self.client.heard_of("EXISTS")

    def heads(self, uids: Sequence[int]) -> list[Head]:
        """Return what the server says of some mails; those that are gone meanwhile are not among them."""
        with in_our_words():
            self.client.grant(USUAL_BYTES)
            found = self._asked("FETCH", _set(uids), "(UID RFC822.SIZE INTERNALDATE)")
            heads = (_head(part) for part in found if isinstance(part, bytes))
            return [one for one in heads if one is not None]

    def bodies(self, uids: Sequence[int], most: int) -> dict[int, bytes]:
        """Return mails by UID, each cut after `most` bytes; those that are gone meanwhile are not among them."""
        with in_our_words():
            self.client.grant(USUAL_BYTES + len(uids) * (most + BYTES_BESIDE_A_MAIL))
            found = self._asked("FETCH", _set(uids), f"(UID BODY.PEEK[]<0.{most}>)")
            after = [*found[1:], b""]
            pairs = zip(found, after, strict=True)
            return {_uid_of(part[0], rest): part[1] for part, rest in pairs if isinstance(part, tuple)}

    @property
    def tells_news(self) -> bool:
        """Whether `wait_for_news` can be asked (RFC 2177)."""
        return "IDLE" in self.client.capabilities

    def wait_for_news(self, seconds: float) -> None:
        """Return when the server says something about the folder, or after so many seconds."""
        with in_our_words():
            self.client.grant()
            self.idle.start()
            if not self.client.heard_of("EXISTS"):
                self.client.wait(seconds)
            self.idle.stop()

    def _see_to_tls(self) -> None:
        address = self._account.address
        if self.client.state != "NONAUTH":
            raise MailboxFault(Trouble.NO_TLS, "The server takes us for somebody who is logged in already.")
        if address.tls_at_once:
            return
        if "STARTTLS" in self.client.capabilities:
            self.client.begin_tls()
        elif not address.is_on_this_machine:
            raise MailboxFault(Trouble.NO_TLS, "The server does not offer STARTTLS, so no password is sent to it.")

    def _log_in(self) -> None:
        user, password = self._account.address.user, self._account.password
        plain = not all(one.isascii() and one.isprintable() for one in (user, password))
        with in_our_words(secrets=(password,)):
            self.client.grant()
            try:
                log_in = self.login_utf8 if plain or "LOGINDISABLED" in self.client.capabilities else self.login
                log_in(user, password, initial_folder=None)
            except (MailboxLoginError, self.client.error) as error:
                if isinstance(error, self.client.abort):
                    raise
                said = error.command_result[1] if isinstance(error, MailboxLoginError) else str(error)
                detail = f"The server does not take user and password{quotation(said, (password,))}."
                raise MailboxFault(Trouble.LOGIN_REFUSED, detail) from error
            self.client.learn_capabilities()

    def _asked(self, command: str, *arguments: str) -> list[bytes | tuple[bytes, bytes]]:
        """Return the parts of the answer to a UID command."""
        status, parts = self.client.uid(command, *arguments)
        if status != "OK":
            raise MailboxFault(Trouble.REFUSED, f"The server refuses a command{quotation(parts)}.")
        return [part for part in parts if part is not None]


def _head(part: bytes) -> Head | None:
    uid, size, date = _UID.search(part), _SIZE.search(part), _DATE.search(part)
    return Head(_uid(uid[1]), int(size[1]), _moment(date[1]) if date else None) if uid and size else None


def _moment(text: bytes) -> datetime | None:
    try:
        return datetime.strptime(text.decode("ascii").strip(), "%d-%b-%Y %H:%M:%S %z").astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _uid_of(head: bytes, rest: bytes | tuple[bytes, bytes]) -> int:
    """Return the UID of a mail: servers say it before the mail or after it."""
    found = _UID.search(head) or (_UID.search(rest) if isinstance(rest, bytes) else None)
    return int(found[1]) if found else 0


def _uid(text: bytes | None) -> int:
    number = int(text or b"")
    if not 1 <= number <= LARGEST_UID:
        raise ValueError("no UID")
    return number


def _set(uids: Iterable[int]) -> str:
    return ",".join(str(uid) for uid in uids)
