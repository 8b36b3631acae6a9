"""Why a report is not verified: a stable word, a short one for a table, a sentence, and what to do. Pure."""

from dataclasses import dataclass

from storage.arrival import DkimVerdict, Source


@dataclass(frozen=True, slots=True)
class Reason:
    """Why nothing proves who sent a report."""

    word: str
    """For machines."""
    short: str
    sentence: str
    advice: str


_LOOK = (
    "Look at the original: who sent it, and whether its figures fit those of the days around it. "
    "A reporter that never signs can be asked to (RFC 8460 section 3)."
)
_REASONS = {
    DkimVerdict.NONE: Reason("not-signed", "not signed", "Its mail carries no DKIM signature.", _LOOK),
    DkimVerdict.FAIL: Reason(
        "signature-invalid",
        "signature does not hold",
        "No signature of the domain in From holds.",
        "It may be forged, or changed on its way: a mail server in front that rewrites mails breaks signatures.",
    ),
    DkimVerdict.TEMPERROR: Reason(
        "key-not-found-out",
        "key not found out (DNS)",
        "The key of its signature could not be looked up.",
        "If many mails wait for this, look at the name servers that the bot asks (TLSRPT_DNS_SERVERS).",
    ),
    DkimVerdict.UNCHECKED: Reason("not-checked", "not checked", "Its signature was not checked.", _LOOK),
    DkimVerdict.PASS: Reason(
        "forwarded",
        "forwarded",
        "It was forwarded: who signed the mail around it is not who wrote it.",
        "Have such mails redirected, or forwarded as an attachment that stays as it was.",
    ),
}
_BY_HTTPS = Reason(
    "https",
    "by HTTPS",
    "It came by HTTPS, where nobody signs.",
    "TLSRPT_HTTPS_TRUST says whether such reports count.",
)


def reason_of(dkim: str, source: str) -> Reason:
    """Return why a report is not verified, given its DKIM verdict and the way by which it came."""
    if source == Source.HTTPS and dkim == DkimVerdict.UNCHECKED:
        return _BY_HTTPS
    return _REASONS[DkimVerdict(dkim)]
