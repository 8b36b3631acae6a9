"""The bytes after DATA: where the mail ends, and dot-stuffing undone (RFC 5321 section 4.5.2)."""

_CRLF = b"\r\n"
_END = b"\r\n.\r\n"


class MessageData:
    """Takes blocks of any size. Only CRLF.CRLF ends a mail; bare CR and bare LF are content, lines have any length.

    A mail over `max_bytes` is read to its end and forgotten, so that its sender gets an answer.
    """

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        # A mail of max_bytes is at most this long on the wire: stuffing adds one byte to a line of three or more.
        self._max_on_wire = max_bytes * 4 // 3 + len(_CRLF + _END)
        # The CRLF that ended the DATA command makes the first line one like all others.
        self._wire = bytearray(_CRLF)
        self._body = b""
        self.dropped = False
        """Whether the content was forgotten: over `max_bytes`, or `drop` was called."""

    @property
    def held_bytes(self) -> int:
        """Bytes of memory in use for content."""
        return len(self._wire) + len(self._body)

    @property
    def body(self) -> bytes:
        """The whole mail; empty before its end, and when it was dropped."""
        return self._body

    def feed(self, block: bytes) -> bytes | None:
        """Take a block. At the end of the mail: what follows it in the block; before that: None."""
        searched = max(0, len(self._wire) - len(_END) + 1)
        self._wire += block
        end = self._wire.find(_END, searched)
        if end >= 0:
            return self._finish(end)
        if self.dropped or len(self._wire) > self._max_on_wire:
            self.drop()
        return None

    def drop(self) -> None:
        """Forget the content, but keep looking for its end."""
        self.dropped = True
        del self._wire[: 1 - len(_END)]

    def _finish(self, end: int) -> bytes:
        rest = bytes(self._wire[end + len(_END) :])
        if not self.dropped:
            del self._wire[end + len(_CRLF) :]
            body = bytes(self._wire.replace(b"\r\n.", _CRLF)[len(_CRLF) :])
            self.dropped = len(body) > self._max_bytes
            self._body = b"" if self.dropped else body
        self._wire.clear()
        return rest
