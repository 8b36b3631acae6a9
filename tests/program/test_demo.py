"""`tlsrpt-bot demo` as a newcomer runs it, at a terminal and in a pipe: it tells its story, and leaves nothing."""

import signal
import socket

from tests.program_at_a_terminal import ALERT_SECONDS, at_a_terminal, in_pipes

CTRL_C, CTRL_D, ENTER = "\x03", "\x04", "\r"
THE_ALERT = "mx2.bank.example does not offer STARTTLS"


def left_behind(folder):
    """Everything in the folder but what the test put there."""
    return [file for file in folder.rglob("*") if file.name not in ("tmp", ".env")]


async def test_at_a_terminal_an_alert_comes_above_what_is_being_typed(tmp_path):
    async with at_a_terminal(tmp_path, "demo") as demo:
        shown = await demo.says("tlsrpt>")
        assert "This is a demo" in shown
        assert "Nothing leaves this machine" in shown
        assert len([line for line in shown.partition("This is")[2].splitlines() if line.strip()]) <= 12
        demo.type(f"nonsense{CTRL_C}status ba")
        shown = await demo.says(THE_ALERT, ALERT_SECONDS)
        shown = await demo.until(lambda text: "status ba" in text.partition(THE_ALERT)[2])
        demo.type("nk.example\r")
        shown = await demo.until(lambda text: "tlsrpt>" in text.partition("Alert 3 (warning): ")[2])
        assert "nonsense`" not in shown, "Ctrl-C clears the line"
        assert "\x1b[" in demo.raw
        demo.type(CTRL_D)
        await demo.ends()
    assert left_behind(tmp_path) == []


async def test_in_a_pipe_it_is_plain_and_neither_settings_nor_tokens_matter(tmp_path):
    (tmp_path / ".env").write_text("TLSRPT_FAILURE_RATE=nonsense\nTLSRPT_NO_SUCH=1\n")
    with socket.create_server(("127.0.0.1", 0)) as slack:
        slack.setblocking(False)
        tokens = {
            "SLACK_BOT_TOKEN": "xoxb-1",
            "SLACK_APP_TOKEN": "xapp-1",
            "SLACK_API_URL": f"http://127.0.0.1:{slack.getsockname()[1]}/api/",
            "TLSRPT_SMTP_LISTEN": "127.0.0.1:1",
            "TLSRPT_DATABASE_URL": f"sqlite:///{tmp_path}/mine.db",
        }
        async with in_pipes(tmp_path, "demo", **tokens) as demo:
            demo.type("status\n")
            assert "2 critical, 2 all right" in await demo.says("Next: status shop.example")
            assert "\nThis is a demo" in await demo.says(THE_ALERT, ALERT_SECONDS)
            assert "\x1b" not in demo.raw
            demo.send_signal(signal.SIGTERM)
            await demo.ends()
        try:
            slack.accept()
        except BlockingIOError:
            pass
        else:
            raise AssertionError("somebody has called Slack")
    assert left_behind(tmp_path) == []


async def test_sigterm_while_the_history_is_made_up_leaves_nothing_behind(tmp_path):
    async with in_pipes(tmp_path, "demo") as demo:
        await demo.says("Making up")
        demo.send_signal(signal.SIGTERM)
        await demo.ends()
    assert left_behind(tmp_path) == []
