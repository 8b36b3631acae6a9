"""The demo's database: filled through the real doors, its faults open as alerts, and nobody told of the past."""

import asyncio
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.demo.cast import CAST
from bot.demo.fill import Past
from bot.demo.reports import history, to_come
from bot.demo.settings import demo_settings
from bot.demo.signing import DemoKey
from bot.demo.trickle import EVERY_SECONDS, FIRST_AFTER_SECONDS, Trickle
from bot.parts import make_dispatcher
from bot.terminal.console import ASKER
from ingest.reader.mail import ReadLimits, read_mail
from ingest.smtp.listener import ListenAddress, SmtpLimits, SmtpListener
from storage.arrival import Trust
from storage.database import Database
from storage.schema import upgrade
from storage.tables import Alert, ChangedDay, OutboxMessage, Report, table

NOW = datetime(2026, 3, 11, 9, 30, tzinfo=UTC)
"""A Wednesday."""


class Filled:
    """The database of a demo that starts at NOW, and what answers questions about it."""

    def __init__(self, folder: Path) -> None:
        self.settings = demo_settings(folder, 1, 2)
        self.database = Database(self.settings.database_url.get_secret_value())
        upgrade(self.database)
        asyncio.run(Past(self.settings, self.database, DemoKey([one.domain for one in CAST]), NOW).happen())

    async def data(self, question):
        dispatcher = make_dispatcher(self.settings, self.database, lambda: NOW)
        return (await dispatcher.reply(question, ASKER)).data

    def count(self, model, *conditions):
        with self.database.reading() as connection:
            return connection.execute(select(func.count()).select_from(table(model)).where(*conditions)).scalar_one()


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    demo = Filled(tmp_path_factory.mktemp("demo"))
    with closing(demo.database):
        yield demo


def test_every_report_of_the_history_is_stored_once_and_verified_if_signed(filled):
    reports = history(NOW)
    signed = sum(one.sender.signs for one in reports)
    report = table(Report).c
    assert filled.count(Report) == len(reports)
    assert filled.count(Report, report.trust == Trust.VERIFIED) == signed
    assert filled.count(Report, report.trust == Trust.UNVERIFIED) == len(reports) - signed > 0


def test_the_faults_of_the_story_are_open_and_there_is_no_other_alert(filled):
    with filled.database.reading() as connection:
        rows = connection.execute(select(table(Alert)).order_by(table(Alert).c.id)).all()
    found = [(tuple(row.result_types), row.severity, row.state) for row in rows]
    assert found == [
        (("certificate-expired",), "critical", "open"),
        (("sts-policy-fetch-error",), "critical", "open"),
    ]
    assert [row.first_day for row in rows] == [NOW.date() - timedelta(days=6), NOW.date() - timedelta(days=3)]
    assert [row.opened_at.date() for row in rows] == [NOW.date() - timedelta(days=5), NOW.date() - timedelta(days=2)]


def test_nothing_waits_to_be_judged_and_no_message_waits_to_be_sent(filled):
    assert filled.count(ChangedDay) == 0
    assert filled.count(OutboxMessage) == 0


async def test_the_overview_tells_the_story(filled):
    found = {one["domain"]: one for one in (await filled.data("status"))["domains"]}
    assert {name: one["verdict"] for name, one in found.items()} == {
        "bank.example": "ok",
        "shop.example": "critical",
        "news.example": "critical",
        "club.example": "ok",
    }
    assert all(one["registered"] for one in found.values())
    assert (await filled.data("status club.example 7d"))["verdict"] == "no-data"


async def test_what_fails_at_the_shop_is_named_with_its_host(filled):
    failures = (await filled.data("status shop.example 7d"))["failures"]
    assert failures[0]["result_type"] == "certificate-expired"
    assert failures[0]["mx_hosts"] == ["mx2.shop.example"]
    assert len(failures[0]["reporters"]) >= 8


class Door:
    """An SMTP door that keeps what it is given."""

    def __init__(self):
        self.mails = []

    async def accepts(self, _address):
        return True

    async def receive(self, mail):
        self.mails.append(mail)
        return "stored"


async def test_reports_trickle_in_by_smtp_one_after_the_other_and_a_line_tells_of_them():
    door, pauses = Door(), []
    smtp = SmtpListener(door, hostname="localhost", limits=SmtpLimits(max_message_bytes=2**20))
    await smtp.start([ListenAddress("127.0.0.1", 0)])
    reports = list(to_come(NOW))[:3]

    async def pause(seconds):
        pauses.append(seconds)

    trickle = Trickle(
        reports,
        port=smtp.ports[0],
        recipient="tls-reports@localhost",
        key=DemoKey([]),
        clock=lambda: NOW + timedelta(minutes=1),
        pause=pause,
    )
    assert trickle.line() == "No report has come in yet."
    await trickle.run()
    await smtp.stop(1)
    assert pauses == [FIRST_AFTER_SECONDS, *[EVERY_SECONDS] * 3]
    read = [read_mail(mail.body, ReadLimits(max_report_bytes=2**20)) for mail in door.mails]
    assert [one.frame.submitter for one in read] == [one.sender.domain for one in reports]
    assert {one.frame.date for one in read} == {NOW + timedelta(minutes=1)}
    assert trickle.line().startswith(f"3 reports came in · newest: {reports[-1].sender.organisation} about ")


async def test_a_door_that_is_shut_does_not_end_the_trickle():
    async def pause(_seconds):
        pass

    smtp = SmtpListener(Door(), hostname="localhost", limits=SmtpLimits(max_message_bytes=2**20))
    await smtp.start([ListenAddress("127.0.0.1", 0)])
    port = smtp.ports[0]
    await smtp.stop(0)
    trickle = Trickle(
        list(to_come(NOW))[:2], port=port, recipient="a@localhost", key=DemoKey([]), clock=lambda: NOW, pause=pause
    )
    await trickle.run()
    assert trickle.line() == "No report has come in yet."
