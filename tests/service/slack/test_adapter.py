"""Commands and buttons over Slack's own protocol: slack-bolt against a server on 127.0.0.1."""

from typing import Any

import pytest

from bot.slack.adapter import Timing
from commands.question import Asker, Platform
from commands.reply import Action, Reply
from tests.slack_faults import RateLimited, Refused, Slow
from tests.slack_limits import kinds, shown
from tests.slack_replies import reply
from tests.slack_running import Dispatcher, running
from tests.slack_server import SlackServer


@pytest.mark.usefixtures("adapter")
class TestACommand:
    async def test_is_acknowledged_within_a_second_and_answered_to_the_asker_alone(
        self, slack: SlackServer, dispatcher: Dispatcher
    ):
        envelope = await slack.command("status example.com 30d")
        answer = await slack.answer()
        assert envelope.seconds_to_ack < 1
        assert answer.body["response_type"] == "ephemeral"
        assert "590 of 600 sessions failed" in answer.body["text"]
        assert dispatcher.asked == [
            ("status example.com 30d", Asker(Platform.SLACK, "slack:U0ANN", is_admin=False, channel="slack:C0OPS"))
        ]

    async def test_that_acts_is_answered_in_the_channel_and_names_who_asked(
        self, slack: SlackServer, dispatcher: Dispatcher
    ):
        dispatcher.reply = reply(private=False)
        await slack.command("domain add example.com")
        body = (await slack.answer()).body
        assert body["response_type"] == "in_channel"
        assert {"type": "user", "user_id": "U0ANN"} in body["blocks"][-1]["elements"][0]["elements"]
        assert "tlsrpt_share" not in str(body["blocks"])

    async def test_that_takes_long_is_acknowledged_at_once_and_holds_up_no_other(
        self, slack: SlackServer, dispatcher: Dispatcher
    ):
        dispatcher.gate.clear()
        slow = [await slack.command(f"check slow{number}.example") for number in range(5)]
        assert all(envelope.seconds_to_ack < 1 for envelope in slow)
        assert slack.answers == []
        dispatcher.gate.set()
        await slack.answer(5)

    async def test_delivered_again_in_the_same_envelope_is_handled_once_and_acknowledged_twice(
        self, slack: SlackServer, dispatcher: Dispatcher
    ):
        envelope = await slack.command("status")
        await slack.send("slash_commands", envelope.payload, envelope.id)
        await slack.command("help")
        await slack.answer(2)
        assert len(envelope.acks) == 2
        assert [text for text, _ in dispatcher.asked] == ["status", "help"]

    async def test_delivered_again_in_another_envelope_is_handled_once(
        self, slack: SlackServer, dispatcher: Dispatcher
    ):
        envelope = await slack.command("status")
        again = await slack.send("slash_commands", envelope.payload)
        await slack.command("help")
        await slack.answer(2)
        assert len(again.acks) == 1
        assert [text for text, _ in dispatcher.asked] == ["status", "help"]

    async def test_may_have_another_name_for_a_second_app(self, slack: SlackServer):
        await slack.command("status", command="/tlsrpt-staging")
        assert (await slack.answer()).body["text"]

    async def test_whose_newer_blocks_are_refused_is_answered_with_a_picture_and_text(self, slack: SlackServer):
        slack.refused_kinds = frozenset({"table", "data_visualization"})
        await slack.command("status")
        body = (await slack.answer()).body
        assert slack.refusals == ["invalid_blocks"] * 2
        assert not {"table", "data_visualization"} & set(kinds(body["blocks"]))
        assert "image" in kinds(body["blocks"])
        assert "certificate-expired" in shown(body["blocks"])

    @pytest.mark.parametrize("fault", [RateLimited(0), Slow(0.05)])
    async def test_is_answered_though_slack_is_slow_or_asks_to_wait(
        self, slack: SlackServer, fault: RateLimited | Slow
    ):
        slack.fail("response", fault)
        await slack.command("status")
        await slack.answer()

    async def test_whose_answer_cannot_be_delivered_disturbs_no_other(self, slack: SlackServer):
        await slack.command("status", response_url="http://127.0.0.1:9/nobody")
        slack.fail("response", Refused("expired_url"))
        await slack.command("status")
        await slack.command("help")
        await slack.answer()

    async def test_without_what_is_needed_is_acknowledged_and_told_that_it_cannot_be_read(
        self, slack: SlackServer, dispatcher: Dispatcher
    ):
        await slack.command("status", user_id="")
        await slack.command("help")
        await slack.answer(2)
        assert [text for text, _ in dispatcher.asked] == ["help"]


