"""The keys of a report (RFC 8460 section 4.4), and the spellings of them that are out there."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ingest.reader.repairs import Repairs


def _bare(key: str) -> str:
    return key.lower().replace("-", "").replace("_", "").replace(" ", "")


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of one level: as the RFC has them, and other words for them (without case, hyphens and underscores)."""

    known: frozenset[str]
    by_bare_word: Mapping[str, str]

    def translate(self, entry: dict[str, Any]) -> dict[str, Any]:
        """Return the entry with the RFC's keys; the entry itself when it has no others. The RFC's own key wins."""
        if entry.keys() <= self.known:
            return entry
        translated = {key: value for key, value in entry.items() if key in self.known}
        for key, value in entry.items():
            meant = self.by_bare_word.get(_bare(key[:64]), "")
            if meant and meant not in translated:
                translated[meant] = value
        return translated

    def read(self, entry: dict[str, Any], repairs: Repairs) -> dict[str, Any]:
        """Translate, and note it where a key was spelled in another way."""
        translated = self.translate(entry)
        if translated is not entry and not translated.keys() <= entry.keys():
            repairs.note("Some keys are not spelled as in RFC 8460.")
        return translated


def _keys(*names: str, also: Mapping[str, str]) -> Keys:
    return Keys(frozenset(names), {_bare(name): name for name in names} | dict(also))


DATE_RANGE = _keys(
    "start-datetime",
    "end-datetime",
    also={
        "start": "start-datetime",
        "startdate": "start-datetime",
        "begin": "start-datetime",
        "begindate": "start-datetime",
        "daterangestart": "start-datetime",
        "daterangebegin": "start-datetime",
        "end": "end-datetime",
        "enddate": "end-datetime",
        "daterangeend": "end-datetime",
    },
)

SUMMARY = _keys(
    "total-successful-session-count",
    "total-failure-session-count",
    also={
        "successfulsessioncount": "total-successful-session-count",
        "totalsuccesssessioncount": "total-successful-session-count",
        "successaggregate": "total-successful-session-count",
        "totalfailedsessioncount": "total-failure-session-count",
        "failedsessioncount": "total-failure-session-count",
        "failuresessioncount": "total-failure-session-count",
        "failureaggregate": "total-failure-session-count",
    },
)

POLICY = _keys(
    "policy-type",
    "policy-string",
    "policy-domain",
    "mx-host",
    also={
        "policystrings": "policy-string",
        "domain": "policy-domain",
        "mxhosts": "mx-host",
        "mxhostpattern": "mx-host",
        "mxhostpatterns": "mx-host",
    },
)

FAILURE = _keys(
    "result-type",
    "sending-mta-ip",
    "receiving-mx-hostname",
    "receiving-mx-helo",
    "receiving-ip",
    "failed-session-count",
    "additional-information",
    "failure-reason-code",
    also={
        "failuresessioncount": "failed-session-count",
        "sessioncount": "failed-session-count",
        "additionalinfouri": "additional-information",
        "additionalinfo": "additional-information",
        "failurereason": "failure-reason-code",
        "failureerrorcode": "failure-reason-code",
    },
)

ENTRY = _keys("policy", "summary", "failure-details", also={"failures": "failure-details"})

REPORT = _keys(
    "organization-name",
    "date-range",
    "contact-info",
    "report-id",
    "policies",
    also={"organisationname": "organization-name", "orgname": "organization-name", "org": "organization-name"},
)
"""Without the keys of drafts and exports that put a policy or the range at the top: see `ingest.reader.report`."""
