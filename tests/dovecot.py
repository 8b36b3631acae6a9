"""Debian's Dovecot, as a real IMAP server on loopback: own folders, own ports, one user, real TLS."""

import asyncio
import imaplib
import os
import pwd
import shutil
import ssl
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tests.certificates import CertificateMaker
from tests.program_process import free_port

USER, PASSWORD = "reports@example.com", 'pass"word\\1'
MAIL_USER = "nobody"
SECONDS = 20
CONFIG = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
ssl = required
ssl_cert = <{certificate}
ssl_key = <{key}
mail_location = maildir:{folder}/mail
service imap-login {{
  inet_listener imap {{
    port = {starttls_port}
  }}
  inet_listener imaps {{
    port = {tls_port}
  }}
}}
service stats {{
  client_limit = 100
}}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/home
}}
"""


@dataclass(frozen=True)
class Dovecot:
    """One running instance."""

    folder: Path
    tls_port: int
    starttls_port: int
    certificate: Path

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text()

    def deliver(self, name: str, mails: list[bytes], arrived_at: datetime) -> None:
        """Put mails into a folder, as somebody else who is logged in."""
        with self.client() as client:
            client.create(f'"{name}"')
            for body in mails:
                status, said = client.append(f'"{name}"', "", arrived_at, body)
                assert status == "OK", said

    def flags(self, name: str) -> set[bytes]:
        r"""Everything that the mails of a folder are marked with; \Recent tells that nobody opened it to write."""
        with self.client() as client:
            client.select(f'"{name}"', readonly=True)
            _, found = client.fetch("1:*", "(FLAGS)")
        return {flag for one in found for flag in imaplib.ParseFlags(one)}

    @contextmanager
    def client(self) -> Iterator[imaplib.IMAP4_SSL]:
        """Log in as the user of the mailbox."""
        context = ssl.create_default_context(cafile=self.certificate)
        client = imaplib.IMAP4_SSL("localhost", self.tls_port, ssl_context=context, timeout=SECONDS)
        try:
            client.login(USER, PASSWORD)
            yield client
        finally:
            client.shutdown()


def why_not_here() -> str:
    """Say why Dovecot cannot be run here; empty if it can."""
    if os.geteuid() != 0:
        return "Dovecot is started by root only"
    return "" if shutil.which("dovecot") else "Dovecot is not installed"


@asynccontextmanager
async def running_dovecot() -> AsyncIterator[Dovecot]:
    """Stopped at the end. Its folder is one that the user of the mails can reach: those of pytest are not."""
    folder = Path(tempfile.mkdtemp(prefix="dovecot-", dir="/tmp"))
    try:
        dovecot = _installed(folder)
        command = ["dovecot", "-F", "-c", str(folder / "config")]
        process = await asyncio.create_subprocess_exec(*command, stderr=subprocess.DEVNULL)
        try:
            await asyncio.to_thread(_until_it_listens, dovecot)
            yield dovecot
        finally:
            process.terminate()
            await process.wait()
    finally:
        shutil.rmtree(folder)


def _installed(folder: Path) -> Dovecot:
    folder.chmod(0o755)
    certificate = CertificateMaker(folder)
    certificate.write("localhost")
    owner = pwd.getpwnam(MAIL_USER)
    for name in ("mail", "home"):
        (folder / name).mkdir()
        os.chown(folder / name, owner.pw_uid, owner.pw_gid)
    dovecot = Dovecot(folder, free_port(), free_port(), certificate.certificate)
    values = {"password": PASSWORD, "uid": owner.pw_uid, "gid": owner.pw_gid, "key": certificate.key}
    (folder / "config").write_text(CONFIG.format(**vars(dovecot), **values))
    return dovecot


def _until_it_listens(dovecot: Dovecot) -> None:
    deadline = time.monotonic() + SECONDS
    while True:
        try:
            with dovecot.client():
                return
        except OSError:
            assert time.monotonic() < deadline, dovecot.log
            time.sleep(0.05)
