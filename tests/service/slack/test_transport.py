"""Posting to Slack over real sockets: what is accepted, refused, limited, lost and found again."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from slack_sdk.web.async_client import AsyncWebClient
from structlog.testing import capture_logs

from bot.slack.client import web_client
from bot.slack.files import SlackFiles
from bot.slack.forms import Forms
from bot.slack.transport import SlackTransport
from bot.transport import TransportError
from tests.slack_faults import AnswerLost, Broken, RateLimited, Refused
from tests.slack_limits import kinds
from tests.slack_replies import reply, too_much_of_everything
from tests.slack_running import AT_ONCE, Clock
from tests.slack_server import BOT_TOKEN, SlackServer

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
PROMPTLY = 5.0


@pytest.fixture
async def slack():
    async with SlackServer() as server:
        yield server


@pytest.fixture
def transport(slack: SlackServer) -> SlackTransport:
    return patient_transport(slack)


def patient_transport(slack: SlackServer) -> SlackTransport:
    """A transport that makes no pauses before it shows a picture."""
    client = web_client(BOT_TOKEN, slack.api_url)
    return SlackTransport(client, Forms(SlackFiles(client), Clock(), AT_ONCE))


async def test_a_message_is_posted_with_blocks_text_and_its_key(slack: SlackServer, transport: SlackTransport):
    reference = await transport.post("#mail-ops", reply(), "outbox-1")
    message = slack.messages[0]
    assert reference == f"C0OPS/{message['ts']}"
    assert "table" in kinds(message["blocks"])
    assert message["text"].startswith("🔴 Critical: example.com")
    assert message["metadata"] == {"event_type": "tlsrpt_outbox", "event_payload": {"key": "outbox-1"}}


async def test_slack_is_told_to_make_no_markup_links_or_previews(slack: SlackServer, transport: SlackTransport):
    await transport.post("C0OPS", reply(), "outbox-1")
    flags = {name: slack.messages[0][name] for name in ("mrkdwn", "link_names", "unfurl_links", "unfurl_media")}
    assert not any(flags.values())
    assert slack.messages[0]["parse"] == "none"


async def test_more_than_slack_takes_is_still_posted_at_the_first_try(slack: SlackServer, transport: SlackTransport):
    await transport.post("C0OPS", too_much_of_everything(), "outbox-1")
    assert slack.refusals == []


async def test_a_rate_limit_is_reported_with_its_wait_and_the_next_try_succeeds(
    slack: SlackServer, transport: SlackTransport
):
    slack.fail("chat.postMessage", RateLimited(7))
    with pytest.raises(TransportError) as raised:
        await transport.post("C0OPS", reply(), "outbox-1")
    assert (raised.value.permanent, raised.value.retry_after, raised.value.reason) == (False, 7.0, "ratelimited")
    assert slack.messages == []
    assert await transport.post("C0OPS", reply(), "outbox-1")


@pytest.mark.parametrize("word", ["is_archived", "msg_too_long"])
async def test_a_channel_that_cannot_be_posted_to_is_a_permanent_error(
    slack: SlackServer, transport: SlackTransport, word: str
):
    slack.fail("chat.postMessage", Refused(word))
    with pytest.raises(TransportError) as raised:
        await transport.post("C0OPS", reply(), "outbox-1")
    assert (raised.value.permanent, raised.value.reason) == (True, word)


@pytest.mark.parametrize(
    ("fault", "reason", "what_to_do"),
    [
        (Refused("channel_not_found"), "channel_not_found", "Type `/invite @tlsrpt` in the channel"),
        (Refused("not_in_channel"), "not_in_channel", "Type `/invite @tlsrpt` in the channel"),
        (Refused("restricted_action"), "restricted_action", "let the app tlsrpt post as well"),
        (Refused("restricted_action_read_only_channel"), "restricted_action_read_only_channel", "let the app tlsrpt"),
        (Refused("missing_scope", "chat:write.public"), "missing_scope (chat:write.public)", "scope chat:write.public"),
        (Refused("missing_scope"), "missing_scope", "Add the missing scope"),
        (Refused("missing_scope", "a\n`b" + "x" * 999), f"missing_scope (a `b{'x' * 95}…)", "Bot Token Scopes"),
    ],
)
async def test_what_people_in_the_workspace_can_mend_is_tried_again_and_says_how(
    slack: SlackServer, transport: SlackTransport, fault: Refused, reason: str, what_to_do: str
):
    slack.fail("chat.postMessage", fault)
    with pytest.raises(TransportError) as raised:
        await transport.post("C0OPS", reply(), "outbox-1")
    error = raised.value
    assert (error.permanent, error.refused, error.reason) == (False, True, reason)
    assert what_to_do in error.what_to_do
    assert await transport.find("C0OPS", "outbox-1", LONG_AGO) is None
    assert await transport.post("C0OPS", reply(), "outbox-1")


async def test_an_unknown_channel_may_be_a_private_one_and_is_tried_again(transport: SlackTransport):
    with pytest.raises(TransportError, match="channel_not_found") as raised:
        await transport.post("#nowhere", reply(), "outbox-1")
    assert raised.value.permanent is False


@pytest.mark.parametrize("word", ["invalid_auth", "token_revoked", "internal_error", "service_unavailable"])
async def test_a_refused_token_and_slack_s_own_faults_pass_and_are_not_permanent(
    slack: SlackServer, transport: SlackTransport, word: str
):
    slack.fail("chat.postMessage", Refused(word))
    with pytest.raises(TransportError) as raised:
        await transport.post("C0OPS", reply(), "outbox-1")
    assert (raised.value.permanent, raised.value.reason) == (False, word)


@pytest.mark.parametrize("status", [500, 502, 503, 200, 404])
async def test_an_answer_that_is_no_json_leaves_the_outcome_open(
    slack: SlackServer, transport: SlackTransport, status: int
):
    slack.fail("chat.postMessage", Broken(status))
    with pytest.raises(TransportError) as raised:
        await transport.post("C0OPS", reply(), "outbox-1")
    assert raised.value.permanent is False


async def test_a_lost_answer_is_not_posted_again_and_is_found_by_its_key(slack: SlackServer):
    transport = SlackTransport(AsyncWebClient(BOT_TOKEN, slack.api_url))
    await transport.post("C0OPS", reply(), "outbox-1")
    slack.fail("chat.postMessage", AnswerLost())
    with pytest.raises(TransportError) as raised:
        await transport.post("C0OPS", reply(), "outbox-2")
    await transport.post("C0OPS", reply(), "outbox-3")
    assert (raised.value.permanent, raised.value.reason) == (False, "answer-lost")
    assert [message["metadata"]["event_payload"]["key"] for message in slack.messages] == [
        *("outbox-1", "outbox-2", "outbox-3"),
    ]
    assert await transport.find("C0OPS", "outbox-2", LONG_AGO) == f"C0OPS/{slack.messages[1]['ts']}"


async def test_a_lost_message_is_found_in_a_channel_known_by_name_only(slack: SlackServer, transport: SlackTransport):
    slack.fail("chat.postMessage", AnswerLost())
    with pytest.raises(TransportError):
        await transport.post("#mail-ops", reply(), "outbox-1")
    assert await transport.find("#mail-ops", "outbox-1", LONG_AGO) == f"C0OPS/{slack.messages[0]['ts']}"


async def test_a_message_that_was_never_posted_or_is_too_old_is_not_found(
    slack: SlackServer, transport: SlackTransport
):
    await transport.post("C0OPS", reply(), "outbox-1")
    posted_at = datetime.fromtimestamp(float(slack.messages[0]["ts"]), UTC)
    assert await transport.find("C0OPS", "outbox-9", LONG_AGO) is None
    assert await transport.find("C0OPS", "outbox-1", posted_at + timedelta(hours=1)) is None
    assert await transport.find("#nowhere", "outbox-1", LONG_AGO) is None


async def test_without_permission_to_read_nothing_is_found(slack: SlackServer, transport: SlackTransport):
    slack.unreadable_channels.add("C0OPS")
    assert await transport.find("C0OPS", "outbox-1", LONG_AGO) is None


@pytest.mark.parametrize(
    ("method", "fault", "needed"),
    [
        ("conversations.history", Refused("missing_scope", needed="groups:history"), "groups:history"),
        ("conversations.history", Refused("not_in_channel"), "channels:history"),
        ("conversations.list", Refused("missing_scope", needed="channels:read"), "channels:read"),
    ],
)
async def test_what_keeps_the_bot_from_looking_and_what_follows_is_logged_once(
    slack: SlackServer, transport: SlackTransport, method: str, fault: Refused, needed: str
):
    slack.fail(method, fault, fault)
    with capture_logs() as logs:
        assert await transport.find("#mail-ops", "outbox-1", LONG_AGO) is None
        assert await transport.find("#mail-ops", "outbox-2", LONG_AGO) is None
    (line,) = logs
    assert (line["event"], line["reason"]) == ("slack.history-not-readable", fault.word)
    assert needed in line["needed"]
    assert "may appear twice" in line["so"]


@pytest.mark.parametrize("fault", [Broken(503), Refused("internal_error"), Refused("invalid_auth")])
async def test_when_slack_cannot_be_asked_nobody_says_that_there_is_no_message(
    slack: SlackServer, transport: SlackTransport, fault: Broken | Refused
):
    slack.fail("conversations.history", fault)
    with pytest.raises(TransportError):
        await transport.find("C0OPS", "outbox-1", LONG_AGO)


@pytest.mark.parametrize("method", ["conversations.history", "conversations.list"])
async def test_a_rate_limit_of_the_search_is_reported_with_its_wait_and_not_waited_out(
    slack: SlackServer, transport: SlackTransport, method: str
):
    slack.fail(method, RateLimited(60))
    with pytest.raises(TransportError) as raised:
        async with asyncio.timeout(PROMPTLY):
            await transport.find("#mail-ops", "outbox-1", LONG_AGO)
    assert (raised.value.permanent, raised.value.retry_after, raised.value.reason) == (False, 60.0, "ratelimited")


@pytest.mark.parametrize("method", ["files.getUploadURLExternal", "upload", "files.completeUploadExternal"])
async def test_a_rate_limit_of_a_picture_does_not_hold_the_message(
    slack: SlackServer, transport: SlackTransport, method: str
):
    slack.refused_kinds = frozenset({"data_visualization"})
    slack.fail(method, RateLimited(60))
    async with asyncio.timeout(PROMPTLY):
        await transport.post("C0OPS", reply(), "outbox-1")
    assert "image" not in kinds(slack.messages[0]["blocks"])


async def test_where_newer_blocks_are_refused_a_picture_and_text_are_sent_once():
    async with SlackServer(takes_newer_blocks=False) as slack:
        await patient_transport(slack).post("C0OPS", reply(), "outbox-1")
        assert len(slack.messages) == 1
        assert "certificate-expired" in str(slack.messages[0]["blocks"])
        assert "image" in kinds(slack.messages[0]["blocks"])
        assert not {"table", "data_visualization"} & set(kinds(slack.messages[0]["blocks"]))


async def test_what_a_workspace_refuses_is_learnt_once_for_answers_and_alerts(slack: SlackServer):
    slack.refused_kinds = frozenset({"data_visualization"})
    client = web_client(BOT_TOKEN, slack.api_url)
    forms = Forms(SlackFiles(client), Clock(), AT_ONCE)
    await SlackTransport(client, forms).post("C0OPS", reply(), "outbox-1")
    await SlackTransport(client, forms).post("C0OPS", reply(), "outbox-2")
    assert slack.refusals == ["invalid_blocks"]
    assert [kinds(message["blocks"]).count("image") for message in slack.messages] == [1, 1]


@pytest.mark.parametrize("fault", [RateLimited(7), Broken(503), AnswerLost()])
async def test_a_message_that_may_be_out_or_has_to_wait_is_not_tried_in_another_form(
    slack: SlackServer, transport: SlackTransport, fault: RateLimited | Broken | AnswerLost
):
    slack.fail("chat.postMessage", fault)
    with pytest.raises(TransportError):
        await transport.post("C0OPS", reply(), "outbox-1")
    assert slack.calls == ["chat.postMessage"]


async def test_where_all_blocks_are_refused_the_text_is_sent(slack: SlackServer, transport: SlackTransport):
    words = ("invalid_blocks", "msg_blocks_too_long", "invalid_blocks", "invalid_blocks_format")
    slack.fail("chat.postMessage", *map(Refused, words))
    await transport.post("C0OPS", reply(), "outbox-1")
    assert "blocks" not in slack.messages[0]
    assert "590 of 600 sessions failed" in slack.messages[0]["text"]


async def test_when_nobody_listens_nothing_was_sent(unused_tcp_port: int):
    transport = SlackTransport(web_client(BOT_TOKEN, f"http://127.0.0.1:{unused_tcp_port}/api/"))
    with pytest.raises(TransportError) as raised:
        await transport.post("C0OPS", reply(), "outbox-1")
    assert (raised.value.permanent, raised.value.reason) == (False, "unreachable")
