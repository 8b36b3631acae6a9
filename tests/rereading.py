"""What reads mails from quarantine in tests: the reader of today, without DNS."""

from datetime import datetime

from bot.quarantine_reader import QuarantineReader
from ingest.addresses import ReportAddresses
from ingest.judging import Judge, TrustRules
from ingest.reader.mail import ReadLimits
from ingest.reading import OriginalReader
from storage.database import Database
from tests.fake_key_lookup import FakeKeyLookup


def quarantine_reader(
    db: Database, now: datetime, rules: TrustRules | None = None, limits: ReadLimits | None = None
) -> QuarantineReader:
    """Return the port behind `quarantine retry`, at a moment that stands still."""
    addresses = ReportAddresses(db, "reports.example.net", "tls-reports")
    wanted = rules or TrustRules(check_dkim=True, hold_unverified=False)
    judge = Judge(wanted, FakeKeyLookup(), lambda: now)
    return QuarantineReader(db, OriginalReader(addresses, judge, limits or ReadLimits(), lambda: now), lambda: now)
