"""`record DOMAIN`: the exact DNS records and the policy file to publish, from what the asker says."""

from typing import Any, Never

from commands.context import Context
from commands.domain_names import WHAT_UNKNOWN_IS, look_up
from commands.phrases import listing
from commands.question import Command, Kind, Parameter, Question, UsageError
from commands.quoting import quoted
from commands.records import mta_sts, tlsa, tlsrpt
from commands.records.addresses import LOCAL, own_address, own_uris
from commands.records.dns_record import demand_room, zone_line
from commands.records.policy import FILE_NAME, MAX_AGE_SECONDS, MEDIA_TYPE, Mode
from commands.records.publication import Publication, publication
from commands.records.wishes import NAMES, VALUES, Form, read_wishes
from commands.reply import Attachment, Reply, Table
from storage.domain_name import UNKNOWN_DOMAIN, display_domain

EXAMPLE_MX = "mx=mx1.example.com,mx2.example.com"
DAY_SECONDS = 86_400


async def answer(question: Question, context: Context) -> Reply:
    """Read the wishes, find the report address, and print what follows from them."""
    name, wishes = question.values["domain"], read_wishes(question.values.get("settings", {}))
    _demand_mail_domain(name)
    record = (await context.read(lambda connection: look_up(connection, name))).record
    address = own_address(record, context.report_domain, context.shared_address)
    if address is None and not wishes.rua:
        _refuse_without_destination(name, context)
    policy_id = mta_sts.fresh_policy_id(context.clock())
    token = record.token if record.registered else None
    own = own_uris(address, context.home, token) if address else ()
    return present(publication(name, address, own, wishes, policy_id, registered=record.registered), context.mailbox)


RECORD = Command(
    name="record",
    summary="The exact records to publish: TLS-RPT, MTA-STS, and the policy file",
    answer=answer,
    parameters=(
        Parameter("domain", Kind.DOMAIN, "the domain that receives mail", required=True),
        Parameter(
            "settings",
            Kind.ASSIGNMENTS,
            "mode=testing or enforce; mx= the MX hosts, with commas between them; rua= addresses and https URLs that "
            "get the reports too; tlsa=yes says how a TLSA record is made; format=zone or table",
            choices=NAMES,
            values=VALUES,
        ),
    ),
    examples=("record example.com", f"record example.com {EXAMPLE_MX}", "record example.com rua=tls@example.net"),
)


def present(found: Publication, mailbox: str = "") -> Reply:
    """Say it. The mailbox is the one that is read for reports, if any. Pure."""
    what = f"{len(found.records)} records and a policy file" if found.policy else "1 record"
    to_register = found.address and not found.registered
    wishes = found.wishes
    return Reply(
        title=f"{display_domain(found.domain)}: {what} to publish.",
        sentences=(
            *_about_reports(found, mailbox),
            *_about_mta_sts(found),
            *(tlsa.why_not_made(wishes.mx) if wishes.tlsa else ()),
        ),
        tables=_tables(found),
        code=_code(found),
        notes=tuple(_notes(found)),
        next_step=f"domain add {found.domain}" if to_register else f"status {found.domain}",
        attachments=(Attachment(FILE_NAME, MEDIA_TYPE, found.policy.encode("ascii")),) if found.policy else (),
        data=_data(found),
    )


def _about_reports(found: Publication, mailbox: str) -> list[str]:
    elsewhere = listing(found.foreign)
    if found.address is None and mailbox:
        return [f"Reports go to {elsewhere}. This bot counts those that land in the mailbox it reads, {mailbox}."]
    if found.address is None:
        nothing = (
            f"This bot gets none of these reports, they go to {elsewhere}: senders cannot reach it under its name "
            f"{LOCAL}. Set TLSRPT_REPORT_DOMAIN to a domain whose MX leads here, and the record names this bot too."
        )
        return [nothing]
    said = [f"Reports come to {found.address}" + (f" and go to {elsewhere}." if elsewhere else ".")]
    if not found.registered:
        said.append(f"That is the address for all domains; `domain add {found.domain}` gives this one its own.")
    return said


