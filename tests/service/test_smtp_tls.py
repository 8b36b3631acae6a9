"""STARTTLS: offered with a certificate, renewed with its files, and nothing slips in before it."""

import asyncio
import smtplib
import ssl

import pytest
from structlog.testing import capture_logs

from ingest.smtp.listener import CertificateError, CertificateFiles
from tests.certificates import CertificateMaker
from tests.smtp_client import MemoryReceiver, RawClient, listening

ENVELOPE = b"MAIL FROM:<sender@example.org>\r\nRCPT TO:<token@reports.example.net>\r\nDATA\r\n"


@pytest.fixture
def receiver():
    return MemoryReceiver()


@pytest.fixture
def maker(tmp_path):
    maker = CertificateMaker(tmp_path)
    maker.write()
    return maker


@pytest.fixture
async def port(receiver, maker):
    async with listening(receiver, certificate=CertificateFiles(maker.certificate, maker.key)) as (_, port):
        yield port


async def secured(port, context=None):
    client = await RawClient.connect(port)
    await client.greet()
    assert (await client.say(b"STARTTLS\r\n")).startswith("220 2.0.0 ")
    await client.start_tls(context)
    return client


async def test_starttls_is_offered_before_it_and_not_after_it(port):
    async with await RawClient.connect(port) as client:
        assert "250-STARTTLS" in await client.greet()
        await client.say(b"STARTTLS\r\n")
        await client.start_tls()
        lines = await client.hello()
        assert "250-PIPELINING" in lines
        assert not [line for line in lines if "STARTTLS" in line or "AUTH" in line]
        assert (await client.say(b"STARTTLS\r\n")).startswith("503 5.5.1 ")
        assert (await client.say(b"NOOP\r\n")).startswith("250 2.0.0 ")


async def test_a_mail_comes_through_tls(port, receiver):
    body = b"x" * 200_000 + b"\r\n"
    async with await secured(port) as client:
        await client.hello()
        await client.send(ENVELOPE)
        await client.replies(3)
        assert (await client.say(body + b".\r\n")).startswith("250 2.0.0 ")
        assert await client.say(b"QUIT\r\n") == "221 2.0.0 Bye"
        assert await client.rest() == b""
    assert [mail.body for mail in receiver.mails] == [body]
    assert receiver.mails[0].peer == "127.0.0.1"


async def test_plain_mail_is_taken_although_tls_is_offered(port, receiver):
    async with await RawClient.connect(port) as client:
        await client.until_data()
        assert (await client.say(b"x\r\n.\r\n")).startswith("250 2.0.0 ")
    assert len(receiver.mails) == 1


async def test_what_was_said_before_the_handshake_is_forgotten_after_it(port, receiver):
    async with await RawClient.connect(port) as client:
        await client.greet()
        await client.send(ENVELOPE.removesuffix(b"DATA\r\n"))
        await client.replies(2)
        await client.send(b"STARTTLS\r\n" + b"EHLO evil\r\n" + ENVELOPE + b"injected\r\n.\r\n")
        assert (await client.reply())[0].startswith("220 ")
        await client.start_tls()
        assert (await client.say(b"DATA\r\n")).startswith("503 5.5.1 ")
        assert (await client.say(b"MAIL FROM:<s@example.org>\r\n")).startswith("503 5.5.1 ")
    assert receiver.mails == []


async def test_starttls_takes_no_argument(port):
    async with await RawClient.connect(port) as client:
        await client.greet()
        assert (await client.say(b"STARTTLS now\r\n")).startswith("501 5.5.4 ")
        assert (await client.say(b"NOOP\r\n")).startswith("250 2.0.0 ")


async def test_tls_1_1_is_refused(port):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.warns(DeprecationWarning, match="TLSv1"):
        context.minimum_version = ssl.TLSVersion.TLSv1
    with pytest.warns(DeprecationWarning, match="TLSv1"):
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    with pytest.raises((ssl.SSLError, ConnectionError)):
        await secured(port, context)


