"""The URL of a mailbox: read as people write it, refused with a sentence that repeats no password."""

import pytest

from ingest.imap.address import LONGEST, MailboxAddress, parse_mailbox


@pytest.mark.parametrize(
    ("url", "means"),
    [
        ("imaps://tls@imap.example.com", MailboxAddress("tls", "imap.example.com", 993, "INBOX", tls_at_once=True)),
        ("imap://tls@imap.example.com/", MailboxAddress("tls", "imap.example.com", 143, "INBOX", tls_at_once=False)),
        (
            " IMAPS://tls%40example.com@IMAP.example.com.:1993/TLS%20Berichte/Gr%C3%B6%C3%9Fe ",
            MailboxAddress("tls@example.com", "imap.example.com", 1993, "TLS Berichte/Größe", tls_at_once=True),
        ),
        (
            "imaps://tls@example.com@[2001:db8::1]:993/a",
            MailboxAddress("tls@example.com", "2001:db8::1", 993, "a", True),
        ),
        ("imaps://a%3Ab@192.0.2.1/a@b:c", MailboxAddress("a:b", "192.0.2.1", 993, "a@b:c", True)),
    ],
)
def test_what_people_write(url, means):
    assert parse_mailbox(url) == means


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("", "must be a URL such as"),
        ("imap.example.com", "must be a URL such as"),
        ("pop3://a@b.example", "must be a URL such as"),
        ("imaps://imap.example.com/INBOX", "must be a URL such as"),
        ("imaps://a@b.example/INBOX?x", "must be a URL such as"),
        ("imaps://a:s3cret@b.example", "goes into TLSRPT_IMAP_PASSWORD"),
        ("imaps://a@b.example:0", "must name a server"),
        ("imaps://a@b.example:65536", "must name a server"),
        ("imaps://a@[::1", "must name a server"),
        ("imaps://a@-/x", "must name a server"),
        ("imaps://a%FF@b.example", "must be UTF-8"),
        ("imaps://a%0D%0Ab@b.example", "printable"),
        ("imaps://a@b.example/x%00", "printable"),
        ("imaps://a@b.example/" + "x" * LONGEST, "no longer than"),
    ],
)
def test_what_is_refused(url, sentence):
    with pytest.raises(ValueError, match=sentence) as caught:
        parse_mailbox(url)
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize(
    ("host", "local"), [("localhost", True), ("127.0.0.9", True), ("::1", True), ("10.0.0.1", False)]
)
def test_which_machine_is_ours(host, local):
    assert MailboxAddress("a", host, 143, "INBOX", tls_at_once=False).is_on_this_machine is local


def test_the_name_under_which_the_position_is_kept():
    assert str(parse_mailbox("imaps://a%40b@[::1]/x")) == "a@b@[::1]:993/x"
