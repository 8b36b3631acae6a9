"""`domain`: registration, and a record that can be published as it is printed."""

import re

import pytest

from commands.reply import Tone
from tests.asking import READER, answered, ask, said, take, told
from tests.builders import policy

LONG_DOMAIN = ".".join(["a" * 60, "b" * 60, "c" * 60, "d" * 55])


def strings_of(line):
    """Return owner, type and character-strings of a TXT record in a zone file."""
    owner, class_, type_, rest = line.split(" ", 3)
    strings = re.findall(r'"([^"]*)"', rest)
    assert " ".join(f'"{one}"' for one in strings) == rest
    return owner, class_, type_, strings


@pytest.mark.parametrize("report_domain", ["reports.example.net", LONG_DOMAIN])
async def test_the_record_is_one_that_senders_understand(db, report_domain):
    reply = await answered(db, "domain add example.com", report_domain=report_domain)
    owner, class_, type_, strings = strings_of(reply.code)
    assert (owner, class_, type_) == ("_smtp._tls.example.com.", "IN", "TXT")
    assert all(len(one) <= 255 for one in strings)
    joined = "".join(strings)
    assert joined == f"v=TLSRPTv1; rua=mailto:{reply.data['report_address']}"
    assert reply.data["records"] == [{"name": "_smtp._tls.example.com", "type": "TXT", "value": joined}]
    assert re.fullmatch(rf"[a-z0-9]+@{re.escape(report_domain)}", reply.data["report_address"])


async def test_every_domain_gets_an_address_of_its_own_and_keeps_it(db):
    first = (await answered(db, "domain add a.example")).data["report_address"]
    other = (await answered(db, "domain add b.example")).data["report_address"]
    assert first != other
    await answered(db, "domain remove a.example")
    assert (await answered(db, "domain add a.example")).data["report_address"] == first


async def test_adding_twice_changes_nothing_and_says_so(db):
    first = await answered(db, "domain add example.com")
    again = await answered(db, "domain add example.com")
    assert again.data == first.data
    assert "was registered already" in again.title


async def test_removing_keeps_the_reports_and_says_what_to_do_in_dns(db):
    take(db, told())
    await answered(db, "domain add example.com")
    reply = await answered(db, "domain remove example.com")
    assert reply.data == {"domain": "example.com", "registered": False}
    assert "_smtp._tls.example.com" in said(reply)
    assert (await answered(db, "status example.com")).data["sessions"]["total"] == 10


async def test_the_list_is_in_order_and_holds_only_what_is_registered(db):
    take(db, told(policy(policy_domain="seen.example")))
    for name in ("b.example", "a.example", "bücher.example"):
        await answered(db, f"domain add {name}")
    reply = await answered(db, "domain list")
    assert [row["domain"] for row in reply.data["domains"]] == ["a.example", "b.example", "xn--bcher-kva.example"]
    assert "bücher.example" in said(reply)


async def test_while_the_bot_is_only_localhost_no_record_is_made(db):
    reply = await answered(db, "domain add example.com", report_domain="localhost")
    assert (reply.code, reply.data["records"], reply.tone) == ("", [], Tone.INFO)
    assert "TLSRPT_REPORT_DOMAIN" in said(reply)


async def test_what_changes_is_said_in_the_channel_and_what_is_read_to_the_asker(db):
    assert not (await answered(db, "domain add example.com")).private
    assert (await answered(db, "domain show example.com")).private
    assert (await answered(db, "domain list")).private
    assert not (await answered(db, "domain remove example.com")).private


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("domain show example.org", "not-registered"),
        ("domain remove example.org", "not-registered"),
        ("domain remove seen.example", "not-registered"),
        ("domain add", "missing-argument"),
        ("domain", "missing-argument"),
        ("domain add not_a..domain", "bad-domain"),
        ("domain add 192.0.2.1", "unexpected-argument"),
        ("domain drop example.com", "unknown-choice"),
    ],
)
async def test_mistakes_are_named_and_nothing_happens(db, text, code):
    take(db, told(policy(policy_domain="seen.example")))
    found = await ask(db, text)
    assert found.code == code, found.message
    assert (await answered(db, "domain list")).data["domains"] == []


async def test_an_unknown_domain_is_answered_with_the_nearest(db):
    await answered(db, "domain add example.com")
    assert "Did you mean example.com?" in (await ask(db, "domain show exmaple.com")).message


@pytest.mark.parametrize("text", ["domain add example.com", "domain remove example.com"])
async def test_only_admins_register(db, text):
    found = await ask(db, text, READER)
    assert found.code == "not-allowed"
    assert "TLSRPT_ADMINS=slack:U0READER" in found.message


@pytest.mark.parametrize("text", ["domain list", "domain show example.com"])
async def test_everybody_may_look(db, text):
    await answered(db, "domain add example.com")
    assert (await ask(db, text, READER)).code == ""


async def test_what_names_no_domain_cannot_be_registered_and_nothing_offers_it(db):
    take(db, told(policy(90, 10, policy_domain=None)))
    reply = await answered(db, "status unknown")
    assert "domain add" not in said(reply)
    assert "`reports unknown` lists them" in said(reply)
    found = await ask(db, "domain add unknown")
    assert found.code == "bad-domain"
