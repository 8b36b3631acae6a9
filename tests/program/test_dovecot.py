"""A real IMAP server: reports come out of its mailbox by IDLE, over TLS that is checked, and it keeps what it has."""

import time
from datetime import UTC, datetime

import pytest

from tests.dovecot import PASSWORD, running_dovecot, why_not_here
from tests.program_mails import report_mail
from tests.program_process import running

pytestmark = pytest.mark.skipif(bool(why_not_here()), reason=why_not_here())
FOLDER = "Berichte &- mehr"
ARRIVED = datetime(2026, 3, 10, 4, 0, tzinfo=UTC)


@pytest.mark.parametrize("scheme", ["imaps", "imap"])
async def test_reports_are_read_from_a_folder_of_dovecot_as_they_come(folder, scheme):
    async with running_dovecot() as dovecot:
        port = dovecot.tls_port if scheme == "imaps" else dovecot.starttls_port
        settings = {
            "TLSRPT_IMAP_URL": f"{scheme}://reports%40example.com@localhost:{port}/Berichte%20%26%20mehr",
            "TLSRPT_IMAP_PASSWORD": PASSWORD,
            "TLSRPT_CA_FILE": str(dovecot.certificate),
        }
        sessions = {f"d{number}.example.com": number for number in range(1, 101)}
        dovecot.deliver(FOLDER, [report_mail(domain, total) for domain, total in sessions.items()], ARRIVED)
        async with running(folder, **settings) as program:
            await program.until(lambda: program.events("all mails of the mailbox are read"))
            assert await program.sessions() == sessions
            began = time.monotonic()
            dovecot.deliver(FOLDER, [report_mail("late.example.com", 7)], ARRIVED)
            await program.until(lambda: len(program.events("mailbox read")) == 2)
            assert time.monotonic() - began < 5
            assert await program.sessions() == sessions | {"late.example.com": 7}
            (report,) = (await program.ask("reports late.example.com all"))[0]["reports"]
            assert report["arrived_at"].startswith("2026-03-10T04:00:00")
        assert dovecot.flags(FOLDER) == {rb"\Recent"}
