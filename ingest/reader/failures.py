"""The `failure-details` of a policy: JSON to `FailureDetail` (RFC 8460 section 4.4). There may be thousands of them."""

from collections.abc import Callable
from typing import Any

from ingest.reader.addresses import host_name, ip_address
from ingest.reader.allowance import Allowance
from ingest.reader.dialect import FAILURE
from ingest.reader.numbers import MAX_COUNT, sessions
from ingest.reader.repairs import Repairs
from ingest.reader.words import one_line, word
from storage.report import FailureDetail

_MAX_REASON = 300
_MAX_HELO = 255
_MAX_INFORMATION = 500
_EHLO_REPLY_CODES = ("250-", "250 ")


def read_failures(value: Any, allowance: Allowance, repairs: Repairs) -> tuple[FailureDetail, ...]:
    """Read a list of details, or a single one. Nothing in them is required."""
    if not value:
        return ()
    entries = [value] if isinstance(value, dict) else value
    if not isinstance(entries, list):
        repairs.note("Failure details that are no list were left out.")
        return ()
    reader = _FailureReader(repairs)
    most = allowance.take_failures(len(entries))
    failures = tuple(reader.read(entry) for entry in entries[:most] if isinstance(entry, dict))
    if len(failures) < len(entries):
        repairs.note("Some failure details are empty, no objects, or too many, and were left out.")
    return failures


class _Remembered(dict[Any, str]):
    """What a function made of each value that it has seen: the details of a report repeat hosts and addresses."""

    def __init__(self, read: Callable[[Any], str]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, value: Any) -> str:
        text = self[value] = self._read(value)
        return text


class _FailureReader:
    def __init__(self, repairs: Repairs) -> None:
        self._repairs = repairs
        self._words = _Remembered(word)
        self._addresses = _Remembered(ip_address)
        self._hosts = _Remembered(host_name)
        self._greetings = _Remembered(_helo)
        self._reasons = _Remembered(lambda value: one_line(value, _MAX_REASON))

    def read(self, entry: dict[str, Any]) -> FailureDetail:
        said = entry if entry.keys() <= FAILURE.known else FAILURE.read(entry, self._repairs)
        try:
            return self._detail(said)
        except TypeError:  # not hashable: a list or an object where a text belongs
            return self._detail({key: _flat(value) for key, value in said.items()})

    def _detail(self, said: dict[str, Any]) -> FailureDetail:
        get = said.get
        failed = get("failed-session-count")
        if failed.__class__ is not int or not 0 <= failed <= MAX_COUNT:
            failed = self._failed_sessions(failed)
        information = get("additional-information")
        return FailureDetail(
            self._words[get("result-type")],
            failed,
            self._addresses[get("sending-mta-ip")],
            self._hosts[get("receiving-mx-hostname")],
            self._greetings[get("receiving-mx-helo")],
            self._addresses[get("receiving-ip")],
            self._reasons[get("failure-reason-code")],
            one_line(information, _MAX_INFORMATION) if information else "",
        )

    def _failed_sessions(self, value: Any) -> int | None:
        count = sessions(value)
        if count is None:
            self._repairs.note("A failure detail does not say how many sessions failed.")
        else:
            self._repairs.note("A count of sessions is not a number as RFC 8460 has it.")
        return count


def _flat(value: Any) -> Any:
    return one_line(value, _MAX_INFORMATION) if isinstance(value, list | dict) else value


def _helo(value: Any) -> str:
    """Return the first line: Postfix hands on the whole EHLO answer."""
    if isinstance(value, str) and ("\n" in value or "\r" in value):
        value = next(iter(value[: 4 * _MAX_HELO].strip().splitlines()), "")
    text = one_line(value, _MAX_HELO)
    return text[4:] if text.startswith(_EHLO_REPLY_CODES) else text
