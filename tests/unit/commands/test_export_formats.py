"""Exported files: text of strangers stays in its cell and is no formula, and JSON keeps it."""

import json

import pytest

from commands.export_formats import lines_of, safe_cell
from tests.asking import answered, take, told
from tests.builders import failure, policy
from tests.exported import COLUMNS, exported, exported_json
from tests.mixed_reports import take_mixed_reports

FORMULAS = [
    *("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "\u200b=1", "\ufeff=1", "\x00=1", "\u00a0=1"),
    *("\uff1d1", "\uff0b1", "\uff0d1", "\uff201", "=cmd|' /C calc'!A0", '=HYPERLINK("http://x")', "\u200d=1"),
    *("a;=1", 'a";=1', "a; @x", "a\t=1;+1", "\u202e=1"),
]


@pytest.mark.parametrize("text", FORMULAS)
def test_no_text_of_a_stranger_becomes_a_formula(text):
    made = safe_cell(text)
    for cell in (made, *made.split(";")[1:]):
        assert cell.lstrip("\ufffd\u200c\u200d ")[:1] not in set("=+-@\uff1d\uff0b\uff0d\uff20\t\r\n")
    assert made.replace("'", "").split() == text_on_one_line(text).replace("'", "").split()


def text_on_one_line(text):
    return "".join("\ufffd" if c in "\x00\u200b\ufeff\u202e" else " " if c.isspace() else c for c in text)


@pytest.mark.parametrize(
    "text", ["", "Google Inc.", "a=b", "a-b", "2026-03-09T00:00:00Z_x", 'Größe, "x"', "'=1", "a;b"]
)
def test_harmless_text_stays_as_it_is(text):
    assert safe_cell(text) == text


@pytest.mark.parametrize("text", [*FORMULAS, "a\r\nb", '"', "x" * 10_000, "<!channel>", "\u2028"])
async def test_hostile_text_stays_in_its_cell_and_json_keeps_it(db, text):
    detail = failure(
        "x", 1, receiving_mx_hostname=text, receiving_mx_helo=text, receiving_ip=text, sending_mta_ip=text,
        reason_code=text,
    )  # fmt: skip
    entry = policy(9, 1, detail, policy_type=text, policy_strings=(f"mode: {text}",), mx_hosts=(text, text))
    take(db, told(entry, organisation=text, report_id=text))
    found = (await exported(db))[1]
    assert [row["row"] for row in found] == ["policy", "failure"]
    for row in found:
        assert not any(value.lstrip()[:1] in set("=+-@") for value in row.values() if value)
        assert not any(ord(character) < 32 for value in row.values() for character in value)
    assert [row["organization"] for row in await exported_json(db)] == [text, text]


def test_a_file_without_rows_is_still_a_file():
    assert "".join(lines_of([], "csv")).split(",") == [*COLUMNS[:-1], "reason\r\n"]
    assert json.loads("".join(lines_of([], "json"))) == []


async def test_json_has_a_line_for_each_row(db):
    take_mixed_reports(db)
    (file,) = (await answered(db, "export example.com all json")).attachments
    first, *lines, last = file.body.decode("ascii").splitlines()
    assert (first, last) == ("[", "]")
    assert [json.loads(line.removesuffix(",")) for line in lines] == json.loads(file.body)
