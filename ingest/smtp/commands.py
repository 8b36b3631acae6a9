"""SMTP command lines: a verb and its argument (RFC 5321 section 4.1.1)."""

from ingest.smtp.refusals import Refusal
from ingest.smtp.replies import LINE_TOO_LONG, NOT_OFFERED, NOT_READABLE, UNKNOWN_COMMAND

MAX_COMMAND_LINE = 2048
"""Octets; RFC 5321 asks for 512, parameters and internationalized addresses add to it."""

STARTTLS = "STARTTLS"
_OFFERED = frozenset({"HELO", "EHLO", "MAIL", "RCPT", "DATA", "RSET", "NOOP", "QUIT", "VRFY", "HELP"})
_KNOWN = frozenset({"AUTH", "BDAT", "BURL", "ETRN", "EXPN", "SAML", "SEND", "SOML", "TURN", STARTTLS})
_HTTP = frozenset({"CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PRI", "PUT", "TRACE"})


class BadCommand(Exception):
    """A line that is no command of ours. `reply` says why."""

    def __init__(self, reply: str) -> None:
        super().__init__(reply)
        self.reply = reply


class Cut(Exception):
    """The session is over at once."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal)
        self.refusal = refusal


def read_command(line: bytes, *, with_tls: bool) -> tuple[str, str]:
    """Verb in upper case, and argument without outer blanks. Raises BadCommand, and Cut for another protocol."""
    if len(line) > MAX_COMMAND_LINE:
        raise BadCommand(LINE_TOO_LONG)
    try:
        text = line.decode().rstrip("\r\n").replace("\t", " ").strip()
    except UnicodeDecodeError:
        raise BadCommand(NOT_READABLE) from None
    # No NUL, line end, lone surrogate or invisible sign gets into addresses, and so into logs and the database.
    if not text.isprintable():
        raise BadCommand(NOT_READABLE)
    verb, _, argument = text.partition(" ")
    verb = verb.upper()
    if verb in _OFFERED or (with_tls and verb == STARTTLS):
        return verb, argument.strip()
    if verb in _HTTP:  # a browser that was made to post here: SMTP commands follow within its request
        raise Cut(Refusal.NOT_SMTP)
    raise BadCommand(NOT_OFFERED if verb in _KNOWN else UNKNOWN_COMMAND)
