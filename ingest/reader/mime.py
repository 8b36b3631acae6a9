"""The parts of a mail (RFC 2046), found by a walk of bounded depth and length that no malformed mail stops."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from ingest.reader.headers import Headers, media_type, parameters, split_head
from ingest.reader.limits import ReadLimits
from ingest.reader.transfer import decode_transfer
from ingest.reader.unreadable import Unreadable, UnreadableReason

_PLAIN_ENCODINGS = ("", "7bit", "8bit", "binary")
_MESSAGE_TYPES = ("message/rfc822", "message/global")


@dataclass(frozen=True, slots=True)
class Part:
    """A mail, or a part of one: a stretch of bytes."""

    headers: Headers
    text: bytes
    begin: int
    """Where the body begins in `text`."""
    end: int
    message: Headers
    """Of the innermost mail that the part belongs to."""
    forwarded: bool
    """That mail is within another one."""
    whole_mail: bool = True
    """`text` is that mail, from its first byte to its last."""

    @property
    def body(self) -> bytes:
        """As transferred: base64 is not undone."""
        return self.text[self.begin : self.end]

    @property
    def is_encoded(self) -> bool:
        """Whether the content differs from the body."""
        return self.headers.get("content-transfer-encoding", "").lower() not in _PLAIN_ENCODINGS

    def content(self) -> bytes:
        """Return the body without its Content-Transfer-Encoding."""
        return decode_transfer(self.body, self.headers.get("content-transfer-encoding", ""))


class PartWalk:
    """Walks through one mail. `obstacles` says afterwards what kept it from looking everywhere."""

    def __init__(self, raw: bytes, limits: ReadLimits) -> None:
        self._limits = limits
        self._parts_left = limits.max_parts
        self._mail = self._message(raw, forwarded=False)
        self.obstacles: list[Unreadable] = []
        self.headers = self._mail.headers

    def parts(self) -> Iterator[Part]:
        """Yield the parts that have no parts themselves, in their order; a mail without parts is one."""
        return self._walk(self._mail, depth=0)

    def _message(self, raw: bytes, *, forwarded: bool) -> Part:
        headers, begin = split_head(raw, 0, len(raw), self._limits.max_header_bytes)
        return Part(headers, raw, begin, len(raw), message=headers, forwarded=forwarded)

    def _walk(self, part: Part, depth: int) -> Iterator[Part]:
        kind = media_type(part.headers)
        is_multipart = kind.startswith("multipart/")
        if not is_multipart and kind not in _MESSAGE_TYPES:
            yield part
        elif depth >= self._limits.max_depth:
            self.obstacles.append(Unreadable(UnreadableReason.NESTED_TOO_DEEP))
        else:
            for inner in self._pieces(part) if is_multipart else [self._message(part.content(), forwarded=True)]:
                yield from self._walk(inner, depth + 1)

    def _pieces(self, part: Part) -> Iterator[Part]:
        """Yield what stands between boundary lines; the last boundary may lack its `--`, or be missing."""
        boundary = parameters(part.headers["content-type"]).get("boundary", "")
        if not boundary:
            self.obstacles.append(Unreadable(UnreadableReason.NO_BOUNDARY))
            return
        begin = -1
        for at, line_end, is_last in self._boundary_lines(part, b"\n--" + boundary.encode()):
            if begin >= 0:
                piece = self._piece(part, begin, at)
                yield piece
                part = self._without_shared_boundary(part, piece, boundary)
            begin = part.end if is_last else min(line_end + 1, part.end)
        if begin < part.end:
            yield self._piece(part, max(begin, part.begin), part.end)

    def _without_shared_boundary(self, part: Part, piece: Part, boundary: str) -> Part:
        """Take what follows for parts of a forwarded mail, where that uses the boundary of the mail around it."""
        if media_type(piece.headers) in _MESSAGE_TYPES:
            inner = self._message(piece.content(), forwarded=True)
            if parameters(inner.headers.get("content-type", "")).get("boundary") == boundary:
                return replace(part, message=inner.headers, forwarded=True, whole_mail=False)
        return part

    def _boundary_lines(self, part: Part, delimiter: bytes) -> Iterator[tuple[int, int, bool]]:
        """Yield where each boundary line begins (at the line end before it) and ends, and whether it is the last."""
        text, begin, end = part.text, part.begin, part.end
        at = begin - 1 if text.startswith(delimiter[1:], begin, end) else text.find(delimiter, begin, end)
        while at >= 0:
            if self._parts_left == 0:
                self.obstacles.append(Unreadable(UnreadableReason.TOO_MANY_PARTS))
                return
            self._parts_left -= 1
            line_end = text.find(b"\n", at + 1, end)
            line_end = end if line_end < 0 else line_end
            rest = text[at + len(delimiter) : line_end].strip()
            if rest in {b"", b"--"}:
                # The whole line end belongs to the boundary (RFC 2046 section 5.1.1), or signatures do not hold.
                is_crlf = at > begin and text[at - 1 : at] == b"\r"
                yield at - is_crlf, line_end, rest == b"--"
            if rest == b"--":
                return
            at = text.find(delimiter, line_end, end)

    def _piece(self, part: Part, begin: int, end: int) -> Part:
        headers, body = split_head(part.text, begin, end, self._limits.max_header_bytes)
        return Part(headers, part.text, body, end, part.message, part.forwarded, part.whole_mail)
