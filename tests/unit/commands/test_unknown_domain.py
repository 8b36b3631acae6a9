"""Reports about something that is no domain name: from the mail as it came, through every answer, to `unknown`."""

import json

import pytest

from bot.dispatch import Outcome
from ingest.containers import FoundFile
from ingest.files import read_file
from ingest.reader.mail import ReadLimits
from storage.domain_name import UNKNOWN_DOMAIN
from storage.tables import Domain
from tests.asking import answered, ask, rows, said, take
from tests.builders import NOW
from tests.mails.build import ABSENT, POLICY, frame, mail, text

NO_DOMAINS = {
    "address": "[192.0.2.1]",
    "markup": "<b>x</b>.example",
    "mention": "<!channel> @everyone.example",
    "too long": "a." * 130 + "example",
    "backticks": "a`b`.example",
    "wildcard": "*.example.com",
}


def sent(name, **more):
    """Return what the reader makes of a mail whose only policy is about `name`, though its frame is about another."""
    report_id = more.get("report_id", "1")
    content = text(((*POLICY, "policy-domain"), name), (("report-id",), report_id))
    head = frame(**{"TLS-Report-Domain": "example.com"})
    return read_file(FoundFile("report.eml", mail(content, head=head), NOW), ReadLimits(), NOW)


@pytest.mark.parametrize("name", NO_DOMAINS.values(), ids=NO_DOMAINS.keys())
async def test_such_a_report_stands_under_unknown_and_shows_what_it_names(db, name):
    take(db, sent(name))
    assert rows(db, Domain, "name") == [(UNKNOWN_DOMAIN,)]

    overview = await answered(db, "status 2026-03")
    assert [row["domain"] for row in overview.data["domains"]] == [UNKNOWN_DOMAIN]
    status = await answered(db, "status unknown 2026-03")
    listed = await answered(db, "reports unknown 2026-03")
    assert (status.data["sessions"]["total"], [row["id"] for row in listed.data["reports"]]) == (600, [1])
    assert all("no domain, or something that is none" in note for note in (*status.notes, *listed.notes))
    assert status.notes
    assert listed.notes

    full = await answered(db, "report 1")
    (entry,) = full.data["report"][0]["policies"]
    kept = name[:255]
    assert (entry["domain"], entry["policy_domain"]) == (UNKNOWN_DOMAIN, kept)
    assert f"unknown (named {kept})" in said(full)
    assert "which is no domain name" in said(full)


@pytest.mark.parametrize("name", NO_DOMAINS.values(), ids=NO_DOMAINS.keys())
async def test_asking_about_what_is_no_domain_name_is_refused_and_never_suggested(db, name):
    take(db, sent(name))
    for verb in ("status", "reports", "failures", "export", "domain add"):
        refused = await ask(db, f"{verb} {name}")
        assert refused.outcome is Outcome.USAGE
        assert "Did you mean" not in refused.message


async def test_a_report_that_names_none_and_one_that_names_something_else_stand_together(db):
    take(db, sent("[192.0.2.1]"))
    nameless = text(((*POLICY, "policy-domain"), ABSENT), (("report-id",), "2"))
    take(db, read_file(FoundFile("nameless.json", nameless, NOW), ReadLimits(), NOW))

    assert (await answered(db, "status unknown 2026-03")).data["reports"] == 2


def test_it_counts_once_and_others_with_its_id_count_beside_it(db):
    came = [take(db, sent(name)) for name in ("[192.0.2.1]", "[192.0.2.1]", "[192.0.2.2]", "example.com")]
    assert [one for ((one,),) in came] == ["stored", "duplicate", "stored", "stored"]


async def test_it_can_be_exported_with_the_name_that_it_gives(db):
    take(db, sent("<b>x</b>.example"))
    reply = await answered(db, "export unknown 2026-03 json")
    exported = json.loads(reply.attachments[0].body)
    assert {(row["domain"], row["policy_domain"]) for row in exported} == {(UNKNOWN_DOMAIN, "<b>x</b>.example")}


@pytest.mark.parametrize("verb", ["domain add", "record"])
async def test_unknown_itself_can_have_no_records(db, verb):
    refused = await ask(db, f"{verb} unknown")
    assert refused.code == "bad-domain"
    assert "no domain, or something that is none" in refused.message
