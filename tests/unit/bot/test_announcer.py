"""Saying something in a channel at once, and what is known of it afterwards."""

import pytest
from structlog.testing import capture_logs

from bot.announcer import Announcer
from bot.transport import TransportError
from commands.announcing import Announced, Fate
from commands.channels import Channel
from commands.reply import Reply
from tests.fake_transport import ANSWER_LOST, UNREACHABLE, FakeTransport, asked_to_wait

OPS = Channel("slack", "#mail-ops")
HELLO = Reply("Hello.")


@pytest.fixture
def slack():
    return FakeTransport()


@pytest.fixture
def announcer(slack):
    found = Announcer()
    found.speak_through({"slack": slack})
    return found


async def test_what_is_taken_is_said_with_a_key_of_its_own(announcer, slack):
    for _ in range(2):
        assert (await announcer(OPS, HELLO)).fate is Fate.SAID
    assert [(channel, title) for channel, _, title in slack.posted] == [("#mail-ops", "Hello.")] * 2
    assert len({key for _, key, _ in slack.posted}) == 2


async def test_the_id_of_a_channel_that_was_named_is_passed_on(announcer, slack):
    slack.ids = {"#mail-ops": "C0MAIL"}
    assert await announcer(OPS, HELLO) == Announced(Fate.SAID, channel_id="C0MAIL")
    assert await announcer(Channel("slack", "C0MAIL"), HELLO) == Announced(Fate.SAID)


@pytest.mark.parametrize(
    ("fault", "announced"),
    [
        (
            TransportError("not_in_channel", permanent=False, refused=True, what_to_do="Invite it."),
            Announced(Fate.REFUSED_YET, "not_in_channel", "Invite it."),
        ),
        (
            TransportError("is_archived", permanent=True, refused=True, what_to_do="Choose another one."),
            Announced(Fate.REFUSED, "is_archived", "Choose another one."),
        ),
        (UNREACHABLE, Announced(Fate.NOT_KNOWN, "Slack could not be asked now (unreachable)")),
        (ANSWER_LOST, Announced(Fate.NOT_KNOWN, "Slack could not be asked now (answer-lost)")),
        (asked_to_wait(60), Announced(Fate.NOT_KNOWN, "Slack could not be asked now (ratelimited)")),
        (ZeroDivisionError(), Announced(Fate.NOT_KNOWN, "Slack could not be asked now (ZeroDivisionError)")),
    ],
)
async def test_what_is_not_taken_is_told_with_the_reason(announcer, slack, fault, announced):
    slack.faults.append(fault)
    with capture_logs():
        assert await announcer(OPS, HELLO) == announced


async def test_a_chat_that_is_too_slow_is_waited_for_no_longer_than_an_asker_waits(slack):
    announcer = Announcer(seconds=0.01)
    announcer.speak_through({"slack": slack})
    slack.gate.clear()
    assert await announcer(OPS, HELLO) == Announced(Fate.NOT_KNOWN, "Slack could not be asked now (too slow)")


async def test_before_the_chats_are_started_nothing_is_known():
    assert (await Announcer()(OPS, HELLO)).fate is Fate.NOT_KNOWN
