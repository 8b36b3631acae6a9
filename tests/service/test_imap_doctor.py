"""What the doctor says of the mailbox."""

import pytest

from bot.doctor.mailbox import examine_mailbox
from bot.doctor.settings import examine_settings
from bot.settings import Settings
from commands.doctor import Level
from tests.imap_server import PASSWORD, ImapServer, running_imap_server


@pytest.fixture
def settings(monkeypatch, tmp_path):
    """Make settings of nothing but what a test says, in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def make(**given):
        for name, value in given.items():
            monkeypatch.setenv(name, value)
        return Settings()

    return make


def of(server, password=PASSWORD):
    url = f"imap://reports%40example.com@127.0.0.1:{server.port}/INBOX"
    return {"TLSRPT_IMAP_URL": url, "TLSRPT_IMAP_PASSWORD": password}


async def test_without_a_mailbox_there_is_nothing_to_say(settings):
    assert await examine_mailbox(settings()) == []


@pytest.mark.parametrize(("capabilities", "how"), [("IMAP4rev1 IDLE", "tells"), ("IMAP4rev1", "every minute")])
async def test_a_mailbox_that_can_be_read(settings, capabilities, how):
    async with running_imap_server(ImapServer(capabilities=capabilities)) as server:
        (finding,) = await examine_mailbox(settings(**of(server)))
    assert finding.level is Level.OK
    assert how in finding.found
    assert server.commands[-1] == "EXAMINE"


async def test_a_wrong_password(settings):
    async with running_imap_server() as server:
        (finding,) = await examine_mailbox(settings(**of(server, "wr0ng")))
    assert finding.level is Level.ERROR
    assert "app password" in finding.what_to_do
    assert "wr0ng" not in finding.found


async def test_a_folder_that_is_not_there(settings):
    async with running_imap_server(ImapServer(folder="Other")) as server:
        (finding,) = await examine_mailbox(settings(**of(server)))
    assert "folder INBOX cannot be opened" in finding.found


async def test_authorities_that_cannot_be_read(settings):
    async with running_imap_server() as server:
        (finding,) = await examine_mailbox(settings(**of(server), TLSRPT_CA_FILE="/does/not/exist"))
    assert finding.level is Level.ERROR
    assert "TLSRPT_CA_FILE" in finding.found


async def test_with_a_mailbox_no_report_host_is_asked_for(settings):
    async with running_imap_server() as server:
        findings = await examine_settings(settings(**of(server)))
    assert not any("TLSRPT_REPORT_DOMAIN" in one.what_to_do for one in findings)
