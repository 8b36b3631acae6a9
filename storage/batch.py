"""Sorts a batch of deliveries into what is new, what was there already, and what changes its standing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import Connection

from storage.arrival import Arrival, Delivery, DkimVerdict, Original, Outcome, Trust
from storage.columns import NAME_LENGTH
from storage.members import Stored, competitors, waiting_twins, whole_families
from storage.recheck import ReadAgain
from storage.rows import member
from storage.standing import Credentials, Member, Standing, settle


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A report that is not in the database yet, with the original of its best copy."""

    arrival: Arrival
    original: Original
    member: Member
    copies: int = 1

    @property
    def may_still_be_proven(self) -> bool:
        """Whether its DKIM key could not be looked up, so that its original is worth a second look."""
        return self.arrival.dkim is DkimVerdict.TEMPERROR and self.arrival.trust is Trust.UNVERIFIED

    def with_copy(self, other: "Newcomer") -> "Newcomer":
        best = self.member.credentials.best(other.member.credentials, self.member.contact_domain)
        kept = other if best == other.member.credentials else self
        if best.trust is Trust.UNVERIFIED and self.may_still_be_proven != other.may_still_be_proven:
            kept = self if self.may_still_be_proven else other
        return replace(kept, member=replace(kept.member, credentials=best), copies=self.copies + 1)


@dataclass(frozen=True, slots=True)
class Lifted:
    """A stored report that a batch changes: more copies, better credentials, or another standing."""

    before: Stored
    after: Stored
    standing: Standing
    better: Newcomer | None
    """The copy whose original is kept from now on, and whose proof counts; None when that stays as it was."""

    @property
    def credentials(self) -> Credentials:
        return self.after.credentials

    @property
    def reporter(self) -> tuple[str, bool]:
        """(name, is a verified signer)."""
        return _reporter(self.credentials.signer, self.before.organisation)


@dataclass(slots=True)
class Batch:
    """What is to be written. `outcomes` stands by delivery: an outcome for each of its reports."""

    newcomers: list[Newcomer] = field(default_factory=list)
    lifted: list[Lifted] = field(default_factory=list)
    standings: dict[str, Standing] = field(default_factory=dict)
    outcomes: list[tuple[Outcome, ...]] = field(default_factory=list)

    def reporters(self) -> set[tuple[str, bool]]:
        """Return (name, is a signer) of every reporter that the batch needs."""
        return {reporter_of(one.arrival) for one in self.newcomers} | {one.reporter for one in self.lifted}


def reporter_of(arrival: Arrival) -> tuple[str, bool]:
    """Return (name, is a verified signer)."""
    return _reporter(arrival.signer, arrival.report.organisation)


def _reporter(signer: str, organisation: str) -> tuple[str, bool]:
    return (signer or organisation)[:NAME_LENGTH], bool(signer)


def sort_out(connection: Connection, deliveries: Sequence[Delivery]) -> Batch:
    """Compare a batch with what is stored, and settle what counts."""
    arrived = [
        [Newcomer(arrival, delivery.original, member(arrival)) for arrival in delivery.arrivals]
        for delivery in deliveries
    ]
    stored = competitors(connection, [one.member for ones in arrived for one in ones])
    before = dict(stored)
    newcomers: dict[str, Newcomer] = {}
    better: dict[str, Newcomer] = {}
    batch = Batch()
    for delivery, ones in zip(deliveries, arrived, strict=True):
        if isinstance(delivery, ReadAgain):
            batch.outcomes.append(tuple(_reread(one, stored, better) for one in ones))
        else:
            batch.outcomes.append(tuple(_merge(one, newcomers, stored, better) for one in ones))
    _settle(connection, batch, newcomers, before, stored, better)
    return batch


def with_other_credentials(connection: Connection, report: Stored, credentials: Credentials) -> Batch:
    """Return what changes when one stored report is believed more, or less, than before."""
    key = report.member.content_key
    before = {**competitors(connection, [report.member]), key: report}
    after = {**before, key: replace(report, member=replace(report.member, credentials=credentials))}
    batch = Batch()
    _settle(connection, batch, {}, before, after, {})
    return batch


