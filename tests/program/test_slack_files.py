"""The program on Slack with charts and files: what it draws, uploads and hands over as a real process."""

from bot.charts.words import ALT_TEXT_CHARACTERS
from tests.program_process import running
from tests.program_slack import asked, fault_reported, on
from tests.slack_limits import kinds
from tests.slack_uploads import PNG


async def test_a_chart_is_drawn_by_slack_and_as_a_picture_where_slack_refuses(folder, slack):
    async with running(folder, **on(slack)) as program:
        await fault_reported(program, "example.com", 50)
        native = await asked(program, slack, "status example.com")
        assert kinds(native["blocks"]).count("data_visualization") == 2
        assert slack.uploads.files == {}

        slack.refused_kinds = frozenset({"data_visualization"})
        drawn = await asked(program, slack, "status example.com")
        (image,) = (block for block in drawn["blocks"] if block["type"] == "image")
        (picture,) = slack.uploads.pictures
        assert image["slack_file"] == {"id": picture.id}
        assert "147 sessions, 50 failed" in image["alt_text"]
        assert len(image["alt_text"]) <= ALT_TEXT_CHARACTERS
        assert picture.body.startswith(PNG)


async def test_a_report_s_original_goes_to_its_asker_by_direct_message(folder, slack):
    async with running(folder, **on(slack)) as program:
        await fault_reported(program, "example.com", 50)
        answer = await asked(program, slack, "report 1")
        assert answer["response_type"] == "ephemeral"
        (file,) = slack.uploads.handed_over
        assert file.channel == "D0ANN"
        assert b"example.com" in file.body
        assert f"{file.name} ({len(file.body):,} bytes) went to you by direct message." in answer["text"]
