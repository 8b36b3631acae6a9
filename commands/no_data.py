"""What an answer without data says: what is missing, and where to look. Pure."""

from dataclasses import dataclass
from datetime import date

from commands.domain_names import Subject
from commands.period import Window
from commands.phrases import day, held_back, plural
from commands.records.addresses import LOCAL, own_address, registered_address
from commands.records.tlsrpt import PREFIX
from storage.domain_name import UNKNOWN_DOMAIN
from storage.domains import DomainRecord

LOCAL_ONLY = (
    "This bot only knows the name localhost, to which nobody on the internet can send: set TLSRPT_REPORT_DOMAIN to a "
    "domain whose MX leads here."
)
IN_THE_MAILBOX = (
    "Reports are read from the mailbox {mailbox}: the record has to name an address whose mail lands there, and "
    "`record {domain} rua=ADDRESS` prints it."
)
UNREADABLE_DAYS = 30
"""So far back mails that could not be read are told of."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """What came for a domain and is not counted."""

    held: int = 0
    """Reports that are held back."""
    unreadable: int = 0
    """Mails of the last `UNREADABLE_DAYS` days to the domain's own address in which no report could be read."""


@dataclass(frozen=True, slots=True)
class Reception:
    """Where this bot takes reports, by its settings."""

    report_domain: str
    shared_address: str
    """Local part; empty when there is none."""
    mailbox: str = ""
    """That is read for reports; empty when there is none."""


def no_data_yet(subject: Subject, waiting: Waiting, reception: Reception) -> list[str]:
    """Say why no report about a domain has ever been counted: a sentence for each thing that applies."""
    name = subject.record.name
    if subject.suggestion:
        return subject.unknown_sentences()
    said = [held_back(waiting.held, name)] if waiting.held else []
    said += subject.unknown_sentences() or ["No report about this domain has been counted yet."]
    if waiting.unreadable:
        said.append(_unreadable(waiting.unreadable))
    if waiting.held or name == UNKNOWN_DOMAIN:
        return said
    return [*said, *_address(subject, reception), *_what_it_takes(subject.record, reception)]


def none_in_these_days(subject: Subject, span: Window, verb: str, today: date) -> list[str]:
    """Say where the newest data is when the days that were asked about have none."""
    newest = subject.newest_day
    if newest is None or span.first <= newest <= span.last:
        return []
    command = f"{verb} {subject.record.name} {newest}"
    return [f"The newest data is about {day(newest, today)}: see it with `{command}`."]


def _unreadable(mails: int) -> str:
    verb = "was" if mails == 1 else "were"
    return (
        f"{plural(mails, 'mail')} to its address {verb} taken in the last {UNREADABLE_DAYS} days in which no report "
        "could be read: the log names the reason of each."
    )


def _address(subject: Subject, reception: Reception) -> list[str]:
    record = subject.record
    name = record.name
    if not record.registered:
        before = "It is not registered: " if subject.known else ""
        said = [f"{before}`domain add {name}` gives it a report address and the record to publish."]
        shared = own_address(record, reception.report_domain, reception.shared_address)
        return [*said, f"Until then {shared} takes its reports as well."] if shared else said
    if reception.report_domain == LOCAL:
        return []
    address = registered_address(record, reception.report_domain)
    record_name = f"{PREFIX}.{name}"
    return [
        f"It is registered: {address} belongs into the TXT record of {record_name}, and `domain show {name}` prints it."
    ]


def _what_it_takes(record: DomainRecord, reception: Reception) -> list[str]:
    from_mailbox = _from_mailbox(record, reception)
    if reception.report_domain == LOCAL and not from_mailbox:
        return [
            LOCAL_ONLY,
            f"To see a first report now, type `tlsrpt-bot send-report --domain {record.name}` in another terminal.",
        ]
    return [
        *from_mailbox,
        f"The record must be published: `dig +short TXT {PREFIX}.{record.name}` shows what senders see.",
        "Senders report once a day: the first report comes 24 to 48 hours after the record is there.",
        "Only senders that support TLS reporting send any, the large mailbox providers among them.",
        "A domain to which nobody sends mail gets none.",
    ]


def _from_mailbox(record: DomainRecord, reception: Reception) -> list[str]:
    if not reception.mailbox:
        return []
    return [IN_THE_MAILBOX.format(mailbox=reception.mailbox, domain=record.name)]
