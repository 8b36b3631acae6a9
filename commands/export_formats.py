"""Exported rows as the lines of a CSV file (RFC 4180) or of a JSON array. Pure; lines are made one by one.

CSV files are opened in spreadsheets, and what strangers wrote must not become a formula there: an apostrophe is put in
front of what would. JSON keeps every text as it is.
"""

import csv
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from commands.data import rfc3339
from commands.quoting import printable
from storage.export import ExportRow

CSV, JSON = "csv", "json"
MEDIA_TYPES: Mapping[str, str] = MappingProxyType({CSV: "text/csv", JSON: "application/json"})

_FORMULA = re.compile("(^|;)([\\s\ufffd\u200c\u200d]*)(?=[-=+@\uff0d\uff1d\uff0b\uff20])")
"""Where a cell begins (a semicolon is the separator of spreadsheets in many countries), blanks, and what makes it a
formula, in both widths of East Asian writing."""


def lines_of(rows: Iterable[ExportRow], form: str) -> Iterator[str]:
    """Give the lines of a whole file with their ends; `form` is one of `MEDIA_TYPES`."""
    make: Mapping[str, Callable[[Iterable[ExportRow]], Iterator[str]]] = {CSV: _csv_lines, JSON: _json_lines}
    return make[form](rows)


def safe_cell(text: str) -> str:
    """Return text of others as a cell: on one line, and never read as a formula by a spreadsheet."""
    clean = text.isprintable()
    if not text or (clean and text[0].isalnum() and ";" not in text):  # nearly all texts, and quick to find out
        return text
    return _FORMULA.sub(r"\1'\2", text if clean else printable(text))


class _Line:
    """Hands back each line that a CSV writer writes."""

    def write(self, line: str) -> str:
        return line


def _csv_lines(rows: Iterable[ExportRow]) -> Iterator[str]:
    write: Callable[[Iterable[Any]], str] = csv.writer(_Line(), lineterminator="\r\n").writerow
    yield write(ExportRow._fields)
    for row in rows:
        yield write(map(_cell, row))


def _cell(value: Any) -> Any:
    if isinstance(value, str):
        return safe_cell(value)
    return str(value).lower() if isinstance(value, bool) else _plain(value)


def _json_lines(rows: Iterable[ExportRow]) -> Iterator[str]:
    before = "[\n"
    for row in rows:
        values = {
            name: None if value == "" else _plain(value) for name, value in zip(ExportRow._fields, row, strict=True)
        }
        yield before + json.dumps(values)
        before = ",\n"
    yield "[]\n" if before == "[\n" else "\n]\n"


def _plain(value: Any) -> Any:
    """Return what both forms can hold; times as in `ask --json`."""
    if isinstance(value, datetime):
        return rfc3339(value)
    return value.isoformat() if isinstance(value, date) else value
