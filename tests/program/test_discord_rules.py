"""Everything that the program says on Discord, held to the list of Discord's published limits."""

from pathlib import Path

from tests.discord_limits import marked_up
from tests.discord_messages import Shown
from tests.discord_objects import CHANNEL, GUILD
from tests.discord_rules import check_chat
from tests.program_discord import ADMIN, WatchedDiscord, asked, fault_reported, on
from tests.program_mails import report_mail, send
from tests.program_process import running

HOSTILE = "@everyone <@1> **bold** [x](https://evil.example) ||no|| <t:1:R> \u202eexe\u200b `` ``` # " + "long " * 200
QUESTIONS = (
    ("help", {}),
    ("help", {"command": "status"}),
    ("status", {}),
    ("status", {"domain": "many.example", "period": "all"}),
    ("failures", {"domain": "many.example", "period": "all"}),
    ("reporters", {"domain": "many.example", "period": "all"}),
    ("reports", {"domain": "many.example", "period": "all"}),
    ("reports", {"domain": "many.example", "period": "all", "page": 2}),
    ("report", {"id": 1}),
    ("report", {"id": 40}),
    ("explain", {"type": "certificate-expired"}),
    ("export", {"domain": "many.example", "period": "all", "format": "csv"}),
    ("record", {"domain": "many.example", "rua": "tls@example.net", "mx": "mx1.many.example , mx2.many.example"}),
    ("set", {"domain": "many.example", "failure_rate": "2%"}),
    ("domain add", {"domain": "many.example"}),
    ("domain list", {}),
    ("status", {"domain": HOSTILE[:300]}),
)


def problems(folder: Path, shown: Shown) -> str:
    return check_chat("message", shown.payload, folder / "message.json", *shown.files)


async def test_every_answer_and_alert_keeps_the_published_limits(folder):
    async with WatchedDiscord() as discord, running(folder, **on(discord)) as program:
        mails = [report_mail("many.example", number, 5, report_id=str(number)) for number in range(1, 40)]
        mails += [report_mail("many.example", 1, 1, report_id=HOSTILE, organisation=HOSTILE)]
        assert set(await send(program.smtp_port, *mails)) == {250}
        await fault_reported(program, "other.example", 50)
        every = [await asked(program, discord, path, options, user=ADMIN) for path, options in QUESTIONS]
        await program.until(lambda: discord.posts_about("other.example"))
        await program.until(lambda: len([one for one in every if one.followups]) >= 2)
        (command,) = discord.commands[GUILD]

    answers = [shown for one in every for shown in (one.original, *one.followups)]
    found = {one.payload["content"][:60]: problems(folder, one) for one in (*answers, *discord.messages)}
    assert not any(found.values()), found
    assert check_chat("command", command, folder / "command.json") == ""
    assert discord.refusals == []
    for one in (*answers, *discord.messages):
        assert not any("@everyone" in text or "<@1>" in text or "||" in text for text in marked_up(one.payload))
    assert {one.channel for one in discord.messages} >= {CHANNEL}
