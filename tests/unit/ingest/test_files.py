"""Import: when reports arrived, and that no file stops it."""

from datetime import UTC, datetime

import pytest

from ingest.containers import FoundFile
from ingest.files import read_file
from ingest.reader.mail import ReadLimits
from tests.mails.build import frame, mail, text

NOW = datetime(2026, 3, 20, tzinfo=UTC)
MODIFIED = datetime(2026, 3, 12, tzinfo=UTC)
SENT = datetime(2026, 3, 10, 4, tzinfo=UTC)
IMPOSSIBLE = [
    datetime(1970, 1, 1, tzinfo=UTC),
    datetime(2015, 12, 31, 23, 59, 59, tzinfo=UTC),
    datetime(2026, 3, 20, 0, 0, 1, tzinfo=UTC),
    datetime.max.replace(tzinfo=UTC),
]


def arrived(body, modified=MODIFIED):
    return read_file(FoundFile("one", body, modified), ReadLimits(), NOW).original.arrived_at


def test_a_report_arrived_at_the_date_of_its_mail_or_when_its_file_was_changed():
    assert arrived(mail()) == SENT
    assert arrived(mail(head=frame(Date=""))) == MODIFIED
    assert arrived(text()) == MODIFIED
    assert arrived(b"no report") == MODIFIED


@pytest.mark.parametrize("date", ["Thu, 1 Jan 1970 00:00:00 +0000", "Fri, 20 Mar 2026 00:00:01 +0000", "soon"])
def test_a_date_that_is_impossible_gives_way_to_the_time_of_the_file(date):
    assert arrived(mail(head=frame(Date=date))) == MODIFIED


@pytest.mark.parametrize("modified", IMPOSSIBLE)
def test_where_the_time_of_the_file_is_impossible_too_the_report_arrived_now(modified):
    assert arrived(mail(head=frame(Date="Thu, 1 Jan 1970 00:00:00 +0000")), modified) == NOW
    assert arrived(text(), modified) == NOW
    assert arrived(b"no report", modified) == NOW
    assert arrived(mail(), modified) == SENT
