"""Unverified mails in the name of reporters that sign theirs: they count, and raise no alert by themselves."""

from dataclasses import replace

import pytest

from storage.admission import admit
from storage.arrival import Source, Trust
from storage.signers import PASSES, Claim, doubted, who_sign
from storage.tables import DomainDay
from storage.totals import Sessions
from tests.alerting import ENFORCE, Watch, broken, day, healthy
from tests.asking import answered, rows, said, take, told
from tests.builders import DAY, NOW, failure, policy

GOOGLE = {"organisation": "Google Inc.", "contact_info": "tlsrpt@google.com"}


@pytest.fixture
def watch(db):
    """A domain about which Google has sent signed reports for days."""
    watch = Watch(db)
    for number in range(-PASSES - 2, 0):
        watch.on(day(number + 1), hour=9)
        watch.takes(healthy(number, signer="google.com", **GOOGLE))
    watch.on(day(1), hour=12)
    return watch


def forged(bad=500, *types, **more):
    return broken(0, bad, 10, *types, signer="", enforce=True, **{**GOOGLE, "report_id": "forged", **more})


def by(source, one):
    return replace(one, original=replace(one.original, source=source))


def titles_of(watch, *deliveries):
    watch.takes(*deliveries)
    return watch.titles()


def test_an_unsigned_mail_in_the_name_of_who_always_signs_counts_and_alarms_nobody(db, watch):
    assert titles_of(watch, forged()) == []
    assert rows(db, DomainDay, "day", "failed")[-1] == (DAY, 500), "the totals are what was reported"


@pytest.mark.parametrize("organisation", ["Google Inc.", "Google", "google.com", ""])
def test_whatever_it_calls_itself(watch, organisation):
    assert titles_of(watch, forged(organisation=organisation)) == []


def test_a_new_failure_type_in_it_is_none(watch):
    assert titles_of(watch, forged(5, "dane-required"), healthy(0, 10_000, signer="b.example")) == []


def test_what_others_see_is_an_alert_as_if_it_were_not_there(watch):
    (title,) = titles_of(watch, forged(), broken(0, 30, 70, "sts-policy-invalid", signer="microsoft.com"))
    assert "policy" in title
    text = said(watch.said()[0])
    assert "30 of 100 sessions failed" in text
    assert "1 report left out: an unverified mail, whose reporter signs its mails." in text
    assert "Google" not in text


def test_the_signed_report_of_the_same_content_raises_the_alert(watch):
    entry = policy(10, 500, failure(sessions=500), policy_strings=ENFORCE)
    unsigned = told(entry, signer="", report_id="1", **GOOGLE)
    assert titles_of(watch, unsigned) == []
    watch.takes(told(entry, signer="google.com", report_id="1", **GOOGLE))
    assert len(watch.titles()) == 1


def test_an_admitted_one_raises_an_alert(db, watch):
    assert titles_of(watch, forged()) == []
    with db.writing() as connection:
        assert admit(connection, PASSES + 3, watch.now)
    watch.now += watch.rules.delay
    watch.judges()
    assert len(watch.titles()) == 1
    assert watch.said()[0].tone == "warning", "an admin's word is no agreement"


@pytest.mark.parametrize(
    "one",
    [
        by(Source.HTTPS, forged()),
        forged(contact_info="tlsrpt@small.example", organisation="Small Ltd"),
        forged(contact_info=""),
        broken(0, 500, 10, imported=True, signer="", **GOOGLE),
    ],
    ids=["by https", "of one who never signed", "of nobody", "imported"],
)
def test_what_nobody_expects_to_be_signed_raises_an_alert_and_at_most_a_warning(watch, one):
    assert len(titles_of(watch, one)) == 1
    assert watch.said()[0].tone == "warning"


