"""`domain add|remove|show|list`: registration, the report address, and the DNS record to publish."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection

from commands.context import Context
from commands.data import rfc3339
from commands.domain_names import WHAT_UNKNOWN_IS, look_up
from commands.paging import A_PAGE, Page, page_actions, wanted_page
from commands.phrases import plural
from commands.question import Command, Kind, Parameter, Platform, Question, UsageError
from commands.records import tlsrpt
from commands.records.addresses import LOCAL, Home, own_uris, registered_address
from commands.records.dns_record import DnsRecord, demand_room, zone_line
from commands.reply import Field, Reply, Table, Tone
from storage import domains
from storage.domain_name import UNKNOWN_DOMAIN, display_domain
from storage.domains import DomainRecord


async def answer(question: Question, context: Context) -> Reply:
    """Do what the first word says."""
    action, name = question.values["action"], question.values.get("domain")
    if action == "list":
        return await _list(question, context)
    if name is None:
        raise UsageError("missing-argument", f"Which domain? For example `domain {action} example.com`.")
    if action == "add":
        return await _add(name, context)
    if action == "remove":
        return await _remove(name, context)
    subject = await context.read(lambda connection: look_up(connection, name))
    if not subject.record.registered:
        unknown = " ".join(subject.unknown_sentences())
        raise UsageError("not-registered", unknown or f"{name} is not registered. `domain add {name}` does it.")
    return present(subject.record, context.home, title=f"{subject.shown} is registered.", private=True)


DOMAIN = Command(
    name="domain",
    summary="Register domains; their report addresses and the DNS record to publish",
    answer=answer,
    parameters=(
        Parameter("action", Kind.CHOICE, "what to do", required=True, choices=("add", "remove", "show", "list")),
        Parameter("domain", Kind.DOMAIN, "a policy domain; all with `list`"),
        A_PAGE,
    ),
    changes=lambda question: question.values["action"] in ("add", "remove"),
    examples=("domain add example.com", "domain show example.com", "domain list"),
)


async def _add(name: str, context: Context) -> Reply:
    if name == UNKNOWN_DOMAIN:
        raise UsageError("bad-domain", WHAT_UNKNOWN_IS)
    demand_room(name, tlsrpt.PREFIX)
    before = await context.read(lambda connection: domains.find(connection, name))
    record = await context.change(lambda c: domains.register(c, name, context.asker.name, context.clock()))
    already = before is not None and before.registered
    title = f"{display_domain(name)} {'was registered already' if already else 'is registered now'}."
    return present(record, context.home, title=title, private=False)


async def _remove(name: str, context: Context) -> Reply:
    record = await context.read(lambda connection: domains.find(connection, name))
    if record is None or not record.registered:
        raise UsageError("not-registered", f"{name} is not registered. `domain list` shows what is.")
    await context.change(lambda connection: domains.unregister(connection, name))
    address = registered_address(record, context.report_domain)
    warning = (
        f"Its reports stay. {address} takes no mail from now on: take it out of the TXT record of _smtp._tls.{name}, "
        "or senders get their reports back."
    )
    return Reply(
        title=f"{display_domain(name)} is not registered any more.",
        sentences=(warning, f"`domain add {name}` brings the same address back."),
        next_step=f"status {name}",
        private=False,
        data={"domain": name, "registered": False},
    )


def tlsrpt_record(record: DomainRecord, home: Home) -> DnsRecord:
    """Return the TXT record that asks senders for reports (RFC 8460 section 3)."""
    address = registered_address(record, home.report_domain)
    return tlsrpt.tlsrpt_record(record.name, own_uris(address, home, record.token))


def present(record: DomainRecord, home: Home, *, title: str, private: bool) -> Reply:
    """Say where reports go and what to publish. Pure."""
    address = registered_address(record, home.report_domain)
    public = home.report_domain != LOCAL
    todo = "Publish this record. It asks every sender for a daily report; the first comes within two days."
    local = (
        "This bot only knows the name localhost, to which nobody on the internet can send. "
        "Set TLSRPT_REPORT_DOMAIN to a domain whose MX leads here; then `domain show` prints the record to publish."
    )
    return Reply(
        title=title,
        tone=Tone.OK if public else Tone.INFO,
        sentences=(todo if public else local,),
        fields=(Field("Report address", address),),
        code=zone_line(tlsrpt_record(record, home)) if public else "",
        next_step=f"status {record.name}",
        private=private,
        data=_data(record, home),
    )


async def _list(question: Question, context: Context) -> Reply:
    """List what is registered; without a page, machines get all of it."""
    wanted = wanted_page(question, context.asker)
    is_whole = wanted.number is None and context.asker.platform is Platform.TERMINAL

    def load(connection: Connection) -> tuple[Page, list[DomainRecord]]:
        page = wanted.of(domains.count_registered(connection))
        return page, domains.registered(connection, *(() if is_whole else (page.rows, page.start)))

    page, found = await context.read(load)
    reply = present_list(found, page, context.home)
    return replace(reply, actions=page_actions(question, page))


def present_list(found: Sequence[DomainRecord], page: Page, home: Home) -> Reply:
    """Say one page of what is registered; `found` may be more than the page. Pure."""
    rows = tuple(
        (display_domain(record.name), registered_address(record, home.report_domain), str(record.registered_at.date()))
        for record in found[: page.rows]
        if record.registered_at
    )
    return Reply(
        title=f"{plural(page.total, 'domain')} registered{page.in_words}.",
        tables=(Table(("Domain", "Report address", "Since"), rows),) if rows else (),
        next_step="status" if found else "domain add example.com",
        data={**page.as_data(len(found)), "domains": [_data(record, home) for record in found]},
    )


def _data(record: DomainRecord, home: Home) -> dict[str, Any]:
    return {
        "domain": record.name,
        "registered": record.registered,
        "registered_at": rfc3339(record.registered_at),
        "registered_by": record.registered_by,
        "report_address": registered_address(record, home.report_domain),
        "records": [tlsrpt_record(record, home).as_data()] if home.report_domain != LOCAL else [],
    }
