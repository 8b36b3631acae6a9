"""`set`: thresholds of a domain, and where each comes from."""

import pytest

from commands.reply import Tone
from storage.tables import Domain
from tests.asking import READER, answered, ask, rows, said, take, told

STORED = ("failure_rate", "min_failures", "silence_days", "certificate_days")
UNTOUCHED = [(None, None, None, None)]


@pytest.fixture
def known(db):
    take(db, told())
    return db


async def test_set_alone_shows_every_threshold_and_where_it_comes_from(known):
    reply = await answered(known, "set example.com")
    assert reply.tables[0].rows == (
        ("failure-rate", "5 %", "default"),
        ("min-failures", "3", "default"),
        ("silence-days", "3", "default"),
        ("certificate-days", "14", "default"),
    )
    assert reply.private
    assert rows(known, Domain, *STORED) == UNTOUCHED


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("failure-rate=2%", (0.02, None, None, None)),
        ("failure-rate=0.02", (0.02, None, None, None)),
        ("failure-rate=.5%", (0.005, None, None, None)),
        ("failure-rate = 100%", (1.0, None, None, None)),
        ("FAILURE-RATE=1", (1.0, None, None, None)),
        ("min-failures=5 silence-days=2 certificate-days=30", (None, 5, 2, 30)),
        ("min-failures=1000000 silence-days=3650", (None, 1_000_000, 3_650, None)),
    ],
)
async def test_values_are_taken_as_people_write_them(known, typed, stored):
    reply = await answered(known, f"set example.com {typed}")
    assert rows(known, Domain, *STORED) == [stored]
    assert reply.tone is Tone.OK
    assert not reply.private


async def test_default_takes_one_back_and_leaves_the_others(known):
    await answered(known, "set example.com failure-rate=2% min-failures=5")
    reply = await answered(known, "set example.com failure-rate=default")
    assert rows(known, Domain, *STORED) == [(None, 5, None, None)]
    assert reply.data["thresholds"]["failure_rate"] == {"value": 0.05, "default": True}
    assert reply.data["thresholds"]["min_failures"] == {"value": 5, "default": False}


@pytest.mark.parametrize(
    "typed",
    [
        *("failure-rate=0", "failure-rate=0%", "failure-rate=101%", "failure-rate=2", "failure-rate=-1%"),
        *("failure-rate=1e-3", "failure-rate=nan", "failure-rate=inf%", "failure-rate=%", "failure-rate=٣%"),
        *("failure-rate=2%%", "failure-rate=0,5%", "failure-rate=0.0000001%"),
        *("min-failures=0", "min-failures=-1", "min-failures=2.5", "min-failures=1000001", "min-failures=9" + "9" * 99),
        *("silence-days=3651", "silence-days=0", "certificate-days=3d", "certificate-days=x", "min-failures=3%"),
        *("failure-rate=", "speed=3", "failure-rate=2% failure-rate=3%", "failure-rate"),
    ],
)
async def test_what_makes_no_sense_is_refused_and_nothing_changes(known, typed):
    found = await ask(
        known, f"set example.com min-failures=7 {typed}" if "min-f" not in typed else f"set example.com {typed}"
    )
    assert found.code in ("bad-value", "bad-setting", "unknown-setting"), found.message
    assert "set DOMAIN" in found.message or "default" in found.message
    assert rows(known, Domain, *STORED) == UNTOUCHED


async def test_a_domain_that_nobody_knows_is_not_made(known):
    found = await ask(known, "set exmaple.com failure-rate=2%")
    assert found.code == "unknown-domain"
    assert "Did you mean example.com?" in found.message
    assert rows(known, Domain, "name") == [("example.com",)]


async def test_only_admins_change_and_everybody_looks(known):
    assert (await ask(known, "set example.com failure-rate=2%", READER)).code == "not-allowed"
    assert rows(known, Domain, *STORED) == UNTOUCHED
    assert "5 %" in said(await answered(known, "set example.com", READER))
