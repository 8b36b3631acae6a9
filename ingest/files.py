"""Import: what was found in files becomes deliveries. What an operator imports is trusted."""

from dataclasses import replace
from datetime import datetime

from ingest.containers import FoundFile
from ingest.delivery import IMPORTED, Judgement, delivery_of, media_type_of, read_content, unread
from ingest.placing import is_possible
from ingest.reader.mail import FoundReport, ReadLimits, Unreadable
from ingest.unforeseen import kept_for_a_fault
from storage.arrival import Delivery, Original, Source


def read_file(file: FoundFile, limits: ReadLimits, now: datetime) -> Delivery:
    """Read one file. A report counts as arrived at its mail's Date; a bare one when the file was last changed.

    That holds too where the Date is impossible (before 2016, in the future); `now` where both are.
    """
    original = Original(
        file.body, media_type_of(file.body), Source.IMPORT, _arrived_at(file, None, now), name=file.name
    )
    try:
        content = read_content(original, limits)
        date = content.frame.date if content.frame else None
        dated = replace(original, arrived_at=_arrived_at(file, date, now))
        return delivery_of(dated, content, _trusted, token_domain="", now=now)
    except Unreadable as refusal:
        return unread(original, refusal)
    except Exception as error:  # noqa: BLE001 -- whatever it is: the next file is read
        return kept_for_a_fault(original, error)


def _arrived_at(file: FoundFile, date: datetime | None, now: datetime) -> datetime:
    return next((when for when in (date, file.modified) if when and is_possible(when, now)), now)


def _trusted(_found: FoundReport) -> Judgement:
    return IMPORTED