@pytest.mark.usefixtures("adapter")
class TestAButton:
    async def test_runs_its_command_with_the_rights_of_who_pressed_it(self, slack: SlackServer, dispatcher: Dispatcher):
        slack.users["U0BOB"] = {"is_admin": True}
        await slack.press("tlsrpt_run_0", "alerts ack 17")
        await slack.press("tlsrpt_run_1", "alerts ack 17", user={"id": "U0BOB", "team_id": "T0OWN"})
        await slack.answer(2)
        rights = {asker.name: asker.is_admin for _, asker in dispatcher.asked}
        assert [text for text, _ in dispatcher.asked] == ["alerts ack 17"] * 2
        assert rights == {"slack:U0ANN": False, "slack:U0BOB": True}

    async def test_of_an_answer_can_be_pressed_as_it_came(self, slack: SlackServer, dispatcher: Dispatcher):
        dispatcher.reply = reply(actions=(Action("Check now", "check example.com"),))
        await slack.command("status example.com")
        button = (await slack.answer()).body["blocks"][-1]["elements"][0]
        await slack.press(button["action_id"], button["value"])
        await slack.answer(2)
        assert dispatcher.asked[1][0] == "check example.com"

    async def test_to_share_posts_the_same_answer_in_the_channel(self, slack: SlackServer, dispatcher: Dispatcher):
        await slack.command("status example.com")
        button = (await slack.answer()).body["blocks"][-1]["elements"][-1]
        envelope = await slack.press(button["action_id"], button["value"])
        shared = (await slack.answer(2)).body
        assert envelope.seconds_to_ack < 1
        assert (shared["response_type"], shared["replace_original"]) == ("in_channel", False)
        assert "590 of 600 sessions failed" in shared["text"]
        assert "U0ANN" in str(shared["blocks"][-1])
        assert dispatcher.asked[1][0] == "status example.com"

    async def test_to_share_is_not_offered_for_an_error_and_does_not_show_one(
        self, slack: SlackServer, dispatcher: Dispatcher
    ):
        dispatcher.reply = Reply("No such command.", data={"error": {"code": "unknown-command"}})
        await slack.command("stauts")
        await slack.press("tlsrpt_share", "stauts")
        await slack.answer(2)
        assert [answer.body["response_type"] for answer in slack.answers] == ["ephemeral"] * 2
        assert "tlsrpt_share" not in str(slack.answers[0].body)

    async def test_pressed_by_somebody_of_another_organisation_does_nothing(
        self, slack: SlackServer, dispatcher: Dispatcher
    ):
        await slack.press("tlsrpt_run_0", "alerts ack 17", user={"id": "U0EVE", "team_id": "T0OTHER"})
        await slack.answer()
        assert dispatcher.asked == []

    async def test_delivered_again_acts_once(self, slack: SlackServer, dispatcher: Dispatcher):
        envelope = await slack.press("tlsrpt_run_0", "alerts ack 17")
        await slack.send("interactive", envelope.payload)
        await slack.command("help")
        await slack.answer(2)
        assert [text for text, _ in dispatcher.asked] == ["alerts ack 17", "help"]


class TestTheDispatcher:
    async def test_is_asked_only_when_the_acknowledgement_is_out(self, slack: SlackServer):
        order: list[str] = []

        async def dispatch(text: str, _: Asker) -> Reply:
            order.append(text)
            return Reply("Well")

        async with running(slack, dispatch, admins=frozenset({"U0ANN"})) as adapter:
            client = adapter._connection._handler.client
            send = client.send_socket_mode_response

            async def sending(response: Any) -> None:
                order.append("acknowledging")
                await send(response)
                order.append("acknowledged")

            client.send_socket_mode_response = sending
            await slack.command("status")
            await slack.answer()
        assert order == ["acknowledging", "acknowledged", "status"]

    async def test_that_takes_too_long_is_given_up_with_a_word(self, slack: SlackServer, dispatcher: Dispatcher):
        dispatcher.gate.clear()
        async with running(slack, dispatcher, timing=Timing(answer=0.01)):
            await slack.command("status")
            assert "No answer within" in (await slack.answer()).body["text"]

    async def test_that_breaks_disturbs_no_other(self, slack: SlackServer):
        async def breaking(text: str, asker: Asker) -> Reply:
            if text == "break":
                raise RuntimeError(asker.name)
            return Reply("Well")

        async with running(slack, breaking):
            await slack.command("break")
            await slack.command("help")
            assert "Well" in (await slack.answer()).body["text"]
