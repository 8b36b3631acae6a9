"""The certificate for STARTTLS: read from its files, and read again when they change."""

import os
import ssl
from pathlib import Path
from typing import Any

import structlog

_Look = tuple[tuple[int, int, int, int], ...]


class CertificateError(Exception):
    """The files hold no certificate with its key. The message is a sentence for the operator."""


class CertificateFiles:
    """A certificate chain and its key (PEM). Reads both at once; raises CertificateError when they are of no use."""

    def __init__(self, certificate: Path, key: Path) -> None:
        self._certificate = certificate
        self._key = key
        self._log: Any = structlog.get_logger("smtp")
        self._seen = self._look()
        self._context = self._load()

    @property
    def context(self) -> ssl.SSLContext:
        """The newest usable one that was read, without a look at the files."""
        return self._context

    def fresh_context(self) -> ssl.SSLContext:
        """Read the files again if they changed. What cannot be used is logged once, and the old one stays."""
        seen = self._look()
        if seen != self._seen:
            self._seen = seen
            try:
                self._context = self._load()
            except CertificateError as error:
                self._log.error("certificate not renewed", reason=str(error))
            else:
                self._log.info("certificate renewed", file=str(self._certificate))
        return self._context

    def _look(self) -> _Look | None:
        """Tell one state of the files from another; None while one of them is missing."""
        try:
            states = [path.stat() for path in (self._certificate, self._key)]
        except OSError:
            return None
        # The time of change too: certbot's keys become readable by a chmod or chown after they were written.
        return tuple((one.st_mtime_ns, one.st_ctime_ns, one.st_size, one.st_ino) for one in states)

    def _load(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        try:
            for path in (self._certificate, self._key):
                path.open("rb").close()  # OpenSSL does not say which of the two it could not read
            # Without a password OpenSSL asks for one on the terminal, and the whole loop waits.
            context.load_cert_chain(self._certificate, self._key, password="")
        except (OSError, ValueError) as error:
            msg = f"The certificate {self._certificate} with the key {self._key} cannot be used: {_reason(error)}."
            raise CertificateError(msg) from error
        return context


def _reason(error: OSError | ValueError) -> str:
    if isinstance(error, PermissionError):
        return f"user id {os.geteuid()}, as which this program runs, may not read {error.filename}"
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename}: {error.strerror}"
    return str(getattr(error, "reason", None) or getattr(error, "strerror", None) or error)
