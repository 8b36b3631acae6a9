"""An outbox with all that it stands on: a database, a platform in memory, a clock that is moved by hand."""

from datetime import timedelta

from structlog.testing import capture_logs

from bot.outbox import Outbox
from commands.reply import Reply
from commands.reply_form import to_form
from storage import outbox
from storage.tables import OutboxMessage
from tests.asking import rows
from tests.builders import NOW
from tests.fake_transport import FakeTransport

OPS, MAIL = "C0OPS", "C0MAIL"


class Clock:
    """Stands still until it is moved."""

    def __init__(self):
        self.now = NOW

    def __call__(self):
        return self.now

    def pass_(self, seconds):
        self.now += timedelta(seconds=seconds)


class Post:
    """An outbox, a platform and a clock over one database."""

    def __init__(self, db, instead=()):
        self.db, self.slack, self.clock = db, FakeTransport(), Clock()
        self.outbox = Outbox(db, {"slack": self.slack}, self.clock, instead)

    def leave(self, title, channel=OPS, platform="slack"):
        with self.db.writing() as connection:
            outbox.post(
                connection,
                key=f"{title}:{platform}:{channel}",
                platform=platform,
                channel=channel,
                reply=to_form(Reply(title)),
                alert_id=1,
                now=self.clock.now,
            )

    async def round(self, times=1, *, seconds=1.0):
        for _ in range(times):
            with capture_logs():
                await self.outbox.send_due()
            self.clock.pass_(seconds)

    def after_a_crash(self):
        """Begin again with nothing but the database."""
        self.outbox = Outbox(self.db, {"slack": self.slack}, self.clock)

    def stored(self, *columns):
        return rows(self.db, OutboxMessage, *(columns or ("state",)))
