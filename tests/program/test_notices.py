"""A running bot notices within seconds what other processes change in its database."""

from ingest.sample import sample_mail
from tests.program_mails import RECIPIENT, now, report_mail, send
from tests.program_process import Program, running

SECONDS = 10
"""Far more than the bot needs; it looks every second."""


async def alert_about(program: Program, domain: str) -> dict[str, object]:
    """Wait for an alert in the log."""

    def found() -> list[dict[str, object]]:
        return [entry for entry in program.events("alert") if str(entry["title"]).startswith(f"{domain}: ")]

    await program.until(found, SECONDS)
    (entry,) = found()
    return entry


async def test_an_import_raises_an_alert_and_a_registration_opens_its_address(folder):
    async with running(folder, TLSRPT_EVALUATE_SECONDS="0") as program:
        (folder / "fresh.eml").write_bytes(sample_mail("imported.example", 50, RECIPIENT, now()))
        assert (await program.command("import", "fresh.eml")).code == 0
        alert = await alert_about(program, "imported.example")
        assert alert["tone"] == "warning"
        assert "50 of 147 sessions failed" in str(alert["sentences"])

        unknown = "abcdefghjkmn@localhost"
        assert await send(program.smtp_port, report_mail("added.example", 7), recipient=unknown) == [550]
        added, *_ = await program.ask(
            "domain add added.example",
            "domain add strict.example",
            "set strict.example failure-rate=0.5% min-failures=1",
        )
        token = added["report_address"]
        assert await send(program.smtp_port, report_mail("added.example", 7), recipient=token) == [250]
        assert (await program.sessions())["added.example"] == 7
        await program.ask("domain remove added.example")
        assert await send(program.smtp_port, report_mail("added.example", 8), recipient=token) == [550]

        assert await send(program.smtp_port, sample_mail("strict.example", 2, RECIPIENT, now())) == [250]
        await alert_about(program, "strict.example")


async def test_send_report_is_a_smoke_test_of_the_running_bot(folder):
    async with running(folder, TLSRPT_EVALUATE_SECONDS="0") as program:
        done = await program.command("send-report", "--domain", "Smoke.Example", "--failures", "50")
        assert (done.code, done.err) == (0, "")
        await alert_about(program, "smoke.example")
        (status,) = await program.ask("status smoke.example")
        assert status["verdict"] == "warning"
        assert status["sessions"] == {"total": 147, "successful": 97, "failed": 50}
        assert len(status["open_alerts"]) == 1

        await program.stop()
        gone = await program.command("send-report")
        assert (gone.code, gone.out) == (1, "")
        assert "tlsrpt-bot run" in gone.err
