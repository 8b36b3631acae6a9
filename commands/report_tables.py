"""What one report says, as tables and as text: its policy entries and failure details, page by page. Pure."""

from collections.abc import Iterator

from commands.paging import Page
from commands.phrases import count
from commands.quoting import printable
from commands.reply import Table
from storage.domain_name import display_domain
from storage.report import FailureDetail
from storage.reports import FullReport, PolicyEntry
from storage.standing import Standing

MOST_POLICY_LINES = 60
"""Of the policies on one page."""
LONGEST_POLICY_LINE = 500
"""Characters; a TLSA record with a whole certificate has more."""

Numbered = tuple[int, FailureDetail]
"""A detail, and the number of its entry."""


def number_of_rows(found: FullReport) -> int:
    """Return how many rows the longest of the tables has on all pages together."""
    return max(len(found.policies), sum(len(entry.failures) for entry in found.policies))


def tables(found: FullReport, page: Page) -> Iterator[Table]:
    """Give the tables of a page. Entries are numbered where there are several, and details name their entry."""
    several = len(found.policies) > 1
    numbered = list(enumerate(found.policies, 1))
    if entries := page.cut(numbered):
        yield _entries_table(found, [entry for _, entry in entries], first=entries[0][0] if several else 0)
    if details := page.cut([(number, detail) for number, entry in numbered for detail in entry.failures]):
        yield _details_table(list(details), numbered=several)


def policy_texts(found: FullReport, page: Page) -> str:
    """Return the policies of a page's entries as the sender quotes them, a line for each string."""
    lines = [line for number, entry in page.cut(list(enumerate(found.policies, 1))) for line in _text(number, entry)]
    left_out = len(lines) - MOST_POLICY_LINES
    if left_out > 0:
        lines[MOST_POLICY_LINES:] = [f"# … and {count(left_out)} more lines, which the original holds"]
    return "\n".join(lines)


def _entries_table(found: FullReport, entries: list[PolicyEntry], *, first: int) -> Table:
    """Return the entries; `first` is the number of the first one, 0 for no numbers."""
    counts = found.standing == Standing.COUNTED
    rows = [_entry_row(entry, counts=counts) for entry in entries]
    heads = ("Domain", "Policy", "Mode", "Secure", "Failed", "Counts")
    if not first:
        return Table(heads, tuple(rows), title="Policies", numeric=frozenset({3, 4}))
    numbered = tuple((str(number), *row) for number, row in enumerate(rows, first))
    return Table(("No.", *heads), numbered, title="Policies", numeric=frozenset({0, 4, 5}))


def _entry_row(entry: PolicyEntry, *, counts: bool) -> tuple[str, ...]:
    chosen = "yes" if entry.chosen else "same sessions as another row"
    return (
        display_domain(entry.domain) + _named_otherwise(entry),
        entry.policy_type or "–",
        entry.mode or "–",
        count(entry.successful),
        count(entry.failed),
        chosen if counts else "no",
    )


def _named_otherwise(entry: PolicyEntry) -> str:
    """Say which name the sender gave where that is another one than the domain for which it counts."""
    if entry.host:
        return f" (host {entry.host})"
    if not entry.policy_domain:
        return " (not named in the entry)"
    return f" (named {entry.policy_domain})" if entry.policy_domain != entry.domain else ""


def _details_table(details: list[Numbered], *, numbered: bool) -> Table:
    """Return the details; columns that few senders fill are there only where somebody did."""
    columns = {
        "Failure": [detail.result_type or "(not named)" for _, detail in details],
        "Sessions": [
            "not said" if detail.failed_sessions is None else count(detail.failed_sessions) for _, detail in details
        ],
        "MX": [detail.receiving_mx_hostname for _, detail in details],
        "From": [detail.sending_mta_ip for _, detail in details],
        "To": [detail.receiving_ip for _, detail in details],
        "Reason given": [detail.reason_code for _, detail in details],
    }
    rare = {
        "HELO": [detail.receiving_mx_helo for _, detail in details],
        "More": [detail.additional_information for _, detail in details],
    }
    columns |= {head: cells for head, cells in rare.items() if any(cells)}
    if numbered:
        columns["Entry"] = [str(number) for number, _ in details]
    rows = tuple(tuple(cell or "–" for cell in row) for row in zip(*columns.values(), strict=True))
    return Table(tuple(columns), rows, title="Failure details", numeric=frozenset({1}))


def _text(number: int, entry: PolicyEntry) -> list[str]:
    """Return what the sender says the policy was; nothing when it says nothing."""
    named = {line.partition(":")[2].strip() for line in entry.policy_strings}
    hosts = [f"mx-host: {host}" for host in dict.fromkeys(entry.mx_hosts) if host not in named]
    lines = [_one_line(line) for line in (*entry.policy_strings, *hosts)]
    kind = _one_line(entry.policy_type) or "policy"
    return [f"# {number}: {kind} as the sender saw it", *lines] if lines else []


def _one_line(text: str) -> str:
    cut = printable(text[:LONGEST_POLICY_LINE])
    return f"{cut}…" if len(text) > LONGEST_POLICY_LINE else cut
