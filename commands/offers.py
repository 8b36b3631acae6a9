"""What is worth offering to whoever types a command: words by its declaration, and names that are stored."""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum

from sqlalchemy import Connection

from commands.channels import Channel
from commands.period import offered_periods
from commands.question import Command, Kind, Parameter
from commands.result_types import RESULT_TYPES
from storage import domains, subscriptions
from storage.domain_name import UNKNOWN_DOMAIN


class Names(StrEnum):
    """Names that only the database knows."""

    DOMAINS = "domains"
    REGISTERED = "registered"
    """Domains."""
    UNREGISTERED = "unregistered"
    """Domains that reports speak of."""
    CHANNELS = "channels"
    """Those that are subscribed to something; for admins, as `subscriptions` is."""


_OTHER_DOMAINS = {
    ("domain", "add"): Names.UNREGISTERED,
    ("domain", "remove"): Names.REGISTERED,
    ("domain", "show"): Names.REGISTERED,
    ("domain", "list"): None,
}
"""(Command, its first choice) -> which domains make sense, where not all do."""
_PAGED_CHOICE = "list"
_CHANNEL = "channel"


def offered_words(parameter: Parameter, setting: str, today: date) -> Iterable[str]:
    """Return the words that a parameter takes; `setting` is the name before `=` where its value is typed. Pure."""
    match parameter.kind:
        case Kind.ASSIGNMENTS:
            return parameter.values.get(setting, ())
        case Kind.CHOICE | Kind.DOMAIN:
            return parameter.choices
        case Kind.PERIOD:
            return offered_periods(today)
        case Kind.RESULT_TYPE:
            return RESULT_TYPES
        case _:
            return ()


def offered_names(command: Command, choice: str, parameter: Parameter, setting: str) -> Names | None:
    """Return which stored names may stand there; `choice` is the word with which the command begins, if any. Pure."""
    if parameter.kind is Kind.ASSIGNMENTS and setting == _CHANNEL:
        return Names.CHANNELS
    if parameter.kind is Kind.DOMAIN:
        return _OTHER_DOMAINS.get((command.name, choice), Names.DOMAINS)
    return None


def is_completed_setting(parameter: Parameter, name: str) -> bool:
    """Tell whether there is anything to offer for the value of a setting. Pure."""
    return parameter.kind is Kind.ASSIGNMENTS and (name == _CHANNEL or bool(parameter.values.get(name)))


def has_pages(command: Command, choice: str) -> bool:
    """Tell whether a page can be asked for: a command that does several things has pages in its list. Pure."""
    is_paged = any(parameter.kind is Kind.PAGE for parameter in command.parameters)
    return is_paged and choice in ("", _PAGED_CHOICE)


def stored_names(connection: Connection, which: Names) -> list[str]:
    """Return the names, as they are typed."""
    if which is Names.CHANNELS:
        return [str(Channel(*one)) for one in subscriptions.channels(connection)]
    if which is Names.REGISTERED:
        return [record.name for record in domains.registered(connection)]
    every = domains.names(connection)
    if which is Names.DOMAINS:
        return every
    known = {UNKNOWN_DOMAIN, *stored_names(connection, Names.REGISTERED)}
    return [name for name in every if name not in known]
