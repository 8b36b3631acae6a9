"""Looks up a domain that somebody asked about, and finds the nearest known one when it is unknown."""

from dataclasses import dataclass

from sqlalchemy import Connection

from commands.nearest import nearest
from storage import domains
from storage.domain_name import display_domain
from storage.domains import DomainRecord


@dataclass(frozen=True, slots=True)
class Subject:
    """The domain that a question is about."""

    record: DomainRecord
    """A blank one, to which no data belong, when the domain is unknown."""
    known: bool
    suggestion: str | None = None
    """The nearest known name, for an unknown one."""

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
    return Subject(_blank(name), known=False, suggestion=nearest(name, domains.names(connection)))


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
