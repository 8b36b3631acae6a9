"""`record`: what is printed is what name servers, senders and web servers understand."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.dispatch import Dispatcher
from commands.registry import commands
from commands.reply import Tone
from storage.domain_name import canonical_domain
from tests.asking import ADMIN, READER, answered, ask, dispatcher, said
from tests.builders import NOW
from tests.publication_grammar import read_policy, read_sts, read_tlsrpt, read_zone

SHARED = "mailto:tls-reports@reports.example.net"
MAILBOX = "reports@imap.example.com:993/INBOX"
ALL = "record example.com mx=mx1.example.com,*.example.net mode=enforce rua=old@example.org,https://c.example/v1/x"


def with_shared_address(db, address):
    """Return what answers commands where TLSRPT_SHARED_ADDRESS is another."""
    usual = dispatcher(db)
    return Dispatcher(commands(), lambda asker: replace(usual._context_for(asker), shared_address=address))


async def records_of(db, text, **more):
    """Return {name: value} of what is printed in each form; both forms and the JSON must agree."""
    zone = await answered(db, text, **more)
    table = await answered(db, f"{text} format=table", **more)
    (listed,) = (one for one in table.tables if one.title == "Records")
    printed = read_zone(zone.code)
    assert {f"{name}.": value for name, _, value in listed.rows} == printed
    assert {f"{one['name']}.": one["value"] for one in zone.data["records"]} == printed
    assert {one["type"] for one in zone.data["records"]} == {"TXT"} == {row[1] for row in listed.rows}
    assert table.data == zone.data
    return printed


async def test_every_form_prints_records_that_strict_readers_understand(db):
    printed = await records_of(db, ALL)
    assert set(printed) == {"_smtp._tls.example.com.", "_mta-sts.example.com."}
    assert read_tlsrpt(printed["_smtp._tls.example.com."]) == [
        SHARED,
        "mailto:old@example.org",
        "https://c.example/v1/x",
    ]
    assert read_sts(printed["_mta-sts.example.com."])


async def test_the_policy_is_the_same_file_in_data_attachment_and_print(db):
    zone, table = await answered(db, ALL), await answered(db, f"{ALL} format=table")
    policy = zone.data["policy"]
    assert policy["url"] == "https://mta-sts.example.com/.well-known/mta-sts.txt"
    fields = read_policy(policy["body"])
    assert (fields["mode"], fields["mx"]) == (["enforce"], ["mx1.example.com", "*.example.net"])
    (file,) = zone.attachments
    assert (file.name, file.media_type, file.body.decode("ascii")) == ("mta-sts.txt", "text/plain", policy["body"])
    assert [row[0] for row in zone.tables[0].rows] == policy["body"].splitlines() == table.code.splitlines()
    assert policy["url"] in said(zone)


@pytest.mark.parametrize(("mode", "least_days"), [("", 1), ("mode=testing", 1), ("mode=Enforce", 14)])
async def test_a_policy_is_kept_for_longer_once_it_is_enforced(db, mode, least_days):
    reply = await answered(db, f"record example.com mx=mx.example.com {mode}")
    fields = read_policy(reply.data["policy"]["body"])
    assert fields["mode"] == [mode.partition("=")[2].lower() or "testing"]
    assert int(fields["max_age"][0]) == least_days * 86_400
    assert f"{least_days} day" in said(reply)


async def test_the_id_of_a_policy_is_new_each_second(db):
    ids = set()
    for seconds in range(3):
        reply = await answered(db, "record example.com mx=mx.example.com", now=NOW + timedelta(seconds=seconds))
        ids.add(read_sts(reply.data["records"][1]["value"]))
    assert len(ids) == 3


async def test_without_mx_hosts_there_is_no_policy_and_the_answer_says_what_to_type(db):
    reply = await answered(db, "record example.com rua=old@example.org mode=enforce")
    assert (len(reply.data["records"]), reply.data["policy"], reply.attachments) == (1, None, ())
    command = next(piece for piece in said(reply).split("`") if piece.startswith("record "))
    complete = await answered(db, command)
    assert read_tlsrpt(complete.data["records"][0]["value"]) == [SHARED, "mailto:old@example.org"]
    assert read_policy(complete.data["policy"]["body"])["mode"] == ["enforce"]


async def test_a_registered_domain_gets_its_own_address_first_and_others_the_shared_one(db):
    reply = await answered(db, "record example.com rua=a@b.example")
    assert reply.data["report_address"] == "tls-reports@reports.example.net"
    assert "`domain add example.com`" in said(reply)
    assert reply.next_step == "domain add example.com"
    own = (await answered(db, "domain add example.com")).data
    reply = await answered(db, f"record example.com rua=a@b.example,{own['report_address']}")
    assert reply.data["report_address"] == own["report_address"]
    assert read_tlsrpt(reply.data["records"][0]["value"]) == [f"mailto:{own['report_address']}", "mailto:a@b.example"]
    assert "domain add" not in said(reply)
    assert (await answered(db, "record example.com")).data["records"] == own["records"]


async def test_json_holds_what_the_contract_names(db):
    reply = await answered(db, "record example.com")
    assert reply.data == {
        "domain": "example.com",
        "records": [{"name": "_smtp._tls.example.com", "type": "TXT", "value": f"v=TLSRPTv1; rua={SHARED}"}],
        "policy": None,
        "report_address": "tls-reports@reports.example.net",
        "changes": [],
        "not_made": [],
    }
    assert (reply.private, reply.tone) == (True, Tone.PLAIN)
    assert "Not compared with what is published" in said(reply)


async def test_while_the_bot_is_only_localhost_it_refuses_and_names_the_setting(db):
    found = await ask(db, "record example.com mx=mx.example.com", report_domain="localhost")
    assert found.code == "no-report-address"
    assert "TLSRPT_REPORT_DOMAIN" in found.message
    await answered(db, "domain add example.com", report_domain="localhost")
    assert (await ask(db, "record example.com", report_domain="localhost")).code == "no-report-address"


async def test_as_localhost_it_prints_a_record_for_others_alone(db):
    reply = await answered(db, "record example.com rua=a@b.example", report_domain="localhost")
    assert read_tlsrpt(reply.data["records"][0]["value"]) == ["mailto:a@b.example"]
    assert reply.data["report_address"] is None
    assert "TLSRPT_REPORT_DOMAIN" in said(reply)


async def test_a_bot_that_reads_a_mailbox_asks_for_the_address_whose_mail_lands_there(db):
    reading = {"report_domain": "localhost", "mailbox": MAILBOX}
    found = await ask(db, "record example.com", **reading)
    assert found.code == "no-report-address"
    assert MAILBOX in found.message
    assert "`record example.com rua=tls-reports@example.com`" in found.message
    assert "TLSRPT_REPORT_DOMAIN" not in found.message
    reply = await answered(db, "record example.com rua=tls-reports@example.com", **reading)
    assert read_tlsrpt(reply.data["records"][0]["value"]) == ["mailto:tls-reports@example.com"]
    assert MAILBOX in reply.sentences[0]
    assert "gets none" not in said(reply)


async def test_without_a_shared_address_only_registered_domains_have_one(db):
    asking = with_shared_address(db, "")
    found = await asking.answer("record example.com", ADMIN)
    assert found.code == "no-report-address"
    assert "TLSRPT_SHARED_ADDRESS" in found.message
    assert "`domain add example.com`" in found.message
    foreign = (await asking.answer("record example.com rua=a@b.example", ADMIN)).reply
    assert read_tlsrpt(foreign.data["records"][0]["value"]) == ["mailto:a@b.example"]
    await answered(db, "domain add example.com")
    assert (await asking.answer("record example.com", ADMIN)).reply.data["report_address"]


async def test_a_shared_address_of_odd_characters_stays_a_uri_and_a_record(db):
    reply = (await with_shared_address(db, "tls!r&p{x}").answer("record example.com", ADMIN)).reply
    assert reply.data["report_address"] == "tls!r&p{x}@reports.example.net"
    assert read_tlsrpt(reply.data["records"][0]["value"]) == ["mailto:tls%21r%26p%7Bx%7D@reports.example.net"]


async def test_a_name_in_any_script_stands_in_the_records_as_dns_knows_it(db):
    reply = await answered(db, "record Bücher.Example. mx=mail.bücher.example")
    printed = read_zone(reply.code)
    assert set(printed) == {"_smtp._tls.xn--bcher-kva.example.", "_mta-sts.xn--bcher-kva.example."}
    assert "bücher.example" in reply.title
    assert read_policy(reply.data["policy"]["body"])["mx"] == ["mail.xn--bcher-kva.example"]


async def test_what_a_chat_made_links_of_is_read_as_it_was_typed(db):
    typed = (
        "record <http://example.com|example.com> mx=<http://mx1.example.com|mx1.example.com>,*.example.net "
        "rua=<mailto:a@b.example|a@b.example>,<https://c.example/v1>"
    )
    reply = await answered(db, typed, READER)
    assert read_tlsrpt(reply.data["records"][0]["value"]) == [SHARED, "mailto:a@b.example", "https://c.example/v1"]
    assert read_policy(reply.data["policy"]["body"])["mx"] == ["mx1.example.com", "*.example.net"]


async def test_a_long_record_is_cut_into_strings_that_join_without_a_gap(db):
    where = "https://collector.example/" + "a" * 400
    printed = await records_of(db, f"record example.com rua={where}")
    assert read_tlsrpt(printed["_smtp._tls.example.com."]) == [SHARED, where]


@pytest.mark.parametrize("verb", ["record", "domain add"])
async def test_a_domain_without_room_for_the_record_below_it_is_refused(db, verb):
    longest = ".".join(["a" * 60, "b" * 60, "c" * 60, "d" * 59])
    assert len(longest) == 242
    assert canonical_domain(f"_smtp._tls.{longest}") is not None
    reply = await answered(db, f"{verb} {longest}")
    assert len(reply.data["records"][0]["name"]) == 253
    found = await ask(db, f"{verb} {longest}d")
    assert found.code == "name-too-long"
    assert "242" in found.message
    assert len((await answered(db, "domain list")).data["domains"]) <= 1


async def test_tlsa_records_are_not_made_up_and_it_is_said_how_they_are_made_by_hand(db):
    reply = await answered(db, "record example.com tlsa=yes mx=mx.example.com,*.example.net,mx2.example.com")
    assert {one["type"] for one in reply.data["records"]} == {"TXT"}
    assert "No TLSA record is made" in said(reply)
    assert "`_25._tcp.mx.example.com. IN TLSA 3 1 1 DIGEST`" in said(reply)
    missing = reply.data["not_made"]
    assert [(one["type"], one["name"], one["reason"]) for one in missing] == [
        ("TLSA", f"_25._tcp.{host}.example.com", "needs-served-certificate") for host in ("mx", "mx2")
    ]
    (command,) = (line for line in (await answered(db, "explain tlsa-invalid")).code.splitlines() if "dgst" in line)
    assert missing[0]["by_hand"] == command.replace("mx1.example.com", "mx.example.com")


async def test_without_mx_hosts_it_is_said_for_which_hosts_tlsa_records_would_be(db):
    reply = await answered(db, "record example.com tlsa=yes")
    assert "for each MX host" in said(reply)
    assert reply.data["not_made"] == [
        {"type": "TLSA", "name": None, "reason": "needs-served-certificate", "by_hand": None}
    ]


async def test_tlsa_records_that_nobody_wants_are_not_spoken_of(db):
    for words in ("", "tlsa=no"):
        reply = await answered(db, f"record example.com mx=mx.example.com {words}")
        assert "TLSA" not in said(reply)
        assert reply.data["not_made"] == []


async def test_forty_mx_hosts_fit_into_a_question(db):
    hosts = [f"mx{number}.inbound.mail-protection.example.com" for number in range(40)]
    reply = await answered(db, f"record example.com mode=enforce mx={','.join(hosts)} rua=tls@example.net")
    assert [line for line in reply.data["policy"]["body"].splitlines() if line.startswith("mx: ")] == [
        f"mx: {host}" for host in hosts
    ]
    assert reply.attachments[0].body.decode() == reply.data["policy"]["body"]


@pytest.mark.parametrize(
    ("text", "code", "hint"),
    [
        ("record", "missing-argument", "DOMAIN"),
        ("record not_a..domain", "bad-domain", ""),
        ("record unknown", "bad-domain", ""),
        ("record _smtp._tls.example.com", "bad-domain", "`record example.com`"),
        ("record _mta-sts.example.com", "bad-domain", "`record example.com`"),
        ("record example.com mode=none", "bad-setting", "testing or enforce"),
        ("record example.com tlsa=maybe", "bad-setting", "yes or no"),
        ("record example.com format=json", "bad-setting", "zone or table"),
        ("record example.com mods=testing", "unknown-setting", "`mode`"),
        ("record example.com mx=", "bad-setting", ""),
        ("record example.com mx=a.example mx=b.example", "bad-setting", "twice"),
        ("record example.com rua=http://example.net/tls", "bad-rua", "http"),
        ("record example.com rua=somewhere", "bad-rua", "`somewhere`"),
        ("record example.com mx=192.0.2.1", "bad-mx", "`192.0.2.1`"),
    ],
)
async def test_mistakes_name_what_is_wrong_and_what_is_right(db, text, code, hint):
    found = await ask(db, text)
    assert found.code == code, found.message
    assert hint in found.message


async def test_everybody_may_ask_and_nothing_changes(db):
    assert not (await ask(db, "record example.com", READER)).code
    assert (await answered(db, "domain list")).data["domains"] == []


def with_public_url(db, url):
    """Return what answers commands where TLSRPT_PUBLIC_URL is set."""
    usual = dispatcher(db)
    return Dispatcher(commands(), lambda asker: replace(usual._context_for(asker), public_url=url))


@pytest.mark.parametrize("url", ["https://r.example", "https://r.example/"])
async def test_with_a_public_url_the_record_names_both_ways_the_mail_address_first(db, url):
    asked = with_public_url(db, url)
    shared = (await asked.answer("record example.com rua=https://r.example/v1/tlsrpt,a@b.example", ADMIN)).reply
    assert read_tlsrpt(shared.data["records"][0]["value"]) == [
        SHARED,
        "https://r.example/v1/tlsrpt",
        "mailto:a@b.example",
    ]
    added = (await asked.answer("domain add example.com", ADMIN)).reply.data
    token = added["report_address"].partition("@")[0]
    own = (await asked.answer("record example.com", ADMIN)).reply.data
    assert own["records"] == added["records"]
    assert read_tlsrpt(own["records"][0]["value"]) == [
        f"mailto:{token}@reports.example.net",
        f"https://r.example/v1/tlsrpt/{token}",
    ]


async def test_what_would_end_a_uri_is_encoded_in_the_public_url_too(db):
    reply = (await with_public_url(db, "https://r.example/a,b;c!d").answer("record example.com", ADMIN)).reply
    assert read_tlsrpt(reply.data["records"][0]["value"])[1] == "https://r.example/a%2Cb%3Bc%21d/v1/tlsrpt"
