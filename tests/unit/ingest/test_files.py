"""Import: which files count, and when their reports arrived."""

import os
from datetime import UTC, datetime

import pytest

from ingest.files import FoundFile, NoFile, contents, files_below, read_file
from ingest.reader.mail import ReadLimits
from tests.mails.build import frame, mail, text

NOW = datetime(2026, 3, 20, tzinfo=UTC)
MODIFIED = datetime(2026, 3, 12, tzinfo=UTC)
SENT = datetime(2026, 3, 10, 4, tzinfo=UTC)
DOVECOT = ("dovecot-uidlist", "dovecot.index", "dovecot.index.log", "maildirfolder", "subscriptions", "cur.txt")
IMPOSSIBLE = [
    datetime(1970, 1, 1, tzinfo=UTC),
    datetime(2015, 12, 31, 23, 59, 59, tzinfo=UTC),
    datetime(2026, 3, 20, 0, 0, 1, tzinfo=UTC),
    datetime.max.replace(tzinfo=UTC),
]


def put(folder, *names):
    for name in names:
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"x")


def maildir(folder):
    for name in ("cur", "new", "tmp"):
        (folder / name).mkdir(parents=True)
        put(folder / name, f"1.{name}", ".hidden")
    put(folder, *DOVECOT)


def found_below(folder):
    return [str(file.relative_to(folder)) for file in files_below([folder])]


def arrived(body, modified=MODIFIED):
    return read_file(FoundFile("one", body, modified), ReadLimits(), NOW).original.arrived_at


def test_of_a_maildir_only_its_mails_count(tmp_path):
    maildir(tmp_path)

    assert found_below(tmp_path) == ["cur/1.cur", "new/1.new"]


def test_a_maildir_is_known_within_folders_and_within_another_maildir(tmp_path):
    box = tmp_path / "old" / "Maildir"
    maildir(box)
    maildir(box / ".Sent")
    maildir(box / "Archive")
    put(tmp_path / "old", "one.json")

    assert sorted(found_below(tmp_path)) == [
        "old/Maildir/.Sent/cur/1.cur",
        "old/Maildir/.Sent/new/1.new",
        "old/Maildir/Archive/cur/1.cur",
        "old/Maildir/Archive/new/1.new",
        "old/Maildir/cur/1.cur",
        "old/Maildir/new/1.new",
        "old/one.json",
    ]


def test_in_a_folder_that_is_no_maildir_everything_but_hidden_files_counts(tmp_path):
    put(tmp_path, "cur/1", "tmp/2", "subscriptions", ".hidden")

    assert found_below(tmp_path) == ["cur/1", "subscriptions", "tmp/2"]


def test_a_file_that_is_named_counts_wherever_it_is(tmp_path):
    maildir(tmp_path)

    assert list(files_below([tmp_path / "tmp" / "1.tmp"])) == [tmp_path / "tmp" / "1.tmp"]
    assert found_below(tmp_path / "cur") == ["1.cur"]


def test_a_report_arrived_at_the_date_of_its_mail_or_when_its_file_was_changed():
    assert arrived(mail()) == SENT
    assert arrived(mail(head=frame(Date=""))) == MODIFIED
    assert arrived(text()) == MODIFIED
    assert arrived(b"no report") == MODIFIED


@pytest.mark.parametrize("date", ["Thu, 1 Jan 1970 00:00:00 +0000", "Fri, 20 Mar 2026 00:00:01 +0000", "soon"])
def test_a_date_that_is_impossible_gives_way_to_the_time_of_the_file(date):
    assert arrived(mail(head=frame(Date=date))) == MODIFIED


@pytest.mark.parametrize("modified", IMPOSSIBLE)
def test_where_the_time_of_the_file_is_impossible_too_the_report_arrived_now(modified):
    assert arrived(mail(head=frame(Date="Thu, 1 Jan 1970 00:00:00 +0000")), modified) == NOW
    assert arrived(text(), modified) == NOW
    assert arrived(b"no report", modified) == NOW
    assert arrived(mail(), modified) == SENT


@pytest.mark.parametrize("seconds", [-(10**9), 10**12])
def test_a_file_with_any_time_is_opened(tmp_path, seconds):
    file = tmp_path / "one.json"
    file.write_bytes(text())
    try:
        os.utime(file, (seconds, seconds))
    except OSError:
        pytest.skip("the file system keeps no such time")

    (found,) = contents(file)

    assert arrived(found.body, found.modified) == NOW


def test_a_name_that_is_not_utf_8_is_made_storable(tmp_path):
    file = tmp_path / os.fsdecode(b"Soci\xe9t\xe9.json")
    file.write_bytes(text())

    (found,) = contents(file)

    assert found.name == "Soci\ufffdt\ufffd.json"


def test_what_is_no_file_is_refused_and_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe")

    with pytest.raises(NoFile, match="no regular file"):
        next(contents(tmp_path / "pipe"))


def test_a_mailbox_may_begin_with_empty_lines(tmp_path):
    box = tmp_path / "box"
    letter = b"From a@b Tue Mar 10 04:00:00 2026\n" + mail().replace(b"\r\n", b"\n") + b"\n"
    box.write_bytes(b"\n" + letter + letter)

    assert [found.name for found in contents(box)] == ["box#1", "box#2"]
