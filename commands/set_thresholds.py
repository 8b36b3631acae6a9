"""`set DOMAIN name=value …`: thresholds of a domain; without values it shows them and where each comes from."""

import re
from collections.abc import Mapping
from typing import Any

from commands.context import Context
from commands.domain_names import look_up
from commands.phrases import percent_as_set
from commands.question import Command, Kind, Parameter, Question, UsageError
from commands.reply import Reply, Table, Tone
from storage import domains
from storage.domain_name import display_domain
from storage.domains import DomainRecord, Thresholds

DEFAULT = "default"
MOST_DAYS = 3650
MOST_FAILURES = 1_000_000
NAMES = ("failure-rate", "min-failures", "silence-days", "certificate-days")
VALUES = dict.fromkeys(NAMES, (DEFAULT,))
LIMITS = {"min-failures": MOST_FAILURES, "silence-days": MOST_DAYS, "certificate-days": MOST_DAYS}


async def answer(question: Question, context: Context) -> Reply:
    """Change what was given, then show all."""
    name, given = question.values["domain"], question.values.get("thresholds", {})
    values = {column(key): read(key, text) for key, text in given.items()}
    subject = await context.read(lambda connection: look_up(connection, name))
    if not subject.known:
        raise UsageError(
            "unknown-domain", " ".join([*subject.unknown_sentences(), f"`domain add {name}` registers it."])
        )
    if values:
        await context.change(lambda connection: domains.change_thresholds(connection, name, values))
    record = await context.read(lambda connection: domains.find(connection, name))
    return present(record or subject.record, context.thresholds, changed=bool(values))


SET = Command(
    name="set",
    summary="Thresholds of a domain: when the rules speak up; `default` takes one back",
    answer=answer,
    parameters=(
        Parameter("domain", Kind.DOMAIN, "a policy domain", required=True),
        Parameter("thresholds", Kind.ASSIGNMENTS, "what to change; shown when left out", choices=NAMES, values=VALUES),
    ),
    changes=lambda question: bool(question.values.get("thresholds")),
    examples=("set example.com failure-rate=2% min-failures=5", "set example.com failure-rate=default"),
)


def column(name: str) -> str:
    """Return the stored name of a threshold."""
    return name.replace("-", "_")


def read(name: str, text: str) -> float | int | None:
    """Read a value: a rate such as `2%` or `0.02`, or a whole number; None for `default`. Raises UsageError."""
    if text.casefold() == DEFAULT:
        return None
    if name == "failure-rate":
        return _rate(text)
    if not re.fullmatch(r"\d{1,7}", text, re.ASCII) or not 1 <= int(text) <= LIMITS[name]:
        raise UsageError("bad-value", f"{name} is a whole number from 1 to {LIMITS[name]}, or `default`.")
    return int(text)


def _rate(text: str) -> float:
    match = re.fullmatch(r"(\d{1,3}(?:\.\d{1,6})?|\.\d{1,6})(%?)", text, re.ASCII)
    value = float(match[1]) / (100 if match[2] else 1) if match else 0.0
    if not 0 < value <= 1:
        raise UsageError("bad-value", "failure-rate is a rate such as 2% or 0.02, up to 100%, or `default`.")
    return value


def present(record: DomainRecord, defaults: Thresholds, *, changed: bool) -> Reply:
    """Show the thresholds. Pure."""
    effective = record.thresholds(defaults)
    rows = tuple((name, _shown(name, effective), _origin(name, record)) for name in NAMES)
    return Reply(
        title=f"Thresholds of {display_domain(record.name)}{' are changed' if changed else ''}.",
        tone=Tone.OK if changed else Tone.PLAIN,
        tables=(Table(("Threshold", "Value", "From"), rows, numeric=frozenset({1})),),
        next_step=f"status {record.name}",
        private=not changed,
        data={"domain": record.name, "thresholds": _data(record, effective)},
    )


def _shown(name: str, effective: Thresholds) -> str:
    value = getattr(effective, column(name))
    return percent_as_set(value) if name == "failure-rate" else str(value)


def _origin(name: str, record: DomainRecord) -> str:
    return "default" if getattr(record, column(name)) is None else "set for this domain"


def _data(record: DomainRecord, effective: Thresholds) -> Mapping[str, Any]:
    return {
        column(name): {"value": getattr(effective, column(name)), "default": getattr(record, column(name)) is None}
        for name in NAMES
    }
