"""Why a connection or a mail is refused: a word for the counter, and the reply. All but a few mean: come again."""

from enum import StrEnum

_LATER = "please try again later"


class Refusal(StrEnum):
    """The words are labels of a metric. A reply that begins with 421 ends the connection (RFC 5321 section 3.8)."""

    CONNECTIONS = "connections"
    CONNECTIONS_OF_ADDRESS = "connections-of-address"
    CONNECTION_RATE = "connection-rate"
    CONNECTION_RATE_OF_ADDRESS = "connection-rate-of-address"
    MAIL_RATE = "mail-rate"
    MAIL_RATE_OF_ADDRESS = "mail-rate-of-address"
    COMMANDS = "commands"
    MISTAKES = "mistakes"
    UNKNOWN_RECIPIENTS = "unknown-recipients"
    NOT_SMTP = "not-smtp"
    PROXY_LINE = "proxy-line"
    TIMEOUT = "timeout"
    TOO_SLOW = "too-slow"
    GAVE_WAY = "gave-way"
    NO_MEMORY = "no-memory"
    WITHOUT_END = "without-end"

    @property
    def reply(self) -> str:
        """`{host}` stands for our name."""
        return _REPLIES[self]


_REPLIES = {
    Refusal.CONNECTIONS: f"421 4.3.2 {{host}} Too many connections, {_LATER}",
    Refusal.CONNECTIONS_OF_ADDRESS: f"421 4.7.0 {{host}} Too many connections from your address, {_LATER}",
    Refusal.CONNECTION_RATE: f"421 4.3.2 {{host}} Too many new connections, {_LATER}",
    Refusal.CONNECTION_RATE_OF_ADDRESS: f"421 4.7.0 {{host}} Too many new connections from your address, {_LATER}",
    Refusal.MAIL_RATE: f"450 4.3.2 Too many mails, {_LATER}",
    Refusal.MAIL_RATE_OF_ADDRESS: f"450 4.7.1 Too many mails from your address, {_LATER}",
    Refusal.COMMANDS: "421 4.7.0 {host} Too many commands, closing",
    Refusal.MISTAKES: "421 4.7.0 {host} Too many mistakes, closing",
    Refusal.UNKNOWN_RECIPIENTS: "421 4.7.0 {host} Too many addresses that are not here, closing",
    Refusal.NOT_SMTP: "421 4.7.0 {host} This is no web server, closing",
    Refusal.PROXY_LINE: "421 4.7.0 {host} Not a valid PROXY header, closing",
    Refusal.TIMEOUT: "421 4.4.2 {host} Time is up, closing",
    Refusal.TOO_SLOW: "421 4.4.2 {host} The mail comes too slowly, closing",
    Refusal.GAVE_WAY: f"421 4.3.2 {{host}} Too busy to wait any longer, {_LATER}",
    Refusal.NO_MEMORY: f"452 4.3.1 Too much at once, {_LATER}",
    Refusal.WITHOUT_END: "552 5.3.4 The mail is much too large, closing",
}
