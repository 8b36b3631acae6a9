"""A mailbox that is watched, with what it takes and its position kept in memory."""

import asyncio
import ssl
import threading
from contextlib import asynccontextmanager

from ingest.imap.address import MailboxAddress
from ingest.imap.mailbox import Account
from ingest.imap.pace import Pace
from ingest.imap.watch import MailboxWatch
from ingest.smtp.values import OurFault
from storage.arrival import Outcome
from tests.builders import NOW
from tests.imap_server import PASSWORD, USER

FAST = Pace(first_pause=0.01, longest_pause=0.05, poll=0.02, breath=0, command=5)
MOST = 300_000
SECONDS = 10


class Box:
    """Takes mails, and keeps the position, in memory."""

    def __init__(self):
        self.taken = []
        self.dates = []
        self.position = None
        self.faults = 0

    async def take(self, body, stored_at):
        if self.faults:
            self.faults -= 1
            raise OurFault("the disk is full")
        self.taken.append(body)
        self.dates.append(stored_at)
        return Outcome.STORED

    async def known(self):
        return self.position

    async def move(self, position):
        self.position = position


def account(server, *, folder="INBOX", password=PASSWORD, host="127.0.0.1", tls=False, ca_file=None):
    context = ssl.create_default_context(cafile=ca_file)
    return Account(MailboxAddress(USER, host, server.port, folder, tls_at_once=tls), password, context)


@asynccontextmanager
async def watching(server, box, pace=FAST, **more):
    watch = MailboxWatch(account(server, **more), box.take, box, max_message_bytes=MOST, clock=lambda: NOW, pace=pace)
    task = asyncio.create_task(watch.run())
    try:
        yield watch
    finally:
        task.cancel()
        await asyncio.wait((task,), timeout=1)
        assert task.cancelled()
        await until(lambda: not any(thread.name == "imap" for thread in threading.enumerate()))


async def until(condition):
    async with asyncio.timeout(SECONDS):
        while not condition():  # noqa: ASYNC110 -- whatever is waited for, a test has to see it from outside
            await asyncio.sleep(0.005)
