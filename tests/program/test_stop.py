"""SIGTERM: the process ends by itself, soon, with exit code 0, nothing lost and nothing left open."""

import asyncio

from tests.program_mails import report_mail
from tests.program_pouring import Pouring
from tests.program_process import DEV_MODE, running
from tests.smtp_client import RawClient


async def test_sigterm_ends_an_idle_bot_though_connections_stay_open(folder):
    async with (
        running(folder, **DEV_MODE) as program,
        await RawClient.connect(program.smtp_port) as idle,
        await RawClient.connect(program.http_port) as half_a_request,
    ):
        await idle.greet()
        await half_a_request.send(b"GET /healthz HTTP/1.1\r\nHost: ")
        await program.stop()
        assert (await idle.rest()).startswith(b"421 ")
    # SQLite takes its log away when the last connection is closed, which Python 3.11 does not watch over.
    assert sorted(file.name for file in (folder / "data").iterdir()) == ["tlsrpt.db", "tlsrpt.db.lock"]


async def test_sigterm_loses_no_mail_that_was_answered_with_250(folder):
    sessions = {f"d{number}.example.com": number for number in range(1, 301)}
    async with running(folder, **DEV_MODE) as program:
        pouring = Pouring(program.smtp_port, {one: report_mail(one, total) for one, total in sessions.items()})
        async with await RawClient.connect(program.smtp_port) as half_a_mail:
            await half_a_mail.until_data(b"tls-reports@localhost")
            await half_a_mail.send(report_mail("half.example.com", 1)[:300])
            sending = asyncio.create_task(pouring.run())
            await pouring.until_sent(60)
            await program.stop()
            await sending
            assert b"250" not in await half_a_mail.rest()
        kept = await program.sessions()

    assert not pouring.refused
    assert 50 < len(pouring.accepted) < len(sessions), "the stop came too early or too late to prove anything"
    assert pouring.accepted <= kept.keys()
    assert kept == {domain: sessions[domain] for domain in kept}
