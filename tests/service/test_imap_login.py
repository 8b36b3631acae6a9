"""Into a mailbox: TLS that is checked, the password only where nobody listens, and words for what goes wrong."""

import ssl

import pytest

from tests.certificates import CertificateMaker
from tests.imap_server import PASSWORD, ImapServer, running_imap_server
from tests.imap_watching import Box, until, watching

NO_LOOPBACK_AS_IT_SEEMS = "127.1"
"""Sockets take it for 127.0.0.1; nothing else does."""
FOLDER = "Berichte/Größe & Co"
FOLDER_ON_THE_WIRE = "Berichte/Gr&APYA3w-e &- Co"


@pytest.fixture
def box():
    return Box()


@pytest.fixture
def certificate(tmp_path):
    maker = CertificateMaker(tmp_path)
    maker.write("localhost")
    return maker


def served_with(certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate.certificate, certificate.key)
    return context


async def test_tls_from_the_first_byte_with_an_authority_of_ones_own(certificate, box):
    async with running_imap_server(tls=served_with(certificate)) as server:
        server.deliver(b"one", b"L" * 100_000)
        async with watching(server, box, host="localhost", tls=True, ca_file=certificate.certificate):
            await until(lambda: len(box.taken) == 2)
            await until(lambda: "IDLE" in server.commands)
            server.deliver(b"two")
            await until(lambda: box.taken[-1] == b"two")


async def test_starttls_is_used_where_it_is_offered(certificate, box):
    async with running_imap_server(ImapServer(starttls=served_with(certificate))) as server:
        server.deliver(b"one")
        async with watching(server, box, host="localhost", ca_file=certificate.certificate):
            await until(lambda: box.taken == [b"one"])
    assert server.commands[:4] == ["CAPABILITY", "STARTTLS", "CAPABILITY", "LOGIN"]


@pytest.mark.parametrize("at_once", [True, False])
async def test_a_certificate_that_nobody_vouches_for_is_refused_before_the_password(certificate, box, at_once):
    tls = served_with(certificate)
    kind = {"tls": tls} if at_once else {"server": ImapServer(starttls=tls)}
    async with running_imap_server(**kind) as server, watching(server, box, host="localhost", tls=at_once) as watch:
        await until(lambda: watch.state.fault)
        assert "certificate is not accepted" in watch.state.fault.detail
        assert "TLSRPT_CA_FILE" in watch.state.fault.what_to_do
    assert "LOGIN" not in server.commands


async def test_a_certificate_for_another_name_is_refused(certificate, box):
    certificate.write("imap.example.com")
    more = {"host": "localhost", "tls": True, "ca_file": certificate.certificate}
    async with running_imap_server(tls=served_with(certificate)) as server, watching(server, box, **more) as watch:
        await until(lambda: watch.state.fault)
    assert "not valid for 'localhost'" in watch.state.fault.detail


async def test_what_is_said_before_starttls_is_done_makes_it_fail(certificate, box):
    server = ImapServer(starttls=served_with(certificate))
    server.says["STARTTLS"] = lambda tag, _: tag + b" OK begin\r\n* CAPABILITY IMAP4rev1 AUTH=EVIL\r\n"
    async with running_imap_server(server), watching(server, box, host="localhost") as watch:
        await until(lambda: watch.state.fault)
    assert "STARTTLS" in watch.state.fault.detail
    assert "LOGIN" not in server.commands


async def test_no_password_goes_to_another_machine_in_the_clear(box):
    async with running_imap_server() as server, watching(server, box, host=NO_LOOPBACK_AS_IT_SEEMS) as watch:
        await until(lambda: watch.state.fault)
    assert watch.state.fault.detail == "The server does not offer STARTTLS, so no password is sent to it."
    assert "imaps://" in watch.state.fault.what_to_do
    assert "LOGIN" not in server.commands


async def test_a_server_that_logs_us_in_by_itself_is_not_believed(box):
    server = ImapServer(greeting=b"* PREAUTH hello\r\n")
    async with running_imap_server(server), watching(server, box) as watch:
        await until(lambda: watch.state.fault)
        assert watch.state.fault.trouble.value == "no-tls"
    assert "EXAMINE" not in server.commands


async def test_tls_to_a_port_without_it_is_told(box):
    async with running_imap_server() as server, watching(server, box, tls=True) as watch:
        await until(lambda: watch.state.fault)
    assert "imap:// or imaps://" in watch.state.fault.what_to_do


async def test_a_wrong_password_is_told_and_taken_up_once_it_is_right(box):
    async with running_imap_server(ImapServer(password="other")) as server, watching(server, box) as watch:
        await until(lambda: watch.state.fault)
        assert watch.state.fault.detail == (
            "The server does not take user and password ([AUTHENTICATIONFAILED] wrong password)."
        )
        assert "TLSRPT_IMAP_PASSWORD" in watch.state.fault.what_to_do
        server.password = PASSWORD
        await until(lambda: watch.state.fault is None and watch.state.read_at)


@pytest.mark.parametrize("answer", ["BAD", "NO"])
async def test_a_password_that_the_server_repeats_is_not_told(box, capsys, answer):
    async with running_imap_server() as server:
        server.says["LOGIN"] = lambda tag, arguments: tag + f" {answer} LOGIN {arguments}\r\n".encode()
        async with watching(server, box, password="se-cret") as watch:
            await until(lambda: watch.state.fault)
    assert "se-cret" not in watch.state.fault.detail + "".join(capsys.readouterr())


@pytest.mark.parametrize("password", ["pässwörd", "with\r\nA1 DELETE INBOX", "a\tb"])
async def test_any_password_can_be_sent(box, password):
    server = ImapServer(password=password)
    async with running_imap_server(server), watching(server, box, password=password) as watch:
        await until(lambda: watch.state.read_at)
    assert "AUTHENTICATE" in server.commands
    assert "DELETE" not in server.commands


async def test_a_folder_of_any_name_is_found(box):
    async with running_imap_server(ImapServer(folder=FOLDER_ON_THE_WIRE)) as server:
        server.deliver(b"one")
        async with watching(server, box, folder=FOLDER):
            await until(lambda: box.taken == [b"one"])


async def test_nobody_listening_is_told(box):
    async with running_imap_server() as server:
        pass
    async with watching(server, box) as watch:
        await until(lambda: watch.state.fault)
    assert watch.state.fault.detail == "The server cannot be reached (Connection refused)."