async def test_a_handshake_that_fails_leaves_the_listener_in_order(receiver, maker):
    certificate = CertificateFiles(maker.certificate, maker.key)
    async with listening(receiver, certificate=certificate) as (_, port):
        for nonsense in (b"no handshake at all\r\n" * 20, b"\x16\x03\x01", b""):
            async with await RawClient.connect(port) as client:
                await client.greet()
                await client.say(b"STARTTLS\r\n")
                await client.send(nonsense)
                client.send_eof()
                await client.rest()
        async with await secured(port) as client:
            assert "250-PIPELINING" in await client.hello()


async def test_a_handshake_that_hangs_is_given_up_and_leaves_nothing(receiver, maker):
    certificate = CertificateFiles(maker.certificate, maker.key)
    async with (
        listening(receiver, certificate=certificate, seconds_per_command=0.5) as (listener, port),
        await RawClient.connect(port) as client,
    ):
        await client.greet()
        await client.say(b"STARTTLS\r\n")
        await client.rest()
        async with asyncio.timeout(3):
            await listener.stop(60)


async def test_a_handshake_that_hangs_does_not_hold_up_the_stop(receiver, maker):
    certificate = CertificateFiles(maker.certificate, maker.key)
    async with listening(receiver, certificate=certificate, grace=0.1) as (listener, port):
        client = await RawClient.connect(port)
        await client.greet()
        await client.say(b"STARTTLS\r\n")
        async with asyncio.timeout(3):
            await listener.stop(0.1)
        await client.close()


async def test_a_renewed_certificate_is_served_without_a_restart(port, maker):
    async with await secured(port) as client:
        first = client.peer_certificate()
    renewed = maker.write()
    async with await secured(port) as client:
        assert first != client.peer_certificate() == renewed


@pytest.mark.parametrize("damage", ["text", "missing", "other key", "encrypted key"])
async def test_a_broken_renewal_keeps_the_old_certificate_and_is_logged_once(port, maker, damage):
    old = maker.der()
    if damage == "text":
        maker.certificate.write_text("not a certificate\n")
    elif damage == "missing":
        maker.key.unlink()
    elif damage == "other key":
        maker.write_certificate_of_another_key()
    else:
        maker.write(password=b"secret")
    with capture_logs() as logs:
        for _ in range(2):
            async with await secured(port) as client:
                assert client.peer_certificate() == old
    errors = [entry for entry in logs if entry["log_level"] == "error"]
    assert [entry["event"] for entry in errors] == ["certificate not renewed"]
    assert str(maker.certificate) in errors[0]["reason"]
    repaired = maker.write()
    async with await secured(port) as client:
        assert client.peer_certificate() == repaired


@pytest.mark.parametrize("damage", ["missing", "text", "encrypted key"])
def test_files_that_are_of_no_use_from_the_start_are_an_error(maker, damage):
    if damage == "missing":
        maker.certificate.unlink()
    elif damage == "text":
        maker.key.write_text("not a key\n")
    else:
        maker.write(password=b"secret")
    with pytest.raises(CertificateError, match=r"The certificate .* with the key .* cannot be used: .+\."):
        CertificateFiles(maker.certificate, maker.key)


async def test_an_idle_tls_session_is_told_to_go_when_the_listener_stops(receiver, maker):
    certificate = CertificateFiles(maker.certificate, maker.key)
    async with listening(receiver, certificate=certificate) as (listener, port):
        client = await secured(port)
        await client.hello()
        stopping = asyncio.create_task(listener.stop(5))
        assert (await client.rest()).startswith(b"421 4.3.2 ")
        await client.close()
        await stopping


def _send_by_smtplib(port):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    with smtplib.SMTP("127.0.0.1", port, local_hostname="client.example", timeout=10) as smtp:
        smtp.starttls(context=context)
        return smtp.sendmail("s@example.org", ["token@reports.example.net"], b"Subject: x\r\n\r\ny\r\n")


async def test_smtplib_delivers_over_tls(port, receiver):
    assert await asyncio.to_thread(_send_by_smtplib, port) == {}
    assert receiver.mails[0].body == b"Subject: x\r\n\r\ny\r\n"
