"""Every sentence about a repair has a kind, so that the figures show which senders need what."""

import ast
from pathlib import Path

from prometheus_client import CollectorRegistry

from ingest.metrics import ReceptionMetrics
from ingest.repair_kinds import _BEGINNINGS, RepairKind, kinds_of
from storage.arrival import Outcome
from tests.builders import arrival, delivery, policy, report

INGEST = Path(__file__).parents[3] / "ingest"


def beginning(node):
    """The text of a string up to what is filled in."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
        return node.values[0].value
    return ""


def noted():
    """What is handed to `note`, or appended to a list of repairs, anywhere in the reader."""
    for file in sorted(INGEST.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
                of_repairs = node.func.attr == "append" and ast.unparse(node.func.value) == "repairs"
                if (node.func.attr == "note" or of_repairs) and beginning(node.args[0]):
                    yield beginning(node.args[0])


def kind_of(sentence):
    (kind,) = kinds_of([sentence])
    return kind


def test_every_sentence_that_is_written_somewhere_has_a_kind():
    found = set(noted())
    assert len(found) > 25
    without = {one for one in found if kind_of(one) is RepairKind.OTHER and not one.startswith("The ")}
    assert without == set()
    rest = {one for one in found if kind_of(one) is RepairKind.OTHER}
    assert rest <= {"The "}, "only what begins with a word that is filled in"


def test_no_beginning_hides_another_one_behind_it():
    for start, kind in _BEGINNINGS.items():
        assert kind_of(f"{start} and more") is kind, start


def test_words_of_a_sender_make_no_kind_of_their_own():
    assert kinds_of(["A policy names “x”, which is no domain name.", "Whatever.", "Else."]) == {
        RepairKind.DOMAIN,
        RepairKind.OTHER,
    }
    assert kinds_of([]) == frozenset()


def test_both_ends_of_a_range_are_dates():
    for name in ("start", "end"):
        assert kind_of(f"The {name} of the report's range is missing or unreadable.") is RepairKind.DATES


def test_a_report_is_counted_once_by_each_kind_and_not_for_who_sent_it():
    registry = CollectorRegistry()
    marks = ("A count of sessions is unusable.", "A count of sessions is not a number.", "DKIM: x", "HTTPS: y")
    one = delivery(arrival(report(policy(1, 0)), marks=marks))
    ReceptionMetrics(registry).stored(one, (Outcome.STORED,))
    assert registry.get_sample_value("tlsrpt_repairs_total", {"kind": "counts"}) == 1
    assert registry.get_sample_value("tlsrpt_repairs_total", {"kind": "other"}) is None
