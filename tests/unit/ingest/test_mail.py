"""Mails and files to reports: every way of attaching one, and every way of failing."""

import json
from datetime import UTC, datetime

import pytest

from ingest.reader.mail import ReadLimits, Unreadable, looks_like_bare_report, read_bare, read_mail
from storage.arrival import QuarantineKind
from tests.mails.attached import readable_mails
from tests.mails.build import FILE_NAME, HUMAN_PART, frame, gzipped, mail, multipart, part, report, text, zipped
from tests.mails.unreadable import unreadable_mails

LIMITS = ReadLimits()
SMALL = ReadLimits(max_report_bytes=2 * 2**20)


@pytest.mark.parametrize("quirk", [quirk for quirk, _ in readable_mails()])
def test_a_report_is_read_however_it_is_attached(quirk):
    raw = dict(readable_mails())[quirk]
    healthy = read_bare(text(), "", LIMITS)[0].report

    (found,) = read_mail(raw, LIMITS).found

    assert found.report.policies == healthy.policies
    assert found.report.content_hash == healthy.content_hash
    assert (found.report.policies[0].successful, found.report.policies[0].failed) == (590, 10)


@pytest.mark.parametrize(
    ("reason", "raw"), [pytest.param(*case, id=f"{case[0]}-{at}") for at, case in enumerate(unreadable_mails())]
)
def test_a_mail_without_readable_report_says_why(reason, raw):
    with pytest.raises(Unreadable) as caught:
        read_mail(raw, SMALL)

    assert caught.value.reason == reason
    assert caught.value.detail.endswith(".")


@pytest.mark.parametrize(
    ("reason", "kind"),
    [
        ("dmarc-report", QuarantineKind.DMARC_REPORT),
        ("bounce", QuarantineKind.BOUNCE),
        ("auto-reply", QuarantineKind.AUTO_REPLY),
        ("gzip-truncated", QuarantineKind.UNREADABLE),
        ("no-report", QuarantineKind.UNREADABLE),
    ],
)
def test_the_kind_of_mail_follows_from_the_reason(reason, kind):
    raw = next(raw for expected, raw in unreadable_mails() if expected == reason)

    with pytest.raises(Unreadable) as caught:
        read_mail(raw, SMALL)

    assert caught.value.kind == kind


def test_all_reports_of_a_mail_are_taken():
    other = text((("report-id",), "second"))

    found = read_mail(multipart(HUMAN_PART, part(gzipped()), part(gzipped(other))), LIMITS).found

    assert [one.report.report_id for one in found] == ["2026-03-09T00:00:00Z_example.com", "second"]


def test_all_reports_of_an_archive_are_taken_around_a_broken_one():
    packed = zipped(("a.json", text()), ("b.json", b"{"), ("c.json", text((("report-id",), "second"))))

    found = read_mail(mail(packed), LIMITS).found

    assert [one.report.report_id for one in found] == ["2026-03-09T00:00:00Z_example.com", "second"]


def several(count: int) -> list[bytes]:
    return [text((("report-id",), f"id-{number}")) for number in range(count)]


def files(count: int) -> list[tuple[str, bytes]]:
    return [(f"{number}.json", content) for number, content in enumerate(several(count))]


@pytest.mark.parametrize(
    "build",
    [
        lambda count: multipart(*[part(gzipped(one)) for one in several(count)]),
        lambda count: mail(b"[" + b",".join(several(count)) + b"]"),
        lambda count: mail(zipped(*files(count))),
        lambda count: multipart(part(zipped(*files(count - 1))), part(gzipped())),
    ],
    ids=["parts", "array", "zip", "zip and part"],
)
def test_no_more_reports_are_taken_than_the_limit_allows_and_each_kept_one_says_so(build):
    limits = ReadLimits(max_reports=3)
    sentence = "This mail holds more reports than the 3 that were read."

    assert [one.report.repairs for one in read_mail(build(3), limits).found] == [()] * 3
    assert [one.report.repairs for one in read_mail(build(4), limits).found] == [(sentence,)] * 3
    assert [one.report.repairs for one in read_mail(build(9), limits).found] == [(sentence,)] * 3


def test_fifty_reports_of_a_mail_are_read_and_the_sentence_stands_first():
    raw = multipart(*[part(gzipped(text((("report-id",), None))))] * 490)

    found = read_mail(raw, LIMITS).found

    assert len(found) == 50
    assert {one.report.repairs[0] for one in found} == {"This mail holds more reports than the 50 that were read."}


def test_a_file_with_more_reports_than_are_read_says_so():
    raw = b"[" + b",".join(several(120)) + b"]"

    found = read_bare(raw, "a.json", LIMITS)

    assert len(found) == 50
    assert {one.report.repairs for one in found} == {("This file holds more reports than the 50 that were read.",)}
    assert len(read_bare(raw, "a.json", ReadLimits(max_reports=120))) == 120


