"""The life of one SMTP connection: its time, its half-closing sender, its end. On top of aiosmtpd's own."""

import asyncio
from math import inf
from typing import cast

from aiosmtpd.smtp import SMTP

from ingest.smtp.refusals import Refusal
from ingest.smtp.replies import SHUTTING_DOWN
from ingest.smtp.values import SmtpLimits


class SmtpConnection(SMTP):
    """A connection. `over` is done when it is closed and nothing of it runs any more."""

    def __init__(self, handler: object, limits: SmtpLimits, hostname: str) -> None:
        loop = asyncio.get_running_loop()
        self.over: asyncio.Future[None] = loop.create_future()
        self.step_began = inf
        """When the sender's turn began (the loop's time): a command, or a whole mail. Infinite when it is ours."""
        self._limits = limits
        self._ends_at = loop.time() + limits.seconds_per_session
        self._when_time_is_up = Refusal.TIMEOUT
        self._idle = False
        """Whether the next thing is up to the sender, and no mail is announced."""
        self._finishing = False
        self._ended = False
        super().__init__(
            handler,
            data_size_limit=limits.max_message_bytes,
            enable_SMTPUTF8=True,
            hostname=hostname,
            timeout=limits.seconds_per_command,
            loop=loop,
        )

    def finish(self) -> None:
        """Say goodbye: at once when idle, else when the transaction in flight is answered."""
        self._finishing = True
        if self._idle:
            self._say_goodbye(SHUTTING_DOWN)

    def cut(self, refusal: Refusal) -> None:
        """Say why, and close the connection, whatever is in flight."""
        self._note_refusal(refusal)
        self._say_goodbye(refusal.reply)

    def abort(self) -> None:
        """Drop the connection now."""
        self._ended = True
        if self.transport is not None:
            cast("asyncio.WriteTransport", self.transport).abort()

    def hang_up(self) -> None:
        """Close the connection; a peer that takes no note is dropped after `seconds_to_linger`."""
        self._ended = True
        self.step_began = inf
        if self.transport is None:
            return
        transport = cast("asyncio.WriteTransport", self.transport)
        transport.close()
        self._stop_clock()
        self._timeout_handle = self.loop.call_later(self._limits.seconds_to_linger, transport.abort)

    def connection_lost(self, error: Exception | None) -> None:
        super().connection_lost(error)
        if self._handler_coroutine is not None:
            self._handler_coroutine.add_done_callback(self._set_over)

    def eof_received(self) -> bool:
        """Go on: a sender may close its half before our reply (Exim does), and shall get it all the same."""
        super(SMTP, self).eof_received()  # aiosmtpd's own cancels the mail in flight
        return self.session is not None and self.session.ssl is None

    def _note_refusal(self, refusal: Refusal) -> None:
        """Count and log it."""
        raise NotImplementedError

    def _set_over(self, _: object) -> None:
        if not self.over.done():
            self.over.set_result(None)

    def _begin_step(self) -> None:
        """Give the sender time: for a command, or for the first bytes of a mail."""
        if not self._ended:
            self.step_began = self.loop.time()
            self._when_time_is_up = Refusal.TIMEOUT
            self._reset_timeout()

    def _stop_clock(self) -> None:
        """From here on it is our time, not the sender's."""
        self.step_began = inf
        if self._timeout_handle is not None:
            self._timeout_handle.cancel()

    def _reset_timeout(self, duration: float | None = None) -> None:
        if not self._ended:
            left = max(0.001, self._ends_at - self.loop.time())
            super()._reset_timeout(min(duration or self._limits.seconds_per_command, left))

    def _timeout_cb(self) -> None:
        self.cut(self._when_time_is_up)

    def _say_goodbye(self, reply: str) -> None:
        self._writer.write(reply.format(host=self.hostname).encode() + b"\r\n")
        self.hang_up()
