"""STARTTLS with the files of certbot: renewed by links, readable by root only, halfway there."""

import os
import shutil
import subprocess
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from structlog.testing import capture_logs

from ingest.smtp.listener import CertificateError, CertificateFiles
from tests.certbot_files import CertbotFiles
from tests.program_mails import report_mail
from tests.program_process import running
from tests.smtp_client import MemoryReceiver, RawClient, listening

NOBODY = 65_534
SWAKS = shutil.which("swaks")


@pytest.fixture
def files():
    with TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)  # all may look into it, as into pytest's own they may not
        files = CertbotFiles(folder)
        files.renew()
        yield files


@pytest.fixture
async def port(files):
    async with listening(MemoryReceiver(), certificate=CertificateFiles(files.certificate, files.key)) as (_, port):
        yield port


async def served(port):
    async with await RawClient.connect(port) as client:
        await client.greet()
        assert (await client.say(b"STARTTLS\r\n")).startswith("220 ")
        await client.start_tls()
        return client.peer_certificate()


@contextmanager
def unprivileged():
    """Without the rights of root, which may read everything."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


async def test_a_renewal_that_turns_the_links_is_served_without_a_restart(port, files):
    first = await served(port)
    assert first != files.renew()
    second = await served(port)
    assert second != first
    assert await served(port) == second


async def test_halfway_through_a_renewal_the_old_certificate_is_served(port, files):
    first = await served(port)
    renewed = files.write_files()
    assert await served(port) == first
    with capture_logs() as logs:
        files.turn_link("fullchain")
        assert await served(port) == first, "this certificate and the old key do not belong together"
        files.turn_link("privkey")
        assert await served(port) == renewed
    assert [entry["event"] for entry in logs] == ["certificate not renewed", "certificate renewed"]


async def test_a_renewed_key_that_may_not_be_read_keeps_the_old_one_until_it_may(port, files):
    first = await served(port)
    renewed = files.renew()
    files.newest_key.chmod(0)
    with unprivileged(), capture_logs() as logs:
        assert await served(port) == first
        assert await served(port) == first
    (entry,) = logs
    assert f"may not read {files.key}" in entry["reason"]
    files.newest_key.chmod(0o640)  # as a deploy hook does: neither the content nor its time changes
    assert await served(port) == renewed


def test_a_key_for_root_only_is_a_clear_error_at_the_start(files):
    files.newest_key.chmod(0)
    with (
        unprivileged(),
        pytest.raises(CertificateError, match=r"user id \d+, as which this program runs, may not read"),
    ):
        CertificateFiles(files.certificate, files.key)


@pytest.mark.skipif(SWAKS is None, reason="swaks is not installed")
@pytest.mark.parametrize("tls", ["-tls", "--tls-optional", ""])
async def test_swaks_delivers_with_and_without_starttls(tmp_path, files, tls):
    settings = {"TLSRPT_SMTP_TLS_CERT": str(files.certificate), "TLSRPT_SMTP_TLS_KEY": str(files.key)}
    (tmp_path / "mail.eml").write_bytes(report_mail("swaks.example.com", 7))
    async with running(tmp_path, **settings) as program:
        where = ["--server", "127.0.0.1", "--port", str(program.smtp_port)]
        envelope = ["--from", "tlsrpt@sender.example", "--to", "tls-reports@localhost", "--helo", "sender.example"]
        command = [SWAKS, *where, *envelope, *([tls] if tls else []), "--data", f"@{tmp_path / 'mail.eml'}"]
        done = subprocess.run(command, capture_output=True, timeout=20, check=False)  # noqa: ASYNC221, S603 -- no loop of ours is in it
        assert done.returncode == 0, done
        assert (b"TLS started with cipher TLSv1.3" in done.stdout) == bool(tls)
        (entry,) = program.events("mail taken")
        assert (entry["outcome"], entry["tls"]) == ("stored", bool(tls))
        assert await program.sessions() == {"swaks.example.com": 7}
