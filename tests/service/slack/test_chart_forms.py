"""How a chart reaches a workspace: Slack's own, a picture, text; over real sockets, within five uses of an address."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.slack.adapter import SlackAdapter
from bot.slack.forms import Pauses
from commands.reply import Chart, DayBar, Reply
from tests.slack_faults import AnswerLost, Broken, RateLimited, Refused, Slow
from tests.slack_limits import kinds, shown
from tests.slack_replies import FIRST_DAY, reply
from tests.slack_running import AT_ONCE, PROMPT, Clock, Dispatcher, running
from tests.slack_server import Envelope, SlackServer

NO_CHARTS = frozenset({"data_visualization"})
NO_TABLES_EITHER = NO_CHARTS | {"table"}
BY_TYPE = (("certificate-expired", 4), ("validation-failure", 1))


def with_types(days: int = 3) -> Chart:
    each = (DayBar(FIRST_DAY + timedelta(days=number), 100, 5, BY_TYPE) for number in range(days))
    return Chart("Sessions by day", tuple(each))


def uses(slack: SlackServer, envelope: Envelope) -> int:
    """How often an address for answers was used."""
    return slack._uses[str(envelope.payload["response_url"]).removeprefix(slack.origin)]


async def answer_to(slack: SlackServer, text: str = "status example.com") -> dict[str, Any]:
    before = len(slack.answers)
    await slack.command(text)
    return (await slack.answer(before + 1)).body


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def watched(slack: SlackServer, dispatcher: Dispatcher, clock: Clock):
    dispatcher.reply = reply(chart=with_types())
    async with running(slack, dispatcher, monotonic=clock) as one:
        yield one


@pytest.mark.usefixtures("watched")
class TestAChart:
    async def test_is_slack_s_own_where_slack_takes_it_and_nothing_is_uploaded(self, slack: SlackServer):
        body = await answer_to(slack)
        assert kinds(body["blocks"]).count("data_visualization") == 2
        assert (slack.uploads.files, slack.refusals) == ({}, [])

    async def test_is_a_picture_with_words_where_slack_refuses_its_own(self, slack: SlackServer):
        slack.refused_kinds = NO_CHARTS
        body = await answer_to(slack)
        image = next(block for block in body["blocks"] if block["type"] == "image")
        (picture,) = slack.uploads.pictures
        assert image["slack_file"] == {"id": picture.id}
        assert "315 sessions, 15 failed" in image["alt_text"]
        assert "table" in kinds(body["blocks"])
        assert kinds(body["blocks"]).index("image") == 3
        assert (picture.channel, picture.comment) == ("", "")

    async def test_is_tried_as_slack_s_own_again_only_after_an_hour(self, slack: SlackServer, clock: Clock):
        slack.refused_kinds = NO_CHARTS
        await answer_to(slack)
        await answer_to(slack)
        assert slack.refusals == ["invalid_blocks"]
        slack.refused_kinds = frozenset()
        assert "image" in kinds((await answer_to(slack))["blocks"])
        clock.seconds += 3_601
        assert "data_visualization" in kinds((await answer_to(slack))["blocks"])

    async def test_shown_again_is_not_uploaded_again(self, slack: SlackServer, dispatcher: Dispatcher):
        slack.refused_kinds = NO_CHARTS
        await answer_to(slack)
        await answer_to(slack)
        assert len(slack.uploads.files) == 1
        dispatcher.reply = reply(chart=with_types(4))
        await answer_to(slack)
        assert len(slack.uploads.files) == 2

    async def test_whose_picture_slack_has_not_taken_in_yet_is_tried_once_more(self, slack: SlackServer):
        slack.refused_kinds = NO_CHARTS
        slack.uploads.refuses_late_files = 1
        body = await answer_to(slack)
        assert "image" in kinds(body["blocks"])
        assert len(slack.uploads.files) == 1

    async def test_whose_picture_slack_never_takes_in_is_text_within_five_uses(self, slack: SlackServer):
        slack.refused_kinds = NO_TABLES_EITHER
        slack.uploads.refuses_late_files = 99
        envelope = await slack.command("status")
        body = (await slack.answer()).body
        assert not {"image", *NO_TABLES_EITHER} & set(kinds(body["blocks"]))
        assert "certificate-expired █" in shown(body["blocks"])
        assert uses(slack, envelope) == 4

    @pytest.mark.parametrize(
        ("method", "fault"),
        [
            ("files.getUploadURLExternal", Refused("missing_scope", needed="files:write")),
            ("files.getUploadURLExternal", AnswerLost()),
            ("files.completeUploadExternal", Broken(503)),
            ("files.completeUploadExternal", Refused("file_uploads_disabled")),
            ("upload", Broken(500)),
        ],
    )
    async def test_whose_picture_cannot_be_uploaded_is_text_beside_slack_s_own_table(
        self, slack: SlackServer, method: str, fault: Refused | Broken | AnswerLost
    ):
        slack.refused_kinds = NO_CHARTS
        slack.fail(method, fault)
        body = await answer_to(slack)
        assert "image" not in kinds(body["blocks"])
        assert "table" in kinds(body["blocks"])
        assert "certificate-expired █" in shown(body["blocks"])

    @pytest.mark.parametrize("method", ["files.getUploadURLExternal", "upload", "files.completeUploadExternal"])
    async def test_at_a_rate_limit_is_text_at_once_and_no_picture_is_tried_until_it_is_over(
        self, slack: SlackServer, clock: Clock, method: str
    ):
        slack.refused_kinds = NO_CHARTS
        slack.fail(method, RateLimited(60))
        assert "certificate-expired █" in shown((await answer_to(slack))["blocks"])
        asked = slack.calls.count("files.getUploadURLExternal")
        clock.seconds = 59
        assert "certificate-expired █" in shown((await answer_to(slack))["blocks"])
        assert slack.calls.count("files.getUploadURLExternal") == asked
        clock.seconds = 61
        assert "image" in kinds((await answer_to(slack))["blocks"])

    async def test_that_cannot_be_drawn_is_text(
        self, slack: SlackServer, watched: SlackAdapter, monkeypatch: pytest.MonkeyPatch
    ):
        async def broken(_: Chart) -> tuple[str, bool]:
            raise OSError

        slack.refused_kinds = NO_CHARTS
        monkeypatch.setattr(watched.forms._files, "upload_picture", lambda *_args, **_more: broken(with_types()))
        assert "certificate-expired █" in shown((await answer_to(slack))["blocks"])

    async def test_is_left_to_the_text_when_every_form_is_refused(self, slack: SlackServer):
        slack.refused_kinds = frozenset({"header"})
        envelope = await slack.command("status")
        body = (await slack.answer()).body
        assert "blocks" not in body
        assert "590 of 600 sessions failed" in body["text"]
        assert uses(slack, envelope) == 5

    async def test_in_a_workspace_that_also_asks_to_wait_still_comes_as_text(self, slack: SlackServer):
        slack.refused_kinds = frozenset({"header"})
        slack.fail("response", RateLimited(0), RateLimited(0), RateLimited(0))
        envelope = await slack.command("status")
        assert "590 of 600 sessions failed" in (await slack.answer()).body["text"]
        assert uses(slack, envelope) == 5

    async def test_is_not_blamed_for_the_refusal_of_a_whole_message(self, slack: SlackServer):
        slack.refused_kinds = frozenset({"header"})
        await answer_to(slack)
        slack.refused_kinds = frozenset()
        assert "data_visualization" in kinds((await answer_to(slack))["blocks"])


async def test_a_chart_whose_picture_is_slow_to_upload_is_text(slack: SlackServer, dispatcher: Dispatcher):
    dispatcher.reply = reply(chart=with_types())
    slack.refused_kinds = NO_CHARTS
    slack.fail("upload", Slow(1))
    timing = replace(PROMPT, picture=replace(AT_ONCE, most=0.1))
    async with running(slack, dispatcher, timing=timing):
        assert "certificate-expired █" in shown((await answer_to(slack))["blocks"])


async def test_pauses_before_a_picture_are_no_longer_than_an_answer_may_wait(
    slack: SlackServer, dispatcher: Dispatcher
):
    dispatcher.reply = reply(chart=with_types())
    slack.refused_kinds = NO_CHARTS
    slack.uploads.refuses_late_files = 1
    async with running(slack, dispatcher, timing=replace(PROMPT, picture=Pauses(first=60, second=60, most=1))):
        assert "image" in kinds((await answer_to(slack))["blocks"])


@pytest.mark.usefixtures("watched")
async def test_a_reply_without_a_chart_uploads_nothing_and_blames_no_chart(slack: SlackServer, dispatcher: Dispatcher):
    dispatcher.reply = reply(chart=None)
    slack.refused_kinds = frozenset({"table"})
    await answer_to(slack)
    assert (slack.uploads.files, slack.refusals) == ({}, ["invalid_blocks"])
    slack.refused_kinds = frozenset()
    dispatcher.reply = reply(chart=with_types())
    assert "data_visualization" in kinds((await answer_to(slack))["blocks"])


@pytest.mark.usefixtures("watched")
async def test_an_answer_that_slack_makes_wait_for_ever_is_given_up(slack: SlackServer, dispatcher: Dispatcher):
    dispatcher.reply = Reply("Well")
    slack.fail("response", *(RateLimited(0) for _ in range(5)))
    envelope = await slack.command("status")
    await slack.command("help")
    await slack.answer()
    assert uses(slack, envelope) <= 5
