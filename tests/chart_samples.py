"""Charts for tests: made-up days, and what strangers could put into them."""

from datetime import date, timedelta

from commands.reply import Chart, ChartNote, DayBar

FIRST = date(2026, 10, 1)
TYPES = ("certificate-expired", "starttls-not-supported", "validation-failure")
HOSTILE_TEXTS = (
    "$\\frac{a}{b}$",
    "$",
    "\\alpha_{x}^{2} $$ \\$",
    "_hidden",
    "日本語 💣",
    "שלום 12 عربي",
    "\u202egnp.exe",
    "\x00\x1b[31m\n\r\t",
    "e" + "\u0301" * 200,
    "x" * 10_000,
    "\ud800",
    "\ufffe\ufdd0",
    "",
    " ",
)


def day(number: int) -> date:
    """The day with this number, counted from 0."""
    return FIRST + timedelta(days=number)


def bar(number: int, successful: int = 90, **by_type: int) -> DayBar:
    """A day with failures by type (`certificate_expired=3`)."""
    pairs = tuple((name.replace("_", "-"), failed) for name, failed in by_type.items())
    return DayBar(day(number), successful, sum(by_type.values()), pairs)


def plain_days(count: int, failed: int = 10) -> tuple[DayBar, ...]:
    """Days of 100 sessions; the failures are of three types."""
    return tuple(
        DayBar(day(number), 100 - failed, failed, ((TYPES[number % 3], failed),) if failed else ())
        for number in range(count)
    )


def chart(count: int = 7, failed: int = 10, notes: tuple[tuple[int, str], ...] = ()) -> Chart:
    noted = tuple(ChartNote(day(number), text) for number, text in notes)
    return Chart("Sessions by day (UTC)", plain_days(count, failed), noted)


def hostile_chart(text: str) -> Chart:
    """The same text wherever a chart holds text."""
    days = tuple(DayBar(day(number), 50, 9, ((text, 5), (f"{text}2", 2))) for number in range(4))
    return Chart(text, days, (ChartNote(day(1), text), ChartNote(day(2), f"x{text}")))
