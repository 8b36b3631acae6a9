"""A real MTA brings reports: through its queue, past restarts of the bot, over STARTTLS; each counts once."""

import asyncio

import pytest

from tests.certificates import CertificateMaker
from tests.postfix import running_postfix, why_not_here
from tests.program_mails import report_mail
from tests.program_pouring import Pouring
from tests.program_process import installed, running

MAILS = 1_000
SOME = 50
pytestmark = pytest.mark.skipif(bool(why_not_here()), reason=why_not_here())


async def test_a_thousand_reports_arrive_once_though_the_bot_stops_twice(folder):
    sessions = {f"d{number}.example.com": number for number in range(1, MAILS + 1)}
    async with installed(folder) as program, running_postfix(program.smtp_port) as postfix:
        pouring = Pouring(postfix.port, {domain: report_mail(domain, total) for domain, total in sessions.items()})
        await program.start()
        poured = asyncio.create_task(pouring.run())
        first = await _taken(program)
        await program.stop()
        await poured
        assert pouring.accepted == sessions.keys(), pouring.refused
        await program.start()
        second = await _taken(program)
        program.kill()
        assert first + second < MAILS, "the bot was stopped too late to prove anything"
        await program.start()
        await program.until(lambda: postfix.queued() == 0, seconds=60)
        assert await program.sessions() == sessions
        assert "status=bounced" not in postfix.log


async def _taken(program):
    """Wait until some mails were taken in this run of the bot; return how many."""
    await program.until(lambda: len(program.events("mail taken")) >= SOME)
    return len(program.events("mail taken"))


async def test_postfix_encrypts_when_starttls_is_offered_and_delivers_when_it_is_not(folder, tmp_path):
    certificate = CertificateMaker(tmp_path)
    certificate.write("localhost")
    files = {"TLSRPT_SMTP_TLS_CERT": str(certificate.certificate), "TLSRPT_SMTP_TLS_KEY": str(certificate.key)}
    async with running(folder, **files) as program, running_postfix(program.smtp_port, tls="encrypt") as postfix:
        await Pouring(postfix.port, {"tls.example": report_mail("tls.example", 5)}).run()
        await program.until(lambda: program.events("mail taken"))
        assert [entry["tls"] for entry in program.events("mail taken")] == [True]
    (folder / "plain").mkdir()
    async with running(folder / "plain") as program, running_postfix(program.smtp_port, tls="may") as postfix:
        await Pouring(postfix.port, {"plain.example": report_mail("plain.example", 5)}).run()
        await program.until(lambda: program.events("mail taken"))
        assert [entry["tls"] for entry in program.events("mail taken")] == [False]