@pytest.mark.parametrize("source", [Source.HTTPS, Source.SMTP])
def test_many_who_prove_nothing_do_not_agree(db, source):
    watch = Watch(db)
    names = [f"Org {number}" for number in range(5)]
    claims = (
        broken(
            0, 500, 10, signer="", enforce=True, organisation=name, report_id=name, contact_info=f"a@{name[-1]}.example"
        )
        for name in names
    )
    watch.takes(*(by(source, one) for one in claims))
    (reply,) = watch.said()
    assert reply.tone == "warning"
    assert "not enough of it is verified to call that agreement" in said(reply)


def test_who_signed_long_ago_is_not_expected_to_sign_today(watch):
    watch.on(day(60))
    late = told(policy(10, 500, failure(sessions=500)), day=day(59), signer="", report_id="late", **GOOGLE)
    assert len(titles_of(watch, late)) == 1


def test_too_few_passes_are_no_habit(db):
    watch = Watch(db)
    watch.on(DAY)
    watch.takes(*(healthy(-number, signer="google.com", **GOOGLE) for number in range(1, PASSES)))
    watch.on(day(1))
    assert len(titles_of(watch, forged())) == 1


def test_imports_are_no_habit_of_signing(db):
    watch = Watch(db)
    watch.on(DAY)
    watch.takes(
        *(healthy(-number, signer="", imported=True, report_id=str(number), **GOOGLE) for number in range(1, 9))
    )
    watch.on(day(1))
    assert len(titles_of(watch, forged())) == 1


def signing(db, *domains):
    with db.reading() as connection:
        return who_sign(connection, domains, DAY)


def test_who_signs_is_known_by_its_domain_or_one_above_it_and_never_by_a_name(db):
    take(db, *(told(policy(), day=day(-number), signer="google.com", report_id=str(number)) for number in range(3)))
    assert signing(db, "google.com", "mail.google.com", "notgoogle.com", "com", "", "Sender Inc.") == {
        "google.com",
        "mail.google.com",
    }
    assert signing(db) == frozenset()
    assert signing(db, "a." * 100 + "google.com") == {"a." * 100 + "google.com"}


def claim(reporter_id=1, trust=Trust.UNVERIFIED, source=Source.SMTP, domain="google.com", ok=1, bad=2):
    return Claim(reporter_id, trust, source, domain, Sessions(ok, bad))


@pytest.mark.parametrize(
    ("one", "is_doubted"),
    [
        (claim(), True),
        (claim(source=Source.IMAP), True),
        (claim(source=Source.HTTPS), False),
        (claim(source=Source.IMPORT), False),
        (claim(trust=Trust.VERIFIED), False),
        (claim(trust=Trust.ADMITTED), False),
        (claim(trust=Trust.IMPORTED), False),
        (claim(domain="other.example"), False),
        (claim(domain=""), False),
    ],
)
def test_only_unverified_mails_in_the_name_of_who_signs_are_doubted(one, is_doubted):
    doubt = doubted([one], {"google.com"})
    assert (doubt.claims, doubt.sessions.total, doubt.reporter_ids) == (
        (frozenset({0}), 3, (1,)) if is_doubted else (frozenset(), 0, ())
    )


def test_a_reporter_of_whom_something_else_counts_is_not_left_out_as_a_whole():
    doubt = doubted([claim(bad=5), claim(trust=Trust.IMPORTED), claim(reporter_id=2, bad=7)], {"google.com"})
    assert (doubt.sessions.failed, doubt.reporter_ids) == (12, (2,))


async def test_the_report_says_that_its_signature_is_missing(db, watch):
    watch.takes(forged())
    reply = await answered(db, f"report {PASSES + 3}", now=watch.now)
    marks = reply.data["report"][0]["marks"]
    assert marks == ["This reporter signs its mails; this one is not signed. It cannot raise an alert by itself."]
    assert marks[0] in said(reply)
    (signed_one,) = (await answered(db, "report 1", now=NOW)).data["report"]
    assert signed_one["marks"] == []
