"""Files that go with an answer: to who asked, by direct message; and what the answer says of them."""

from typing import Any

import pytest

from bot.slack.files import LARGEST_FILE
from commands.reply import Attachment, Reply
from tests.slack_faults import AnswerLost, Broken, RateLimited, Refused
from tests.slack_limits import shown
from tests.slack_running import Dispatcher
from tests.slack_server import SlackServer

BODY = b"\x1f\x8b a report"
FILE = Attachment("report-5.json.gz", "application/gzip", BODY)
COMMAND = "report 5"

pytestmark = pytest.mark.usefixtures("adapter")


def report(*files: Attachment, private: bool = True) -> Reply:
    return Reply("Report 5", notes=("Newest 4 h old.",), attachments=files or (FILE,), private=private)


async def answer_to(slack: SlackServer, text: str = COMMAND, **more: Any) -> str:
    """Ask and return what the answer shows."""
    before = len(slack.answers)
    await slack.command(text, **more)
    return shown((await slack.answer(before + 1)).body["blocks"])


async def test_a_file_goes_to_who_asked_by_direct_message_and_the_answer_says_so(
    slack: SlackServer, dispatcher: Dispatcher
):
    dispatcher.reply = report()
    said = await answer_to(slack, user_id="U0BOB")
    (file,) = slack.uploads.handed_over
    assert (file.channel, file.name, file.body) == ("D0BOB", "report-5.json.gz", BODY)
    assert "report-5.json.gz (11 bytes) went to you by direct message." in said
    assert "Newest 4 h old." in said


async def test_a_file_never_goes_to_the_channel_though_the_answer_does(slack: SlackServer, dispatcher: Dispatcher):
    dispatcher.reply = report(private=False)
    said = await answer_to(slack)
    assert slack.answers[0].body["response_type"] == "in_channel"
    assert "went to the asker by direct message" in said
    assert [file.channel for file in slack.uploads.handed_over] == ["D0ANN"]


async def test_a_shared_answer_sends_no_file_and_tells_the_others_how_to_get_it(
    slack: SlackServer, dispatcher: Dispatcher
):
    dispatcher.reply = report()
    await slack.press("tlsrpt_share", COMMAND)
    body = (await slack.answer()).body
    assert body["response_type"] == "in_channel"
    assert "report-5.json.gz (11 bytes) goes to who asks: /tlsrpt report 5" in shown(body["blocks"])
    assert slack.uploads.files == {}


@pytest.mark.parametrize(
    ("method", "fault", "said"),
    [
        ("conversations.open", Refused("missing_scope", needed="im:write"), "lacks the scope im:write"),
        ("files.getUploadURLExternal", Refused("missing_scope", needed="files:write"), "lacks the scope files:write"),
        ("files.completeUploadExternal", Refused("messages_tab_disabled"), "the Slack app's messages tab is off"),
        ("conversations.open", Broken(503), "http-503"),
        ("conversations.open", Broken(200), "http-200"),
        ("files.getUploadURLExternal", AnswerLost(), "Slack did not say"),
        ("upload", Broken(500), "http-500"),
        ("files.getUploadURLExternal", Refused("<!channel>\u202e"), "<!channel>\ufffd"),
    ],
)
async def test_a_file_that_cannot_be_sent_is_told_with_the_reason_and_another_way(
    slack: SlackServer, dispatcher: Dispatcher, method: str, fault: Refused | Broken | AnswerLost, said: str
):
    dispatcher.reply = report()
    slack.fail(method, fault)
    answer = await answer_to(slack)
    assert "could not be sent: " in answer
    assert said in answer
    assert "`tlsrpt-bot ask 'report 5' --save FOLDER`" in answer
    assert "by direct message" not in answer


@pytest.mark.parametrize("fault", [AnswerLost(), Broken(503)])
async def test_a_file_of_which_nobody_knows_whether_it_came_is_told_so(
    slack: SlackServer, dispatcher: Dispatcher, fault: AnswerLost | Broken
):
    dispatcher.reply = report()
    slack.fail("files.completeUploadExternal", fault)
    answer = await answer_to(slack)
    assert "report-5.json.gz (11 bytes) may still come by direct message" in answer
    assert "could not be sent" not in answer


async def test_slack_s_request_to_wait_is_heeded(slack: SlackServer, dispatcher: Dispatcher):
    dispatcher.reply = report()
    slack.fail("files.completeUploadExternal", RateLimited(0))
    assert "went to you" in await answer_to(slack)
    assert len(slack.uploads.handed_over) == 1


async def test_a_file_whose_completion_got_lost_is_not_sent_twice(slack: SlackServer, dispatcher: Dispatcher):
    dispatcher.reply = report()
    slack.fail("files.completeUploadExternal", AnswerLost())
    await answer_to(slack)
    assert slack.calls.count("files.completeUploadExternal") == 1


async def test_a_file_too_large_for_chat_is_told_and_not_uploaded(slack: SlackServer, dispatcher: Dispatcher):
    dispatcher.reply = report(Attachment("all.csv", "text/csv", b"x" * (LARGEST_FILE + 1)))
    answer = await answer_to(slack, "export example.com all")
    assert "all.csv (8,388,609 bytes) could not be sent: larger than 8 MiB" in answer
    assert "tlsrpt-bot ask 'export example.com all' --save FOLDER" in answer
    assert "files.getUploadURLExternal" not in slack.calls


async def test_the_largest_file_arrives_whole(slack: SlackServer, dispatcher: Dispatcher):
    body = bytes(range(256)) * (LARGEST_FILE // 256)
    dispatcher.reply = report(Attachment("all.csv", "text/csv", body))
    assert "went to you" in await answer_to(slack)
    assert slack.uploads.handed_over[0].body == body


async def test_an_empty_file_is_told_and_not_uploaded(slack: SlackServer, dispatcher: Dispatcher):
    dispatcher.reply = report(Attachment("empty.csv", "text/csv", b""))
    assert "empty.csv (0 bytes) could not be sent: it is empty" in await answer_to(slack)


async def test_more_files_than_five_are_told_by_name(slack: SlackServer, dispatcher: Dispatcher):
    dispatcher.reply = report(*(Attachment(f"file-{number}", "text/plain", b"x") for number in range(7)))
    answer = await answer_to(slack)
    assert answer.count("went to you") == 5
    assert "file-6 (1 bytes) could not be sent: more than 5 files at once" in answer


@pytest.mark.parametrize(
    ("hostile", "harmless"),
    [
        ("../../etc/passwd", ".._.._etc_passwd"),
        ("a\\b", "a_b"),
        ("x\u202egnp.exe", "x\ufffdgnp.exe"),
        ("\x1b[31m<!channel>", "\ufffd[31m<!channel>"),
        ("", "file"),
        ("n" * 500, "n" * 99 + "…"),
    ],
)
async def test_a_hostile_file_name_stays_a_name(
    slack: SlackServer, dispatcher: Dispatcher, hostile: str, harmless: str
):
    dispatcher.reply = report(Attachment(hostile, "text/plain", b"x"))
    answer = await answer_to(slack)
    (file,) = slack.uploads.handed_over
    assert file.name == harmless
    assert f"{harmless} (1 bytes) went to you" in answer
    assert file.comment == "The file that you asked for."


async def test_files_of_an_answer_to_a_stranger_go_nowhere(slack: SlackServer, dispatcher: Dispatcher):
    dispatcher.reply = report()
    await answer_to(slack, team_id="T0OTHER")
    assert slack.uploads.files == {}
