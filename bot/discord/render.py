"""Reply -> Discord message: text stays literal, limits are kept.

Embeds and not Components V2: they hold 6,000 characters and not 4,000, lay fields out beside each other, and have in
the footer a place where Discord reads no markup at all. The headline stands in the content, so that a notification, a
screen reader and people who have switched embeds off get it too.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from bot.chat_text import clean_lines, fitting, with_more
from bot.discord import limits
from bot.discord.buttons import buttons, can_be_shared
from bot.discord.message import DiscordMessage, File, Picture
from bot.discord.table import table_lines
from bot.discord.text import FENCE_CHARACTERS, clean_line, cut, escaped, fenced, length
from commands.reply import Field, Reply, Table, Tone

SLASH_COMMAND = "/tlsrpt"
CHART_FILE = "chart.png"
NOTHING = "—"

Embed = dict[str, Any]

_SIGNS = {
    Tone.OK: ("🟢", "OK"),
    Tone.INFO: ("ℹ️", "Info"),  # noqa: RUF001 - the sign is an emoji, not a letter
    Tone.WARNING: ("🟡", "Warning"),
    Tone.CRITICAL: ("🔴", "Critical"),
    Tone.NO_DATA: ("⚪", "No data"),
}
_COLOURS = {
    Tone.OK: 0x2EB886,
    Tone.INFO: 0x3F7FBF,
    Tone.WARNING: 0xDAA038,
    Tone.CRITICAL: 0xA30200,
    Tone.NO_DATA: 0x9AA0A6,
}


def render_message(
    reply: Reply, *, picture: Picture | None = None, share: str = "", remarks: tuple[str, ...] = ()
) -> DiscordMessage:
    """Draw a reply. Pure.

    `picture` is its chart; `share` the command that a "share" button shows to the channel, empty for no button;
    `remarks` are more small print, ours.
    """
    drawn = buttons(reply.actions, share)
    remarks = (*remarks, *_without_picture(reply, picture), *_without_buttons(drawn.without, share))
    embeds = _embeds(reply, picture, _footer(reply, remarks))
    return DiscordMessage(
        content=_headline(reply),
        embeds=tuple(_coloured(embed, reply.tone) for embed in embeds),
        components=tuple(drawn.rows),
        files=(File(CHART_FILE, picture.body, cut(picture.alt_text, limits.ALT_TEXT_CHARACTERS)),) if picture else (),
    )


def with_asker(message: DiscordMessage, user: int, command: str) -> DiscordMessage:
    """Say beneath the headline who asked for it with which command."""
    typed = escaped(f"{SLASH_COMMAND} {command}", limits.NEXT_STEP_CHARACTERS)
    return replace(message, content=f"{message.content}\n-# Asked by <@{user}>: {typed}")


def _headline(reply: Reply) -> str:
    sign, word = _SIGNS.get(reply.tone, ("", ""))
    title = escaped(reply.title, limits.TITLE_CHARACTERS)
    said = " · ".join(filter(None, (word, title))) or "(no title)"
    return f"{sign} **{said}**".strip()


def _embeds(reply: Reply, picture: Picture | None, footer: str) -> list[Embed]:
    """Put the finding into a first embed and what is to be copied or compared into a second one."""
    first: Embed = {}
    if sentences := _sentences(reply.sentences):
        first["description"] = sentences
    if reply.fields:
        first["fields"] = _fields(reply.fields[: limits.FIELDS])
    if picture:
        first["image"] = {"url": f"attachment://{CHART_FILE}"}
    room = limits.EMBEDS_CHARACTERS - _characters(first) - length(footer)
    body = _body(reply, min(room, limits.DESCRIPTION_CHARACTERS))
    second: Embed = {"description": body} if body else {}
    embeds = [embed for embed in (first, second) if embed]
    if not footer:
        return embeds
    *others, last = embeds or [{}]
    return [*others, last | {"footer": {"text": footer}}]


def _sentences(sentences: Iterable[str]) -> str:
    most = limits.SENTENCES_CHARACTERS - len("\n… and 1,000 more")
    lines = [escaped(line, most) for line in sentences]
    return "\n".join(with_more(*fitting(filter(None, lines), most)))


def _fields(fields: tuple[Field, ...]) -> list[Embed]:
    each = limits.FIELDS_CHARACTERS // len(fields)
    return [_field(field, each) for field in fields]


def _field(field: Field, most: int) -> Embed:
    name = escaped(field.label, min(most // 3, limits.FIELD_NAME_CHARACTERS)) or NOTHING
    value = escaped(field.value, min(most - length(name), limits.FIELD_VALUE_CHARACTERS)) or NOTHING
    return {"name": name, "value": value, "inline": length(value) <= limits.SHORT_FIELD_CHARACTERS}


def _body(reply: Reply, room: int) -> str:
    """Draw tables, then the text to copy; the room of the text, half of all at most, is set aside first."""
    code = _code(reply.code, room // 2 if reply.tables else room)
    return "\n".join([*_tables(reply.tables, room - length(code) - 1), *([code] if code else [])])


def _code(code: str, room: int) -> str:
    most = min(limits.CODE_CHARACTERS, room) - FENCE_CHARACTERS - len("\n… and 1,000,000 more lines")
    kept, left_out = fitting(clean_lines(code), max(1, most))
    return fenced(with_more(kept, left_out, "lines")) if kept else ""


def _tables(tables: tuple[Table, ...], room: int) -> list[str]:
    with_columns = [table for table in tables if table.heads]
    room -= len("\n… and 1,000 more tables")
    shown = with_columns[: max(0, room // limits.TABLE_LEAST_CHARACTERS)]
    parts: list[str] = []
    for number, table in enumerate(shown):
        part = _table(table, room // (len(shown) - number) - 1)
        room -= length(part) + 1
        parts.append(part)
    return with_more(parts, len(with_columns) - len(shown), "tables")


def _table(table: Table, room: int) -> str:
    title = escaped(table.title, limits.TABLE_TITLE_CHARACTERS)
    heading = f"**{title}**\n" if title else ""
    room -= length(heading) + FENCE_CHARACTERS + len("\n… and 1,000,000,000 more rows")
    return heading + fenced(table_lines(table, room))


def _footer(reply: Reply, remarks: tuple[str, ...]) -> str:
    """Join the small print and, last, the next step. A footer is literal: nothing needs to be escaped."""
    notes = _small_print((*_fields_left_out(reply), *reply.notes), limits.NOTES_CHARACTERS)
    own = _small_print(remarks, limits.REMARKS_CHARACTERS)
    command = cut(clean_line(reply.next_step), limits.NEXT_STEP_CHARACTERS)
    return "\n".join([*notes, *own, *([f"Next: {SLASH_COMMAND} {command}"] if command else [])])


def _small_print(lines: Iterable[str], most: int) -> list[str]:
    return with_more(*fitting(filter(None, map(clean_line, lines)), most))


def _fields_left_out(reply: Reply) -> list[str]:
    return with_more([], max(0, len(reply.fields) - limits.FIELDS), "fields")


def _without_buttons(commands: tuple[str, ...], share: str) -> list[str]:
    """Say which commands have no button: they can be typed all the same."""
    typed = [f"Without a button: {SLASH_COMMAND} {cut(one, limits.NEXT_STEP_CHARACTERS)}" for one in commands]
    too_long = bool(share) and not can_be_shared(share)
    return [*(["This question is too long for a button that shares its answer."] if too_long else []), *typed]


def _without_picture(reply: Reply, picture: Picture | None) -> list[str]:
    return ["The chart could not be drawn."] if reply.chart and reply.chart.bars and not picture else []


def _coloured(embed: Embed, tone: Tone) -> Embed:
    return embed | {"color": _COLOURS[tone]} if tone in _COLOURS else embed


def _characters(embed: Embed) -> int:
    """Count what Discord counts: the text of the parts that are drawn before the body."""
    fields = sum(length(field["name"]) + length(field["value"]) for field in embed.get("fields", ()))
    return length(embed.get("description", "")) + fields
