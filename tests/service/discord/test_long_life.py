"""What happens to a bot that runs for months: silence, outages of its guild, removal, deleted channels."""

import pytest

from bot.transport import TransportError
from tests.discord_faults import Broken
from tests.discord_limits import shown
from tests.discord_objects import CHANNEL, GUILD, OTHER_GUILD, channel
from tests.discord_running import running
from tests.slack_replies import reply

PLACE = str(CHANNEL)


async def is_answered(discord):
    return "590 of 600" in shown((await discord.answer(await discord.command("status"))).payload)


async def test_a_gateway_that_answers_no_heartbeat_is_left_and_what_was_missed_is_answered(discord, dispatcher):
    discord.gateway.heartbeat_ms = 50
    async with running(discord, dispatcher, silence=0.3):
        discord.gateway.answers_heartbeats = False
        await discord.until(lambda: discord.gateway.connections == 2)
        discord.gateway.answers_heartbeats = True
        await discord.until(lambda: discord.gateway.is_connected)
        assert await is_answered(discord)
    assert discord.gateway.resumed >= 1


@pytest.mark.usefixtures("bot")
class TestAGuild:
    async def test_that_is_away_for_a_time_is_served_again_when_it_is_back(self, discord, dispatcher):
        await discord.gateway.lose(GUILD)
        await discord.gateway.bring_back(GUILD)
        assert await is_answered(discord)
        assert len(dispatcher.asked) == 1

    async def test_that_is_away_is_still_ours_and_makes_no_other_guild_the_only_one(self, discord):
        await discord.gateway.lose(GUILD)
        assert await is_answered(discord)
        await discord.gateway.invite(OTHER_GUILD, "A stranger's")
        answer = await discord.answer(await discord.command("status"))
        assert "was not told which of them to serve" in shown(answer.payload)

    async def test_that_the_bot_was_removed_from_waits_for_its_alerts_until_it_is_invited_again(
        self, discord, bot, capsys
    ):
        await discord.gateway.throw_out(GUILD)
        with pytest.raises(TransportError, match="50001 Missing Access") as raised:
            await bot.transport.post(PLACE, reply(), "outbox-1")
        assert not raised.value.permanent
        assert "invite it again" in raised.value.what_to_do
        before = discord.calls.count("commands")
        await discord.gateway.invite(GUILD, "Own")
        await discord.until(lambda: discord.calls.count("commands") > before)
        assert await bot.transport.post(PLACE, reply(), "outbox-1")
        assert await is_answered(discord)
        assert "discord.in-no-guild" in capsys.readouterr().out


async def test_a_channel_that_was_deleted_is_given_up_and_disturbs_no_other(discord, bot):
    discord.channels.discard(CHANNEL)
    await discord.gateway.event("CHANNEL_DELETE", channel(CHANNEL, "mail-ops") | {"guild_id": str(GUILD)})
    with pytest.raises(TransportError, match="10003 Unknown Channel") as raised:
        await bot.transport.post(PLACE, reply(), "outbox-1")
    assert raised.value.permanent
    assert "There is no such channel" in raised.value.what_to_do
    assert await is_answered(discord)


@pytest.mark.parametrize("fault", [Broken(200), Broken(502)])
async def test_a_command_list_that_is_none_is_asked_for_again(discord, dispatcher, fault):
    discord.fail("commands", fault)
    async with running(discord, dispatcher):
        await discord.until(lambda: discord.commands[GUILD])
