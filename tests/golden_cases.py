"""What is asked for the golden files, and what comes of it on each platform."""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from bot.charts.words import alt_text
from bot.discord.message import Picture
from bot.discord.render import render_message as render_message_for_discord
from bot.dispatch import Outcome
from bot.slack.render import render_message
from bot.terminal.render import render
from commands.quarantine_message import daily_message
from commands.reply import Reply
from commands.subscribe import announcement
from storage.database import Database
from storage.quarantine_list import Group
from storage.subscriptions import ALL_DOMAINS, SubscriptionRecord
from tests.alerting import Watch
from tests.asking import NOW, ask
from tests.examined import examined

FOLDER = Path(__file__).parent / "golden"
WIDTH = 80

QUESTIONS: Mapping[str, str] = {
    "domain-add": "domain add new.example",
    "help": "help",
    "help-of-one": "help status",
    "status-all": "status",
    "status": "status example.com",
    "status-healthy": "status shop.example 7d",
    "status-no-data": "status silent.example",
    "status-held": "status held.example",
    "status-hostile": "status hostile.example",
    "status-nobody-knows": "status exmaple.com",
    "failures": "failures example.com",
    "failures-none": "failures shop.example",
    "failures-hostile": "failures hostile.example",
    "reporters": "reporters example.com",
    "reports": "reports example.com 2026-03-09",
    "reports-page": "reports example.com page=2",
    "report": "report 120",
    "unverified": "unverified",
    "unverified-one": "unverified show 125",
    "unverified-admitted": "unverified admit 125",
    "explain": "explain certificate-expired",
    "explain-all": "explain",
    "domain-list": "domain list",
    "set": "set example.com failure-rate=2%",
    "set-shown": "set example.com",
    "note": "note example.com mx1 certificate rotated",
    "notes": "note example.com",
    "status-noted": "status example.com 7d",
    "subscribe": "subscribe example.com level=info channel=slack:#mail-ops",
    "subscriptions": "subscriptions",
    "unsubscribe": "unsubscribe example.com channel=slack:#mail-ops",
    "record": "record example.com mode=enforce mx=mx1.example.com,mx2.example.com",
    "record-table": "record example.com mx=*.example.com format=table",
    "record-without-mx": "record shop.example",
    "export": "export example.com 2026-03-08..2026-03-09",
    "quarantine": "quarantine",
    "quarantine-one": "quarantine show 1",
    "quarantine-retry": "quarantine retry 2",
    "quarantine-retry-all": "quarantine retry all",
    "quarantine-delete": "quarantine delete 1",
    "doctor": "doctor",
    "mistake": "statsu example.com",
    "mistake-period": "status example.com 30x",
}
"""Name of the golden file -> what is typed. Asked in this order on one database."""


@dataclass(frozen=True, slots=True)
class Golden:
    """One reply of the story."""

    name: str
    question: str
    reply: Reply
    is_answer: bool
    """Not a refusal."""


async def goldens(db: Database, watch: Watch) -> list[Golden]:
    """Ask everything of a database that holds the story; what was said unasked comes first."""
    found = [Golden(f"alert-{number}", "", reply, is_answer=False) for number, reply in enumerate(watch.said(), 1)]
    for name, question in QUESTIONS.items():
        answer = await ask(db, question, examine=examined)
        found.append(Golden(name, question, answer.reply, answer.outcome is Outcome.ANSWERED))
    return [*found, *_endings(watch), _announced(), *_unread()]


def _unread() -> list[Golden]:
    """What is said once a day of mails that could not be read: of one sender, and of several."""
    groups = [Group("example.com", "gzip-truncated", 3), Group("", "no-report", 1)]
    said = {"unread-one": daily_message(groups[:1]), "unread": daily_message(groups)}
    return [Golden(name, "", reply, is_answer=False) for name, reply in said.items()]


def _announced() -> Golden:
    """What a channel is told that is subscribed to everything."""
    everything = SubscriptionRecord(
        platform="slack",
        channel="#mail-ops",
        domain=ALL_DOMAINS,
        alerts=True,
        digest=True,
        level="warning",
        changed_at=NOW,
        changed_by="slack:U0000ADMIN",
    )
    return Golden("subscribed", "", announcement(everything), is_answer=False)


def _endings(watch: Watch) -> list[Golden]:
    """Let weeks pass in which nothing comes, and return what is said about the alerts that are over then."""
    before = len(watch.said())
    watch.now += timedelta(days=20)
    watch.closes()
    return [Golden(f"over-{number}", "", one, is_answer=False) for number, one in enumerate(watch.said()[before:], 1)]


async def _terminal(golden: Golden) -> str:
    return render(golden.reply, width=WIDTH, colour=False) + "\n"


async def _slack(golden: Golden) -> str:
    share = golden.question if golden.is_answer and golden.reply.private else ""
    message = render_message(golden.reply, share=share)
    return _json({"text": message.text, "blocks": message.blocks})


async def _discord(golden: Golden) -> str:
    share = golden.question if golden.is_answer and golden.reply.private else ""
    chart = golden.reply.chart
    picture = Picture(b"", alt_text(chart)) if chart and chart.bars else None
    return _json(render_message_for_discord(golden.reply, picture=picture, share=share).payload())


def _json(payload: object) -> str:
    return json.dumps(payload, indent=1, ensure_ascii=False) + "\n"


PLATFORMS: Mapping[str, tuple[str, Callable[[Golden], Awaitable[str]]]] = {
    "terminal": ("txt", _terminal),
    "slack": ("json", _slack),
    "discord": ("json", _discord),
}
"""Folder -> ending of its files, and what draws them."""


async def drawn(golden: Golden) -> dict[Path, str]:
    """Return the golden's files, by path."""
    return {
        FOLDER / platform / f"{golden.name}.{ending}": await draw(golden)
        for platform, (ending, draw) in PLATFORMS.items()
    }
