"""Header fields and parts of a mail."""

import pytest

from ingest.reader.frame import read_frame
from ingest.reader.headers import decoded_words, media_type, parameters, split_head
from ingest.reader.limits import ReadLimits
from ingest.reader.mime import PartWalk
from tests.mails.build import FILE_NAME, HUMAN_PART, frame, mail, multipart, part

ENOUGH = 64 * 2**10


def leaves(raw: bytes, **limits: int) -> tuple[list[bytes], list[str]]:
    walk = PartWalk(raw, ReadLimits(**limits))
    bodies = [leaf.body.strip() for leaf in walk.parts()]
    return bodies, [obstacle.reason for obstacle in walk.obstacles]


def fields(head: bytes) -> dict[str, str]:
    return split_head(head, 0, len(head), ENOUGH)[0]


@pytest.mark.parametrize("line_end", [b"\n", b"\r\n"])
def test_head_and_body_are_split_at_the_first_empty_line(line_end):
    entity = line_end.join([b"Subject: a", b" b", b"X: y", b"", b"body", b"", b"more"])

    headers, begin = split_head(entity, 0, len(entity), ENOUGH)

    assert headers == {"subject": "a b"}
    assert entity[begin:].split(line_end) == [b"body", b"", b"more"]


@pytest.mark.parametrize("entity", [b"\r\nbody", b"\nbody", b"body", b'{"subject": 1}', b"body: x y"[5:]])
def test_an_entity_may_have_no_head(entity):
    headers, begin = split_head(entity, 0, len(entity), ENOUGH)

    assert headers == {}
    assert entity[begin:].strip() == entity.strip()


def test_an_entity_may_have_no_body():
    assert split_head(b"Subject: a", 0, 10, ENOUGH) == ({"subject": "a"}, 10)


def test_the_first_field_of_a_name_counts_but_several_from_fields_name_nobody():
    found = fields(b"Subject: a\r\nsubject: b\r\nFrom: a@x.example\r\nFROM: b@y.example\r\n\r\n")

    assert found == {"subject": "a", "from": ""}


def test_header_bytes_beyond_the_limit_are_not_read():
    head = b"X: " + b"y" * 1000 + b"\r\nSubject: late\r\n\r\nbody"

    assert split_head(head, 0, len(head), 500) == ({}, len(head) - 4)


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ('multipart/report; boundary="b 1"', {"boundary": "b 1"}),
        ("multipart/report;boundary=b1;x=y", {"boundary": "b1", "x": "y"}),
        ("multipart/report; BOUNDARY = b1 ", {"boundary": "b1"}),
        ('x; a="1;b=2"; c=3', {"a": "1;b=2", "c": "3"}),
        (r'x; a="say \"hi\""', {"a": 'say "hi"'}),
        ('x; a="open', {"a": "open"}),
        ("x; a=1; a=2", {"a": "1"}),
        ("x; name*=utf-8''%E2%98%BA", {"name": "☺"}),
        ("x; name*0*=us-ascii''a%21; name*1=b", {"name": "a!b"}),
        ("x; name*1=b; name*0=a", {"name": "ab"}),
        ("x", {}),
        ("", {}),
    ],
)
def test_parameters_are_read_in_every_notation(value, found):
    assert {name: text for name, text in parameters(value).items() if "*" not in name} == found


@pytest.mark.parametrize(
    "value", ["x; n*99999999999999999999*=1", f"x; n*{'9' * 5000}=1", "x; n*0=a; n*=b", "x; n*=a'b", "x; *=1"]
)
def test_broken_rfc_2231_pieces_are_survived(value):
    assert isinstance(parameters(value), dict)


@pytest.mark.parametrize(
    ("text", "decoded"),
    [
        ("plain", "plain"),
        ("=?utf-8?q?a_b?= =?utf-8?b?Yw==?=", "a bc"),
        ("=?us-ascii?Q?Report_Dom?=\t=?us-ascii?Q?ain:_x?=", "Report Domain: x"),
        ("=?nonsense?q?a?=", "=?nonsense?q?a?="),
        ("=?utf-8?b?!!!?=", ""),
        ("=?utf-8?q?=FF?=", "\N{REPLACEMENT CHARACTER}"),
    ],
)
def test_encoded_words_are_decoded_or_left_alone(text, decoded):
    assert decoded_words(text) == decoded