def _about_mta_sts(found: Publication) -> list[str]:
    if not found.policy:
        command = _command_with_mx(found)
        missing = "An MTA-STS policy names the MX hosts, so none is made without `mx=`. For all of it type"
        return [f"{missing} `{command}` with your own hosts."]
    host, url = mta_sts.policy_host(found.domain), mta_sts.policy_url(found.domain)
    first = (
        f"First the file: point {host} (A, AAAA or CNAME) at a web server that answers {url} with it, as {MEDIA_TYPE}, "
        f"without a redirect, with a certificate that is valid for {host}."
    )
    then = (
        f"Then the record of {mta_sts.PREFIX}.{found.domain}. A new id tells senders to fetch the file again: make one "
        "whenever the file changes."
    )
    return [first, then, _about_mode(found.wishes.mode)]


def _command_with_mx(found: Publication) -> str:
    """Return what was asked, completed by MX hosts."""
    words = ["record", found.domain, EXAMPLE_MX]
    if found.wishes.mode is Mode.ENFORCE:
        words.append(f"mode={found.wishes.mode}")
    if found.foreign:
        words.append(f"rua={','.join(found.foreign)}")
    return " ".join(words)


def _about_mode(mode: Mode) -> str:
    days = MAX_AGE_SECONDS[mode] // DAY_SECONDS
    if mode is Mode.TESTING:
        return (
            "Mode testing: senders report what would fail, and deliver all the same. They keep the policy for "
            f"{days} day, so that changes arrive soon."
        )
    return (
        "Mode enforce: senders deliver nothing to an MX host that the file does not name, or whose certificate is not "
        "sound; go there from testing, when the reports of some weeks show no failures. They keep the policy for "
        f"{days} days, so that whoever hides it from them has to do so for as long."
    )


def _tables(found: Publication) -> tuple[Table, ...]:
    if found.wishes.form is Form.TABLE:
        rows = tuple((record.name, record.type, record.value) for record in found.records)
        return (Table(("Name", "Type", "Value"), rows, title="Records"),)
    if not found.policy:
        return ()
    return (Table((FILE_NAME,), tuple((line,) for line in found.policy.splitlines()), title="Policy file"),)


def _code(found: Publication) -> str:
    """Return the zone file lines; where the records stand in a table, the policy."""
    lines = map(zone_line, found.records) if found.wishes.form is Form.ZONE else found.policy.splitlines()
    return "\n".join(lines)


def _notes(found: Publication) -> list[str]:
    existing = (
        "Not compared with what is published today. Is there a TLS-RPT record already? Replace it, since two of them "
        "count as none, and name its addresses in `rua=` to keep them."
    )
    notes = [existing]
    if found.wishes.form is Form.TABLE:
        notes.append(f"Some providers add .{found.domain} to the name by themselves: leave it out there.")
    return notes


def _data(found: Publication) -> dict[str, Any]:
    policy = {"url": mta_sts.policy_url(found.domain), "body": found.policy} if found.policy else None
    return {
        "domain": found.domain,
        "records": [record.as_data() for record in found.records],
        "policy": policy,
        "report_address": found.address,
        "changes": [],
        "not_made": tlsa.not_made_data(found.wishes.mx) if found.wishes.tlsa else [],
    }


def _demand_mail_domain(name: str) -> None:
    """Refuse what cannot have these records: names of records themselves, and names without room below them."""
    if name == UNKNOWN_DOMAIN:
        raise UsageError("bad-domain", WHAT_UNKNOWN_IS)
    labels = name.split(".")
    below = [position for position, label in enumerate(labels, 1) if label.startswith("_")]
    if below:
        domain = ".".join(labels[below[-1] :])
        hint = f" Did you mean `record {domain}`?" if domain else ""
        raise UsageError("bad-domain", f"{quoted(name)} is the name of a record, not of a domain with mail.{hint}")
    demand_room(name, tlsrpt.PREFIX)


def _refuse_without_destination(name: str, context: Context) -> Never:
    if context.mailbox:
        message = (
            f"This bot reads the mailbox {context.mailbox}: say with `rua=` the address whose mail lands there, as in "
            f"`record {name} rua=tls-reports@example.com`."
        )
    elif context.report_domain == LOCAL:
        message = (
            f"TLSRPT_REPORT_DOMAIN is {LOCAL}: nobody on the internet can send a report there. Set it to a domain "
            "whose MX leads to this bot, or say with `rua=` who else gets the reports."
        )
    else:
        message = (
            "There is no report address for domains that are not registered: TLSRPT_SHARED_ADDRESS is empty. "
            f"`domain add {name}` makes one; or say with `rua=` who else gets the reports."
        )
    raise UsageError("no-report-address", message)
