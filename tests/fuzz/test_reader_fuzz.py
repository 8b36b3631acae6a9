"""Random JSON and mutated mails: the reader gives sound values or says why not, and never anything else."""

import json
from contextlib import suppress
from datetime import UTC, datetime

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.placing import place
from ingest.reader.headers import decoded_words, parameters, split_head
from ingest.reader.json_text import decode_json
from ingest.reader.limits import ReadLimits
from ingest.reader.mail import FoundReport, MailFrame, Unreadable, read_bare, read_mail
from ingest.reader.report import parse_reports
from ingest.reader.transfer import decode_transfer
from ingest.reader.unpack import Unpacker
from storage.domain_name import canonical_domain, display_domain
from storage.report import Report
from tests.mails.attached import readable_mails
from tests.mails.build import FAILURE, POLICY, SUMMARY, generous, report

NOW = datetime(2026, 3, 10, tzinfo=UTC)
SMALL = ReadLimits(max_report_bytes=2**20, max_parts=50, max_depth=5)
SEEDS = [raw for _, raw in readable_mails()]
MODEST = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])

numbers = st.integers() | st.floats() | st.sampled_from([10**30, -(10**30), 2**53, 1e300, 0, -1])
texts = st.text(max_size=30) | st.sampled_from(
    [
        "\ud800",
        "\x00",
        "2026-03-09T00:00:00Z",
        "9" * 500,
        "[",
        '["',
        "0001-01-01",
        "=?utf-8?q?",
        "x" * 2000,
        "1e999",
        "\u202e",
    ]
)
scalars = st.none() | st.booleans() | numbers | texts
keys = st.sampled_from(
    [
        *report(),
        *report()["date-range"],
        *report()["policies"][0],
        *report()["policies"][0]["policy"],
        *report()["policies"][0]["summary"],
        *report()["policies"][0]["failure-details"][0],
        "Policy_Type",
        "mx-host-pattern",
    ]
)
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys | texts, inner, max_size=6), max_leaves=25
)
paths = st.sampled_from(
    [
        *[(key,) for key in report()],
        ("date-range", "start-datetime"),
        ("date-range", "end-datetime"),
        POLICY[:2],
        POLICY,
        SUMMARY,
        FAILURE[:3],
        FAILURE,
        *[(*POLICY, key) for key in report()["policies"][0]["policy"]],
        *[(*SUMMARY, key) for key in report()["policies"][0]["summary"]],
        *[(*FAILURE, key) for key in report()["policies"][0]["failure-details"][0]],
    ]
)


def assert_sound(found: Report) -> None:
    counts = [count for policy in found.policies for count in (policy.successful, policy.failed)]
    details = [failure for policy in found.policies for failure in policy.failures]
    counts += [failure.failed_sessions or 0 for failure in details]
    assert all(type(count) is int and 0 <= count < 2**53 for count in counts)
    assert all(when is None or when.tzinfo is UTC for when in (found.start, found.end))
    told = [found.organisation, found.contact_info, found.report_id, *found.repairs]
    told += [
        text for policy in found.policies for text in (policy.policy_type, policy.policy_domain or "", policy.mode)
    ]
    told += [text for policy in found.policies for text in (*policy.policy_strings, *policy.mx_hosts)]
    told += [failure.reason_code + failure.receiving_mx_helo + failure.additional_information for failure in details]
    assert all(text.isprintable() and len(text) <= 1100 for text in told)
    frame = MailFrame(report_domain="example.com")
    for given_frame in (frame, None):
        came = {"sent_at": NOW, "arrived_at": NOW, "now": NOW}
        placing = place(found, frame=given_frame, file_name="", token_domain="", recipients=(), **came)
        assert len(placing.policies) == len(found.policies)
        assert all(placed.domain for placed in placing.policies)
        assert 2016 <= placing.day.year <= 2026


@MODEST
@given(values)
def test_any_json_gives_sound_reports_or_none(value):
    for found in parse_reports(value, generous()):
        assert_sound(found)


@MODEST
@given(st.lists(st.tuples(paths, values), min_size=1, max_size=3))
def test_a_report_with_any_value_anywhere_is_read(changes):
    value = report()
    for path, new in changes:
        place_of_change = value
        with suppress(TypeError, KeyError, IndexError):  # an earlier change took the place away
            for step in path[:-1]:
                place_of_change = place_of_change[step]
            place_of_change[path[-1]] = new

    (found,) = parse_reports(json.loads(json.dumps(value)), generous())

    assert_sound(found)


@MODEST
@given(values)
def test_json_text_is_read_alike_by_the_strict_and_the_tolerant_way(value):
    text = json.dumps(value).encode()

    assert json.dumps(decode_json(text, 10**6).value) == json.dumps(decode_json(text + b" #", 10**6).value)


@MODEST
@given(
    st.sampled_from(SEEDS),
    st.lists(st.tuples(st.floats(0, 1), st.integers(0, 40), st.binary(max_size=12)), min_size=1, max_size=6),
)
def test_a_mutated_mail_is_read_or_says_why_not(raw, edits):
    for place_in_mail, cut, put in edits:
        at = int(place_in_mail * len(raw))
        raw = raw[:at] + put + raw[at + cut :]

    for one in (*found_in_mail(raw), *found_in_file(raw)):
        assert_sound(one.report)


def found_in_mail(raw: bytes) -> tuple[FoundReport, ...]:
    try:
        found = read_mail(raw, SMALL).found
    except Unreadable:
        return ()
    assert found
    return found


def found_in_file(raw: bytes) -> tuple[FoundReport, ...]:
    try:
        found = read_bare(raw, "", SMALL)
    except Unreadable:
        return ()
    assert found
    return found


@MODEST
@given(
    st.binary(max_size=300),
    st.sampled_from([b"", b"\x1f\x8b\x08", b"PK\x03\x04", b"{", b"\xff\xfe{\0", b"H4sI", b"begin 644 x\n"]),
)
def test_any_bytes_are_read_or_refused_in_words(tail, magic):
    for encoding in ("base64", "quoted-printable", "uuencode"):
        assert isinstance(decode_transfer(magic + tail, encoding), bytes)
    with suppress(Unreadable):
        for text in Unpacker(SMALL).json_texts(magic + tail):
            decode_json(text, 10**6)


@MODEST
@given(st.binary(max_size=200), st.text(max_size=200))
def test_any_header_is_survived(head, value):
    headers, begin = split_head(head, 0, len(head), 100)
    assert begin <= len(head)
    assert isinstance(parameters(value) | parameters(f"x;{value}"), dict)
    assert isinstance(decoded_words(f"=?utf-8?q?{value}?="), str)
    assert all(isinstance(text, str) for text in headers.values())


@MODEST
@given(st.text(max_size=80))
def test_a_domain_name_has_one_spelling_and_can_be_shown(text):
    name = canonical_domain(text)

    assert display_domain(text).startswith(text)
    assert name is None or canonical_domain(name) == name
