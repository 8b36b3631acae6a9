"""Replies for Slack's tests: one of everything, and more of everything than Slack takes."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from commands.reply import Action, Attachment, Chart, ChartNote, DayBar, Field, Reply, Table, Tone

FIRST_DAY = date(2025, 10, 24)


def bars(days: int, failed: int = 1) -> tuple[DayBar, ...]:
    return tuple(DayBar(FIRST_DAY + timedelta(days=number), 100 + number, failed) for number in range(days))


def with_many_types(days: int) -> tuple[DayBar, ...]:
    by_type = tuple((f"a-type-with-a-long-name-{number}", 10**6 + number) for number in range(30))
    return tuple(replace(bar, failed=10**7, by_type=by_type) for bar in bars(days))


def reply(**more: Any) -> Reply:
    """One of everything."""
    values: dict[str, Any] = {
        "title": "example.com: 590 of 600 sessions failed.",
        "tone": Tone.CRITICAL,
        "sentences": ("The certificate of mx1.example.com has expired.", "Two reporters agree."),
        "fields": (Field("Sessions", "600"), Field("Policy", "enforce")),
        "chart": Chart("Sessions by day", bars(14)),
        "tables": (Table(("Failure", "Sessions"), (("certificate-expired", "590"),), "Failures", frozenset({1})),),
        "code": '_smtp._tls.example.com. TXT "v=TLSRPTv1; rua=mailto:a@b.example"',
        "notes": ("2 reports, newest 4 h old.",),
        "next_step": "failures example.com",
        "actions": (Action("Check now", "check example.com"),),
    }
    return Reply(**(values | more))


def too_much_of_everything() -> Reply:
    wide = Table(
        heads=tuple(f"column {number}" for number in range(30)),
        rows=tuple(tuple("long words " * 50 for _ in range(30)) for _ in range(500)),
        title="A long title " * 50,
        more=7,
    )
    return Reply(
        title="A title without an end " * 500,
        tone=Tone.WARNING,
        sentences=tuple(f"Sentence {number}. " + "Words " * 100 for number in range(200)),
        fields=tuple(Field(f"label {number} " * 30, "value " * 1_000) for number in range(60)),
        chart=Chart("Sessions " * 50, with_many_types(1_000), (ChartNote(FIRST_DAY, "note " * 99),) * 50),
        tables=(wide,) * 12,
        code="\n".join(f"line {number} " + "x" * 500 for number in range(500)),
        notes=tuple("Small print. " * 50 for _ in range(60)),
        next_step="failures " * 500,
        actions=tuple(Action("Press here " * 50, f"check {number}.example.com") for number in range(60)),
        attachments=tuple(Attachment("name " * 100, "text/plain", b"x") for _ in range(20)),
    )


def empty_of_everything() -> Reply:
    return Reply(
        title="",
        sentences=("", " \n"),
        fields=(Field("", ""),),
        chart=Chart("", ()),
        tables=(Table((), ()), Table(("",), (("",), (), ("a", "b")))),
        code=" \n \n",
        notes=("",),
        next_step=" ",
        actions=(Action("", ""), Action("", "x" * 2_001), Action("", "status")),
    )
