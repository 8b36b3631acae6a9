"""The DKIM modes from mail to figures: who is believed, what is held back, and that nobody forges a revision."""

from contextlib import asynccontextmanager

import pytest

from tests.dkim_signing import rsa_record, signed
from tests.dns_server import Trouble, running_dns_server
from tests.program_mails import report_mail, send
from tests.program_process import running

KEY = "s1._domainkey.sender.example"
RECIPIENT = "tls-reports@reports.example"
LATER = "Tue, 10 Mar 2026 09:00:00 +0000"


@asynccontextmanager
async def receiving(folder, **settings):
    """A bot with a name of its own, so that it requires signatures unless told otherwise; and the DNS that it asks."""
    async with running_dns_server() as dns:
        dns.publish_txt(KEY, rsa_record())
        settings |= {"TLSRPT_REPORT_DOMAIN": "reports.example", "TLSRPT_DNS_SERVERS": f"127.0.0.1:{dns.port}"}
        async with running(folder, **settings) as program:
            yield program, dns


def without_a_valid_signature(domain: str) -> list[bytes]:
    """Four reports: not signed, changed after signing, signed by a stranger, and with a key that DNS does not tell."""
    signature_broken = signed(report_mail(domain, 2, 50, report_id="2")).replace(b": Report\r\n", b": Changed\r\n")
    return [
        report_mail(domain, 1, 50, report_id="1"),
        signature_broken,
        signed(report_mail(domain, 3, 50, report_id="3"), domain=b"stranger.example"),
        signed(report_mail(domain, 4, 50, report_id="4"), selector=b"s2"),
    ]


async def test_require_counts_what_its_sender_signed_and_keeps_the_rest_uncounted_and_says_so(folder):
    async with receiving(folder, TLSRPT_EVALUATE_SECONDS="0") as (program, dns):
        dns.publish_txt("s1._domainkey.stranger.example", rsa_record())
        dns.trouble("s2._domainkey.sender.example", Trouble.SERVFAIL)
        mails = [signed(report_mail("good.example", 599, 1, organisation="Somebody Else"))]
        mails += without_a_valid_signature("held.example")
        assert await send(program.smtp_port, *mails, recipient=RECIPIENT) == [250] * 5
        good, reporters, held, reports, overview, everything = await program.ask(
            "status good.example all",
            "reporters good.example all",
            "status held.example 2026-03",
            "reports held.example 2026-03",
            "status all",
            "status held.example all",
        )
        said = await program.command("ask", "status held.example 2026-03")
        assert not program.events("alert")

    assert (good["sessions"]["total"], good["held"]) == (600, 0)
    assert [one["reporter"] for one in reporters["reporters"]] == ["sender.example"]
    assert (held["sessions"]["total"], held["reports"], held["held"], held["verdict"]) == (0, 0, 4, "no-data")
    assert "4 reports are held back and not counted" in said.out
    assert len(reports["reports"]) == 4
    assert overview["held"] == 4
    assert everything["held"] == 4, "`all` leaves out what is held back while nothing was counted"


@pytest.mark.parametrize("mode", ["flag", "off"])
async def test_flag_and_off_count_what_is_not_signed(folder, mode):
    async with receiving(folder, TLSRPT_DKIM=mode) as (program, dns):
        mails = [
            report_mail("unsigned.example", 5),
            signed(report_mail("changed.example", 6)).replace(b"Subject: Report\r\n", b"Subject: Changed\r\n"),
            signed(report_mail("signed.example", 7)),
        ]
        assert await send(program.smtp_port, *mails, recipient=RECIPIENT) == [250] * 3
        overview, reporters = await program.ask("status all", "reporters signed.example all")
    sessions = {one["domain"]: one["sessions"]["total"] for one in overview["domains"]}
    assert sessions == {"unsigned.example": 5, "changed.example": 6, "signed.example": 7}
    assert overview["held"] == 0
    reporter = "sender.example" if mode == "flag" else "Sender Inc."
    assert [one["reporter"] for one in reporters["reporters"]] == [reporter]
    assert bool(dns.queries) == (mode == "flag")


@pytest.mark.parametrize("mode", ["require", "flag"])
async def test_a_forged_later_version_never_replaces_the_verified_one(folder, mode):
    domains = ("last.example", "first.example", "revised.example")
    async with receiving(folder, TLSRPT_DKIM=mode) as (program, _):
        for domain in domains:
            verified = signed(report_mail(domain, 590, 10))
            forged = report_mail(domain, 1, 999, date=LATER)
            signed_by_another = signed(report_mail(domain, 2, 888, date=LATER), domain=b"forger.example")
            revision = signed(report_mail(domain, 700, 20, date=LATER))
            mails = [verified, forged, signed_by_another]
            mails = {"first.example": mails[::-1], "revised.example": [*mails, revision]}.get(domain, mails)
            assert set(await send(program.smtp_port, *mails, recipient=RECIPIENT)) == {250}
        last, first, revised = await program.ask(*(f"status {domain} all" for domain in domains))

    assert (last["sessions"], last["reports"]) == ({"total": 600, "successful": 590, "failed": 10}, 1)
    assert (first["sessions"], first["reports"]) == ({"total": 600, "successful": 590, "failed": 10}, 1)
    assert (revised["sessions"], revised["reports"]) == ({"total": 720, "successful": 700, "failed": 20}, 1)


async def test_a_verified_copy_lifts_a_report_that_was_held_back(folder):
    async with receiving(folder) as (program, _):
        mail = report_mail("example.com", 590, 10)
        assert await send(program.smtp_port, mail, recipient=RECIPIENT) == [250]
        (held,) = await program.ask("status example.com 2026-03")
        assert await send(program.smtp_port, signed(mail), mail, recipient=RECIPIENT) == [250, 250]
        lifted, reporters = await program.ask("status example.com all", "reporters example.com all")
    assert (held["sessions"]["total"], held["held"]) == (0, 1)
    assert (lifted["sessions"]["total"], lifted["held"], lifted["reports"]) == (600, 0, 1)
    assert [one["reporter"] for one in reporters["reporters"]] == ["sender.example"]
