"""Slack, Discord and SMTP at once, in one process on one loop, under load, and the end of it."""

import asyncio

from tests import program_discord, program_slack
from tests.discord_objects import CHANNEL
from tests.program_discord import WatchedDiscord
from tests.program_mails import report_mail
from tests.program_pouring import Pouring
from tests.program_process import DEV_MODE, running

MAILS = 60


async def test_both_answer_while_mails_pour_in_and_both_hear_of_an_alert_and_sigterm_ends_all(folder, slack):
    async with WatchedDiscord() as discord:
        settings = program_slack.on(slack) | program_discord.on(discord)
        settings["TLSRPT_ALERT_CHANNELS"] = f"slack:#mail-ops,discord:{CHANNEL}"
        async with running(folder, **settings, **DEV_MODE) as program:
            mails = {f"d{number}.example": report_mail(f"d{number}.example", 100) for number in range(MAILS)}
            pouring = Pouring(program.smtp_port, mails)
            sending = asyncio.create_task(pouring.run())
            await pouring.until_sent(MAILS // 4)
            on_slack = await program_slack.asked(program, slack, "status all")
            on_discord = await program_discord.asked(program, discord, "status", {"period": "all"})
            await program_slack.fault_reported(program, "broken.example", 50)
            await program.until(lambda: slack.posts_about("broken.example") and discord.posts_about("broken.example"))
            await sending
            assert "domain" in on_slack["text"]
            assert "domain" in program_discord.said(on_discord)
            await discord.command("status")
            await program.stop()
        assert len(pouring.accepted) == MAILS
        assert pouring.refused == []
        assert discord.refusals == slack.refusals == []
        assert len(discord.messages) == len(slack.messages) == 1
