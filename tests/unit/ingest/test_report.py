"""JSON to reports: what senders write instead of what RFC 8460 section 4.4 says."""

from datetime import UTC, datetime

import pytest

from ingest.reader.report import parse_reports
from storage.report import Policy, Report
from tests.mails.build import ABSENT, FAILURE, POLICY, SUMMARY, generous, report


def parsed(*changes) -> Report:
    (found,) = parse_reports(report(*changes), generous())
    return found


def first_policy(*changes) -> Policy:
    return parsed(*changes).policies[0]


def test_a_healthy_report_needs_no_repair():
    found = parsed()

    assert found.organisation == "Sender Inc."
    assert found.start == datetime(2026, 3, 9, tzinfo=UTC)
    assert found.end == datetime(2026, 3, 9, 23, 59, 59, tzinfo=UTC)
    assert found.policies[0].mode == "enforce"
    assert found.policies[0].failures[0].reason_code == "X509_V_ERR_CERT_HAS_EXPIRED"
    assert found.repairs == ()


@pytest.mark.parametrize("value", [None, ABSENT, "", 5.5, [], {}, True])
@pytest.mark.parametrize(
    "path",
    [
        ("organization-name",),
        ("date-range",),
        ("date-range", "start-datetime"),
        ("contact-info",),
        ("report-id",),
        (*POLICY, "policy-type"),
        (*POLICY, "policy-string"),
        (*POLICY, "policy-domain"),
        (*POLICY, "mx-host"),
        (*FAILURE, "result-type"),
        (*FAILURE, "sending-mta-ip"),
        (*FAILURE, "receiving-mx-hostname"),
        (*FAILURE, "receiving-mx-helo"),
        (*FAILURE, "receiving-ip"),
        (*FAILURE, "failure-reason-code"),
        (*FAILURE, "additional-information"),
    ],
    ids=lambda path: path[-1],
)
def test_no_key_is_required_and_none_of_the_wrong_type_loses_the_counts(path, value):
    policy = first_policy((path, ""), (path, value))

    assert (policy.successful, policy.failed) == (590, 10)
    assert policy.failures[0].failed_sessions == 10


@pytest.mark.parametrize(
    ("value", "count"),
    [
        ("12", 12),
        (" 12 ", 12),
        ("12.0", 12),
        (12.0, 12),
        ("1e3", 1000),
        (ABSENT, 0),
        (None, 0),
        (True, 0),
        (-3, 0),
        ("-3", 0),
        (10.5, 0),
        ("many", 0),
        ([12], 0),
        ({}, 0),
        (2**32, 2**32),
        (2**53, 2**53 - 1),
        (10**30, 2**53 - 1),
        ("9" * 5000, 2**53 - 1),
    ],
    ids=lambda value: str(value)[:12],
)
def test_a_count_is_read_in_every_form_and_an_unusable_one_is_zero(value, count):
    found = parsed(((*SUMMARY, "total-failure-session-count"), value))

    assert found.policies[0].failed == count
    assert found.policies[0].successful == 590
    assert bool(found.repairs) == (value is not ABSENT and value != 2**32)


@pytest.mark.parametrize(
    ("value", "count"), [("3", 3), (None, None), (-3, None), (True, None), (3.0, 3), (10**30, 2**53 - 1)]
)
def test_an_unusable_count_of_a_detail_is_unknown(value, count):
    found = parsed(((*FAILURE, "failed-session-count"), value))

    assert found.policies[0].failures[0].failed_sessions == count
    assert found.repairs


@pytest.mark.parametrize("value", [ABSENT, None, {}, [], "none"])
def test_without_a_summary_failures_are_added_up_from_the_details(value):
    found = parsed((SUMMARY, value))

    assert (found.policies[0].successful, found.policies[0].failed) == (0, 10)
    assert any("no summary" in sentence for sentence in found.repairs)


def test_the_summary_counts_even_where_the_details_add_up_to_more():
    policy = first_policy(((*SUMMARY, "total-failure-session-count"), 4))

    assert policy.failed == 4
    assert policy.failures[0].failed_sessions == 10


@pytest.mark.parametrize("value", [None, [], [None], ["x"], "x", ABSENT])
def test_failure_details_that_are_none_are_none(value):
    assert first_policy((FAILURE[:3], value)).failures == ()


def test_a_single_failure_detail_need_not_be_in_a_list():
    detail = report()["policies"][0]["failure-details"][0]

    assert first_policy((FAILURE[:3], detail)) == first_policy()


@pytest.mark.parametrize(
    ("right", "key", "field"),
    [
        ("receiving-mx-hostname", "receiving-mx-host-name", "receiving_mx_hostname"),
        ("receiving-mx-helo", "receiving_mx_helo", "receiving_mx_helo"),
        ("receiving-ip", "Receiving-IP", "receiving_ip"),
        ("failure-reason-code", "failureReasonCode", "reason_code"),
        ("additional-information", "additional-info-uri", "additional_information"),
    ],
)
def test_other_spellings_of_keys_are_understood_and_noted(right, key, field):
    found = parsed(((*FAILURE, right), ""), ((*FAILURE, right), ABSENT), ((*FAILURE, key), "mx2.example.com"))

    assert getattr(found.policies[0].failures[0], field) == "mx2.example.com"
    assert found.repairs == ("Some keys are not spelled as in RFC 8460.",)


def test_a_misspelled_count_of_a_detail_is_read():
    changes = [((*FAILURE, "failed-session-count"), ABSENT), ((*FAILURE, "failure-session-count"), 7)]

    assert first_policy(*changes).failures[0].failed_sessions == 7