def test_the_media_type_is_lower_case_without_parameters():
    assert media_type({"content-type": " Text/HTML ; charset=x"}) == "text/html"
    assert media_type({}) == ""


def test_parts_come_in_order_through_all_levels():
    inner = b'Content-Type: multipart/mixed; boundary="b2"\r\n\r\n--b2\r\n\r\nB\r\n--b2\r\n\r\nC\r\n--b2--\r\n'
    raw = multipart(b"\r\nA", inner, b"\r\nD")

    assert leaves(raw) == ([b"A", b"B", b"C", b"D"], [])


def test_a_boundary_that_begins_like_another_one_is_told_apart():
    inner = b'Content-Type: multipart/mixed; boundary="b1x"\r\n\r\n--b1x\r\n\r\nB\r\n--b1x--\r\n'

    assert leaves(multipart(b"\r\nA", inner))[0] == [b"A", b"B"]


def test_a_boundary_counts_at_the_beginning_of_a_line_only():
    assert leaves(multipart(b"\r\nA --b1\r\nx"))[0] == [b"A --b1\r\nx"]


def test_blanks_behind_a_boundary_and_words_around_the_parts_are_no_parts():
    raw = (
        frame()
        + b'Content-Type: multipart/mixed; boundary="b1"\r\n\r\npreamble\r\n--b1 \t\r\n\r\nA\r\n--b1--\r\nepilogue'
    )

    assert leaves(raw)[0] == [b"A"]


def test_a_multipart_without_any_boundary_line_is_one_part():
    assert leaves(frame() + b'Content-Type: multipart/mixed; boundary="b1"\r\n\r\nA')[0] == [b"A"]


def test_a_multipart_that_does_not_name_its_boundary_is_not_looked_into():
    assert leaves(frame() + b"Content-Type: multipart/mixed\r\n\r\n--b1\r\n\r\nA") == ([], ["no-boundary"])


def test_the_walk_stops_at_its_limits_and_says_so():
    assert leaves(multipart(*[b"\r\nA"] * 5), max_parts=3)[1] == ["too-many-parts"]
    assert leaves(multipart(HUMAN_PART), max_depth=0) == ([], ["nested-too-deep"])


@pytest.mark.parametrize(
    ("value", "address", "domain"),
    [
        ("a@sender.example", "a@sender.example", "sender.example"),
        ("<a@sender.example>", "a@sender.example", "sender.example"),
        ("TLS Reports <a@Sender.Example>", "a@Sender.Example", "sender.example"),
        ('"Reports, TLS" <a@sender.example>', "a@sender.example", "sender.example"),
        ("=?utf-8?q?x?= <a@sender.example>", "a@sender.example", "sender.example"),
        ("a@sender.example (TLS Reports)", "a@sender.example", "sender.example"),
        ('"<a@other.example>" <b@sender.example>', "b@sender.example", "sender.example"),
        ("a@göpher.test", "a@göpher.test", "xn--gpher-jua.test"),
        ("nobody", "", ""),
        ("", "", ""),
        ("<" * 2000, "", ""),
    ],
    ids=lambda value: value[:20],
)
def test_the_author_of_a_mail_is_read(value, address, domain):
    found = read_frame({"from": value})

    assert (found.from_address, found.from_domain) == (address, domain)


@pytest.mark.parametrize("value", ["", "never", "Mon, 99 Mar 2026", "1" * 5000, "Mon, 1 Jan 9999 99:99:99 +9999"])
def test_an_unreadable_date_of_a_mail_is_none(value):
    assert read_frame({"date": value}).date is None


@pytest.mark.parametrize(
    "subject",
    [
        "Report Domain: example.com Submitter: s.example Report-ID: <1@s.example>",
        "Report Domain:  EXAMPLE.com. Submitter: s.example Report-ID: 1331+d",
        "Fwd: report domain: example.com",
        "=?us-ascii?Q?Report_Domain:_exam?= =?us-ascii?Q?ple.com_Submitter:_x?=",
    ],
)
def test_the_subject_names_the_domain(subject):
    assert read_frame({"subject": subject}).subject_domain == "example.com"


def test_the_file_name_stands_in_the_disposition():
    walk = PartWalk(mail(), ReadLimits())

    assert parameters(list(walk.parts())[1].headers["content-disposition"]) == {"filename": FILE_NAME}
    assert part(b"").endswith(b"\r\n\r\n")
