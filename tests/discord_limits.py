"""Discord's limits as far as the tests hold payloads to them, and what a person reads of a message."""

import re
from typing import Any

_ESCAPE = re.compile(r"\\([^0-9A-Za-z\s])")
_CODE = re.compile(r"```\n(.*?)\n```", re.DOTALL)
_MENTIONS_EVERYBODY = {"everyone", "roles", "users"}


def faults(payload: dict[str, Any], files: tuple[str, ...] = ()) -> list[str]:
    """What Discord would refuse, or what nobody would want."""
    embeds, rows = payload.get("embeds") or [], payload.get("components") or []
    found = [
        ("content", len(payload.get("content") or "") > 2_000),
        ("embeds", len(embeds) > 10 or sum(map(_characters, embeds)) > 6_000),
        ("rows", len(rows) > 5 or any(not 1 <= len(row["components"]) <= 5 for row in rows)),
        ("nothing to show", not (payload.get("content") or embeds or files)),
        ("mentions", payload.get("allowed_mentions") != {"parse": []}),
    ]
    for embed in embeds:
        found += _embed_faults(embed, files)
    buttons = [button for row in rows for button in row["components"]]
    ids = [button["custom_id"] for button in buttons]
    found += [("custom id", not 1 <= len(one) <= 100) for one in ids]
    found += [("label", not 1 <= len(button["label"].strip()) <= 80) for button in buttons]
    found += [("the same custom id twice", len(set(ids)) < len(ids))]
    found += [("alt text", len(one.get("description") or "") > 1_024) for one in payload.get("attachments") or []]
    return [word for word, is_so in found if is_so]


def _embed_faults(embed: dict[str, Any], files: tuple[str, ...]) -> list[tuple[str, bool]]:
    fields = embed.get("fields") or []
    image = (embed.get("image") or {}).get("url")
    return [
        ("description", len(embed.get("description") or "") > 4_096),
        ("footer", len((embed.get("footer") or {}).get("text") or "") > 2_048),
        ("fields", len(fields) > 25),
        *(("field name", not 1 <= len(field["name"].strip()) <= 256) for field in fields),
        *(("field value", not 1 <= len(field["value"].strip()) <= 1_024) for field in fields),
        ("image", bool(image) and image.removeprefix("attachment://") not in files),
    ]


def _characters(embed: dict[str, Any]) -> int:
    fields = embed.get("fields") or []
    texts = [embed.get("title"), embed.get("description"), (embed.get("footer") or {}).get("text")]
    texts += [text for field in fields for text in (field["name"], field["value"])]
    return sum(len(text or "") for text in texts)


def shown(payload: dict[str, Any]) -> str:
    """What a person reads: escapes undone, code as it stands, the footer literally."""
    parts = [visible(payload.get("content") or "")]
    for embed in payload.get("embeds") or []:
        parts.append(visible(embed.get("description") or ""))
        parts += [visible(f"{field['name']}: {field['value']}") for field in embed.get("fields") or []]
        parts.append((embed.get("footer") or {}).get("text") or "")
    parts += [button["label"] for row in payload.get("components") or [] for button in row["components"]]
    return "\n".join(parts)


def visible(text: str) -> str:
    """Undo escapes where Discord reads markup; a code block is shown as it stands."""
    pieces = _CODE.split(text)
    return "".join(piece if number % 2 else _ESCAPE.sub(r"\1", piece) for number, piece in enumerate(pieces))


def markup(text: str) -> str:
    """What Discord would read as markup: the text without its code blocks; what is escaped is made a ¤."""
    return _ESCAPE.sub("¤", _CODE.sub("", text))


def marked_up(payload: dict[str, Any]) -> list[str]:
    """Every text of a message in which Discord reads markup, reduced to what it would read so."""
    texts = [payload.get("content") or ""]
    for embed in payload.get("embeds") or []:
        texts.append(embed.get("description") or "")
        texts += [text for field in embed.get("fields") or [] for text in (field["name"], field["value"])]
    return [markup(text) for text in texts]
