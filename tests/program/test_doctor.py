"""`doctor` beside the running bot: it walks from the MX of the report domain to our own port, and asks both chats."""

from tests.discord_server import DiscordServer
from tests.dns_server import running_dns_server
from tests.program_discord import on as on_discord
from tests.program_process import installed, running
from tests.program_slack import on as on_slack
from tests.slack_server import SlackServer

DOMAIN = "reports.example.net"
FINE = {"settings", "database", "smtp", "http", "report host"}


def levels(done):
    (found,) = done.lines
    return {one["area"]: one["level"] for one in reversed(found["findings"])}


async def test_a_sound_set_up_is_all_right_and_a_stopped_bot_is_noticed(folder):
    async with running_dns_server() as dns:
        dns.publish(DOMAIN, "MX", "10 mx.example.net.")
        dns.publish("mx.example.net", "A", "127.0.0.1")
        settings = {"TLSRPT_REPORT_DOMAIN": DOMAIN, "TLSRPT_DNS_SERVERS": f"127.0.0.1:{dns.port}"}
        async with running(folder, **settings) as program:
            here = {"TLSRPT_SMTP_CHECK_PORT": str(program.smtp_port)}
            done = await program.command("doctor", "--json", **here)
            assert done.code == 0
            found = levels(done)
            assert {area for area, level in found.items() if level == "ok"} == FINE, done.out
            await program.stop()
            stopped = levels(await program.command("doctor", "--json", **here))
            assert {area for area, level in stopped.items() if level == "ok"} == {"settings", "database"}
            shown = await program.command("doctor", **here)
            assert "tlsrpt-bot run" in shown.out


async def test_a_way_that_ends_elsewhere_is_told(folder):
    async with running_dns_server() as dns:
        dns.publish(DOMAIN, "MX", "0 .")
        settings = {"TLSRPT_REPORT_DOMAIN": DOMAIN, "TLSRPT_DNS_SERVERS": f"127.0.0.1:{dns.port}"}
        async with installed(folder, **settings) as program:
            done = await program.command("doctor", "--json")
            assert done.code == 1
            assert "null MX" in done.out


async def test_both_chats_are_asked_about_their_tokens(folder):
    async with SlackServer() as slack, DiscordServer() as discord:
        settings = on_discord(discord) | on_slack(slack)
        async with installed(folder, **settings) as program:
            done = await program.command("doctor", "--json")
            assert (levels(done)["slack"], levels(done)["discord"]) == ("ok", "ok"), done.out
            wrong = {"SLACK_BOT_TOKEN": "xoxb-wrong", "SLACK_APP_TOKEN": "xapp-wrong", "DISCORD_TOKEN": "wrong"}
            done = await program.command("doctor", "--json", **wrong)
            assert done.code == 1
            assert (levels(done)["slack"], levels(done)["discord"]) == ("error", "error"), done.out
            assert "wrong" not in done.out + done.err