def test_the_rfc_key_wins_over_another_spelling_of_it():
    policy = first_policy(((*FAILURE, "additional_information"), "b"), ((*FAILURE, "additional-information"), "a"))

    assert policy.failures[0].additional_information == "a"


def test_unknown_keys_are_no_fault():
    assert parsed((("x-vendor",), {}), ((*POLICY, "y"), 1), ((*FAILURE, "z"), [])).repairs == ()


def with_keys(value, respell):
    if isinstance(value, dict):
        return {respell(key): with_keys(entry, respell) for key, entry in value.items()}
    if isinstance(value, list):
        return [with_keys(entry, respell) for entry in value]
    return value


def camel(key):
    first, *others = key.split("-")
    return first + "".join(other.title() for other in others)


@pytest.mark.parametrize(
    "respell", [str.upper, lambda key: key.replace("-", "_"), camel], ids=["upper", "snake", "camel"]
)
def test_a_report_with_all_keys_respelled_says_the_same(respell):
    (found,) = parse_reports(with_keys(report(), respell), generous())

    assert found.policies == parsed().policies
    assert (found.organisation, found.report_id, found.start) == (
        parsed().organisation,
        parsed().report_id,
        parsed().start,
    )


def test_the_shape_of_the_drafts_is_read():
    entry = report()["policies"][0]
    entry["summary"] = {"success-aggregate": 590, "failure-aggregate": 10}
    detail = entry["failure-details"][0]
    detail["session-count"] = detail.pop("failed-session-count")
    detail["failure-error-code"] = detail.pop("failure-reason-code")
    draft = {key: value for key, value in report().items() if key != "policies"} | entry

    (found,) = parse_reports(draft, generous())

    assert found.policies == parsed().policies


def test_the_flat_export_of_other_tools_is_read():
    detail = {key.replace("-", "_"): value for key, value in report()["policies"][0]["failure-details"][0].items()}
    export = {
        "organization_name": "Sender Inc.",
        "begin_date": "2026-03-09T00:00:00Z",
        "end_date": "2026-03-09T23:59:59Z",
        "report_id": "x",
        "policies": [
            {
                "policy_domain": "example.com",
                "policy_type": "sts",
                "policy_strings": report()["policies"][0]["policy"]["policy-string"],
                "mx_host_patterns": ["mx1.example.com"],
                "successful_session_count": 590,
                "failed_session_count": 10,
                "failure_details": [detail],
            }
        ],
    }

    (found,) = parse_reports({"smtp_tls_reports": [export]}, generous())

    assert found.policies == parsed().policies
    assert (found.start, found.end) == (parsed().start, parsed().end)


@pytest.mark.parametrize(("value", "count"), [(None, 0), ([], 0), ([None], 0), (["x"], 0), ("x", 0), (ABSENT, 0)])
def test_a_report_without_policies_counts_nothing_and_says_so(value, count):
    found = parsed((("policies",), value))

    assert len(found.policies) == count
    assert "The report holds no policy, so it counts nothing." in found.repairs


def test_a_single_policy_need_not_be_in_a_list():
    assert parsed((("policies",), report()["policies"][0])).policies == parsed().policies


def test_an_array_may_hold_several_reports():
    both = parse_reports([report(), 5, report((("report-id",), "second"))], generous())

    assert [one.report_id for one in both] == [parsed().report_id, "second"]


def test_no_more_entries_of_an_array_are_looked_at_than_is_sensible_and_the_reports_say_so():
    (found,) = parse_reports([report(), *[{}] * 20_000, report()], generous())

    assert len(parse_reports([5, report(), report()], generous(), most=1)) == 1
    assert found.repairs == ("Only the first 20000 of 20002 entries were looked at for reports.",)


@pytest.mark.parametrize("value", [None, 5, "x", [], {}, [[]], {"hello": 1}, {"reports": 5}, {"policy": 1}])
def test_other_json_holds_no_report(value):
    assert parse_reports(value, generous()) == ()


def test_an_id_is_made_from_the_content_where_there_is_none():
    first, second = parsed((("report-id",), None)), parsed((("report-id",), ABSENT))
    other = parsed((("report-id",), None), ((*SUMMARY, "total-failure-session-count"), 1))

    assert first.report_id == second.report_id != other.report_id
    assert first.repairs


def test_the_organisation_falls_back_to_the_domain_of_the_contact():
    assert parsed((("organization-name",), None)).organisation == "sender.example"


def test_the_layout_and_the_notation_of_numbers_do_not_change_the_fingerprint():
    shuffled = dict(reversed(report().items()))

    assert parse_reports(shuffled, generous())[0].content_hash == parsed().content_hash


def test_another_id_changes_the_fingerprint_but_not_that_of_the_twin():
    other = parsed((("report-id",), "other"))

    assert other.content_hash != parsed().content_hash
    assert other.twin_hash == parsed().twin_hash


def test_other_content_changes_both_fingerprints():
    other = parsed(((*SUMMARY, "total-failure-session-count"), 11))

    assert other.content_hash != parsed().content_hash
    assert other.twin_hash != parsed().twin_hash


def test_more_policies_than_the_limit_are_left_out_and_noted():
    entry = report()["policies"][0]

    found = parsed((("policies",), [entry] * 1_001))

    assert len(found.policies) == 1_000
    assert any("left out" in sentence for sentence in found.repairs)
