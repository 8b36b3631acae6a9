"""A connection that one thread uses and another may cut."""

import socket
from collections.abc import Callable
from contextlib import suppress
from threading import Lock
from typing import TypeVar

T = TypeVar("T")


class Cable:
    """Ends a connection at any time; who waits for the other side is then told so. Closed when nobody uses it."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._socket: socket.socket | None = None
        self._is_cut = False
        self._users = 0

    def hold(self, connection: socket.socket) -> None:
        """Take a connection, or the same one inside TLS. Raises ConnectionAbortedError when it is cut already."""
        with self._lock:
            self._socket = connection
            if self._is_cut:
                raise ConnectionAbortedError

    def using(self, work: Callable[[], T]) -> T:
        """Return what `work` returns, or raise what it raises, with the connection kept from being closed."""
        with self._lock:
            self._users += 1
        try:
            return work()
        finally:
            with self._lock:
                self._users -= 1
                self._close_if_over()

    def cut(self) -> None:
        """End the connection, now or as soon as there is one."""
        with self._lock:
            self._is_cut = True
            if self._socket is not None:
                with suppress(OSError):
                    # Not the method of TLS sockets: that one takes TLS away from who is just reading.
                    socket.socket.shutdown(self._socket, socket.SHUT_RDWR)
            self._close_if_over()

    def _close_if_over(self) -> None:
        if self._is_cut and not self._users and self._socket is not None:
            self._socket.close()
            self._socket = None
