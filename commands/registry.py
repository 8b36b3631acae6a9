"""Every command there is, and those that are still to come."""

from collections.abc import Mapping
from types import MappingProxyType

from commands.doctor import DOCTOR
from commands.domain import DOMAIN
from commands.explain import EXPLAIN
from commands.export import EXPORT
from commands.failures import FAILURES
from commands.help import help_command
from commands.note import NOTE
from commands.quarantine import QUARANTINE
from commands.question import Command
from commands.record import RECORD
from commands.report import REPORT
from commands.reporters import REPORTERS
from commands.reports import REPORTS
from commands.set_thresholds import SET
from commands.status import STATUS
from commands.subscribe import SUBSCRIBE, UNSUBSCRIBE
from commands.subscriptions import SUBSCRIPTIONS
from commands.unverified import UNVERIFIED

NOT_YET = MappingProxyType(
    {
        name: f"`{name}` comes with a later version. `help` lists what can be asked today."
        for name in ("check", "ready", "alerts", "backtest", "audit", "test")
    }
)
"""Verbs of the command language that are known and not built: each is answered with a sentence."""


def commands() -> Mapping[str, Command]:
    """Return every command by its verb, in the order in which `help` lists them."""
    reads = (STATUS, FAILURES, REPORTERS, REPORTS, REPORT, EXPLAIN, EXPORT)
    acts = (DOMAIN, SET, RECORD, NOTE, SUBSCRIBE, UNSUBSCRIBE, SUBSCRIPTIONS, UNVERIFIED, QUARANTINE, DOCTOR)
    built = (*reads, *acts)
    return {command.name: command for command in (help_command(built), *built)}
