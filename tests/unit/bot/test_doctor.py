"""What the doctor makes of what it sees: pure judgements, and files."""

import asyncio
import os
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509

from bot.doctor.alerts import examine_alerts
from bot.doctor.certificate import examine_certificate, judge_certificate
from bot.doctor.database import examine_database
from bot.doctor.discord import judge_guilds
from bot.doctor.examine import _within
from bot.doctor.greeting import Greeting
from bot.doctor.ports import judge_greeting, reachable
from bot.doctor.report_host import Way, judge_way
from bot.doctor.settings import examine_settings, others_can_read
from bot.doctor.slack import HISTORY, judge_scopes, wanted_scopes
from bot.settings import Settings
from commands.doctor import Level
from ingest.listen import ListenAddress
from storage.database import Database
from storage.schema import upgrade
from tests.certificates import CertificateMaker

HOST = "reports.example.net"
ADDRESS = ListenAddress("127.0.0.1", 25)


@pytest.fixture
def settings(monkeypatch, tmp_path):
    """Make settings of nothing but what a test says, in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def make(**given):
        for name, value in given.items():
            monkeypatch.setenv(name, value)
        return Settings()

    return make


def test_our_own_greeting_is_told_from_that_of_another_program(settings):
    ours = settings(TLSRPT_REPORT_DOMAIN=HOST)
    assert judge_greeting(ours, ADDRESS, Greeting(HOST, starttls=False)).level is Level.OK
    assert "with STARTTLS" in judge_greeting(ours, ADDRESS, Greeting(HOST, starttls=True)).found
    other = judge_greeting(ours, ADDRESS, Greeting("mail.example.net", starttls=True))
    assert (other.level, "mail.example.net" in other.found) == (Level.ERROR, True)


def test_a_certificate_that_was_set_and_is_not_offered_is_noticed(settings):
    ours = settings(TLSRPT_REPORT_DOMAIN=HOST, TLSRPT_SMTP_TLS_CERT="c.pem", TLSRPT_SMTP_TLS_KEY="k.pem")
    assert judge_greeting(ours, ADDRESS, Greeting(HOST, starttls=False)).level is Level.WARNING


@pytest.mark.parametrize(("host", "expected"), [("0.0.0.0", "127.0.0.1"), ("::", "::1"), ("192.0.2.1", "192.0.2.1")])
def test_what_listens_everywhere_is_reached_on_this_machine(host, expected):
    assert reachable(host) == expected


@pytest.mark.parametrize(
    ("way", "level", "word"),
    [
        (Way(HOST, ("192.0.2.1",), greets=HOST), Level.OK, "leads to the bot"),
        (Way("mx.example.net", ("192.0.2.1",), greets="postfix.example.net"), Level.WARNING, "postfix.example.net"),
        (Way(HOST, ("192.0.2.1",), why_silent="Connection refused"), Level.WARNING, "Connection refused"),
        (Way(HOST, ()), Level.ERROR, "no address"),
    ],
)
def test_the_way_of_a_report_ends_at_our_own_greeting(way, level, word):
    found = judge_way(HOST, way, 25)
    assert (found.level, word in found.found) == (level, True)


@pytest.mark.parametrize(
    ("age", "level"),
    [(timedelta(days=60), Level.OK), (timedelta(days=83), Level.WARNING), (timedelta(days=91), Level.ERROR)],
)
def test_a_certificate_is_judged_by_the_days_that_it_has_left(tmp_path, age, level):
    certificate = x509.load_der_x509_certificate(CertificateMaker(tmp_path).write(HOST))
    ends = certificate.not_valid_after_utc
    found = judge_certificate(Path("c.pem"), certificate, HOST, ends - timedelta(days=90) + age)
    assert found.level is level
    assert HOST in found.found or level is not Level.OK


async def test_a_certificate_that_cannot_be_used_is_an_error(settings, tmp_path):
    (tmp_path / "c.pem").write_text("nothing")
    (tmp_path / "k.pem").write_text("nothing")
    (found,) = await examine_certificate(settings(TLSRPT_SMTP_TLS_CERT="c.pem", TLSRPT_SMTP_TLS_KEY="k.pem"))
    assert found.level is Level.ERROR


async def test_a_file_of_settings_that_others_can_read_is_noticed(settings, tmp_path):
    file = tmp_path / ".env"
    file.write_text("")
    file.chmod(0o600)
    assert not others_can_read(file)
    file.chmod(0o644)
    found = await examine_settings(settings(TLSRPT_REPORT_DOMAIN=HOST))
    assert [(one.level, one.what_to_do) for one in found] == [(Level.WARNING, "chmod 600 .env")]


@pytest.mark.parametrize(
    ("present", "served", "level"),
    [
        ({"1": "Ops"}, (), Level.OK),
        ({"1": "Ops", "2": "Other"}, ("1",), Level.OK),
        ({"1": "Ops", "2": "Other"}, (), Level.ERROR),
        ({"1": "Ops"}, ("3",), Level.ERROR),
        ({}, (), Level.ERROR),
    ],
)
def test_the_bot_has_to_be_in_the_servers_that_it_serves(present, served, level):
    assert judge_guilds(present, served).level is level


def test_scopes_are_compared_with_those_of_the_manifest():
    everything = set(wanted_scopes()) | set(HISTORY)
    assert judge_scopes(everything)[0].found == "The app has every scope."
    assert "are optional" in judge_scopes(everything - {"groups:history"})[0].found
    (lacking,) = judge_scopes(everything - {"files:write"})
    assert (lacking.level, "files:write" in lacking.found) == (Level.ERROR, True)
    assert judge_scopes(set()) == []


@pytest.mark.parametrize(
    ("given", "level"),
    [
        ({}, Level.WARNING),
        ({"DISCORD_TOKEN": "x"}, Level.WARNING),
        ({"DISCORD_TOKEN": "x", "TLSRPT_ALERT_CHANNELS": "slack:#ops"}, Level.ERROR),
        ({"DISCORD_TOKEN": "x", "TLSRPT_ALERT_CHANNELS": "discord:1234567890"}, Level.OK),
    ],
)
async def test_somebody_has_to_hear_alerts(settings, given, level):
    (found,) = await examine_alerts(settings(**given))
    assert found.level is level


async def test_a_database_is_opened_checked_and_locked_for_a_moment(settings, tmp_path):
    file = tmp_path / "d.db"
    given = settings(TLSRPT_DATABASE_URL=f"sqlite:///{file}")
    (missing,) = await examine_database(given)
    assert missing.level is Level.WARNING
    assert not file.exists()

    database = Database(f"sqlite:///{file}")
    upgrade(database)
    (sound,) = await examine_database(given)
    assert (sound.level, "sound" in sound.found) == (Level.OK, True)

    with database.writing() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")
    database.close()
    (older,) = await examine_database(given)
    assert (older.level, "0001" in older.found) == (Level.WARNING, True)


async def test_a_damaged_database_is_told(settings, tmp_path):
    file = tmp_path / "d.db"
    database = Database(f"sqlite:///{file}")
    upgrade(database)
    database.close()
    body = bytearray(file.read_bytes())
    for page in range(2, len(body) // 4096):
        body[page * 4096 : page * 4096 + 200] = os.urandom(200)
    file.write_bytes(bytes(body))
    found = await examine_database(settings(TLSRPT_DATABASE_URL=f"sqlite:///{file}"))
    assert found[0].level is Level.ERROR


async def test_an_area_that_hangs_or_breaks_hides_no_other(settings):
    del settings

    async def breaks():
        raise ArithmeticError

    async def hangs():
        await asyncio.Event().wait()

    (broken,) = await _within(1, "http", breaks())
    assert (broken.level, "ArithmeticError" in broken.found) == (Level.ERROR, True)
    (hanging,) = await _within(0, "http", hangs())
    assert hanging.level is Level.WARNING
