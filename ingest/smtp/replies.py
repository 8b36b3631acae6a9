"""SMTP replies: the texts of our own, and enhanced status codes for those of the library (RFC 2034, RFC 3463)."""

import re

GREETING = "220 {host} ESMTP"
BYE = "221 2.0.0 Bye"
DATA = "354 End data with <CR><LF>.<CR><LF>"
HELP = "214 2.0.0 HELO EHLO MAIL RCPT DATA RSET NOOP QUIT VRFY HELP: this server takes TLS reports (RFC 8460)"
VRFY = "252 2.5.0 Addresses are not told; send the mail and see"
RECIPIENT_OK = "250 2.1.5 Recipient taken"

OUR_FAULT = "451 4.3.0 Trouble on our side, please try again later"
TOO_MANY_RECIPIENTS = "452 4.5.3 Too many recipients for one mail"

SHUTTING_DOWN = "421 4.3.2 {host} Shutting down, please try again later"

LINE_TOO_LONG = "500 5.5.2 Command line too long"
UNKNOWN_COMMAND = "500 5.5.1 Command not known"
NOT_READABLE = "501 5.5.2 Only printable UTF-8 in commands"
NO_DATA_ARGUMENT = "501 5.5.4 DATA takes no argument"
NO_NAME = "501 Syntax: EHLO hostname"
NOT_OFFERED = "502 5.5.1 Command not offered"
ALREADY_TLS = "503 5.5.1 TLS is on already"
NO_RECIPIENT_YET = "503 5.5.1 RCPT comes first"
NOT_OURS = "550 5.1.1 No such address here"
TOO_LARGE = "552 5.3.4 The mail is larger than {limit} bytes"
NO_VALID_RECIPIENT = "554 5.5.1 No valid recipients"

_ENHANCED = re.compile(r"\d{3}[ -][245]\.\d{1,3}\.\d{1,3} ")
_CODES = {
    "220": "2.0.0",
    "221": "2.0.0",
    "250": "2.0.0",
    "454": "4.7.0",
    "500": "5.5.2",
    "501": "5.5.4",
    "503": "5.5.1",
    "552": "5.3.4",
    "553": "5.1.3",
    "555": "5.5.4",
}
_BARE_VERBS = frozenset({"", "HELO", "EHLO"})


def with_enhanced_code(verb: str, reply: str) -> str:
    """Put the enhanced status code into a reply to `verb` that has none.

    The greeting (no verb) and replies to HELO and EHLO carry none, nor do intermediate ones (RFC 2034 section 4).
    """
    if verb in _BARE_VERBS or reply[0] == "3" or _ENHANCED.match(reply):
        return reply
    code = "2.1.0" if verb == "MAIL" and reply.startswith("250") else _CODES.get(reply[:3], f"{reply[0]}.0.0")
    return f"{reply[:4]}{code} {reply[4:]}"
