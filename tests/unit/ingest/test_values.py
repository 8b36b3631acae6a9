"""Counts, addresses, host names and texts from strangers."""

import pytest

from ingest.reader.addresses import host_name, ip_address
from ingest.reader.numbers import MAX_COUNT, number_of, sessions
from ingest.reader.words import lines, one_line, word


@pytest.mark.parametrize(
    ("literal", "number"),
    [
        ("3", 3),
        ("3.0", 3),
        ("1e3", 1000),
        ("10.5", 10.5),
        ("-7", -7),
        ("+7", 7),
        ("1e999", MAX_COUNT),
        ("-1e999", -MAX_COUNT),
        ("1e99999999999", MAX_COUNT),
        ("9" * 5000, MAX_COUNT),
        ("-" + "9" * 5000, -MAX_COUNT),
        ("1" * 5000 + ".5", MAX_COUNT),
        ("0." + "0" * 5000 + "1", 0),
        ("9007199254740991", MAX_COUNT),
        ("9007199254740990", MAX_COUNT - 1),
    ],
    ids=lambda value: str(value)[:12],
)
def test_a_numeral_becomes_a_number_within_i_json(literal, number):
    assert number_of(literal) == number
    assert isinstance(number_of(literal), type(number))


@pytest.mark.parametrize("literal", ["", "NaN", "Infinity", "0x10", "1_000", "1,000", "ten", "٣", "--1", "."])
def test_what_is_no_numeral_is_refused(literal):
    with pytest.raises(ValueError, match="not a number"):
        number_of(literal)


@pytest.mark.parametrize(
    ("value", "count"),
    [
        (0, 0),
        (3, 3),
        (3.0, 3),
        ("3", 3),
        (float("nan"), None),
        (float("inf"), None),
        (None, None),
        (False, None),
        ([3], None),
    ],
)
def test_sessions_are_whole_and_not_negative(value, count):
    assert sessions(value) == count


@pytest.mark.parametrize(
    ("value", "address"),
    [
        ("192.0.2.10", "192.0.2.10"),
        ("[192.0.2.10]", "192.0.2.10"),
        ("192.000.002.010", "192.0.2.10"),
        ("2001:DB8:0:0::10", "2001:db8::10"),
        ("[IPv6:2001:db8::10]", "2001:db8::10"),
        ("IPv6:2001:db8::10", "2001:db8::10"),
        ("[2001:db8::10]", "2001:db8::10"),
        ("fe80::1%eth0", "fe80::1"),
        ("::ffff:192.0.2.10", "192.0.2.10"),
        (" 192.0.2.10 ", "192.0.2.10"),
        (["192.0.2.10"], "192.0.2.10"),
        ("", ""),
        (None, ""),
        ("x.x.x.x", "x.x.x.x"),
        ("mta.Sender.example", "mta.Sender.example"),
        ("192.0.2.0/24", "192.0.2.0/24"),
        ("192.0.2.10:25", "192.0.2.10:25"),
        ("999.0.2.10", "999.0.2.10"),
        (3221225994, "3221225994"),
        ({"v4": "x"}, ""),
    ],
    ids=str,
)
def test_an_address_is_canonical_or_kept_as_it_is(value, address):
    assert ip_address(value) == address


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("MX1.Example.com.", "mx1.example.com"),
        ("mx: mx1.example.com", "mx1.example.com"),
        (None, ""),
        ([], ""),
        (7, "7"),
    ],
)
def test_a_host_name_is_lower_case_without_dot(value, name):
    assert host_name(value) == name


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("plain", "plain"),
        ("  plain\r\n", "plain"),
        ("a\tb\nc", "a b c"),
        ("a\x00\x1b[31mb", "a[31mb"),
        ("evil\u202egnp.exe\u2066\u200b", "evilgnp.exe"),
        ("one\u2028two", "one two"),
        ("\ud800x", "x"),
        ("Grüße ☺", "Grüße ☺"),
        (5, "5"),
        (1.5, "1.5"),
        (True, ""),
        (None, ""),
        (["", None, "first"], "first"),
        ([["deep"]], ""),
        ({}, ""),
    ],
    ids=repr,
)
def test_a_text_is_one_printable_line(value, text):
    assert one_line(value, 50) == text


def test_a_text_is_cut_to_its_limit():
    assert one_line("x" * 10**6, 300) == "x" * 300
    assert one_line("\n" * 10**6 + "x", 300) == ""
    assert len(one_line(10**5000, 300)) <= 300


def test_lines_are_bounded_in_number_and_length():
    assert lines(["x" * 100] * 100, 10, 5) == ("x" * 10,) * 5
    assert lines("\n".join("abc"), 10, 2) == ("a", "b")


def test_a_word_of_a_list_is_lower_case_with_hyphens():
    assert word("Certificate_Not Trusted") == "certificate-not-trusted"
