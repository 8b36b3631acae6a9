"""Builds what reads and judges originals, as the settings say."""

from collections.abc import Callable
from datetime import datetime

from bot.settings import DkimMode, HttpsTrust, Settings
from ingest.addresses import ReportAddresses
from ingest.dkim.verdict import KeyLookup
from ingest.judging import Judge, TrustRules
from ingest.reader.mail import ReadLimits
from ingest.reading import OriginalReader


def original_reader(
    settings: Settings, addresses: ReportAddresses, keys: KeyLookup, clock: Callable[[], datetime]
) -> OriginalReader:
    """Return the reader that every door uses, and who reads an original once more."""
    rules = TrustRules(
        check_dkim=settings.dkim is not DkimMode.OFF,
        hold_unverified=settings.dkim_required,
        hold_https=settings.https_trust is HttpsTrust.APART,
        trust_https=settings.https_trust is HttpsTrust.FULL,
    )
    return OriginalReader(addresses, Judge(rules, keys, clock), read_limits(settings), clock)


def read_limits(settings: Settings) -> ReadLimits:
    return ReadLimits(max_report_bytes=settings.max_report_bytes)
