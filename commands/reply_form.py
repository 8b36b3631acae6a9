"""A Reply as JSON and back: the form in which the outbox keeps it. Attachments and data are not kept."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from commands.reply import Action, Chart, ChartNote, DayBar, Field, Reply, Table, Tone


def to_form(reply: Reply) -> dict[str, Any]:
    """Return what JSON can hold."""
    return {
        "title": reply.title,
        "tone": reply.tone.value,
        "sentences": list(reply.sentences),
        "fields": [[field.label, field.value] for field in reply.fields],
        "chart": _chart_form(reply.chart) if reply.chart else None,
        "tables": [_table_form(table) for table in reply.tables],
        "code": reply.code,
        "notes": list(reply.notes),
        "next_step": reply.next_step,
        "actions": [[action.label, action.command] for action in reply.actions],
        "private": reply.private,
    }


def from_form(form: Mapping[str, Any]) -> Reply:
    """Return the Reply that was kept."""
    return Reply(
        title=form["title"],
        tone=Tone(form["tone"]),
        sentences=tuple(form["sentences"]),
        fields=tuple(Field(*pair) for pair in form["fields"]),
        chart=_chart(form["chart"]) if form["chart"] else None,
        tables=tuple(_table(table) for table in form["tables"]),
        code=form["code"],
        notes=tuple(form["notes"]),
        next_step=form["next_step"],
        actions=tuple(Action(*pair) for pair in form["actions"]),
        private=form["private"],
    )


def _chart_form(chart: Chart) -> dict[str, Any]:
    return {
        "title": chart.title,
        "bars": [
            [bar.day.isoformat(), bar.successful, bar.failed, [list(pair) for pair in bar.by_type]]
            for bar in chart.bars
        ],
        "notes": [[note.day.isoformat(), note.text] for note in chart.notes],
    }


def _chart(form: Mapping[str, Any]) -> Chart:
    return Chart(
        form["title"],
        tuple(DayBar(date.fromisoformat(bar[0]), bar[1], bar[2], _by_type(*bar[3:])) for bar in form["bars"]),
        tuple(ChartNote(date.fromisoformat(day), text) for day, text in form.get("notes", ())),
    )


def _by_type(pairs: Sequence[tuple[str, int]] = ()) -> tuple[tuple[str, int], ...]:
    """Return failed sessions by type; messages of an older version have none."""
    return tuple((name, sessions) for name, sessions in pairs)


def _table_form(table: Table) -> dict[str, Any]:
    return {
        "heads": list(table.heads),
        "rows": [list(row) for row in table.rows],
        "title": table.title,
        "numeric": sorted(table.numeric),
        "more": table.more,
    }


def _table(form: Mapping[str, Any]) -> Table:
    return Table(
        heads=tuple(form["heads"]),
        rows=tuple(tuple(row) for row in form["rows"]),
        title=form["title"],
        numeric=frozenset(form["numeric"]),
        more=form["more"],
    )
