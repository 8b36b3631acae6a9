"""`import`: files, folders, mailboxes and stdin; doing it twice changes nothing."""

import gzip
import os
import re
import signal
from pathlib import Path

from tests.mails.build import gzipped, multipart, part, text, zipped
from tests.program_at_a_terminal import at_a_terminal
from tests.program_mails import POLICY_DOMAIN, report_mail
from tests.program_process import installed

SEPARATOR = b"From sender@sender.example Tue Mar 10 04:00:00 2026\n"


def report(domain: str) -> bytes:
    return text((POLICY_DOMAIN, domain), (("report-id",), domain))


def mbox(*domains: str) -> bytes:
    return b"".join(SEPARATOR + report_mail(one, 5).replace(b"\r\n", b"\n") + b"\n" for one in domains)


def put(folder: Path) -> None:
    """One of everything that can be imported."""
    mailbox = folder / "Maildir"
    for name in ("cur", "new", "tmp"):
        (mailbox / name).mkdir(parents=True)
    for beside in ("tmp/2.host", "dovecot-uidlist", "dovecot.index.log", "subscriptions", ".hidden"):
        (mailbox / beside).write_bytes(b"no mail")
    (folder / "empty.eml").touch()
    (mailbox / "cur" / "1.host:2,S").write_bytes(report_mail("maildir.example", 5))
    (folder / "one.eml").write_bytes(report_mail("eml.example", 5))
    (folder / "one.json").write_bytes(report("json.example"))
    (folder / "one.json.gz").write_bytes(gzipped(report("gzip.example")))
    (folder / "one.zip").write_bytes(zipped(("r.json", report("zip.example"))))
    (folder / "some.mbox").write_bytes(mbox("mbox1.example", "mbox2.example"))
    (folder / "broken.json.gz").write_bytes(gzipped(report("broken.example"))[:-20])
    (folder / "bounce.eml").write_bytes(
        b"From: mailer-daemon@a.example\r\nSubject: Undelivered\r\n"
        b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"
        b"--b\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        b"Reporting-MTA: dns; a.example\r\n\r\n--b--\r\n"
    )


async def test_everything_in_a_folder_is_imported_once(folder):
    old_mail = folder / "old mail"
    old_mail.mkdir()
    put(old_mail)
    async with installed(folder) as program:
        first = await program.command("import", str(old_mail), "--json")
        before = await program.sessions()
        second = await program.command("import", str(old_mail), str(old_mail / "one.eml"))
        after = await program.sessions()

    assert (first.code, first.err) == (0, "")
    assert first.lines == [{"imported": 7, "duplicate": 0, "quarantined": 1, "ignored": 1}]
    assert before == {
        "eml.example": 5,
        "gzip.example": 600,
        "json.example": 600,
        "maildir.example": 5,
        "mbox1.example": 5,
        "mbox2.example": 5,
        "zip.example": 600,
    }
    assert (second.code, second.out.splitlines()[-1]) == (0, "imported 0, duplicate 8, quarantined 1")
    assert after == before


async def test_stdin_takes_a_report_a_mail_or_a_mailbox(folder):
    async with installed(folder) as program:
        for content, imported in (
            (report("json.example"), 1),
            (report_mail("mail.example", 5), 1),
            (mbox("mbox1.example", "mbox2.example", "mbox3.example"), 3),
        ):
            done = await program.command("import", "-", "--json", stdin=content)
            assert (done.code, done.lines[0]["imported"]) == (0, imported)
        assert len(await program.sessions()) == 5


async def test_many_reports_in_one_file_are_all_imported(folder):
    content = [report(f"d{number}.example") for number in range(620)]
    (folder / "many.zip").write_bytes(zipped(*[(f"{at}.json", one) for at, one in enumerate(content[:60])]))
    (folder / "many.json").write_bytes(b"[" + b",".join(content[60:180]) + b"]")
    mail = multipart(*[part(gzipped(one)) for one in content[180:]])
    (folder / "many.eml").write_bytes(mail)
    async with installed(folder) as program:
        done = await program.command("import", "many.zip", "many.json", "many.eml", "--json")

    assert done.lines == [{"imported": 620, "duplicate": 0, "quarantined": 0, "ignored": 0}]


async def test_a_path_that_does_not_exist_stops_the_import_before_it_begins(tmp_path):
    (tmp_path / "one.eml").write_bytes(report_mail("eml.example", 5))
    async with installed(tmp_path) as program:
        done = await program.command("import", "one.eml", "two.eml")
        assert (done.code, done.out) == (2, "")
        assert "two.eml" in done.err
        assert not (tmp_path / "data").exists()


async def test_a_file_that_cannot_be_stored_takes_no_other_with_it(folder):
    strange = folder / "strange"
    strange.mkdir()
    (strange / os.fsdecode(b"Soci\xe9t\xe9.json")).write_bytes(report("latin.example"))
    (strange / "z.json").write_bytes(report("z.example"))
    os.mkfifo(strange / "pipe")
    async with installed(folder) as program:
        done = await program.command("import", str(strange), str(strange / "pipe"))
        assert done.out == "imported 2, duplicate 0, quarantined 0\n"
        assert "no regular file" in done.err
        assert set(await program.sessions()) == {"latin.example", "z.example"}


async def test_packed_mailboxes_and_archives_of_mails_are_imported(folder):
    (folder / "vault.zip").write_bytes(
        zipped(("box", mbox("a.example", "b.example")), ("c.eml", report_mail("c.example", 5)))
    )
    (folder / "old.mbox.gz").write_bytes(gzip.compress(mbox("d.example", "e.example")))
    (folder / "cut.mbox.gz").write_bytes(gzip.compress(mbox("f.example"))[:-20])
    async with installed(folder) as program:
        done = await program.command("import", "vault.zip", "old.mbox.gz", "cut.mbox.gz", "--json")
        assert done.lines == [{"imported": 5, "duplicate": 0, "quarantined": 0, "ignored": 0}]
        assert "Left out: cut.mbox.gz cannot be unpacked" in done.err
        assert set(await program.sessions()) == {f"{letter}.example" for letter in "abcde"}


async def test_at_a_terminal_it_shows_how_far_it_is(folder):
    (folder / "box").write_bytes(b"".join(mbox(f"d{number}.example") for number in range(300)))
    async with at_a_terminal(folder, "import", "box") as program:
        shown = await program.says("imported 300, duplicate 0, quarantined 0")
        assert "Importing" in shown
        assert "100%" in shown
        assert "300 read" in shown
        await program.ends()


async def test_ctrl_c_stops_it_in_order_and_the_next_run_reads_the_rest(folder):
    (folder / "box").write_bytes(b"".join(mbox(f"d{number}.example") for number in range(6000)))
    async with at_a_terminal(folder, "import", "box") as program:
        await program.until(lambda text: re.search(r"\d,\d{3} read", text))
        program.send_signal(signal.SIGINT)
        shown = await program.until(lambda text: "run it again" in text)
        assert "Traceback" not in shown
    (folder / "tmp").rmdir()
    async with installed(folder) as program:
        done = await program.command("import", "box", "--json")
        counts = done.lines[0]
        assert counts["duplicate"] >= 1
        assert counts["imported"] + counts["duplicate"] == 6000
        assert len(await program.sessions()) == 6000
