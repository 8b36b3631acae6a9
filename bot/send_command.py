"""`tlsrpt-bot send-report`: a made-up report through SMTP to the running bot."""

import smtplib
import sys

from bot.parts import utc_now
from bot.settings import Settings
from ingest.sample import sample_mail
from storage.domain_name import canonical_domain

FAILED, USAGE_ERROR = 1, 2
SENDER = "tls-reports@sample.invalid"
SECONDS = 30
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}


def send_made_up_report(settings: Settings, *, to: str, domain: str, failures: int) -> int:
    """Send one and say what the bot answered; return the exit code."""
    name = canonical_domain(domain)
    if name is None:
        sys.stderr.write(f"{domain!r} is no domain name\n")
        return USAGE_ERROR
    if not settings.smtp_listen:
        sys.stderr.write("TLSRPT_SMTP_LISTEN is off: nothing can be sent to the bot\n")
        return USAGE_ERROR
    address = settings.smtp_listen[0]
    recipient = to or f"{settings.shared_address or 'postmaster'}@{settings.report_domain}"
    mail = sample_mail(name, failures, recipient, utc_now())
    try:
        with smtplib.SMTP(EVERYWHERE.get(address.host, address.host), address.port, timeout=SECONDS) as smtp:
            smtp.sendmail(SENDER, [recipient], mail)
    except smtplib.SMTPRecipientsRefused as error:
        code, text = error.recipients[recipient]
        sys.stderr.write(f"{recipient} was refused: {code} {text.decode(errors='replace')}\n")
        return FAILED
    except (OSError, smtplib.SMTPException) as error:
        sys.stderr.write(f"The bot does not take mail at {address}: {error}. Is `tlsrpt-bot run` running?\n")
        return FAILED
    sys.stdout.write(f"Sent to {recipient} by SMTP at {address}. Now ask: status {name}\n")
    if settings.dkim_required:
        sys.stdout.write("It is not signed: with TLSRPT_DKIM=require it is kept and not counted.\n")
    return 0
