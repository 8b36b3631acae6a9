"""The DKIM verdict of a mail: whether a domain aligned with its author has signed it (RFC 8460 section 3)."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from publicsuffixlist import PublicSuffixList

from ingest.dkim.alignment import are_aligned
from ingest.dkim.author import UnclearAuthorError, author_domain
from ingest.dkim.check import signature_fault
from ingest.dkim.key import KeyAnswer, LookupStatus, PublicKey, UnusableKeyError, judge_key
from ingest.dkim.signature import Signature, UnusableSignatureError, read_signature
from ingest.dkim.signed_mail import BodyHashes, SignedMail, UnreadableMailError, carries_signature, read_mail
from storage.arrival import DkimVerdict

MAX_SIGNATURES = 5
"""Signatures looked at, from the top; a mail with more has the others ignored."""


@dataclass(frozen=True, slots=True)
class DkimResult:
    """The verdict, by whom the mail is signed, and a sentence for people."""

    verdict: DkimVerdict
    signer: str = ""
    """Domain of the aligned signature, as lower-case A-label; with a pass only."""
    detail: str = ""


class KeyLookup(Protocol):
    """Where keys are looked up. Never raises: what goes wrong is an answer."""

    async def key_record(self, name: str) -> KeyAnswer:
        """Return what is published as TXT at `name` (ASCII, without a trailing dot)."""
        ...

    def forget_failures(self) -> None:
        """Give no answer from now on for which a look-up failed before."""
        ...


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A signature with a key that counts."""

    signature: Signature
    key: PublicKey
    aligned: bool


async def verify_dkim(
    raw: bytes, lookup: KeyLookup, *, now: datetime, suffixes: PublicSuffixList, workers: asyncio.Semaphore
) -> DkimResult:
    """Judge the raw bytes of a mail as received; anything at all gives a result, nothing is raised.

    `now` (aware UTC) is when the mail arrived; `workers` bounds how many mails are computed at once, in threads.
    The first aligned signature that holds makes a pass. Failing that, an aligned one that could not be decided for
    want of DNS makes a temperror; a signature that holds but is not aligned is a fail.
    """
    if not carries_signature(raw):
        return DkimResult(DkimVerdict.NONE, detail="the mail carries no DKIM signature")
    try:
        mail = read_mail(raw)
        author = author_domain(mail.values(b"from"))
    except (UnreadableMailError, UnclearAuthorError) as fault:
        return DkimResult(DkimVerdict.FAIL, detail=str(fault))
    signatures, faults = _read_signatures(mail, now)
    signatures.sort(key=lambda signature: not are_aligned(signature.domain, author, suffixes))
    answers = await asyncio.gather(*(lookup.key_record(signature.key_name) for signature in signatures))
    candidates, key_faults, undecided = _with_keys(signatures, answers, author, suffixes)
    result = DkimResult(DkimVerdict.FAIL, detail=(key_faults + faults + ["no signature holds"])[0])
    if candidates:
        async with workers:
            result = await asyncio.to_thread(_judge, raw, mail, candidates, author)
    if undecided and result.verdict is not DkimVerdict.PASS:
        return DkimResult(DkimVerdict.TEMPERROR, detail=undecided[0])
    return result


def _read_signatures(mail: SignedMail, now: datetime) -> tuple[list[Signature], list[str]]:
    signatures: list[Signature] = []
    faults: list[str] = []
    fields = [field for field in mail.fields if field[0].lower() == b"dkim-signature"]
    for name, value in fields[:MAX_SIGNATURES]:
        try:
            signatures.append(read_signature(name, value, now))
        except UnusableSignatureError as fault:
            faults.append(str(fault))
    return signatures, faults


def _with_keys(
    signatures: Sequence[Signature], answers: Sequence[KeyAnswer], author: str, suffixes: PublicSuffixList
) -> tuple[list[_Candidate], list[str], list[str]]:
    """Join signatures with their keys: those that can be checked, why others fail, why others stay undecided."""
    candidates: list[_Candidate] = []
    faults: list[str] = []
    undecided: list[str] = []
    for signature, answer in zip(signatures, answers, strict=True):
        aligned = are_aligned(signature.domain, author, suffixes)
        if answer.status is LookupStatus.UNAVAILABLE:
            # Only an aligned signature can make a pass: there is no need to wait for any other one.
            why = f"the key could not be looked up: {answer.detail} ({signature.label})"
            (undecided if aligned else faults).append(why)
        elif answer.status is LookupStatus.MISSING:
            faults.append(f"no key is published ({signature.label})")
        else:
            try:
                key = judge_key(answer.records)
            except UnusableKeyError as fault:
                faults.append(f"{fault} ({signature.label})")
            else:
                candidates.append(_Candidate(signature, key, aligned))
    return candidates, faults, undecided


def _judge(raw: bytes, mail: SignedMail, candidates: Sequence[_Candidate], author: str) -> DkimResult:
    """Check candidates, the aligned ones first, until one makes a pass."""
    bodies = BodyHashes(raw[mail.body_start :])
    details: list[str] = []
    for candidate in candidates:
        signature = candidate.signature
        fault = signature_fault(mail, bodies, signature, candidate.key)
        if fault:
            details.append(f"{fault} ({signature.label})")
        elif candidate.aligned:
            return DkimResult(DkimVerdict.PASS, signature.domain, f"verified ({signature.label})")
        else:
            details.insert(0, f"verified, but not aligned with From {author} ({signature.label})")
    return DkimResult(DkimVerdict.FAIL, detail=details[0])
