"""How far reports are believed: by their signature, by the way they came, and in a forwarded mail."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from ingest.delivery import MAIL, media_type_of, read_content
from ingest.judging import MOST_FORWARDED, Judge, TrustRules
from ingest.reader.mail import ReadLimits
from storage.arrival import DkimVerdict, Original, Source, Trust
from storage.proof import ABOUT_DKIM, ABOUT_HTTPS
from tests.dkim_signing import rsa_record, signed, signed_with_tags
from tests.fake_key_lookup import FakeKeyLookup
from tests.mails.build import HUMAN_PART, base64_lines, frame, mail, multipart, part, text

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
KEY = "s1._domainkey.sender.example"
KEYS = {KEY: rsa_record(), "s1._domainkey.forwarder.example": rsa_record()}
REQUIRE = TrustRules(check_dkim=True, hold_unverified=True)
FLAG = replace(REQUIRE, hold_unverified=False)
OFF = TrustRules(check_dkim=False, hold_unverified=False)
FORWARDER = frame(From="Postmaster <postmaster@forwarder.example>")


def original(body, source=Source.SMTP, arrived_at=NOW):
    return Original(body, media_type_of(body), source, arrived_at)


async def judgements(body, rules=REQUIRE, keys=None, **more):
    """Return how far each report in it is believed."""
    one = original(body, **more)
    content = read_content(one, ReadLimits())
    judge = await Judge(rules, keys or FakeKeyLookup(KEYS), lambda: NOW).judgement(one, content.found)
    return [judge(found) for found in content.found]


async def judged(body, rules=REQUIRE, **more):
    (one,) = await judgements(body, rules, **more)
    return one


def forwarding(*inner, head=FORWARDER, encoding="", boundary=b"outer"):
    """A mail in which others were forwarded."""
    kind = b"Content-Type: message/rfc822\r\n"
    if encoding:
        kind += f"Content-Transfer-Encoding: {encoding}\r\n".encode()
    parts = [kind + b"\r\n" + (base64_lines(one) if encoding == "base64" else one) for one in inner]
    opening = head + b"Content-Type: multipart/mixed; boundary=%s\r\n\r\n" % boundary
    lines = (b"--%s\r\n%s\r\n" % (boundary, one) for one in (HUMAN_PART, *parts))
    return opening + b"".join(lines) + b"--%s--\r\n" % boundary


@pytest.mark.parametrize("rules", [REQUIRE, FLAG])
async def test_an_aligned_signature_makes_a_mail_verified_and_says_nothing_odd(rules):
    found = await judged(signed(mail()), rules)
    assert (found.dkim, found.trust, found.signer, found.held, found.marks) == (
        DkimVerdict.PASS,
        Trust.VERIFIED,
        "sender.example",
        False,
        (),
    )


@pytest.mark.parametrize("rules", [REQUIRE, FLAG])
@pytest.mark.parametrize(
    ("body", "verdict", "why"),
    [
        (mail(), DkimVerdict.NONE, "the mail carries no DKIM signature."),
        (signed(mail()) + b"\r\nx", DkimVerdict.FAIL, "body hash did not verify (d=sender.example s=s1)."),
    ],
)
async def test_without_a_proof_it_is_held_or_counted_as_the_settings_say_and_the_reason_is_kept(
    rules, body, verdict, why
):
    found = await judged(body, rules)
    assert (found.dkim, found.trust, found.held) == (verdict, Trust.UNVERIFIED, rules.hold_unverified)
    assert found.marks == (f"{ABOUT_DKIM}{why}",)


async def test_switched_off_nothing_is_checked_and_nothing_said():
    keys = FakeKeyLookup(KEYS)
    for body in (signed(mail()), mail(), forwarding(signed(mail()))):
        found = await judged(body, OFF, keys=keys)
        assert (found.dkim, found.trust, found.held, found.marks) == (
            DkimVerdict.UNCHECKED,
            Trust.UNVERIFIED,
            False,
            (),
        )
    assert keys.asked == []


async def test_a_signature_is_held_against_the_time_at_which_its_mail_arrived():
    expiring = signed_with_tags({b"x": str(int(NOW.timestamp())).encode()}, mail())
    assert (await judged(expiring, arrived_at=NOW - timedelta(hours=5))).dkim is DkimVerdict.PASS
    expired = signed_with_tags({b"x": str(int(NOW.timestamp()) - 60).encode()}, mail())
    assert (await judged(expired)).dkim is DkimVerdict.FAIL
    assert (await judged(expiring, arrived_at=NOW + timedelta(days=9))).dkim is DkimVerdict.PASS, "no mail of tomorrow"


@pytest.mark.parametrize("body", [text(), mail(), forwarding(mail())], ids=["bare", "a mail", "a forwarded mail"])
@pytest.mark.parametrize(
    ("settings", "trust", "held"),
    [
        ({}, Trust.UNVERIFIED, False),
        ({"hold_https": True}, Trust.UNVERIFIED, True),
        ({"trust_https": True}, Trust.IMPORTED, False),
    ],
    ids=["flag", "apart", "full"],
)
async def test_what_comes_by_https_is_believed_as_its_own_setting_says(body, settings, trust, held):
    found = await judged(body, replace(REQUIRE, **settings), source=Source.HTTPS)
    assert (found.trust, found.held, found.signer) == (trust, held, "")
    assert found.marks[-1].startswith(ABOUT_HTTPS)


@pytest.mark.parametrize("body", [signed(mail()), forwarding(signed(mail()))])
async def test_a_signed_mail_is_verified_by_whatever_way_it_came(body):
    for source in (Source.HTTPS, Source.IMAP):
        found = await judged(body, replace(REQUIRE, hold_https=True), source=source)
        assert (found.trust, found.signer, found.held) == (Trust.VERIFIED, "sender.example", False)


@pytest.mark.parametrize("encoding", ["", "8bit", "base64"])
@pytest.mark.parametrize("outer_is_signed", [True, False])
async def test_a_forwarded_mail_that_came_through_unchanged_is_verified_by_its_own_signature(encoding, outer_is_signed):
    body = forwarding(signed(mail()), encoding=encoding)
    found = await judged(signed(body, domain=b"forwarder.example") if outer_is_signed else body)
    assert (found.dkim, found.trust, found.signer) == (DkimVerdict.PASS, Trust.VERIFIED, "sender.example")


async def test_a_mail_that_was_forwarded_twice_is_verified_too():
    twice = forwarding(forwarding(signed(mail()), boundary=b"first"))
    assert (await judged(twice)).signer == "sender.example"


@pytest.mark.parametrize(
    ("inner", "verdict"),
    [(mail(), DkimVerdict.NONE), (signed(mail()) + b"\r\n-- \r\nsent by me", DkimVerdict.FAIL)],
)
async def test_the_signature_of_a_forwarder_proves_nothing_about_what_is_forwarded(inner, verdict):
    body = signed(forwarding(inner), domain=b"forwarder.example")
    found = await judged(body)
    assert (found.dkim, found.trust, found.signer, found.held) == (verdict, Trust.UNVERIFIED, "", True)


async def test_a_forwarded_mail_that_is_in_pieces_is_not_checked_against_the_mail_around_it():
    inner = mail().replace(b"b1", b"outer")  # the boundary of the mail around it: where it ends, nobody knows
    body = signed(forwarding(inner, head=frame()), domain=b"sender.example")
    found = await judged(body)
    assert (found.dkim, found.signer, found.trust) == (DkimVerdict.UNCHECKED, "", Trust.UNVERIFIED)
    assert "not there as it was sent" in found.marks[0]


async def test_a_report_beside_a_forwarded_one_is_judged_by_the_mail_around():
    own = part(text((("report-id",), "own")), "application/tlsrpt+json")
    forwarded = b"Content-Type: message/rfc822\r\n\r\n" + mail().replace(b"b1", b"b2")
    found = await judgements(signed(multipart(HUMAN_PART, own, forwarded)))
    assert [(one.dkim, one.trust) for one in found] == [
        (DkimVerdict.PASS, Trust.VERIFIED),
        (DkimVerdict.NONE, Trust.UNVERIFIED),
    ]


def digest(number):
    """A mail with so many forwarded ones, each with a report and a signature of its own."""
    inner = [
        signed(mail(text((("report-id",), str(index))), content_type="application/tlsrpt+json"))
        for index in range(number)
    ]
    return forwarding(*(one.replace(b"b1", b"b%d" % index) for index, one in enumerate(inner)))


async def test_no_more_forwarded_mails_are_checked_than_is_worth_it():
    keys = FakeKeyLookup(KEYS)
    found = await judgements(digest(MOST_FORWARDED + 3), keys=keys)
    assert len(keys.asked) == MOST_FORWARDED
    assert [one.dkim for one in found[MOST_FORWARDED:]] == [DkimVerdict.UNCHECKED] * 3
    assert f"more than {MOST_FORWARDED} forwarded mails" in found[-1].marks[0]


async def test_one_forwarded_mail_that_hangs_on_dns_is_enough_to_wait_for():
    keys = FakeKeyLookup(KEYS, unavailable=(KEY,))
    found = await judgements(digest(4), keys=keys)
    assert len(keys.asked) == 1
    assert {one.dkim for one in found} == {DkimVerdict.TEMPERROR}


async def test_a_mail_is_told_by_its_bytes():
    assert original(signed(mail())).media_type == MAIL
