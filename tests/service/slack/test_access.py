"""Who is answered by Slack's adapter, with which rights, and where."""

from dataclasses import replace
from typing import Any

import pytest

from bot.slack.adapter import AT_ONCE
from tests.slack_faults import Broken, RateLimited, Refused, Slow
from tests.slack_running import PROMPT, Clock, Dispatcher, running
from tests.slack_server import SlackServer


@pytest.mark.usefixtures("adapter")
class TestACommand:
    async def test_of_another_workspace_is_not_passed_on(self, slack: SlackServer, dispatcher: Dispatcher):
        await slack.command("status", team_id="T0OTHER")
        answer = await slack.answer()
        assert "members of its own workspace" in answer.body["text"]
        assert answer.body["response_type"] == "ephemeral"
        assert dispatcher.asked == []

    @pytest.mark.parametrize("user", [{"team_id": "T0OTHER", "is_admin": True}, {"is_stranger": True}])
    async def test_of_a_guest_from_another_organisation_is_not_passed_on(
        self, slack: SlackServer, dispatcher: Dispatcher, user: dict[str, Any]
    ):
        slack.users["U0ANN"] = user
        await slack.command("status")
        assert "members of its own workspace" in (await slack.answer()).body["text"]
        assert dispatcher.asked == []

    @pytest.mark.parametrize("mark", ["is_admin", "is_owner"])
    async def test_of_a_workspace_admin_has_admin_rights_and_is_looked_up_once(
        self, slack: SlackServer, dispatcher: Dispatcher, mark: str
    ):
        slack.users["U0ANN"] = {mark: True}
        for number in range(3):
            await slack.command("domain list")
            await slack.answer(number + 1)
        assert [asker.is_admin for _, asker in dispatcher.asked] == [True] * 3
        assert slack.calls.count("users.info") == 1

    @pytest.mark.parametrize(
        "fault", [Refused("missing_scope"), Broken(503), Refused("user_not_found"), RateLimited(60)]
    )
    async def test_of_somebody_who_cannot_be_looked_up_is_answered_without_admin_rights(
        self, slack: SlackServer, dispatcher: Dispatcher, fault: Refused | Broken | RateLimited
    ):
        slack.users["U0ANN"] = {"is_admin": True}
        slack.fail("users.info", fault)
        await slack.command("status")
        await slack.answer()
        await slack.command("status")
        await slack.answer(2)
        assert [asker.is_admin for _, asker in dispatcher.asked] == [False, True]


class TestALookUp:
    @pytest.mark.parametrize("method", ["users.info", "usergroups.users.list"])
    async def test_that_takes_too_long_gives_no_rights_and_is_not_remembered(
        self, slack: SlackServer, dispatcher: Dispatcher, method: str
    ):
        slack.groups["S0OPS"] = ["U0ANN"]
        slack.fail(method, Slow(0.5))
        timing = replace(PROMPT, look_up=0.1)
        async with running(slack, dispatcher, admins=frozenset({"S0OPS"}), timing=timing):
            for number in range(2):
                await slack.command("status")
                await slack.answer(number + 1)
        assert [asker.is_admin for _, asker in dispatcher.asked] == [False, True]

    async def test_of_a_group_at_a_rate_limit_gives_no_rights_and_is_not_remembered(
        self, slack: SlackServer, dispatcher: Dispatcher
    ):
        slack.groups["S0OPS"] = ["U0ANN"]
        slack.fail("usergroups.users.list", RateLimited(60))
        async with running(slack, dispatcher, admins=frozenset({"S0OPS"})):
            for number in range(2):
                await slack.command("status")
                await slack.answer(number + 1)
        assert [asker.is_admin for _, asker in dispatcher.asked] == [False, True]

    async def test_of_many_does_not_make_an_admin_wait_who_needs_none(self, slack: SlackServer, dispatcher: Dispatcher):
        slack.fail("users.info", *(Slow(1) for _ in range(AT_ONCE + 1)))
        async with running(slack, dispatcher, admins=frozenset({"U0ADM"})):
            for number in range(AT_ONCE + 1):
                await slack.command("status", user_id=f"U0X{number}")
            await slack.command("status", user_id="U0ADM")
            await slack.answer(AT_ONCE + 2)
        assert dispatcher.asked[0][1].name == "slack:U0ADM"


class TestAdmins:
    @pytest.mark.parametrize(("admins", "is_admin"), [({"U0ANN"}, True), ({"U0BOB"}, False), ({"S0OPS"}, True)])
    async def test_are_listed_users_and_members_of_listed_groups(
        self, slack: SlackServer, dispatcher: Dispatcher, admins: set[str], is_admin: bool
    ):
        slack.groups["S0OPS"] = ["U0ANN"]
        async with running(slack, dispatcher, admins=frozenset(admins)):
            await slack.command("status")
            await slack.answer()
        assert dispatcher.asked[0][1].is_admin is is_admin

    async def test_lose_their_rights_some_minutes_after_they_left_the_group(
        self, slack: SlackServer, dispatcher: Dispatcher
    ):
        clock = Clock()
        slack.groups["S0OPS"] = ["U0ANN"]
        async with running(slack, dispatcher, admins=frozenset({"S0OPS"}), monotonic=clock):
            for number, seconds in enumerate((0, 200, 400)):
                clock.seconds = seconds
                await slack.command("status")
                await slack.answer(number + 1)
                slack.groups["S0OPS"] = []
        assert [asker.is_admin for _, asker in dispatcher.asked] == [True, True, False]
        assert slack.calls.count("usergroups.users.list") == 2

    async def test_of_a_group_that_cannot_be_read_have_no_rights(self, slack: SlackServer, dispatcher: Dispatcher):
        async with running(slack, dispatcher, admins=frozenset({"S0GONE"})):
            await slack.command("status")
            await slack.answer()
        assert dispatcher.asked[0][1].is_admin is False


class TestChannels:
    @pytest.mark.parametrize("channels", [{"C0OPS"}, {"#mail-ops"}, {"#other", "C0OPS"}])
    async def test_that_are_listed_by_id_or_name_are_answered_in(
        self, slack: SlackServer, dispatcher: Dispatcher, channels: set[str]
    ):
        async with running(slack, dispatcher, channels=frozenset(channels)):
            await slack.command("status")
            await slack.answer()
        assert len(dispatcher.asked) == 1

    async def test_that_are_not_listed_get_a_private_word_on_what_to_do(
        self, slack: SlackServer, dispatcher: Dispatcher
    ):
        async with running(slack, dispatcher, channels=frozenset({"#mail-ops", "C0X"})):
            await slack.command("status", channel_id="C0GEN", channel_name="general")
            body = (await slack.answer()).body
        assert body["response_type"] == "ephemeral"
        assert "Ask in #mail-ops" in body["text"]
        assert "slack:C0GEN" in body["text"]
        assert "tlsrpt_share" not in str(body["blocks"])
        assert dispatcher.asked == []

    async def test_that_are_not_listed_take_no_buttons_either(self, slack: SlackServer, dispatcher: Dispatcher):
        async with running(slack, dispatcher, channels=frozenset({"#mail-ops"})):
            await slack.press("tlsrpt_run_0", "status", channel={"id": "C0GEN", "name": "general"})
            await slack.answer()
        assert dispatcher.asked == []
