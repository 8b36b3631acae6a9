"""Figures of reception for Prometheus. Every label has few values: nothing that a stranger writes becomes one."""

from collections.abc import Callable, Sequence

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from ingest.repair_kinds import kinds_of
from storage.arrival import Delivery, Outcome, Source
from storage.proof import is_about_proof

SIZES = tuple(float(4**power) for power in range(5, 14))
"""1 KiB to 64 MiB."""
BATCHES = (1, 2, 5, 10, 20, 50, 100, 200)


class ReceptionMetrics:
    """What came, by which way, and what became of it. Counters start at zero with the process."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._originals = Counter("tlsrpt_originals", "Mails and uploads taken.", ["source"], registry=registry)
        self._sizes = Histogram(
            "tlsrpt_original_bytes", "Their size as received.", ["source"], buckets=SIZES, registry=registry
        )
        self._reports = Counter(
            "tlsrpt_reports", "Reports, and mails without any, by what became of them.", ["source", "outcome"],
            registry=registry,
        )  # fmt: skip
        self._quarantined = Counter("tlsrpt_quarantined", "Originals without a report.", ["reason"], registry=registry)
        self._dkim = Counter("tlsrpt_dkim", "Reports by DKIM verdict.", ["verdict"], registry=registry)
        self._repairs = Counter("tlsrpt_repairs", "Reports that had to be mended.", ["kind"], registry=registry)
        self._commits = Histogram("tlsrpt_commit_seconds", "How long one durable commit took.", registry=registry)
        self._batches = Histogram(
            "tlsrpt_commit_originals", "Originals stored by one commit.", buckets=BATCHES, registry=registry
        )
        self._faults = Counter(
            "tlsrpt_our_faults", "Refused because of a fault of ours.", ["source"], registry=registry
        )
        self._refused = Counter("tlsrpt_smtp_refused", "Connections refused or cut.", ["reason"], registry=registry)
        self._connections = Gauge("tlsrpt_smtp_connections", "SMTP connections open now.", registry=registry)
        self._requests = Counter(
            "tlsrpt_http_requests", "HTTP requests answered.", ["route", "status"], registry=registry
        )
        self._http_refused = Counter(
            "tlsrpt_http_refused", "HTTP connections cut without an answer.", ["reason"], registry=registry
        )
        self._http_connections = Gauge("tlsrpt_http_connections", "HTTP connections open now.", registry=registry)

    def stored(self, delivery: Delivery, outcomes: Sequence[Outcome]) -> None:
        """Count what was stored of one original."""
        source = delivery.original.source.value
        self._originals.labels(source).inc()
        self._sizes.labels(source).observe(len(delivery.original.body))
        for outcome in outcomes:
            self._reports.labels(source, outcome.value).inc()
        for arrival in delivery.arrivals:
            self._dkim.labels(arrival.dkim.value).inc()
            for kind in kinds_of(mark for mark in arrival.marks if not is_about_proof(mark)):
                self._repairs.labels(kind.value).inc()
        if delivery.kind:
            self._quarantined.labels(delivery.reason).inc()

    def passed_over(self, source: Source) -> None:
        """Count a mail that is no report and was not kept."""
        self._reports.labels(source.value, Outcome.IGNORED.value).inc()

    def committed(self, seconds: float, originals: int) -> None:
        self._commits.observe(seconds)
        self._batches.observe(originals)

    def our_fault(self, source: Source) -> None:
        """Count one whose sender was told to come again."""
        self._faults.labels(source.value).inc()

    def refused(self, reason: str) -> None:
        """Count an SMTP connection refused or cut; `reason` is one of a fixed set of words."""
        self._refused.labels(reason).inc()

    def watch_connections(self, number: Callable[[], float]) -> None:
        """Ask this for the number of open SMTP connections whenever it is wanted."""
        self._connections.set_function(number)

    def http_answered(self, route: str, status: int) -> None:
        """Count an HTTP request; `route` is one of our own paths, or `other`."""
        self._requests.labels(route, str(status)).inc()

    def http_refused(self, reason: str) -> None:
        """Count an HTTP connection refused or cut; `reason` is one of a fixed set of words."""
        self._http_refused.labels(reason).inc()

    def watch_http_connections(self, number: Callable[[], float]) -> None:
        """Ask this for the number of open HTTP connections whenever it is wanted."""
        self._http_connections.set_function(number)
