"""An SMTP server in a process of its own: ours with everything behind it, or aiosmtpd that throws mails away.

Prints its port. For each line of stdin it prints its CPU seconds and how many reports count; it ends with stdin.
"""

import asyncio
import sys
import time
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path

from benchmarks.traffic import NOW, RECIPIENT

HOST = "127.0.0.1"
DISCARD = "discard"
OURS = "ours"
DATABASE = "bench.db"
KEY = "key"
"""File with the record of the DKIM key; DKIM is checked when it is there."""


class _Discard:
    """Takes every mail, and forgets it."""

    async def handle_DATA(self, _server: object, _session: object, _envelope: object) -> str:  # noqa: N802 -- aiosmtpd's name
        return "250 OK"


async def _discard() -> int:
    from aiosmtpd.smtp import SMTP

    loop = asyncio.get_running_loop()
    server = await loop.create_server(partial(SMTP, _Discard(), loop=loop), HOST, 0)
    return int(server.sockets[0].getsockname()[1])


class _OneKey:
    """Knows one DKIM key, for every name."""

    def __init__(self, record: bytes) -> None:
        self._record = record

    async def key_record(self, _name: str) -> object:
        from ingest.dkim.key import KeyAnswer, LookupStatus

        return KeyAnswer(LookupStatus.FOUND, (self._record,))


async def _ours(folder: Path, parts: AsyncExitStack) -> int:
    from bot.logs import set_up_logs
    from ingest.addresses import ReportAddresses
    from ingest.judging import Judge, TrustRules
    from ingest.listen import ListenAddress
    from ingest.reader.mail import ReadLimits
    from ingest.reading import OriginalReader
    from ingest.receive import MailReceiver
    from ingest.smtp.listener import SmtpListener
    from ingest.smtp.values import SmtpLimits
    from ingest.writer import Writer
    from storage.database import Database
    from storage.schema import upgrade

    set_up_logs("json")
    database = Database(f"sqlite:///{folder / DATABASE}")
    upgrade(database)
    writer = Writer(database, lambda: NOW)
    task = asyncio.create_task(writer.run())
    parts.callback(task.cancel)
    key = (folder / KEY).read_bytes() if (folder / KEY).exists() else b""
    local, _, domain = RECIPIENT.partition("@")
    addresses = ReportAddresses(database, domain, local)
    rules = TrustRules(check_dkim=bool(key), hold_unverified=bool(key))
    judge = Judge(rules, _OneKey(key), lambda: NOW)  # type: ignore[arg-type]  # its answer's type is imported late
    reader = OriginalReader(addresses, judge, ReadLimits(), lambda: NOW)
    receiver = MailReceiver(addresses, reader, writer, lambda: NOW)
    smtp = SmtpListener(receiver, hostname=domain, limits=SmtpLimits(max_message_bytes=10 * 2**20))
    await smtp.start([ListenAddress(HOST, 0)])
    parts.push_async_callback(smtp.stop, 1.0)
    return smtp.ports[0]


def _counted(folder: Path) -> int:
    from storage.database import Database

    database = Database(f"sqlite:///{folder / DATABASE}")
    with database.reading() as connection:
        sql = "SELECT count(*) FROM report WHERE standing = 'counted'"
        return int(connection.exec_driver_sql(sql).scalar_one())


async def _serve(kind: str, folder: Path) -> None:
    async with AsyncExitStack() as parts:
        port = await (_discard() if kind == DISCARD else _ours(folder, parts))
        print(port, flush=True)
        while await asyncio.to_thread(sys.stdin.readline):
            counted = 0 if kind == DISCARD else await asyncio.to_thread(_counted, folder)
            print(time.process_time(), counted, flush=True)


if __name__ == "__main__":
    asyncio.run(_serve(sys.argv[1], Path(sys.argv[2])))
