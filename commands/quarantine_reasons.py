"""Why a mail could not be read, in a few words, and what to do about it. Pure."""

_DAMAGED = (
    "It was damaged on its way, or the sender packs it wrongly. Tell the sender, if it happens again: "
    "the address is in the report's contact or in From."
)
_LOOK = (
    "Look at the original. If it is no report, `quarantine delete {id}` removes it. If it is a TLS report, the bot "
    "ought to read it: tell its makers, and type `quarantine retry all` after the next upgrade."
)
_ADVICE = {
    "gzip-truncated": _DAMAGED,
    "gzip-damaged": _DAMAGED,
    "zip-damaged": _DAMAGED,
    "empty-attachment": _DAMAGED,
    "too-large-inflated": (
        "If you trust the sender, raise TLSRPT_MAX_REPORT_BYTES, start the bot again, and type `quarantine retry {id}`."
    ),
    "encrypted-archive": "Nobody can read it without its password: ask the sender for reports as gzip (RFC 8460).",
    "reader-failed": (
        "It is a fault of the bot, whose log has the place. Tell its makers; after the next upgrade, "
        "`quarantine retry all` reads it."
    ),
}
_FILED = {
    "dmarc-report": "DMARC report",
    "bounce": "bounce",
    "auto-reply": "automatic reply",
    "postmaster": "mail to postmaster",
}
_MANY = {"auto-reply": "automatic replies", "postmaster": "mails to postmaster"}


def in_words(reason: str) -> str:
    """Return `gzip truncated` for `gzip-truncated`."""
    return reason.replace("-", " ")


def advice(reason: str, quarantined_id: int) -> str:
    """Return what to do about a mail, in sentences."""
    return _ADVICE.get(reason, _LOOK).format(id=quarantined_id)


def filed_as(kind: str, number: int) -> str:
    """Return `3 bounces` for a kind of what is no report and never was."""
    one = _FILED.get(kind, in_words(kind))
    return f"{number:,} {one if number == 1 else _MANY.get(kind, one + 's')}"
