"""Names that are offered while a command is typed, as the database knows them."""

import pytest

from commands.offers import Names
from tests.asking import ADMIN, READER, ask, dispatcher, take, told
from tests.builders import policy

MOST = 10


@pytest.fixture
async def known(db):
    """Three registered domains, two that reports speak of, a report that names none, and two channels."""
    for name in ("shop.example", "bank.example", "seen.example"):
        await ask(db, f"domain add {name}")
    await ask(db, "domain remove seen.example")
    take(db, told(policy(policy_domain="other.example"), policy(policy_domain="", policy_strings=())))
    for question in ("all channel=slack:#mail-ops", "shop.example channel=slack:#mail-ops", "all channel=discord:1234"):
        assert (await ask(db, f"subscribe {question}")).message == ""
    return dispatcher(db)


async def test_domain_add_offers_what_is_not_registered_and_never_the_name_for_reports_without_one(known):
    assert await known.names_like(Names.UNREGISTERED, "", ADMIN, MOST) == ["other.example", "seen.example"]


async def test_domain_remove_offers_what_is_registered(known):
    assert await known.names_like(Names.REGISTERED, "", ADMIN, MOST) == ["bank.example", "shop.example"]


async def test_questions_are_offered_every_domain_those_that_begin_so_first(known):
    found = await known.names_like(Names.DOMAINS, "S", READER, MOST)
    assert found[:2] == ["seen.example", "shop.example"]
    assert await known.names_like(Names.DOMAINS, "ba", READER, MOST) == ["bank.example"]


async def test_channels_that_hear_of_something_are_offered_to_admins_alone(known):
    assert await known.names_like(Names.CHANNELS, "", ADMIN, MOST) == ["discord:1234", "slack:#mail-ops"]
    assert await known.names_like(Names.CHANNELS, "mail", ADMIN, MOST) == ["slack:#mail-ops"]
    assert await known.names_like(Names.CHANNELS, "", READER, MOST) == []


async def test_there_are_no_more_than_are_asked_for(known):
    assert len(await known.names_like(Names.DOMAINS, "", ADMIN, 1)) == 1
