"""The collected reports of real senders, and the one-fault variations: each gives what its list says."""

import csv
import re
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ingest.reader.mail import FoundReport, ReadLimits, Unreadable, looks_like_bare_report, read_bare, read_mail
from storage.arrival import QuarantineKind

CORPUS = Path(__file__).parents[2].parent / "shared" / "corpus"
NEEDS_CORPUS = pytest.mark.skipif(not CORPUS.is_dir(), reason=f"the corpus is not there: {CORPUS}")
LIMITS = ReadLimits()


def rows(listing: Path) -> list[dict[str, str]]:
    if not listing.is_file():
        return []
    with listing.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


SAMPLES = rows(CORPUS / "INDEX.tsv")
VARIATIONS = rows(CORPUS / "synthetic" / "EXPECT.tsv")


def read(path: Path) -> tuple[FoundReport, ...]:
    raw = path.read_bytes()
    if path.suffix == ".eml":
        assert not looks_like_bare_report(raw)
        return read_mail(raw, LIMITS).found
    assert looks_like_bare_report(raw)
    return read_bare(raw, path.name, LIMITS)


def sessions_by_type(found: FoundReport) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for policy in found.report.policies:
        for failure in policy.failures:
            counts[failure.result_type] += failure.failed_sessions or 0
    return dict(counts)


def by_type(listing: str) -> dict[str, int]:
    pairs = (pair.rpartition("=") for pair in listing.lower().split(",") if "=" in pair)
    return {name: int(count) for name, _, count in pairs}


def aware(text: str) -> datetime:
    when = datetime.fromisoformat(text)
    return when.replace(tzinfo=UTC) if when.tzinfo is None else when


@NEEDS_CORPUS
def test_the_corpus_is_complete():
    assert (len(SAMPLES), len(VARIATIONS)) == (55, 140)


@NEEDS_CORPUS
@pytest.mark.parametrize("row", [pytest.param(row, id=row["file"]) for row in SAMPLES])
def test_a_collected_report_gives_what_its_sender_meant(row):
    (found,) = read(CORPUS / "samples" / row["file"])
    report = found.report

    assert (report.organisation, report.report_id) == (row["organization"], row["report_id"])
    assert (report.start, report.end) == (aware(row["start"]), aware(row["end"]))
    assert len(report.policies) == int(row["n_policies"])
    assert ",".join(str(policy.policy_domain) for policy in report.policies) == row["policy_domains"]
    assert ",".join(policy.policy_type for policy in report.policies) == row["policy_types"]
    assert sum(policy.successful for policy in report.policies) == int(row["total_success"])
    assert sum(policy.failed for policy in report.policies) == int(row["total_failure"])
    assert sessions_by_type(found) == by_type(row["result_types"])


@NEEDS_CORPUS
@pytest.mark.parametrize("row", [pytest.param(row, id=row["file"]) for row in VARIATIONS])
def test_a_variation_is_accepted_or_refused_as_its_list_says(row):
    expectation = row["tolerant receiver should"]
    path = CORPUS / "synthetic" / row["file"]
    if expectation.startswith(("reject by", "reject, keep", "ignore")):
        with pytest.raises(Unreadable) as caught:
            read(path)
        ignored = expectation.startswith("ignore")
        assert (caught.value.kind != QuarantineKind.UNREADABLE) == ignored
        return
    assert_expected(read(path), expectation)


def assert_expected(found: tuple[FoundReport, ...], expectation: str) -> None:
    assert len(found) == (2 if "both" in expectation else 1)
    policies = found[0].report.policies
    if counts := re.search(r"\b(\d+)/(\d+)\b", expectation):
        total = (sum(policy.successful for policy in policies), sum(policy.failed for policy in policies))
        assert total == (int(counts[1]), int(counts[2]))
    if number := re.search(r"\b(\d+) polic", expectation):
        assert len(policies) == int(number[1])
    if types := re.findall(r"[a-z][a-z-]+=\d+", expectation):
        assert sessions_by_type(found[0]) == by_type(",".join(types))
    if "as company.example" in expectation:
        assert policies[0].policy_domain == "company.example"
    if "flag" in expectation and "0 policies" in expectation:
        assert found[0].report.repairs