def _settle(
    connection: Connection,
    batch: Batch,
    newcomers: dict[str, Newcomer],
    before: dict[str, Stored],
    stored: dict[str, Stored],
    better: Mapping[str, Newcomer],
) -> None:
    """Settle what counts now among newcomers and stored reports (by content key), those that are needed included."""
    standings = _settled(newcomers, stored)
    for needed in (_families_to_look_at_again, _twins_of_the_fallen):
        more = needed(connection, before, stored, standings)
        if more:
            before, stored = more | before, more | stored
            standings = _settled(newcomers, stored)
    batch.standings = standings
    batch.newcomers = list(newcomers.values())
    batch.lifted = list(_changes(before, stored, batch.standings, better))


def _settled(newcomers: Mapping[str, Newcomer], stored: Mapping[str, Stored]) -> dict[str, Standing]:
    members = [one.member for one in newcomers.values()] + [one.member for one in stored.values()]
    return dict(settle(members))


def _families_to_look_at_again(
    connection: Connection,
    before: Mapping[str, Stored],
    after: Mapping[str, Stored],
    standings: Mapping[str, Standing],
) -> dict[str, Stored]:
    """Return whole families in which somebody who lost may win: to one who proves to be another, or is outranked."""
    winning = (Standing.COUNTED, Standing.TWIN)
    return whole_families(
        connection,
        {
            one.member.family_key
            for key, one in before.items()
            if one.credentials != after[key].credentials
            or (one.standing in winning and standings[key] is Standing.OUTRANKED)
        },
    )


def _twins_of_the_fallen(
    connection: Connection,
    before: Mapping[str, Stored],
    _after: Mapping[str, Stored],
    standings: Mapping[str, Standing],
) -> dict[str, Stored]:
    """Return the twins of what counted and was beaten in its own family: one of them may count now."""
    beaten = (Standing.REVISED, Standing.OUTRANKED)
    fallen = (one for key, one in before.items() if one.standing is Standing.COUNTED and standings[key] in beaten)
    return waiting_twins(connection, {one.member.twin_key for one in fallen})


def _merge(
    one: Newcomer, newcomers: dict[str, Newcomer], stored: dict[str, Stored], better: dict[str, Newcomer]
) -> Outcome:
    key = one.member.content_key
    if key in stored:
        known = stored[key]
        stored[key] = known.with_copy(one.member.credentials)
        if _is_kept_instead(one, known, stored[key].credentials):
            stored[key], better[key] = replace(stored[key], dkim=one.arrival.dkim), one
        return Outcome.DUPLICATE
    if key in newcomers:
        newcomers[key] = newcomers[key].with_copy(one)
        return Outcome.DUPLICATE
    newcomers[key] = one
    return Outcome.STORED


def _is_kept_instead(one: Newcomer, known: Stored, best: Credentials) -> bool:
    """Whether the original of a further copy replaces the one that is kept: it proves more, or may prove it later."""
    if best.trust is not Trust.UNVERIFIED:
        return best != known.credentials
    return not known.may_still_be_proven and (best != known.credentials or one.may_still_be_proven)


def _reread(one: Newcomer, stored: dict[str, Stored], better: dict[str, Newcomer]) -> Outcome:
    """Take a second look at a report into account: what it proves, and nothing else."""
    key = one.member.content_key
    known = stored.get(key)
    if known is not None:
        after = known if one.arrival.trust is Trust.UNVERIFIED else known.proven_by(one.member.credentials)
        if after.credentials != known.credentials or known.dkim is DkimVerdict.TEMPERROR:
            after = replace(after, dkim=one.arrival.dkim)
        if after != known:
            stored[key], better[key] = after, one
    return Outcome.DUPLICATE


def _changes(
    before: Mapping[str, Stored],
    after: Mapping[str, Stored],
    standings: Mapping[str, Standing],
    better: Mapping[str, Newcomer],
) -> Iterable[Lifted]:
    for key, known in before.items():
        if after[key] != known or standings[key] != known.standing:
            yield Lifted(known, after[key], standings[key], better.get(key))
