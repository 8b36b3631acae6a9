"""Debian's Postfix, as a real MTA on loopback: own folders, own port, a queue that is tried again every second."""

import asyncio
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.program_process import free_port

MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file_prefixes = {folder}
maillog_file = {folder}/maillog
myhostname = sender.example
mydestination =
mynetworks = 127.0.0.0/8
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
smtpd_recipient_restrictions = permit_mynetworks, reject
smtputf8_enable = no
relayhost = [127.0.0.1]:{relay_port}
smtp_tls_security_level = {tls}
smtp_dns_support_level = disabled
smtp_host_lookup = native
default_destination_concurrency_failed_cohort_limit = 0
minimal_backoff_time = 1s
maximal_backoff_time = 2s
queue_run_delay = 1s
alias_maps =
"""
MASTER = """
127.0.0.1:{port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 1 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - 20 smtp
relay unix - - n - 20 smtp
error unix - - n - - error
retry unix - - n - - error
scache unix - - n - 1 scache
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
tlsmgr unix - - n 1000? 1 tlsmgr
"""


class Postfix:
    """One running instance."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder = folder
        self.port = port

    @property
    def log(self) -> str:
        log = self.folder / "maillog"
        return log.read_text() if log.exists() else ""

    def queued(self) -> int:
        """How many mails wait."""
        places = ("incoming", "active", "deferred", "maildrop")
        return sum(1 for place in places for file in (self.folder / "queue" / place).rglob("*") if file.is_file())

    def run(self, command: str) -> None:
        config = str(self.folder / "config")
        done = subprocess.run(["postfix", "-c", config, command], capture_output=True, text=True, check=False)  # noqa: S603, S607
        assert done.returncode == 0, f"{done.stderr}\n{self.log}"


def why_not_here() -> str:
    """Say why Postfix cannot be run here; empty if it can."""
    if os.geteuid() != 0:
        return "Postfix is started by root only"
    return "" if shutil.which("postfix") else "Postfix is not installed"


@asynccontextmanager
async def running_postfix(relay_port: int, *, tls: str = "none") -> AsyncIterator[Postfix]:
    """Relay everything to a port; stopped at the end. `tls` is its smtp_tls_security_level.

    Its folder is one that Postfix's own user can reach: those of pytest are not.
    """
    folder = Path(tempfile.mkdtemp(prefix="postfix-", dir="/tmp"))
    port = free_port()
    try:
        postfix = _installed(folder, port, relay_port, tls)
        await asyncio.to_thread(postfix.run, "start")
        try:
            yield postfix
        finally:
            await asyncio.to_thread(postfix.run, "stop")
    finally:
        shutil.rmtree(folder)


def _installed(folder: Path, port: int, relay_port: int, tls: str) -> Postfix:
    folder.chmod(0o755)
    for name in ("config", "queue", "data"):
        (folder / name).mkdir()
    os.chown(folder / "data", pwd.getpwnam("postfix").pw_uid, -1)
    (folder / "config" / "main.cf").write_text(MAIN.format(folder=folder, relay_port=relay_port, tls=tls))
    (folder / "config" / "master.cf").write_text(MASTER.format(port=port))
    return Postfix(folder, port)
