"""Replies of every shape for Hypothesis, with the text that strangers write into reports."""

from hypothesis import strategies as st

from commands.reply import Action, Attachment, Chart, ChartNote, DayBar, Field, Reply, Table, Tone

HOSTILE = st.sampled_from(
    [
        "\x1b[31mred\x1b[0m",
        "\x1b]8;;https://evil.example\x07link\x1b]8;;\x07",
        "\x9b2J",
        "\u202eexe.cod",
        "[red]markup[/red]",
        "[/]",
        "[link=https://evil.example]x[/link]",
        ":warning:",
        "a\r\nb\x00c\td",
        "\u2028\u2029\x85",
        "\ud800",
        "日本語" * 20,
        "🙂" * 30,
        "x" * 300,
    ]
)
TEXTS = st.text(max_size=40) | HOSTILE
CELLS = st.text(max_size=20) | HOSTILE
COUNTS = st.integers(-5, 2**53)


@st.composite
def tables(draw):
    """Also tables whose rows have too few or too many cells."""
    heads = tuple(draw(st.lists(CELLS, max_size=6)))
    rows = tuple(tuple(row) for row in draw(st.lists(st.lists(CELLS, max_size=7), max_size=4)))
    return Table(heads, rows, draw(CELLS), frozenset(draw(st.sets(st.integers(0, 7)))), draw(st.integers(-1, 10**9)))


CHARTS = st.builds(
    Chart,
    title=TEXTS,
    bars=st.lists(
        st.builds(
            DayBar,
            day=st.dates(),
            successful=COUNTS,
            failed=COUNTS,
            by_type=st.lists(st.tuples(CELLS, COUNTS), max_size=3).map(tuple),
        ),
        max_size=30,
    ).map(tuple),
    notes=st.lists(st.builds(ChartNote, day=st.dates(), text=TEXTS), max_size=3).map(tuple),
)

REPLIES = st.builds(
    Reply,
    title=TEXTS,
    tone=st.sampled_from(Tone),
    sentences=st.lists(TEXTS | TEXTS.map(lambda text: f"1. {text}"), max_size=3).map(tuple),
    fields=st.lists(st.builds(Field, label=TEXTS, value=TEXTS), max_size=3).map(tuple),
    chart=st.none() | CHARTS,
    tables=st.lists(tables(), max_size=2).map(tuple),
    code=TEXTS,
    notes=st.lists(TEXTS, max_size=2).map(tuple),
    next_step=TEXTS,
    actions=st.lists(st.builds(Action, label=TEXTS, command=TEXTS), max_size=2).map(tuple),
    attachments=st.lists(
        st.builds(Attachment, name=TEXTS, media_type=TEXTS, body=st.binary(max_size=5)), max_size=2
    ).map(tuple),
)
