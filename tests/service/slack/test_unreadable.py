"""What is no command and no button of today: acknowledged at once, told so where that can be, one line in the log."""

import pytest
from structlog.testing import capture_logs

from bot.refusals import CANNOT_BE_READ
from tests.slack_running import Dispatcher
from tests.slack_server import SlackServer

pytestmark = pytest.mark.usefixtures("adapter")
WHO = {"user": {"id": "U0ANN", "team_id": "T0OWN"}, "team": {"id": "T0OWN"}, "trigger_id": "1.t"}


@pytest.mark.parametrize("action_id", ["tlsrpt_old", "run_1", "", "someone_elses"])
async def test_a_button_of_another_version_is_told_so(slack: SlackServer, dispatcher: Dispatcher, action_id: str):
    with capture_logs() as logged:
        envelope = await slack.press(action_id, "status")
        answer = await slack.answer()
    assert envelope.seconds_to_ack < 1
    assert answer.body["text"].endswith(CANNOT_BE_READ)
    assert answer.body["response_type"] == "ephemeral"
    assert dispatcher.asked == []
    assert [(one["event"], one["log_level"], one["kind"]) for one in logged] == [
        ("slack.unreadable-payload", "warning", "block_actions")
    ]


async def test_a_message_action_is_told_so(slack: SlackServer):
    address = f"{slack.origin}/response/77"
    body = {"type": "message_action", "callback_id": "x", "response_url": address, "channel": {"id": "C0OPS"}, **WHO}
    await slack.send("interactive", body)
    assert (await slack.answer()).body["text"].endswith(CANNOT_BE_READ)


@pytest.mark.parametrize(
    ("kind", "payload"),
    [
        ("interactive", {"type": "view_submission", "view": {"id": "V1", "callback_id": "x", "state": {}}, **WHO}),
        ("interactive", {"type": "view_closed", "view": {"id": "V1", "callback_id": "x"}, **WHO}),
        ("interactive", {"type": "shortcut", "callback_id": "x", **WHO}),
        ("interactive", {"type": "block_suggestion", "action_id": "x", "block_id": "b", "value": "e", **WHO}),
        ("interactive", {"type": "block_actions", "actions": None, **WHO}),
        ("interactive", {"type": "block_actions", "actions": [None], **WHO}),
        ("interactive", {"type": "block_actions", "actions": "x", "user": None, "team": None, "channel": None}),
        ("interactive", {"type": "block_actions"}),
        ("interactive", {"type": None, "user": 7, "team": [], "view": 3}),
        ("interactive", {}),
        ("slash_commands", {}),
        ("slash_commands", {"command": None, "text": None}),
        ("slash_commands", {"command": 7, "text": ["x"], "user_id": {}, "team_id": 3, "response_url": 5}),
        ("slash_commands", {"command": "/tlsrpt", "text": "status"}),
        ("events_api", {"type": "event_callback", "event": {"type": "app_mention", "text": "hi"}, "team_id": "T0OWN"}),
        ("events_api", {"type": "event_callback", "event": None}),
        ("frobnicated", {"type": "frobnicate"}),
    ],
)
async def test_nonsense_is_acknowledged_and_the_next_command_is_answered(
    slack: SlackServer, dispatcher: Dispatcher, caplog: pytest.LogCaptureFixture, kind: str, payload: dict
):
    with capture_logs() as logged:
        envelope = await slack.send(kind, payload)
    assert envelope.seconds_to_ack < 1
    assert [(one["event"], one["log_level"]) for one in logged] == [("slack.unreadable-payload", "warning")]
    assert "Traceback" not in caplog.text
    await slack.command("status")
    await slack.answer()
    assert [text for text, _ in dispatcher.asked] == ["status"]
