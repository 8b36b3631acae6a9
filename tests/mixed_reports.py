"""A domain's reports with all that makes counting hard: double entries, twins, revisions, held ones, foreign parts."""

from datetime import timedelta

from tests.asking import take, told
from tests.builders import DAY, NOW, arrival, delivery, failure, policy, report

OTHER = {"policy_domain": "other.example"}
TLSA = {"policy_type": "tlsa", "policy_strings": ("3 1 1 00ff",), "mx_hosts": ()}


def take_mixed_reports(db):
    """Store reports about example.com (and other.example) of some days, most of which do not simply add up."""
    expired = failure(sessions=7, receiving_ip="198.51.100.1", reason_code="X509_V_ERR")
    unnumbered = failure("starttls-not-supported", None, receiving_mx_hostname="")
    take(db, told(policy(93, 7, expired), policy(100, 0, **TLSA), signer="google.com"))
    take(db, told(policy(10, 2, unnumbered), policy(50, 9, **TLSA), policy(4, 1, policy_type="no-policy-found")))
    take(db, told(policy(20), policy(30, 3, failure(sessions=1), **OTHER), day=DAY - timedelta(days=1)))
    weekly = told(policy(700, 70, failure(sessions=60)), day=DAY - timedelta(days=9), days=7, report_id="weekly")
    take(db, weekly, weekly)
    first = told(policy(5, 5, failure(sessions=5)), report_id="revised", organisation="Revising")
    take(db, first)
    take(db, told(policy(6, 6), report_id="revised", organisation="Revising", arrived_at=NOW))
    for name in ("one", "two"):
        take(db, delivery(arrival(report(policy(77, 1), report_id=name, organisation="Twin"))))
    take(db, told(policy(1000, 900, failure(sessions=900)), report_id="held", organisation="Held", held=True))
    take(db, told(policy(8, 8), report_id="claim"))
    take(db, told(policy(9, 9), report_id="claim", signer="sender.example", organisation="Sender Inc."))
    take(db, told(policy(0, 0), report_id="empty", organisation="Empty"))
