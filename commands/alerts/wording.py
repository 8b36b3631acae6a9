"""What an alert says: what fails, how much, since when, who sees it, the effect, the fix, the evidence. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from commands.alerts.rules import BELIEVED, ENOUGH_TO_AGREE, Finding, Rule, Severity
from commands.effect import effect_on_mail, mail_is_refused
from commands.phrases import age, count, day, listing, noted, percent, percent_as_set, plural
from commands.reply import Action, Reply, Tone
from commands.result_types import fix_in_short, subject_in_short
from storage.alerts import AlertRecord
from storage.domain_name import UNKNOWN_DOMAIN, display_domain
from storage.domains import Thresholds
from storage.evidence import DayEvidence, Witness
from storage.notes import NoteRecord
from storage.totals import Sessions

MOST_NAMES = 3


@dataclass(frozen=True, slots=True)
class Said:
    """What is known of an alert when it speaks."""

    finding: Finding
    evidence: DayEvidence
    thresholds: Thresholds
    first_day: date
    notes: tuple[NoteRecord, ...] = ()
    """What people changed on the day or shortly before, oldest first."""


def message(said: Said) -> str:
    """Return the alert in a line, without the domain, such as `mail is being refused. The certificate has expired`."""
    policies = said.finding.policies
    if not policies:
        effect = "TLS sessions fail"
    elif mail_is_refused(policies):
        effect = "mail is being refused"
    else:
        effect = "TLS fails, mail is delivered without protection"
    first, *others = said.finding.result_types or ("",)
    host = said.finding.mx_hosts[0] if len(said.finding.mx_hosts) == 1 else ""
    domain = said.evidence.domain.name
    clause = subject_in_short(first, host=host, domain=domain)
    if not (host and clause.startswith(host)) and not clause.startswith(domain):  # names stay as they are written
        clause = clause[:1].upper() + clause[1:]
    more = f" Also {listing(others, MOST_NAMES - 1)}." if others else ""
    return f"{effect}. {clause}.{more}"


def alert_reply(alert_id: int, said: Said, now: datetime) -> Reply:
    """Say it in full."""
    finding, name = said.finding, said.evidence.domain.name
    return Reply(
        title=f"{display_domain(name)}: {message(said)}",
        tone=Tone(finding.severity.value),
        sentences=tuple(_sentences(said, now.date())),
        notes=(_evidence(said, now), *_left_out(said), f"Alert {alert_id} · rule {_rule(said)}", *_registration(said)),
        next_step=f"failures {name} {finding.day} {finding.result_types[0]}".strip() if finding.result_types else "",
        actions=(Action("Details", f"failures {name} {finding.day}"), Action("Status", f"status {name}")),
        private=False,
    )


def strangers_reply(told: int) -> Reply:
    """Say once what many domains would each say that nobody has registered."""
    return Reply(
        title=f"More than {told} domains that are not registered have failures.",
        tone=Tone.WARNING,
        sentences=("They are not told one by one today: anybody can send reports about any domain.",),
        next_step="status",
        actions=(Action("Status", "status"),),
        private=False,
    )


def recovery_reply(alert: AlertRecord, since: Sessions, failed: int, today: date) -> Reply:
    """Say that a fault is over, by all sessions since and the failed ones of its types."""
    name = display_domain(alert.domain)
    types = listing(alert.result_types, MOST_NAMES)
    if failed:
        rate = percent(Sessions(since.total - failed, failed).failure_rate)
        proof = (
            f"{count(failed)} of {plural(since.total, 'session')} since {day(alert.last_day, today)} failed with "
            f"{types} ({rate}): within the threshold."
        )
    elif since.total:
        proof = f"{plural(since.total, 'session')} since {day(alert.last_day, today)}, and none failed with {types}."
    else:
        proof = f"{types} was not seen again since {day(alert.last_day, today)}; there was no session to prove more."
    return Reply(
        title=f"{name}: alert {alert.id} is over.",
        tone=Tone.OK,
        sentences=(f"It was: {alert.message}", proof),
        next_step=f"status {alert.domain}",
        private=False,
    )


def _sentences(said: Said, today: date) -> list[str]:
    finding = said.finding
    rate = finding.sessions.failure_rate
    usual = f", usually {percent(finding.baseline_rate)}" if finding.baseline_rate is not None else ""
    only = " only" if len(finding.mx_hosts) == 1 else ""
    where = f" Seen at {listing(finding.mx_hosts, MOST_NAMES)}{only}." if finding.mx_hosts else ""
    much = (
        f"{count(finding.sessions.failed)} of {plural(finding.sessions.total, 'session')} failed on "
        f"{day(finding.day, today)} ({percent(rate)}{usual}), since {day(said.first_day, today)}."
    )
    sentences = [f"{much} {_who(said)}{where}", f"Effect: {_effect(said)}"]
    fixes = dict.fromkeys(fix_in_short(result_type) for result_type in finding.result_types[:MOST_NAMES])
    sentences += [f"Fix: {fix}." for fix in fixes]
    return sentences + [f"Noted: {noted(note, today)}" for note in said.notes]


def _who(said: Said) -> str:
    seers = _names(said.evidence.witnesses, said.finding.reporters)
    others = sorted({one.reporter for one in said.evidence.witnesses} - set(said.finding.reporters))
    if len(seers) > 1:
        agreed = len(said.finding.agreeing) >= ENOUGH_TO_AGREE
        verb = "agree" if agreed else "report it; not enough of it is verified to call that agreement"
        return f"{listing(seers, MOST_NAMES)} {verb}."
    if not seers:
        return "The reports do not itemise it."
    if others:
        return (
            f"Only {seers[0]} sees it, {plural(len(others), 'other reporter')} of that day not: look at its side too."
        )
    return f"Only {seers[0]} has reported about that day so far."


def _names(witnesses: Sequence[Witness], reporters: Sequence[str]) -> list[str]:
    """Return the reporters with what they call themselves, in their order."""
    shown = {one.reporter: _shown(one) for one in sorted(witnesses, key=lambda one: one.trust in BELIEVED)}
    return list(dict.fromkeys(shown.get(reporter, reporter) for reporter in reporters))


def _shown(witness: Witness) -> str:
    """Anybody may call himself Google: the signer, where there is one, stands beside the name."""
    if witness.organisation.casefold() in ("", witness.reporter.casefold()):
        return witness.reporter
    return f"{witness.organisation} ({witness.reporter})"


def _effect(said: Said) -> str:
    policies = said.finding.policies
    if not policies:
        return "not known; the reports name no policy."
    if any(policy_type == "tlsa" for policy_type, _ in policies):
        return "these senders check DANE, so they hold or return the mail."
    if mail_is_refused(policies):
        return "the MTA-STS policy is in enforce mode, so these senders hold or return the mail."
    if any(mode == "testing" for _, mode in policies):
        return "the MTA-STS policy is in testing mode, so mail is delivered, without protection."
    return f"mail is {effect_on_mail(policies)}; no policy asks senders to refuse."


def _evidence(said: Said, now: datetime) -> str:
    witnesses = said.evidence.witnesses
    if not witnesses:
        return "No report about a single day stands behind it."
    believed = sum(one.trust in BELIEVED for one in witnesses)
    if believed == len(witnesses):
        signed = "all DKIM-verified or imported" if believed > 1 else "DKIM-verified or imported"
    else:
        signed = f"{count(believed)} DKIM-verified or imported" if believed else "none verified by DKIM"
    newest = max(one.arrived_at for one in witnesses)
    return f"{plural(len(witnesses), 'report')}, {signed}, newest {age(newest, now)} old"


def _left_out(said: Said) -> tuple[str, ...]:
    doubted = said.evidence.doubted
    if not doubted:
        return ()
    one, more = "an unverified mail, whose reporter signs its mails", "unverified mails, whose reporters sign theirs"
    return (f"{plural(doubted, 'report')} left out: {more if doubted > 1 else one}.",)


def _rule(said: Said) -> str:
    if said.finding.rule is Rule.FAILURE_RATE:
        return f"{said.finding.rule} (over {percent_as_set(said.thresholds.failure_rate)})"
    least = f", at least {said.thresholds.min_failures} sessions" if said.finding.severity is not Severity.INFO else ""
    return f"{said.finding.rule} (never seen before{least})"


def _registration(said: Said) -> tuple[str, ...]:
    record = said.evidence.domain
    return (
        ()
        if record.registered or record.name == UNKNOWN_DOMAIN
        else (f"{record.name} is not registered: `domain add {record.name}`",)
    )
