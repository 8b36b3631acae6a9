"""Slack's published limits, checked on a payload: what is wrong with it, a line each."""

import re
from collections.abc import Iterator
from typing import Any

UNFIT = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
KNOWN = {"header", "section", "rich_text", "table", "data_visualization", "image", "context", "actions"}
NEWER = {"table", "data_visualization"}
FILE_ID = re.compile("F[A-Z0-9]{8,}")


def faults(blocks: list[dict[str, Any]]) -> list[str]:
    """What Slack would refuse in a message's blocks; empty when all is well."""
    return list(_faults(blocks))


def strings(part: Any) -> Iterator[str]:
    """Every string value in a payload."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, dict):
        for value in part.values():
            yield from strings(value)
    elif isinstance(part, list | tuple):
        for value in part:
            yield from strings(value)


def shown(part: Any) -> str:
    """Everything that a person reads in blocks."""
    if isinstance(part, list):
        return "\n".join(filter(None, map(shown, part)))
    if not isinstance(part, dict):
        return ""
    own = [part[name] for name in ("text", "title", "label", "name") if isinstance(part.get(name), str)]
    return "\n".join([*own, *filter(None, (shown(value) for value in part.values()))])


def kinds(blocks: list[dict[str, Any]]) -> list[str]:
    return [block["type"] for block in blocks]


def _faults(blocks: list[dict[str, Any]]) -> Iterator[str]:
    if not 1 <= len(blocks) <= 50:
        yield f"{len(blocks)} blocks"
    if kinds(blocks).count("table") > 1:
        yield "only_one_table_allowed"
    if kinds(blocks).count("data_visualization") > 2:
        yield "more than two charts"
    named = [block["block_id"] for block in blocks if "block_id" in block]
    if len(set(named)) < len(named):
        yield "a block_id twice"
    if len(shown(blocks)) > 14_000:
        yield f"msg_blocks_too_long: {len(shown(blocks))}"
    if any(UNFIT.search(text) for text in strings(blocks)):
        yield "a control character"
    for block in blocks:
        if block["type"] not in KNOWN:
            yield f"unknown block {block['type']}"
        else:
            yield from CHECKS[block["type"]](block)


def _text(part: dict[str, Any], most: int, kind: str = "plain_text") -> Iterator[str]:
    if part["type"] != kind:
        yield f"{part['type']} instead of {kind}"
    if not 1 <= _units(part["text"]) <= most:
        yield f"text of {_units(part['text'])} characters, {most} at most"
    if kind == "plain_text" and part.get("emoji") is not False:
        yield "words between colons become emoji"


def _header(block: dict[str, Any]) -> Iterator[str]:
    yield from _text(block["text"], 150)


def _section(block: dict[str, Any]) -> Iterator[str]:
    if not 1 <= len(block["fields"]) <= 10:
        yield f"{len(block['fields'])} fields"
    for field in block["fields"]:
        yield from _text(field, 2_000)


def _context(block: dict[str, Any]) -> Iterator[str]:
    if not 1 <= len(block["elements"]) <= 10:
        yield f"{len(block['elements'])} context elements"
    for element in block["elements"]:
        yield from _text(element, 3_000)


def _rich_text(block: dict[str, Any]) -> Iterator[str]:
    for paragraph in block["elements"]:
        if paragraph["type"] not in {"rich_text_section", "rich_text_preformatted"}:
            yield f"paragraph {paragraph['type']}"
        if not paragraph["elements"]:
            yield "an empty paragraph"
        for element in paragraph["elements"]:
            if element["type"] == "text":
                yield from _text(element, 12_000, "text")
            elif element["type"] != "user":
                yield f"element {element['type']}"


def _actions(block: dict[str, Any]) -> Iterator[str]:
    if not 1 <= len(block["elements"]) <= 25:
        yield f"{len(block['elements'])} buttons"
    ids = [button["action_id"] for button in block["elements"]]
    if len(set(ids)) < len(ids):
        yield "an action_id twice"
    for button in block["elements"]:
        yield from _text(button["text"], 75)
        if not 1 <= _units(button["value"]) <= 2_000:
            yield f"button value of {_units(button['value'])} characters"


def _table(block: dict[str, Any]) -> Iterator[str]:
    rows = block["rows"]
    if not 1 <= len(rows) <= 100:
        yield f"{len(rows)} rows"
    if {len(row) for row in rows} - set(range(1, 21)) or len({len(row) for row in rows}) != 1:
        yield "rows of unequal or impossible length"
    if len(block["column_settings"]) > 20:
        yield "too many column settings"
    if sum(_units(cell["text"]) for row in rows for cell in row) > 10_000:
        yield "more than 10,000 characters in a table"
    for row in rows:
        for cell in row:
            yield from _text(cell, 10_000, "raw_text")


def _data_visualization(block: dict[str, Any]) -> Iterator[str]:
    if not 1 <= _units(block["title"]) <= 50:
        yield "chart title"
    categories = block["chart"]["axis_config"]["categories"]
    if not 1 <= len(categories) <= 20 or len(set(categories)) != len(categories):
        yield f"categories {categories}"
    if any(not 1 <= len(category) <= 20 for category in categories):
        yield "a category that is too long"
    names = [series["name"] for series in block["chart"]["series"]]
    if not 1 <= len(names) <= 6 or len(set(names)) != len(names):
        yield f"series {names}"
    if any(not 1 <= _units(name) <= 20 for name in names):
        yield "a series name that is too long"
    for series in block["chart"]["series"]:
        if [point["label"] for point in series["data"]] != categories:
            yield "a series without a point for every category"


def _image(block: dict[str, Any]) -> Iterator[str]:
    if set(block["slack_file"]) != {"id"} or not FILE_ID.fullmatch(block["slack_file"]["id"]):
        yield f"file {block['slack_file']}"
    if not 1 <= _units(block["alt_text"]) <= 2_000:
        yield "alternative text"
    if "title" in block:
        yield from _text(block["title"], 2_000)


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


CHECKS = {
    "header": _header,
    "section": _section,
    "context": _context,
    "rich_text": _rich_text,
    "actions": _actions,
    "table": _table,
    "data_visualization": _data_visualization,
    "image": _image,
}
