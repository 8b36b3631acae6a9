"""Reception: mails taken by SMTP and stored durably, against aiosmtpd that throws the same mails away."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks import smtp_load, smtp_server
from benchmarks.blobs import write_blobs
from benchmarks.rounds import Spread, interleaved, percentile
from benchmarks.signing import Signer
from benchmarks.smtp_server import DISCARD, KEY, OURS
from benchmarks.traffic import ALL, USUAL, Mix, mail, reports

FOLDER = Path(".bench")
"""On the disk that a real database would use; a folder for temporary files may be in memory."""
ROUNDS = 3
MAILS = 600
WARMING_UP = 100
FEW = 10
"""Sessions."""
BUSY = 0.85
"""From this share of its core on the sender of the load is suspected to be what is measured."""
MAILS_FILE = "mails"


@dataclass(frozen=True, slots=True)
class Scene:
    """A kind of load."""

    title: str
    sessions: int
    reuse: bool
    mix: Mix = USUAL
    signed: bool = False


SCENES = (
    Scene("10 sessions, one mail a connection; aim 0.5", FEW, reuse=False),
    Scene("10 sessions, connection reused; aim 0.5", FEW, reuse=True),
    Scene("50 sessions, one mail a connection; aim p99 50 ms", 50, reuse=False),
    Scene("50 sessions, one mail a connection, all mails", 50, reuse=False, mix=ALL),
    Scene("10 sessions, one mail a connection, DKIM; aim 0.3", FEW, reuse=False, signed=True),
)


def run() -> None:
    """Print mails a second, their ratio to the baseline's, CPU time, and the time of the answer."""
    print(f"reception: SMTP on loopback, {MAILS} distinct reports a round, {ROUNDS} rounds, fsync at every commit;")
    print("  the baseline is aiosmtpd as it is, whose handler throws the mail away")
    FOLDER.mkdir(exist_ok=True)
    for scene in SCENES:
        with TemporaryDirectory(dir=FOLDER) as name, ExitStack() as servers:
            folder = Path(name)
            _make_mails(scene, folder)
            ours = servers.enter_context(_server(OURS, folder))
            _compare(scene, ours, servers.enter_context(_server(DISCARD, folder)))


@dataclass(slots=True)
class _Server:
    """A server under load, and what its senders saw."""

    process: subprocess.Popen[str]
    port: int
    folder: Path
    taken: int = 0
    busy: list[float] = field(default_factory=list)
    milliseconds: list[float] = field(default_factory=list)

    def load(self, scene: Scene, count: int, rate: float = 0) -> float:
        """Send the next mails; return mails a second."""
        way = "reuse" if scene.reuse else "once"
        words = (self.folder / MAILS_FILE, self.taken, count, self.port, scene.sessions, way, rate)
        command = [sys.executable, "-m", smtp_load.__name__, *map(str, words)]
        found = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)  # noqa: S603 -- our own
        self.taken += count
        self.busy.append(found["busy"])
        self.milliseconds += found["milliseconds"]
        return float(count / found["seconds"])

    def state(self) -> tuple[float, int]:
        """Return CPU seconds, and reports that count."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write("state\n")
        self.process.stdin.flush()
        seconds, counted = self.process.stdout.readline().split()
        return float(seconds), int(counted)


@contextmanager
def _server(kind: str, folder: Path) -> Iterator[_Server]:
    command = [sys.executable, "-m", smtp_server.__name__, kind, str(folder)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, text=True, **pipes) as process:  # type: ignore[call-overload]  # noqa: S603 -- our own
        assert process.stdout
        yield _Server(process, int(process.stdout.readline()), folder)
        process.stdin.close()


def _make_mails(scene: Scene, folder: Path) -> None:
    made = reports(WARMING_UP + (ROUNDS + 1) * MAILS, scene.mix)
    if not scene.signed:
        write_blobs(folder / MAILS_FILE, map(mail, made))
        return
    signer = Signer()
    (folder / KEY).write_bytes(signer.record)
    write_blobs(folder / MAILS_FILE, (signer.signed(mail(one), one.reporter) for one in made))


def _compare(scene: Scene, ours: _Server, discard: _Server) -> None:
    for server in (ours, discard):
        server.load(scene, WARMING_UP)
        server.milliseconds.clear()
    before = ours.state()[0], discard.state()[0]
    found = interleaved(ROUNDS, {OURS: partial(ours.load, scene, MAILS), DISCARD: partial(discard.load, scene, MAILS)})
    seconds = ours.state()[0] - before[0], discard.state()[0] - before[1]
    _print_rates(scene, found)
    each = [f"{one / ROUNDS / MAILS * 1000:.2f} ms" for one in seconds]
    print(f"    CPU a mail: {each[0]} against {each[1]} = {seconds[1] / seconds[0]:.2f} ×")
    print(f"    answer to a mail at full load: {_times(ours)}; the baseline's: {_times(discard)}")
    if scene.sessions > FEW:
        _print_at_half(scene, ours, found[OURS].median / 2)
    _check(ours, discard)


def _print_rates(scene: Scene, found: dict[str, Spread]) -> None:
    rates = f"{found[OURS].median:,.0f}/s against {found[DISCARD].median:,.0f}/s"
    print(f"  {scene.title} ({scene.mix.name}): {rates} = {found[OURS].over(found[DISCARD]).ratio()}")


def _print_at_half(scene: Scene, ours: _Server, rate: float) -> None:
    """Print how long an answer takes when mails come at a rate that the server bears: full load queues by itself."""
    ours.milliseconds.clear()
    ours.load(scene, MAILS, rate)
    print(f"    answer to a mail at half of that rate: {_times(ours)}")


def _times(server: _Server) -> str:
    p50, p99 = (percentile(server.milliseconds, share) for share in (0.5, 0.99))
    return f"p50 {p50:.1f} ms, p99 {p99:.1f} ms"


def _check(ours: _Server, discard: _Server) -> None:
    """Nothing of what was measured may be lost, and the load must not be what was measured."""
    counted = ours.state()[1]
    if counted != ours.taken:
        raise RuntimeError(f"{ours.taken} mails were answered, {counted} reports count")
    for name, server in (("ours", ours), ("the baseline", discard)):
        if max(server.busy) > BUSY:
            print(
                f"    the sender of the load used {max(server.busy):.0%} of a core against {name}: it may be the limit"
            )