@pytest.mark.parametrize(
    ("raw", "limits", "words"),
    [
        (mail(zipped(*files(4))), ReadLimits(max_zip_files=3), "Only the first 3 of 4 were read."),
        (multipart(*[part(one) for one in several(9)]), ReadLimits(max_parts=5), "The mail has too many parts."),
        (mail(zipped(*files(9))), ReadLimits(max_report_bytes=3_000), "larger than allowed"),
        (multipart(part(gzipped()[:-20]), part(gzipped())), LIMITS, "ends too early"),
        (mail(zipped(("a.json.gz", gzipped()[:-20]), *files(1))), LIMITS, "ends too early"),
    ],
    ids=["files of a zip", "parts", "bytes", "broken part", "broken file of a zip"],
)
def test_what_may_have_held_reports_and_was_left_out_is_said_with_those_that_were_read(raw, limits, words):
    found = read_mail(raw, limits).found

    assert found
    for one in found:
        (sentence,) = one.report.repairs
        assert sentence.startswith("Something beside this report was left out: ")
        assert words in sentence


def test_a_broken_attachment_does_not_hide_the_good_one_beside_it():
    raw = multipart(part(gzipped()[:-20]), part(b"PK\x03\x04"), part(b"{"), part(gzipped()))

    assert len(read_mail(raw, LIMITS).found) == 1


@pytest.mark.parametrize(
    "quirk",
    ["17 file name unquoted", "17 file name RFC 2231 pieces", "17 file name RFC 2047", "17 file name unterminated"],
)
def test_the_file_name_is_read_in_every_notation(quirk):
    raw = dict(readable_mails())[quirk]

    assert read_mail(raw, LIMITS).found[0].file_name == FILE_NAME


def test_the_file_name_may_stand_in_the_content_type_only():
    raw = mail(content_type=f'application/gzip; name="{FILE_NAME}"', disposition="")

    assert read_mail(raw, LIMITS).found[0].file_name == FILE_NAME


@pytest.mark.parametrize(
    "inner_boundary", [b'"inner"', b'"b1"'], ids=["own boundary", "the same boundary as around it"]
)
def test_a_forwarded_report_says_so_and_keeps_what_its_own_mail_says(inner_boundary):
    inner = mail().replace(b'"b1"', inner_boundary).replace(b"--b1", b"--" + inner_boundary.strip(b'"'))
    outer = frame(From="someone@else.example", TLS_Report_Domain="", TLS_Report_Submitter="", Subject="Fwd: see this")
    raw = multipart(HUMAN_PART, b"Content-Type: message/rfc822\r\n\r\n" + inner, head=outer, kind="multipart/mixed")

    read = read_mail(raw, LIMITS)

    assert read.found[0].forwarded
    assert any("forwarded" in sentence for sentence in read.found[0].report.repairs)
    assert read.frame.from_domain == "else.example"
    assert (read.frame.report_domain, read.frame.subject_domain) == ("example.com", "example.com")


def test_the_frame_of_a_mail_is_read():
    read = read_mail(mail(), LIMITS)

    assert read.frame.from_address == "tlsrpt@sender.example"
    assert read.frame.from_domain == "sender.example"
    assert read.frame.date == datetime(2026, 3, 10, 4, tzinfo=UTC)
    assert read.frame.submitter == "sender.example"
    assert not read.found[0].forwarded
    assert read.found[0].report.repairs == ()


def test_a_report_without_organisation_takes_the_name_of_the_submitter():
    body = text((("organization-name",), None), (("contact-info",), None))

    assert read_mail(mail(gzipped(body)), LIMITS).found[0].report.organisation == "sender.example"


@pytest.mark.parametrize(
    "raw",
    [text(), b"\xef\xbb\xbf" + text(), b"\r\n [" + text() + b"]", gzipped(), zipped(("a.json", text()))],
    ids=["json", "byte order mark", "array after blanks", "gzip", "zip"],
)
def test_a_file_by_itself_is_known_by_its_first_bytes_and_read(raw):
    assert looks_like_bare_report(raw)
    assert read_bare(raw, "a.json", LIMITS)[0].file_name == "a.json"


def test_a_utf_16_file_is_known_by_its_first_bytes_and_read():
    raw = text().decode().encode("utf-16")

    assert looks_like_bare_report(raw)
    assert len(read_bare(raw, "", LIMITS)) == 1


def test_a_mail_is_not_taken_for_a_file():
    assert not any(looks_like_bare_report(raw) for _, raw in readable_mails())


@pytest.mark.parametrize(
    ("raw", "reason"),
    [(b"", "no-report"), (b"hello", "no-report"), (b"{", "not-json"), (gzipped()[:-1], "gzip-truncated")],
    ids=["empty", "text", "json", "gzip"],
)
def test_a_file_without_report_says_why(raw, reason):
    with pytest.raises(Unreadable) as caught:
        read_bare(raw, "x", LIMITS)

    assert caught.value.reason == reason


def test_a_few_bytes_do_not_become_endless_rows():
    entry = report()["policies"][0] | {"failure-details": [{}] * 20_000}
    several = [report((("policies",), [entry] * 4), (("report-id",), str(number))) for number in range(3)]
    packed = gzipped(json.dumps(several).encode())

    read = read_mail(mail(packed), ReadLimits())

    policies = [policy for one in read.found for policy in one.report.policies]
    assert (len(read.found), len(policies)) == (3, 12)
    assert sum(len(policy.failures) for policy in policies) == ReadLimits().max_failures
    assert any("too many" in sentence for sentence in read.found[0].report.repairs)
