"""Posting to Discord over real sockets: what is accepted, refused, limited, lost and found again."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.transport import TransportError
from tests.discord_faults import AnswerLost, Broken, RateLimited, Refused, Slow
from tests.discord_limits import shown
from tests.discord_messages import Shown
from tests.discord_objects import CHANNEL, OTHER_CHANNEL, message
from tests.discord_running import PNG, running
from tests.slack_replies import reply, too_much_of_everything

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
PLACE = str(CHANNEL)


@pytest.fixture
def transport(bot):
    return bot.transport


async def failing(transport, channel=PLACE):
    with pytest.raises(TransportError) as raised:
        await transport.post(channel, reply(), "outbox-1")
    return raised.value


async def test_a_message_is_posted_with_picture_buttons_and_a_mark_of_its_key(discord, transport):
    reference = await transport.post(PLACE, reply(), "outbox-1")
    (message,) = discord.messages
    assert reference == f"{CHANNEL}/{message.object['id']}"
    assert message.channel == CHANNEL
    assert message.files == {"chart.png": PNG}
    assert message.payload["content"].startswith("🔴 **Critical · example.com")
    assert message.payload["enforce_nonce"] is True
    assert f"Message {message.payload['nonce']}" in shown(message.payload)
    assert message.payload["components"][0]["components"][0]["custom_id"] == "run:check example.com"


async def test_nobody_is_ever_mentioned(discord, transport):
    await transport.post(PLACE, reply(title="@everyone <@1>"), "outbox-1")
    assert discord.messages[0].payload["allowed_mentions"] == {"parse": []}


async def test_more_than_discord_takes_is_still_posted_at_the_first_try(discord, transport):
    reference = await transport.post(PLACE, too_much_of_everything(), "outbox-1")
    assert discord.refusals == []
    assert await transport.find(PLACE, "outbox-1", LONG_AGO) == reference


async def test_a_short_limit_is_waited_out_by_the_library(discord, transport):
    discord.fail("post", RateLimited(0.01))
    await transport.post(PLACE, reply(), "outbox-1")
    assert len(discord.messages) == 1
    assert discord.calls.count("post") == 2


@pytest.mark.parametrize("limit", [RateLimited(40), RateLimited(7, via=False)])
async def test_a_long_limit_and_one_of_the_network_are_reported_with_their_wait(discord, transport, limit):
    discord.fail("post", limit)
    error = await failing(transport)
    assert (error.permanent, error.retry_after, error.reason) == (False, limit.seconds, "ratelimited")
    assert discord.messages == []
    assert await transport.post(PLACE, reply(), "outbox-1")


@pytest.mark.parametrize(("status", "code"), [(404, 10003), (400, 50008), (400, 50083), (400, 50035)])
async def test_a_channel_that_cannot_be_posted_to_is_a_permanent_error(discord, transport, status, code):
    discord.fail("post", Refused(status, code, "Not here"))
    error = await failing(transport)
    assert (error.permanent, error.refused, error.reason) == (True, True, f"{code} Not here")


@pytest.mark.parametrize(("code", "what_to_do"), [(50001, "Let the bot see the channel"), (50013, "Send Messages")])
async def test_what_people_on_the_server_can_mend_is_tried_again_and_says_how(discord, transport, code, what_to_do):
    discord.fail("post", Refused(403, code, "Not here"))
    error = await failing(transport)
    assert (error.permanent, error.refused, error.reason) == (False, True, f"{code} Not here")
    assert what_to_do in error.what_to_do
    assert await transport.post(PLACE, reply(), "outbox-1")


@pytest.mark.parametrize("name", ["#mail-ops", "mail", "", "12\u0663", "-1"])
async def test_a_channel_that_is_no_id_is_a_permanent_error(transport, name):
    assert (await failing(transport, name)).permanent


@pytest.mark.parametrize("fault", [Refused(401, 0, "401: Unauthorized"), Broken(503), Broken(404), Broken(200)])
async def test_a_refused_token_and_discord_s_own_faults_pass_and_are_not_permanent(discord, transport, fault):
    discord.fail("post", fault)
    assert not (await failing(transport)).permanent


async def test_a_lost_answer_is_not_posted_again_and_is_found_by_its_key(discord, transport):
    await transport.post(PLACE, reply(), "outbox-1")
    discord.fail("post", AnswerLost())
    with pytest.raises(TransportError) as raised:
        await transport.post(PLACE, reply(), "outbox-2")
    await transport.post(PLACE, reply(), "outbox-3")
    assert (raised.value.permanent, raised.value.reason) == (False, "answer-lost")
    assert await transport.find(PLACE, "outbox-2", LONG_AGO) == f"{CHANNEL}/{discord.messages[1].object['id']}"
    assert len(discord.messages) == 3


async def test_a_message_that_is_posted_again_by_mistake_appears_once(discord, transport):
    first = await transport.post(PLACE, reply(), "outbox-1")
    assert await transport.post(PLACE, reply(), "outbox-1") == first
    assert len(discord.messages) == 1


async def test_a_message_that_was_never_posted_or_is_too_old_is_not_found(transport):
    await transport.post(PLACE, reply(), "outbox-1")
    assert await transport.find(PLACE, "outbox-9", LONG_AGO) is None
    assert await transport.find(PLACE, "outbox-1", datetime.now(UTC) + timedelta(hours=1)) is None
    assert await transport.find(str(OTHER_CHANNEL), "outbox-1", LONG_AGO) is None


async def test_a_message_is_found_behind_many_others(discord, transport):
    for number in range(150):
        discord.messages.append(Shown({}, {}, channel=CHANNEL, object=message(CHANNEL, {"content": str(number)}, {})))
    reference = await transport.post(PLACE, reply(), "outbox-1")
    assert await transport.find(PLACE, "outbox-1", LONG_AGO) == reference


async def test_somebody_else_s_copy_of_a_message_is_not_taken_for_it(discord, transport):
    await transport.post(PLACE, reply(), "outbox-1")
    discord.messages[0].object["author"]["id"] = "5"
    assert await transport.find(PLACE, "outbox-1", LONG_AGO) is None


async def test_without_permission_to_read_nothing_is_found(discord, transport):
    discord.reads_history = False
    assert await transport.find(PLACE, "outbox-1", LONG_AGO) is None


@pytest.mark.parametrize("fault", [Broken(503), RateLimited(40)])
async def test_when_discord_cannot_be_asked_nobody_knows(discord, transport, fault):
    discord.fail("history", fault)
    with pytest.raises(TransportError) as raised:
        await transport.find(PLACE, "outbox-1", LONG_AGO)
    assert not raised.value.permanent


async def test_a_call_that_is_late_holds_up_nobody_and_its_message_is_found(discord, dispatcher):
    async with running(discord, dispatcher, call_seconds=0.05) as one:
        discord.fail("post", Slow(0.2))
        assert (await failing(one.transport)).reason == "answer-lost"
        await discord.until(lambda: discord.messages)
        await one.transport.post(PLACE, reply(), "outbox-1")
    assert len(discord.messages) == 1


async def test_while_the_gateway_is_away_messages_are_posted_and_found(discord, transport):
    discord.gateway.refusals = [503] * 1_000
    discord.gateway.cut()
    for number in (999, 998, 997):
        await discord.until(lambda number=number: len(discord.gateway.refusals) < number)
        reference = await transport.post(PLACE, reply(), f"outbox-{number}")
        assert await transport.find(PLACE, f"outbox-{number}", LONG_AGO) == reference
    assert len(discord.messages) == 3


async def test_before_the_first_login_nothing_is_sent_and_that_is_known(discord, dispatcher):
    discord.fail("me", *[Broken(503)] * 500)
    async with running(discord, dispatcher, wait=False) as one:
        assert (await failing(one.transport)).reason == "unreachable"
