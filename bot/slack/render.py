"""Reply -> Slack message: text stays literal, limits are kept, and there is a form without the newer blocks."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from bot.charts.words import alt_text
from bot.chat_text import clean_line, clean_lines, cut, first_lines, fitting, length, with_more
from bot.slack import limits
from bot.slack.blocks import (
    NOTHING,
    Block,
    characters,
    code_lines,
    context,
    plain,
    preformatted,
    rich_text,
    section,
    words,
)
from bot.slack.chart import chart_notes, native_charts, text_chart
from bot.slack.table import table_block, table_lines, table_title
from bot.slack.text import escaped
from commands.reply import Action, Chart, Field, Reply, Table, Tone

SLASH_COMMAND = "/tlsrpt"
RUN_ACTION = "tlsrpt_run"
SHARE_ACTION = "tlsrpt_share"
SHARE_LABEL = "Share in channel"

_SIGNS = {
    Tone.OK: "🟢 OK",
    Tone.INFO: "ℹ️ Info",  # noqa: RUF001 - the sign is an emoji, not a letter
    Tone.WARNING: "🟡 Warning",
    Tone.CRITICAL: "🔴 Critical",
    Tone.NO_DATA: "⚪ No data",
    Tone.PLAIN: "",
}


@dataclass(frozen=True, slots=True)
class SlackMessage:
    """What is sent: `text` for notifications and screen readers, `blocks` for the eye."""

    text: str
    """Never empty; markup escaped, to be sent with `mrkdwn` off."""
    blocks: list[Block]
    plain_blocks: list[Block]
    """The same without table and chart blocks, for workspaces that answer `invalid_blocks`."""
    chart: Chart | None = None
    """What a picture can show in the place of the chart blocks."""


def render_message(reply: Reply, share: str = "") -> SlackMessage:
    """Draw a reply. `share` is the command that a "share" button shows to the channel; empty for no button."""
    return SlackMessage(
        text=_text(reply),
        blocks=_blocks(reply, share, native=True),
        plain_blocks=_blocks(reply, share, native=False),
        chart=reply.chart if reply.chart and reply.chart.bars else None,
    )


def with_asker(message: SlackMessage, user: str, command: str) -> SlackMessage:
    """Say beneath a message who asked for it with which command. `user` is an id as Slack gave it."""
    typed = cut(f"{SLASH_COMMAND} {clean_line(command)}", limits.NEXT_STEP_CHARACTERS)
    asked = rich_text(
        section(words("Asked by "), {"type": "user", "user_id": user}, words(": "), words(typed, code=True))
    )
    return replace(message, blocks=[*message.blocks, asked], plain_blocks=[*message.plain_blocks, asked])


def _blocks(reply: Reply, share: str, *, native: bool) -> list[Block]:
    head = [*_header(reply), *_sentences(reply), *_fields(reply.fields)]
    tail = [*_code(reply), *_notes(reply), *_next_step(reply), *_buttons(reply.actions, share)]
    room = limits.MESSAGE_CHARACTERS - characters(head) - characters(tail)
    charts = _charts(reply, room, native=native)
    return [*head, *charts, *_tables(reply.tables, room - characters(charts), native=native), *tail]


def _header(reply: Reply) -> list[Block]:
    title = _headline(reply, " · ")
    header = {"type": "header", "text": plain(cut(title, limits.HEADER_CHARACTERS))}
    if length(title) <= limits.HEADER_CHARACTERS:
        return [header]
    whole = cut(clean_line(reply.title), limits.TITLE_CHARACTERS)
    return [header, rich_text(section(words(whole, bold=True)))]


def _headline(reply: Reply, joint: str) -> str:
    title = clean_line(reply.title)
    return joint.join(part for part in (_SIGNS[reply.tone], title) if part) or "(no title)"


def _sentences(reply: Reply) -> list[Block]:
    lines = _kept(reply.sentences, limits.SENTENCES_CHARACTERS)
    return [rich_text(section(words("\n".join(lines))))] if lines else []


def _fields(fields: tuple[Field, ...]) -> list[Block]:
    shown = fields[: limits.FIELDS]
    if not shown:
        return []
    each = limits.FIELDS_CHARACTERS // len(shown)
    texts = [plain(cut(_field_text(field), each)) for field in shown]
    rows = range(0, len(texts), limits.SECTION_FIELDS)
    sections: list[Block] = [{"type": "section", "fields": texts[at : at + limits.SECTION_FIELDS]} for at in rows]
    return [*sections, *context(with_more([], len(fields) - len(shown), "fields"))]


def _field_text(field: Field) -> str:
    return f"{clean_line(field.label) or NOTHING}\n{clean_line(field.value) or NOTHING}"


def _charts(reply: Reply, room: int, *, native: bool) -> list[Block]:
    if reply.chart is None:
        return []
    drawn = native_charts(reply.chart)[: limits.CHARTS] if native else text_chart(reply.chart)
    notes = chart_notes(reply.chart)
    # Failures by type stand in the table as well: their chart gives way where the message is full.
    least = limits.TABLE_LEAST_CHARACTERS if reply.tables else 0
    fits = characters(drawn) + characters(notes) + least <= room
    return [*(drawn if fits else drawn[:1]), *notes]


def _tables(tables: tuple[Table, ...], room: int, *, native: bool) -> list[Block]:
    with_columns = [table for table in tables if table.heads]
    shown = with_columns[: max(0, min(limits.TABLES, room // limits.TABLE_LEAST_CHARACTERS))]
    blocks: list[Block] = []
    for number, table in enumerate(shown):
        each = (room - characters(blocks)) // (len(shown) - number) - limits.TABLE_TITLE_CHARACTERS
        blocks += _native_table(table, each) if native and number == 0 else _text_table(table, each)
    return [*blocks, *context(with_more([], len(with_columns) - len(shown), "tables"))]


def _native_table(table: Table, room: int) -> list[Block]:
    title = table_title(table)
    block, left_out = table_block(table, room)
    heading = [rich_text(section(words(title, bold=True)))] if title else []
    return [*heading, block, *context([left_out] if left_out else [])]


def _text_table(table: Table, room: int) -> list[Block]:
    title = table_title(table)
    heading = [section(words(title, bold=True))] if title else []
    return [rich_text(*heading, code_lines(table_lines(table, room)))]


def _code(reply: Reply) -> list[Block]:
    kept, left_out = fitting(clean_lines(reply.code), limits.CODE_CHARACTERS)
    return preformatted(with_more(kept, left_out, "lines"))


def _notes(reply: Reply) -> list[Block]:
    files = [f"File: {attachment.name} ({len(attachment.body):,} bytes)" for attachment in reply.attachments]
    return context(_kept((*reply.notes, *files), limits.NOTES_CHARACTERS))


def _next_step(reply: Reply) -> list[Block]:
    command = cut(clean_line(reply.next_step), limits.NEXT_STEP_CHARACTERS)
    if not command:
        return []
    return [rich_text(section(words("Next: "), words(f"{SLASH_COMMAND} {command}", code=True)))]


def _buttons(actions: tuple[Action, ...], share: str) -> list[Block]:
    buttons = [
        _button(f"{RUN_ACTION}_{number}", action.label, action.command)
        for number, action in enumerate(actions)
        if _is_command(action.command)
    ]
    room = limits.BUTTONS - 1
    last = [_button(SHARE_ACTION, SHARE_LABEL, share)] if _is_command(share) else []
    elements = [*buttons[:room], *last]
    block: list[Block] = [{"type": "actions", "elements": elements}] if elements else []
    return [*block, *context(with_more([], len(buttons) - len(buttons[:room]), "buttons"))]


def _is_command(command: str) -> bool:
    # A command that does not fit in a button would be another command when cut.
    return 0 < length(clean_line(command)) <= limits.BUTTON_VALUE_CHARACTERS


def _button(action_id: str, label: str, command: str) -> Block:
    text = cut(clean_line(label), limits.BUTTON_LABEL_CHARACTERS) or NOTHING
    return {"type": "button", "action_id": action_id, "text": plain(text), "value": clean_line(command)}


def _text(reply: Reply) -> str:
    return escaped(first_lines(_text_lines(reply), limits.TEXT_CHARACTERS), limits.TEXT_CHARACTERS)


def _text_lines(reply: Reply) -> Iterator[str]:
    yield _headline(reply, ": ")
    yield from map(clean_line, reply.sentences)
    yield from (clean_line(f"{field.label}: {field.value}") for field in reply.fields)
    if reply.chart and reply.chart.bars:
        yield clean_line(alt_text(reply.chart))
    yield from clean_lines(reply.code)
    yield from (clean_line(" | ".join(cells)) for table in reply.tables for cells in (table.heads, *table.rows))
    yield from map(clean_line, reply.notes)
    if clean_line(reply.next_step):
        yield f"Next: {SLASH_COMMAND} {clean_line(reply.next_step)}"


def _kept(lines: tuple[str, ...], most: int) -> list[str]:
    visible = [line for line in map(clean_line, lines) if line]
    return with_more(*fitting(visible, most))
