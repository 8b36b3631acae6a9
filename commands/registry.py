"""Every command there is, and those that are still to come."""

from collections.abc import Mapping
from types import MappingProxyType

from commands.domain import DOMAIN
from commands.explain import EXPLAIN
from commands.failures import FAILURES
from commands.help import help_command
from commands.question import Command
from commands.report import REPORT
from commands.reporters import REPORTERS
from commands.reports import REPORTS
from commands.set_thresholds import SET
from commands.status import STATUS

NOT_YET = MappingProxyType(
    {
        name: f"`{name}` comes with a later version. `help` lists what can be asked today."
        for name in (
            *("check", "record", "ready", "alerts", "subscribe", "unsubscribe", "subscriptions", "note", "quarantine"),
            *("unverified", "export", "backtest", "audit", "doctor", "test"),
        )
    }
)
"""Verbs of the command language that are known and not built: each is answered with a sentence."""


def commands() -> Mapping[str, Command]:
    """Return every command by its verb, in the order in which `help` lists them."""
    built = (STATUS, FAILURES, REPORTERS, REPORTS, REPORT, EXPLAIN, DOMAIN, SET)
    return {command.name: command for command in (help_command(built), *built)}
