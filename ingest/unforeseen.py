"""What makes the reader fail as nobody foresaw: it is kept, and the log says where."""

import structlog

from ingest.delivery import unread
from ingest.reader.mail import Unreadable, UnreadableReason
from ingest.traces import trace_of
from storage.arrival import Delivery, Original

log = structlog.get_logger(__name__)


def kept_for_a_fault(original: Original, error: Exception) -> Delivery:
    """Return a delivery for quarantine; the trace goes to the log, without texts and values."""
    log.error("the reader failed: what came is kept", reason=type(error).__name__, trace=trace_of(error))
    return unread(original, Unreadable(UnreadableReason.READER_FAILED))
