"""Who is served: guilds, channels, admins, over the wire."""

import pytest

from bot.discord.access import Access
from tests import discord_objects as objects
from tests.discord_limits import shown
from tests.discord_objects import ANN, BOB, CHANNEL, GUILD, MANAGE_SERVER, OTHER_CHANNEL, OTHER_GUILD, ROLE, THREAD
from tests.discord_running import running


async def answered(discord, **more):
    return shown((await discord.answer(await discord.command("status", **more))).payload)


class TestGuilds:
    async def test_the_only_guild_is_served_unless_others_are_listed(self, discord, dispatcher):
        async with running(discord, dispatcher):
            assert "590 of 600" in await answered(discord)
            await discord.until(lambda: discord.commands[GUILD])

    async def test_of_several_none_is_served_until_listed_and_the_answer_says_so(self, discord, dispatcher):
        discord.gateway.guilds[OTHER_GUILD] = "Other"
        async with running(discord, dispatcher):
            said = await answered(discord)
        assert "in 2 servers and was not told which of them to serve" in said
        assert "TLSRPT_DISCORD_GUILDS" in said
        assert str(GUILD) in said
        assert dispatcher.asked == []
        assert "register" not in discord.calls

    async def test_only_listed_guilds_are_served(self, discord, dispatcher):
        discord.gateway.guilds[OTHER_GUILD] = "Other"
        async with running(discord, dispatcher, access=Access(guilds=frozenset({GUILD}))):
            assert "590 of 600" in await answered(discord)
            assert "does not serve this server" in await answered(discord, guild=OTHER_GUILD)
            await discord.until(lambda: discord.commands[GUILD])
        assert OTHER_GUILD not in discord.commands

    async def test_a_guild_in_which_the_bot_is_not_gets_a_refusal(self, discord, dispatcher):
        async with running(discord, dispatcher):
            assert "does not serve this server" in await answered(discord, guild=777)

    async def test_an_invitation_to_a_second_guild_ends_the_service_of_the_unlisted_first(self, discord, dispatcher):
        async with running(discord, dispatcher):
            assert "590 of 600" in await answered(discord)
            await discord.gateway.event("GUILD_CREATE", objects.guild(OTHER_GUILD, "Other"))
            assert "in 2 servers" in await answered(discord)
            await discord.gateway.event("GUILD_DELETE", {"id": str(OTHER_GUILD)})
            assert "590 of 600" in await answered(discord)


class TestDirectMessages:
    async def test_strangers_get_nothing_but_a_refusal(self, discord, dispatcher):
        async with running(discord, dispatcher):
            said = await answered(discord, guild=None, channel=objects.direct(ANN))
        assert "in the channels of its own server only" in said
        assert "example.com" not in said
        assert dispatcher.asked == []

    async def test_an_admin_who_is_listed_by_id_is_answered(self, discord, dispatcher):
        async with running(discord, dispatcher, access=Access(admins=frozenset({ANN}))):
            assert "590 of 600" in await answered(discord, guild=None, channel=objects.direct(ANN))
        assert dispatcher.asked[0][1].is_admin


class TestAdmins:
    @pytest.mark.parametrize(
        ("admins", "more", "is_admin"),
        [
            ((), {}, False),
            ((), {"permissions": MANAGE_SERVER}, True),
            ((), {"permissions": 1 << 3}, True),
            ((BOB,), {"user": BOB}, True),
            ((BOB,), {"user": ANN}, False),
            ((ROLE,), {"roles": (ROLE,)}, True),
            ((ROLE,), {"roles": ()}, False),
        ],
    )
    async def test_are_those_who_are_listed_or_manage_the_server(self, discord, dispatcher, admins, more, is_admin):
        async with running(discord, dispatcher, access=Access(admins=frozenset(admins))):
            await answered(discord, **more)
        assert dispatcher.asked[0][1].is_admin is is_admin

    async def test_of_another_server_have_no_rights_by_managing_it(self, discord, dispatcher):
        discord.gateway.guilds[OTHER_GUILD] = "Other"
        async with running(discord, dispatcher, access=Access(guilds=frozenset({GUILD}))):
            await answered(discord, guild=OTHER_GUILD, permissions=MANAGE_SERVER)
        assert dispatcher.asked == []


class TestChannels:
    async def test_that_are_not_listed_say_where_to_ask(self, discord, dispatcher):
        async with running(discord, dispatcher, access=Access(channels=frozenset({CHANNEL}))):
            other = await answered(discord, channel=objects.channel(OTHER_CHANNEL, "general"))
            assert "Commands are not answered in this channel." in other
            assert f"discord:{OTHER_CHANNEL}" in other
            assert "590 of 600" in await answered(discord)

    async def test_a_thread_belongs_to_its_channel(self, discord, dispatcher):
        async with running(discord, dispatcher, access=Access(channels=frozenset({CHANNEL}))):
            assert "590 of 600" in await answered(discord, channel=objects.thread(THREAD, CHANNEL))
            assert "not answered" in await answered(discord, channel=objects.thread(THREAD, OTHER_CHANNEL))
        assert dispatcher.asked[0][1].channel == f"discord:{THREAD}"
