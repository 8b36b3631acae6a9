"""Buttons: they carry their command, so that they work after a restart, and are judged like a typed command."""

import pytest

from commands.reply import Action, Reply
from tests.discord_objects import ANN, BOB, MANAGE_SERVER
from tests.discord_running import running
from tests.slack_replies import reply


def ids(shown):
    return [button["custom_id"] for row in shown.payload["components"] for button in row["components"]]


async def test_a_button_of_an_answer_runs_its_command_also_after_a_restart(discord, dispatcher):
    dispatcher.fixed = reply(actions=(Action("Check now", "check example.com"),))
    async with running(discord, dispatcher):
        first, share = ids(await discord.answer(await discord.command("status", {"domain": "example.com"})))
    async with running(discord, dispatcher):
        asked = await discord.press(first)
        await discord.answer(asked)
    assert asked.deferred_for_the_asker_alone
    assert dispatcher.asked[1][0] == "check example.com"
    assert share == "share:status example.com"


@pytest.mark.usefixtures("bot")
class TestPressing:
    async def test_is_judged_by_the_rights_of_who_presses(self, discord, dispatcher):
        await discord.answer(await discord.press("run:alerts ack 17"))
        await discord.answer(await discord.press("run:alerts ack 17", user=BOB, permissions=MANAGE_SERVER))
        rights = {asker.name: asker.is_admin for _, asker in dispatcher.asked}
        assert rights == {f"discord:{ANN}": False, f"discord:{BOB}": True}

    async def test_share_shows_the_same_answer_to_the_channel_and_names_who_asked(self, discord, dispatcher):
        asked = await discord.press("share:status example.com")
        public = await discord.followup(asked)
        assert not public.ephemeral
        assert "590 of 600" in public.payload["content"]
        assert f"Asked by <@{ANN}>: /tlsrpt status example.com" in public.payload["content"]
        assert set(public.files) == {"chart.png"}
        assert (await discord.answer(asked)).payload["content"] == "Shared in the channel."
        assert dispatcher.asked[0][0] == "status example.com"

    async def test_share_is_not_offered_for_an_error_and_does_not_show_one(self, discord, dispatcher):
        dispatcher.fixed = Reply("No such command.", data={"error": {"code": "unknown-command"}})
        answer = await discord.answer(await discord.command("status"))
        asked = await discord.press("share:stauts")
        await discord.answer(asked)
        assert ids(answer) == []
        assert asked.followups == []

    async def test_a_button_that_is_not_ours_is_left_alone(self, discord, dispatcher):
        await discord.press("something else")
        await discord.press("run:")
        await discord.answer(await discord.command("help"))
        assert [text for text, _ in dispatcher.asked] == ["help"]

    async def test_by_a_stranger_does_nothing(self, discord, dispatcher):
        answer = await discord.answer(await discord.press("run:alerts ack 17", guild=None))
        assert "in the channels of its own server only" in answer.payload["content"]
        assert dispatcher.asked == []
