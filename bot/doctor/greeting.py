"""How a mail server greets: its name, and whether it offers STARTTLS (RFC 5321 section 4.1.1.1). Blocking."""

import smtplib
from dataclasses import dataclass

LONGEST_NAME = 255


@dataclass(frozen=True, slots=True)
class Greeting:
    """What a mail server says before any mail."""

    host: str
    """The name that it gives itself, in lower case."""
    starttls: bool


def greeted(host: str, port: int, seconds: float) -> Greeting:
    """Connect, listen, say EHLO and QUIT. Raises OSError, smtplib.SMTPException."""
    with smtplib.SMTP(timeout=seconds) as smtp:
        _code, banner = smtp.connect(host, port)
        smtp.ehlo()
        name = (banner.decode(errors="replace").split() or [""])[0]
        return Greeting(name[:LONGEST_NAME].lower(), smtp.has_extn("starttls"))
