"""Answers: `status`, `failures` and the overview over a long history, and how they grow when the data grow ten-fold."""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from random import Random

from benchmarks.history import MANY, ONE, ONE_TENTH, SPREAD, SPREAD_TENTH, Shape, domain_names, history
from benchmarks.rounds import interleaved, percentile
from benchmarks.traffic import NOW
from bot.dispatch import Dispatcher, Outcome
from bot.terminal.render import render
from commands.context import Context
from commands.question import Asker, Platform
from commands.registry import commands
from storage.database import Database
from storage.domains import Thresholds

ROUNDS = 5
ASKER = Asker(Platform.TERMINAL, "terminal", is_admin=True)


@dataclass(frozen=True, slots=True)
class Comparison:
    """A question to a history, and the same question to a smaller one."""

    title: str
    command: str
    """With a place for the domain."""
    large: Shape
    small: Shape
    times: int
    """How often it is asked in a round."""


COMPARISONS = (
    Comparison("status of one of many, 30 days; aim p99 30 ms", "status {} 30d", SPREAD, SPREAD_TENTH, 60),
    Comparison("status of one with all rows, 30 days; aim p99 30 ms", "status {} 30d", ONE, ONE_TENTH, 20),
    Comparison("failures of one of many, 30 days", "failures {} 30d", SPREAD, SPREAD_TENTH, 30),
    Comparison("failures of one with all rows, 30 days", "failures {} 30d", ONE, ONE_TENTH, 3),
    Comparison("status of all domains; aim p99 1 s", "status", SPREAD, SPREAD_TENTH, 2),
    Comparison("status of all domains; aim p99 1 s", "status", MANY, SPREAD, 1),
)


@dataclass(slots=True)
class _Times:
    """Seconds for each answer: on the clock, and of the processor, which a busy machine leaves alone."""

    clock: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)

    def __str__(self) -> str:
        clock, processor = (
            ", ".join(
                f"{name} {percentile(taken, share) * 1000:.1f} ms" for name, share in (("p50", 0.5), ("p99", 0.99))
            )
            for taken in (self.clock, self.processor)
        )
        return f"{clock} (CPU {processor})"


def run() -> None:
    """Print p50 and p99 of each question, over the larger and over the smaller history."""
    print("status: query, verdict and text, through the dispatcher; 60 days of history, a million failure rows")
    for comparison in COMPARISONS:
        _compare(comparison)


def _compare(comparison: Comparison) -> None:
    with _bot(comparison.large) as large, _bot(comparison.small) as small:
        asked = {"large": (large, comparison.large), "small": (small, comparison.small)}
        for bot, shape in asked.values():
            _ask(comparison, bot, shape, _Times())
        times = {name: _Times() for name in asked}
        found = interleaved(ROUNDS, {name: partial(_ask, comparison, *asked[name], times[name]) for name in asked})
    print(f"  {comparison.title}: {comparison.large.name} {times['large']}")
    growth = found["large"].over(found["small"]).ratio()
    print(f"    {comparison.small.name} {times['small']}; growth of the CPU median {growth}")


def _ask(comparison: Comparison, bot: Dispatcher, shape: Shape, times: _Times) -> float:
    """Ask about some domains; return the median of the CPU seconds of this round."""
    names = Random(len(times.clock)).choices(domain_names(shape), k=comparison.times)
    asyncio.run(_answers(bot, [comparison.command.format(name) for name in names], times))
    return percentile(times.processor[-comparison.times :], 0.5)


async def _answers(bot: Dispatcher, lines: list[str], times: _Times) -> None:
    for line in lines:
        start, busy = time.perf_counter(), time.process_time()
        answer = await bot.answer(line, ASKER)
        render(answer.reply, width=100, colour=False)
        times.clock.append(time.perf_counter() - start)
        times.processor.append(time.process_time() - busy)
        if answer.outcome is not Outcome.ANSWERED:
            raise RuntimeError(answer.message)


@contextmanager
def _bot(shape: Shape) -> Iterator[Dispatcher]:
    database = Database(f"sqlite:///{history(shape)}")
    try:
        yield Dispatcher(commands(), _context_for(database))
    finally:
        database.close()


def _context_for(database: Database) -> Callable[[Asker], Context]:
    def context(asker: Asker) -> Context:
        return Context(
            database=database,
            clock=lambda: NOW,
            thresholds=Thresholds(failure_rate=0.05, min_failures=3),
            report_domain="reports.example",
            shared_address="tls-reports",
            asker=asker,
        )

    return context
