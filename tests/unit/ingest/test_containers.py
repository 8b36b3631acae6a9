"""Import: what files hold, packed and unpacked, sound and damaged."""

import gzip
import io
import os
import zipfile

import pytest

from ingest import containers
from ingest.containers import FoundFile, LeftOut, contents
from ingest.files import read_file
from ingest.reader.mail import ReadLimits
from tests.mails.build import gzipped, mail, text, zipped

SEPARATOR = b"From a@b Tue Mar 10 04:00:00 2026\n"
LETTER = SEPARATOR + mail().replace(b"\r\n", b"\n") + b"\n"


def found_in(folder, name, body):
    file = folder / name
    file.write_bytes(body)
    return list(contents(file))


def names(found):
    return [one.name for one in found]


def reports(one):
    return len(read_file(one, ReadLimits(), one.modified).arrivals)


@pytest.mark.parametrize("body", [mail(), text(), gzipped(), zipped(("r.json", text())), b"?"], ids=len)
def test_a_mail_or_a_report_is_one_file_as_it_is(tmp_path, body):
    (found,) = found_in(tmp_path, "one", body)

    assert (found.name, found.body) == ("one", body)


def test_a_mailbox_may_begin_with_empty_lines(tmp_path):
    assert names(found_in(tmp_path, "box", b"\n" + LETTER + LETTER)) == ["box#1", "box#2"]


@pytest.mark.parametrize("empty_lines", [b"\n", b"\r\n\r\n"])
def test_empty_lines_before_the_header_of_a_mail_do_not_make_it_unreadable(tmp_path, empty_lines):
    (alone,) = found_in(tmp_path, "one.eml", empty_lines + mail())
    (in_a_mailbox,) = found_in(tmp_path, "box", SEPARATOR + empty_lines + LETTER[len(SEPARATOR) :])

    assert reports(alone) == reports(in_a_mailbox) == 1


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (zipped(("a.eml", mail()), ("b/r.json", text())), ["x/a.eml", "x/b/r.json"]),
        (zipped(("box", LETTER + LETTER), ("c.json.gz", gzipped())), ["x/box#1", "x/box#2", "x/c.json.gz"]),
        (
            zipped(("box.gz", gzip.compress(LETTER + LETTER)), ("a.eml", mail())),
            ["x/box.gz#1", "x/box.gz#2", "x/a.eml"],
        ),
        (gzip.compress(LETTER + LETTER), ["x#1", "x#2"]),
        (gzip.compress(mail()), ["x"]),
    ],
)
def test_packed_mails_and_mailboxes_are_unpacked(tmp_path, body, expected):
    found = found_in(tmp_path, "x", body)

    assert names(found) == expected
    assert all(reports(one) == 1 for one in found)


def test_containers_within_containers_end(tmp_path):
    inner = gzip.compress(gzip.compress(LETTER))
    (found,) = found_in(tmp_path, "x", zipped(("a.eml", mail()), ("deep", gzip.compress(zipped(("box", inner))))))[1:]

    assert isinstance(found, FoundFile)


def test_a_damaged_archive_is_one_file_for_quarantine(tmp_path):
    for body in (zipped(("a.eml", mail()))[:-30], gzip.compress(mail())[:20], b"PK\x03\x04", b"\x1f\x8b"):
        (found,) = found_in(tmp_path, "x", body)
        assert found.body == body


def test_what_cannot_be_unpacked_takes_nothing_else_with_it(tmp_path):
    found = found_in(tmp_path, "box.gz", gzip.compress(LETTER * 50)[:-300])
    assert isinstance(found[0], LeftOut)
    assert "box.gz cannot be unpacked" in found[0].why

    locked = zipped(("a.eml", mail()), ("b.eml", mail()))
    assert zipfile.ZipFile(io.BytesIO(locked)).infolist()[1].flag_bits == 0
    at = locked.rindex(b"PK\x01\x02") + 8
    found = found_in(tmp_path, "x", locked[:at] + b"\x01" + locked[at + 1 :])
    assert names(found[:1]) == ["x/a.eml"]
    assert isinstance(found[1], LeftOut)
    assert "x/b.eml" in found[1].why


def test_a_bomb_is_left_out(tmp_path, monkeypatch):
    monkeypatch.setattr(containers, "LARGEST_UNPACKED", 2**20)

    (found,) = found_in(tmp_path, "x", gzip.compress(mail() + b"\n" * 2**21))

    assert isinstance(found, LeftOut)


def test_a_mail_that_is_too_large_is_left_out_and_the_next_one_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr(containers, "LARGEST_FILE", len(LETTER) + 100)

    found = found_in(tmp_path, "box", SEPARATOR + b"A: b\n\n" + b"x" * 4000 + b"\n\n" + LETTER)

    assert isinstance(found[0], LeftOut)
    assert names(found[1:]) == ["box#2"]


@pytest.mark.parametrize("seconds", [-(10**9), 10**12])
def test_a_file_with_any_time_is_opened(tmp_path, seconds):
    file = tmp_path / "one.json"
    file.write_bytes(text())
    try:
        os.utime(file, (seconds, seconds))
    except OSError:
        pytest.skip("the file system keeps no such time")

    (found,) = contents(file)

    assert isinstance(found, FoundFile)


def test_a_name_that_is_not_utf_8_is_made_storable(tmp_path):
    file = tmp_path / os.fsdecode(b"Soci\xe9t\xe9.json")
    file.write_bytes(text())

    assert names(contents(file)) == ["Soci\ufffdt\ufffd.json"]


def test_what_is_no_file_is_left_out_and_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe")

    (found,) = contents(tmp_path / "pipe")

    assert "no regular file" in found.why


def test_an_empty_file_holds_nothing(tmp_path):
    assert found_in(tmp_path, "one.eml", b"") == []
    assert found_in(tmp_path, "two.eml", b"\n\n") == []
