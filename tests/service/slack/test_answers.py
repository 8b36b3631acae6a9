"""Answers whose address Slack does not take any more: they go by the Web API, once."""

import pytest
from structlog.testing import capture_logs

from tests.slack_faults import Broken, RateLimited, Refused, Slow
from tests.slack_replies import reply
from tests.slack_running import Dispatcher
from tests.slack_server import SlackServer

pytestmark = pytest.mark.usefixtures("adapter")

NOBODY = "http://127.0.0.1:9/nobody"


@pytest.mark.parametrize("word", ["used_url", "expired_url", "no_service", ""])
async def test_a_private_answer_goes_to_its_asker_alone(slack: SlackServer, word: str):
    slack.fail("response", Refused(word))
    await slack.command("status", user_id="U0BOB", channel_id="C0GEN")
    await slack.until(lambda: len(slack.ephemerals) == 1)
    (answer,) = slack.ephemerals
    assert (answer["user"], answer["channel"]) == ("U0BOB", "C0GEN")
    assert "590 of 600 sessions failed" in answer["text"]
    assert answer["blocks"]
    assert (slack.answers, slack.messages) == ([], [])


@pytest.mark.parametrize("word", ["used_url", "expired_url"])
async def test_the_answer_to_an_act_goes_to_the_channel_and_names_who_asked(
    slack: SlackServer, dispatcher: Dispatcher, word: str
):
    dispatcher.reply = reply(private=False)
    slack.fail("response", Refused(word))
    await slack.command("domain add example.com")
    await slack.until(lambda: len(slack.messages) == 1)
    (message,) = slack.messages
    assert message["channel"] == "C0OPS"
    assert "U0ANN" in str(message["blocks"][-1])
    assert (slack.ephemerals, len(dispatcher.asked)) == ([], 1)


async def test_an_answer_whose_address_cannot_be_reached_goes_by_the_web_api(slack: SlackServer):
    await slack.command("status", response_url=NOBODY)
    await slack.until(lambda: len(slack.ephemerals) == 1)


async def test_where_newer_blocks_are_refused_the_answer_goes_in_a_form_that_is_taken(slack: SlackServer):
    slack.refused_kinds = frozenset({"table", "data_visualization"})
    slack.fail("response", Refused("expired_url"))
    await slack.command("status")
    await slack.until(lambda: len(slack.ephemerals) == 1)
    assert "590 of 600 sessions failed" in slack.ephemerals[0]["text"]


@pytest.mark.parametrize("fault", [Refused("user_not_in_channel"), RateLimited(60), Broken(503)])
async def test_an_answer_that_is_not_taken_there_either_is_logged_and_not_tried_again(
    slack: SlackServer, fault: Refused | RateLimited | Broken
):
    slack.fail("response", Refused("expired_url"))
    slack.fail("chat.postEphemeral", fault)
    with capture_logs() as logs:
        await slack.command("status")
        await slack.until(lambda: "chat.postEphemeral" in slack.calls)
        await slack.command("help")
        await slack.answer()
    (line,) = [one for one in logs if one["event"] == "slack.answer-lost"]
    assert (line["user"], line["channel"]) == ("U0ANN", "C0OPS")
    assert slack.calls.count("chat.postEphemeral") == 1


@pytest.mark.parametrize("status", [500, 503])
async def test_an_answer_is_sent_again_while_slack_is_out_of_order(slack: SlackServer, status: int):
    slack.fail("response", Broken(status))
    await slack.command("status")
    answer = await slack.answer()
    assert "590 of 600 sessions failed" in answer.body["text"]
    assert answer.body["blocks"]


async def test_an_answer_that_slack_is_too_long_out_of_order_for_goes_by_the_web_api(slack: SlackServer):
    slack.fail("response", *[Broken(503)] * 5)
    await slack.command("status")
    await slack.until(lambda: len(slack.ephemerals) == 1)


async def test_an_answer_that_is_taken_goes_out_once(slack: SlackServer):
    slack.fail("response", Slow(0.05))
    await slack.command("status")
    await slack.answer()
    await slack.command("help")
    await slack.answer(2)
    assert (slack.ephemerals, slack.messages) == ([], [])
