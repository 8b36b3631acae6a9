"""Reading: mails to placed reports on one core, against parsedmarc on the same mails."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks import reading_worker
from benchmarks.blobs import write_blobs
from benchmarks.rounds import interleaved
from benchmarks.traffic import ALL, USUAL, mail, reports

ROUNDS = 5
MAILS = 300
PEERS = Path(".venv-peers/bin/python")
MISSING = "parsedmarc is not installed: make bench-peers"
MIXES = {"usual": USUAL, "all": ALL}
WAYS = {"mail": "mail to report", "json": "JSON text to report"}
AIM = 4


def run() -> None:
    """Print reports a second, and their ratio to parsedmarc's."""
    print(f"reading: CPU time of one core, {MAILS} reports a round, {ROUNDS} rounds; aim {AIM} × parsedmarc for mails")
    with TemporaryDirectory() as name:
        folder = Path(name)
        _make_traffic(folder)
        with _worker(sys.executable, "ours", folder) as ours:
            if PEERS.exists():
                with _worker(str(PEERS), "parsedmarc", folder) as peer:
                    _compare(ours, peer)
            else:
                _compare(ours, None)
                print(f"  {MISSING}")


class _Worker:
    """A reader that waits for orders."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        assert process.stdin
        assert process.stdout
        self._orders, self._answers = process.stdin, process.stdout

    def rate(self, way: str, mix: str) -> float:
        """Return reports a CPU second."""
        self._orders.write(f"{way} {mix}\n")
        self._orders.flush()
        return MAILS / float(self._answers.readline())


@contextmanager
def _worker(python: str, reader: str, folder: Path) -> Iterator[_Worker]:
    command = [python, "-m", reading_worker.__name__, reader, str(folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 -- our own
        yield _Worker(process)


def _make_traffic(folder: Path) -> None:
    for key, mix in MIXES.items():
        made = list(reports(MAILS, mix))
        write_blobs(folder / f"mail-{key}", map(mail, made))
        texts = [json.dumps(one.content, separators=(",", ":")).encode() for one in made]
        write_blobs(folder / f"json-{key}", texts)


def _compare(ours: _Worker, peer: _Worker | None) -> None:
    contenders = {"ours": ours} | ({"parsedmarc": peer} if peer else {})
    for way, title in WAYS.items():
        for key, mix in MIXES.items():
            runs = {name: partial(worker.rate, way, key) for name, worker in contenders.items()}
            for once in runs.values():
                once()  # caches of both fill up
            found = interleaved(ROUNDS, runs)
            rates = ", ".join(f"{name} {spread.median:,.0f}/s" for name, spread in found.items())
            ratio = f" = {found['ours'].over(found['parsedmarc']).ratio()}" if peer else ""
            print(f"  {title}, {mix.name}: {rates}{ratio}")
