"""The certificate for STARTTLS: usable, not about to end, and for the names by which senders know us."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509

from bot.parts import utc_now
from bot.settings import Settings
from commands.doctor import Finding, Level
from commands.phrases import listing
from ingest.smtp.tls import CertificateError, CertificateFiles

AREA = "certificate"
SOON = timedelta(days=14)


async def examine_certificate(settings: Settings) -> Sequence[Finding]:
    """Read both files as the SMTP server does."""
    if not settings.smtp_tls_cert or not settings.smtp_tls_key:
        what_to_do = "Set TLSRPT_SMTP_TLS_CERT and TLSRPT_SMTP_TLS_KEY: reports name recipients and addresses."
        return [Finding(AREA, Level.WARNING, "STARTTLS is not offered.", what_to_do)]
    try:
        CertificateFiles(settings.smtp_tls_cert, settings.smtp_tls_key)
        certificate = x509.load_pem_x509_certificates(settings.smtp_tls_cert.read_bytes())[0]
    except (CertificateError, OSError, ValueError) as error:
        return [Finding(AREA, Level.ERROR, str(error), "Let the user of the bot read both files.")]
    return [judge_certificate(settings.smtp_tls_cert, certificate, settings.report_domain, utc_now())]


def judge_certificate(file: Path, certificate: x509.Certificate, report_domain: str, now: datetime) -> Finding:
    """Judge what was read. `now` is aware UTC. Pure."""
    ends = certificate.not_valid_after_utc
    names = _names(certificate)
    if ends <= now:
        return Finding(AREA, Level.ERROR, f"{file} ended on {ends:%Y-%m-%d}.", "Renew it; the bot reads it by itself.")
    if ends - now < SOON:
        what_to_do = "Renew it: is the timer of the ACME client running?"
        return Finding(AREA, Level.WARNING, f"{file} ends on {ends:%Y-%m-%d}.", what_to_do)
    return Finding(AREA, Level.OK, f"{file} is for {listing(names) or report_domain} and ends on {ends:%Y-%m-%d}.")


def _names(certificate: x509.Certificate) -> list[str]:
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return []
    return names.get_values_for_type(x509.DNSName)
