"""Makes a database of the newest schema, to be kept for later versions: `python -m tests.databases.make`.

Run once for each released revision; what is stored is never made anew, since it must be what that version wrote.
"""

import asyncio
import gzip
import json
import sqlite3
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

from storage.arrival import QuarantineKind
from storage.database import Database
from storage.schema import HEAD, upgrade
from tests.alerting import Watch, broken, day, healthy
from tests.asking import answered, take, told
from tests.builders import NOW, delivery, failure, policy

FOLDER = Path(__file__).parent
QUESTIONS = (
    *("status", "status example.com", "status other.example", "reporters example.com", "reports example.com"),
    *("note example.com", "subscriptions"),
)
"""Answers that are figures, not words: later versions must give the same."""


def fill(db: Database) -> None:
    """Store a few of everything: faults, revisions, copies, held and unreadable mails, an alert and its message."""
    watch = Watch(db)
    watch.takes(*(healthy(-number) for number in range(1, 6)), healthy(-9, 700, days=7))
    watch.takes(broken(0, 40, 60, enforce=True), broken(0, 40, 60, enforce=True, signer="microsoft.com"))
    watch.takes(told(policy(7), held=True), told(policy(7), held=True))
    watch.takes(told(policy(8, 1, failure(sessions=1)), organisation="Tiny"))
    watch.takes(told(policy(9), organisation="Tiny", arrived_at=NOW + timedelta(hours=1)))
    both = policy(7, policy_domain="other.example"), policy(3, 4, policy_type="tlsa", policy_domain="other.example")
    watch.takes(told(*both, day=day(-1), report_id="other"))
    take(db, delivery(kind=QuarantineKind.UNREADABLE, reason="no-report", detail="no report in it", body=b"?"))


async def answers(db: Database) -> dict[str, Any]:
    """Return what machines are told about it."""
    return {text: dict((await answered(db, text)).data) for text in QUESTIONS}


def main() -> None:
    """Write `REVISION.db.gz` and `REVISION.json` beside this file, unless they are there."""
    target = FOLDER / f"{HEAD}.db.gz"
    if target.exists():
        raise SystemExit(f"{target.name} is there already")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "made.db"
        db = Database(f"sqlite:///{file}")
        upgrade(db)
        asyncio.run(_register(db))
        fill(db)
        said = asyncio.run(answers(db))
        db.close()
        with sqlite3.connect(file, isolation_level=None) as plain:
            plain.execute("VACUUM")
        plain.close()
        target.write_bytes(gzip.compress(file.read_bytes(), mtime=0))
    (FOLDER / f"{HEAD}.json").write_text(json.dumps(said, indent=1, sort_keys=True) + "\n")


async def _register(db: Database) -> None:
    await answered(db, "domain add example.com")
    await answered(db, "set example.com failure-rate=10%")
    await answered(db, "note example.com mx1 certificate rotated", now=NOW - timedelta(days=1))
    await answered(db, "note example.com taken back")
    await answered(db, "note remove 2")
    await answered(db, "subscribe all level=info channel=slack:#mail-ops")
    await answered(db, "subscribe example.com digest channel=discord:1234")


if __name__ == "__main__":
    main()
