"""What a question is about: the domain, or the nearest known one when it is unknown, and the days."""

from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import Connection

from commands.nearest import nearest
from commands.period import DEFAULT_PERIOD, Period, Window, window
from commands.question import Kind, Parameter
from storage import domains, totals
from storage.domain_name import UNKNOWN_DOMAIN, display_domain
from storage.domains import DomainRecord

LIKENESS_OF_A_SLIP = 0.85
"""High: names under one suffix are alike without being meant."""
WHAT_UNKNOWN_IS = (
    f"{UNKNOWN_DOMAIN} is no domain: under this name stand reports that name no domain, or something that is none."
)
A_DOMAIN = Parameter("domain", Kind.DOMAIN, "a policy domain", required=True)
A_PERIOD = Parameter("period", Kind.PERIOD, "the last 30 days unless said")


@dataclass(frozen=True, slots=True)
class Subject:
    """The domain that a question is about."""

    record: DomainRecord
    """A blank one, to which no data belong, when the domain is unknown."""
    known: bool
    suggestion: str | None = None
    """The nearest known name, for an unknown one."""
    newest_day: date | None = None
    """The newest day with data, when days were asked about."""

    @property
    def shown(self) -> str:
        return display_domain(self.record.name)

    def unknown_sentences(self) -> list[str]:
        """Return what to say first about an unknown domain; nothing for a known one."""
        if self.known:
            return []
        hint = f" Did you mean {self.suggestion}?" if self.suggestion else ""
        return [f"Nothing is known about {self.shown}: it is not registered, and no report speaks of it.{hint}"]


def look_up(connection: Connection, name: str) -> Subject:
    """Return the subject of a question; `name` is an A-label."""
    record = domains.find(connection, name)
    if record is not None:
        return Subject(record, known=True)
    meant = nearest(name, domains.names(connection), likeness=LIKENESS_OF_A_SLIP)
    return Subject(_blank(name), known=False, suggestion=meant)


def asked_about(connection: Connection, name: str, period: Period | None, today: date) -> tuple[Subject, Window]:
    """Return the subject of a question and the days that it means; the default period when none was typed."""
    subject = look_up(connection, name)
    oldest, newest = totals.days_with_reports(connection, subject.record.id)
    span = window(period or DEFAULT_PERIOD, today=today, oldest=oldest, newest=newest)
    return replace(subject, newest_day=totals.newest_day(connection, subject.record.id)), span


def _blank(name: str) -> DomainRecord:
    return DomainRecord(
        id=0,
        name=name,
        token=None,
        registered_at=None,
        registered_by="",
        failure_rate=None,
        min_failures=None,
        silence_days=None,
        certificate_days=None,
    )
