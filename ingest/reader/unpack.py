"""From the bytes of an attachment to JSON text: what the bytes are counts, not what they are called."""

import re
from collections.abc import Iterator

from ingest.reader.inflate import GZIP_MAGIC, gunzip, is_zip, unzip
from ingest.reader.json_text import looks_like_json
from ingest.reader.limits import ReadLimits
from ingest.reader.transfer import decode_transfer
from ingest.reader.unreadable import Unreadable, UnreadableReason

_MAX_NESTING = 2
_MAX_EXPANSION = 1_100
_BLANKS = b" \t\r\n"
_DMARC_ROOT = re.compile(rb"<(?:[a-z0-9]{1,20}:)?feedback[\s>]")
_WHERE_A_ROOT_STANDS = 4_096
# gzip, zip and `{"` in base64: a relay lost the Content-Transfer-Encoding
_PACKED_IN_BASE64 = (b"H4sI", b"UEsDB", b"eyJ", b"ewog", b"ewoJ", b"ew0K")


class Unpacker:
    """Unpacks the attachments of one mail, and keeps account of how much it has unpacked."""

    def __init__(self, limits: ReadLimits) -> None:
        self._limits = limits
        self._bytes_left = limits.max_unpacked_factor * limits.max_report_bytes
        self.refusals: list[Unreadable] = []
        """Why files of a zip archive were left out while the others were read."""

    def json_texts(self, data: bytes) -> Iterator[bytes]:
        """Yield what looks like JSON in the data; nothing when the data is something else.

        Raises Unreadable when it is packed and cannot be unpacked, when it is too large, or a DMARC report.
        """
        return self._look(data, nesting=0)

    def _look(self, data: bytes, nesting: int) -> Iterator[bytes]:
        start = data[:_WHERE_A_ROOT_STANDS].lstrip(_BLANKS)
        if looks_like_json(start):
            if len(data) > self._limits.max_report_bytes:
                raise Unreadable(UnreadableReason.TOO_LARGE_INFLATED)
            yield data
        elif start.startswith(GZIP_MAGIC) or is_zip(start):
            if nesting == _MAX_NESTING:
                raise Unreadable(UnreadableReason.NESTED_TOO_DEEP)
            data = data.lstrip(_BLANKS)
            look = self._look_beside_others if is_zip(data) else self._look
            for unpacked in self._unpacked(data):
                yield from look(unpacked, nesting + 1)
        elif start.startswith(_PACKED_IN_BASE64) and nesting == 0:
            yield from self._look(decode_transfer(data, "base64"), nesting + 1)
        elif _DMARC_ROOT.search(start):
            raise Unreadable(UnreadableReason.DMARC_REPORT)

    def _look_beside_others(self, data: bytes, nesting: int) -> Iterator[bytes]:
        try:
            yield from self._look(data, nesting)
        except Unreadable as refusal:
            self.refusals.append(refusal.remembered())

    def _unpacked(self, data: bytes) -> Iterator[bytes]:
        total = max(0, self._bytes_left)
        allowance = min(self._limits.max_report_bytes, total)
        try:
            most = self._limits.max_zip_files
            files = unzip(data, allowance, total, most) if is_zip(data) else [gunzip(data, allowance)]
            for unpacked in files:
                self._bytes_left -= len(unpacked)
                yield unpacked
        except Unreadable as refusal:
            if refusal.reason is not UnreadableReason.TOO_MANY_FILES:
                self._bytes_left -= min(allowance, _MAX_EXPANSION * len(data))  # what the attempt may have cost
            raise
