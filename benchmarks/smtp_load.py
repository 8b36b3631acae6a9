"""Sends mails by SMTP from a process of its own, as fast as the server takes them or at a given rate.

Arguments: file of mails, first mail, mails, port, sessions, `reuse` or `once`, mails a second (0: no limit).
Prints JSON: seconds, how busy this process was (0 to 1), and how long each answer to the end of a mail took (ms).
"""

import asyncio
import json
import sys
import time
from collections import deque
from collections.abc import Iterator
from pathlib import Path

from benchmarks.blobs import read_blobs
from benchmarks.traffic import RECIPIENT

_HELLO = b"EHLO load.example\r\n"
_SENDER = b"MAIL FROM:<tlsrpt@load.example>\r\n"
_RECIPIENT = f"RCPT TO:<{RECIPIENT}>\r\n".encode()
_CODE = 3
Step = tuple[bytes, bytes]
"""(what is sent, the code that must come back)."""


class Load:
    """What the sessions share."""

    def __init__(self, mails: list[bytes], *, reuse: bool, rate: float) -> None:
        self.mails = deque(mails)
        self.reuse = reuse
        self.milliseconds: list[float] = []
        self._interval = 1 / rate if rate else 0.0
        self._due = time.perf_counter()
        self._open = 0
        self.over = asyncio.get_running_loop().create_future()

    def delay(self) -> float:
        """Return how many seconds the next mail has to wait."""
        self._due += self._interval
        return max(0.0, self._due - time.perf_counter()) if self._interval else 0.0

    async def connect(self, port: int) -> None:
        self._open += 1
        await asyncio.get_running_loop().create_connection(lambda: Session(self, port), "127.0.0.1", port)

    def closed(self, port: int) -> None:
        self._open -= 1
        if self.mails:
            self._task = asyncio.ensure_future(self.connect(port))
        elif not self._open and not self.over.done():
            self.over.set_result(None)

    def failed(self, reply: bytes) -> None:
        if not self.over.done():
            self.over.set_exception(RuntimeError(f"unexpected reply: {reply[:200]!r}"))


class Session(asyncio.Protocol):
    """One connection: a dialogue without pipelining."""

    def __init__(self, load: Load, port: int) -> None:
        self._load = load
        self._port = port
        self._reply = b""
        self._expected = b"220"
        self._dialogue = self._steps()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._reply += data
        last = self._reply[self._reply.rfind(b"\n", 0, -1) + 1 :]
        if not last.endswith(b"\n") or last[_CODE : _CODE + 1] == b"-":
            return
        if not last.startswith(self._expected):
            self._load.failed(self._reply)
            return
        self._reply = b""
        self._next()

    def connection_lost(self, _error: Exception | None) -> None:
        self._load.closed(self._port)

    def _next(self) -> None:
        step = next(self._dialogue, None)
        if step is None:
            self._transport.close()
        elif isinstance(step, float):
            asyncio.get_running_loop().call_later(step, self._next)
        else:
            data, self._expected = step
            self._transport.write(data)

    def _steps(self) -> Iterator[Step | float]:
        yield _HELLO, b"250"
        while self._load.mails:
            mail = self._load.mails.popleft()
            if delay := self._load.delay():
                yield delay
            yield _SENDER, b"250"
            yield _RECIPIENT, b"250"
            yield b"DATA\r\n", b"354"
            start = time.perf_counter()
            yield mail, b"250"
            self._load.milliseconds.append((time.perf_counter() - start) * 1000)
            if not self._load.reuse:
                break
        yield b"QUIT\r\n", b"221"


async def _send(mails: list[bytes], port: int, sessions: int, *, reuse: bool, rate: float) -> dict[str, object]:
    load = Load(mails, reuse=reuse, rate=rate)
    start, busy = time.perf_counter(), time.process_time()
    for _ in range(sessions):
        await load.connect(port)
    await load.over
    seconds = time.perf_counter() - start
    return {
        "seconds": seconds,
        "busy": (time.process_time() - busy) / seconds,
        "milliseconds": load.milliseconds,
    }


def main() -> None:
    path, first, count, port, sessions, reuse, rate = sys.argv[1:]
    chosen = read_blobs(Path(path))[int(first) : int(first) + int(count)]
    stuffed = [mail.replace(b"\r\n.", b"\r\n..") + b".\r\n" for mail in chosen]
    sent = _send(stuffed, int(port), int(sessions), reuse=reuse == "reuse", rate=float(rate))
    print(json.dumps(asyncio.run(sent)))


if __name__ == "__main__":
    main()
