"""What keeps a mailbox from being read: a stable word for each, a sentence for people, and what to do."""

import imaplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum

from imap_tools import ImapToolsError, UnexpectedCommandStatusError

from ingest.reader.words import one_line

LONGEST_QUOTATION = 200


class Trouble(StrEnum):
    """Stable words."""

    UNREACHABLE = "unreachable"
    CERTIFICATE = "certificate"
    NO_TLS = "no-tls"
    LOGIN_REFUSED = "login-refused"
    NO_FOLDER = "no-folder"
    LOST = "lost"
    TOO_MUCH = "too-much"
    TOO_SLOW = "too-slow"
    REFUSED = "refused"
    NOT_UNDERSTOOD = "not-understood"
    OUR_FAULT = "our-fault"


WHAT_TO_DO = {
    Trouble.UNREACHABLE: "See whether host and port in TLSRPT_IMAP_URL are right and may be connected to from here.",
    Trouble.CERTIFICATE: "Name the server in TLSRPT_IMAP_URL as its certificate does; if a CA of your own signed that, "
    "set TLSRPT_CA_FILE.",
    Trouble.NO_TLS: "Use imaps:// in TLSRPT_IMAP_URL; passwords go in the clear to this machine only.",
    Trouble.LOGIN_REFUSED: "Check the user in TLSRPT_IMAP_URL and TLSRPT_IMAP_PASSWORD; many providers want an app "
    "password: see docs/operations.md.",
    Trouble.NO_FOLDER: "Check the folder in TLSRPT_IMAP_URL; a folder in a folder may be written with / or with a dot.",
    Trouble.LOST: "",
    Trouble.TOO_MUCH: "Let a filter put the reports into a folder of their own, and name that in TLSRPT_IMAP_URL.",
    Trouble.TOO_SLOW: "",
    Trouble.REFUSED: "",
    Trouble.NOT_UNDERSTOOD: "See whether this is an IMAP server, and imap:// or imaps:// right for its port.",
    Trouble.OUR_FAULT: "",
}
_BROKEN = {
    Trouble.UNREACHABLE: "The server cannot be reached",
    Trouble.LOST: "The connection to the server broke off",
}


class MailboxFault(Exception):
    """The mailbox cannot be read now. `detail` is a sentence, and quotes no password."""

    def __init__(self, trouble: Trouble, detail: str) -> None:
        super().__init__(detail)
        self.trouble = trouble
        self.detail = detail
        self.what_to_do = WHAT_TO_DO[trouble]

    def remembered(self) -> "MailboxFault":
        """Return the same without its traceback, which would keep passwords and mails in memory."""
        return MailboxFault(self.trouble, self.detail)


@contextmanager
def in_our_words(secrets: tuple[str, ...] = (), broken: Trouble = Trouble.LOST) -> Iterator[None]:
    """Turn whatever the libraries raise into a MailboxFault.

    `secrets` are not repeated from what the server says; `broken` is what it means when the connection fails.
    """
    try:
        yield
    except OSError as error:
        raise _fault_of_the_network(error, broken) from error
    except (imaplib.IMAP4.error, ImapToolsError) as error:
        raise _fault_of_the_server(error, secrets, broken) from error
    except (ValueError, LookupError, TypeError, RecursionError) as error:
        raise MailboxFault(Trouble.NOT_UNDERSTOOD, "The server's answer is not understood.") from error


def _fault_of_the_network(error: OSError, broken: Trouble) -> MailboxFault:
    if isinstance(error, ssl.SSLCertVerificationError):
        detail = f"The server's certificate is not accepted{quotation(error.verify_message)}."
        return MailboxFault(Trouble.CERTIFICATE, detail)
    if isinstance(error, ssl.SSLError):
        return MailboxFault(Trouble.NOT_UNDERSTOOD, f"TLS with the server fails{quotation(error.reason)}.")
    if isinstance(error, TimeoutError):
        trouble = Trouble.TOO_SLOW if broken is Trouble.LOST else broken
        return MailboxFault(trouble, "The server does not answer in time.")
    return MailboxFault(broken, f"{_BROKEN[broken]}{quotation(error.strerror)}.")


def _fault_of_the_server(error: Exception, secrets: tuple[str, ...], broken: Trouble) -> MailboxFault:
    if isinstance(error, UnexpectedCommandStatusError):
        said = quotation(error.command_result[1], secrets)
        return MailboxFault(Trouble.REFUSED, f"The server refuses a command{said}.")
    said = quotation(str(error), secrets)
    if isinstance(error, imaplib.IMAP4.abort):
        return MailboxFault(broken, f"{_BROKEN[broken]}{said}.")
    return MailboxFault(Trouble.NOT_UNDERSTOOD, f"The server's answer is not understood{said}.")


def quotation(said: object, secrets: tuple[str, ...] = ()) -> str:
    """Return what a server said, in brackets and on one line; nothing where it said nothing, or repeats a secret."""
    if isinstance(said, list):
        said = said[-1] if said else b""
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said or "")
    if any(secret and secret in text for secret in secrets):
        return ""
    line = one_line(text, LONGEST_QUOTATION)
    return f" ({line})" if line else ""
