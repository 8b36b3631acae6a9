"""gzip, zip and transfer encodings, undone under a limit."""

import gzip

import pytest

from ingest.reader.inflate import gunzip, unzip
from ingest.reader.limits import ReadLimits
from ingest.reader.transfer import decode_transfer
from ingest.reader.unpack import Unpacker
from ingest.reader.unreadable import Unreadable
from tests.mails.build import gzipped, text, zipped


def reason_of(action) -> str:
    with pytest.raises(Unreadable) as caught:
        action()
    return caught.value.reason


def unzipped(packed: bytes, limit: int = 10**6, total: int = 10**6, max_files: int = 50) -> list[bytes]:
    return list(unzip(packed, limit, total, max_files))


def test_exactly_the_limit_is_unpacked_and_a_byte_more_is_refused():
    packed = gzip.compress(b"x" * 1000)

    assert len(gunzip(packed, 1000)) == 1000
    assert reason_of(lambda: gunzip(packed, 999)) == "too-large-inflated"


def test_the_limit_holds_for_all_gzip_members_together():
    packed = gzip.compress(b"x" * 600) * 2

    assert len(gunzip(packed, 1200)) == 1200
    assert reason_of(lambda: gunzip(packed, 1199)) == "too-large-inflated"


def test_the_limit_holds_for_all_files_of_a_zip_together():
    packed = zipped(("a", b"x" * 600), ("b", b"x" * 600))

    assert [len(file) for file in unzipped(packed, 600, 1200)] == [600, 600]
    assert reason_of(lambda: unzipped(packed, 600, 1199)) == "too-large-inflated"
    assert reason_of(lambda: unzipped(packed, 599, 1200)) == "too-large-inflated"


def test_of_a_zip_with_too_many_files_the_first_are_read_before_it_is_refused():
    packed = zipped(("folder/", b""), *[(f"{number}.txt", b"x") for number in range(30)])
    read = []

    assert len(unzipped(packed, max_files=30)) == 30
    assert reason_of(lambda: read.extend(unzip(packed, 1000, 1000, 29))) == "too-many-files"
    assert len(read) == 29


def test_a_broken_file_of_a_zip_does_not_hide_those_after_it():
    packed = zipped(("a.json", text()), ("b.json.gz", gzipped()[:-20]), ("c.json.gz", gzipped()))
    unpacker = Unpacker(ReadLimits())

    assert list(unpacker.json_texts(packed)) == [text(), text()]
    assert [refusal.reason for refusal in unpacker.refusals] == ["gzip-truncated"]


def test_a_zip_that_lists_thousands_of_files_is_refused():
    packed = zipped(("a", b"x")) + b"PK\x01\x02" * 2_000

    assert reason_of(lambda: unzipped(packed)) == "zip-damaged"


def test_an_empty_zip_holds_nothing():
    assert unzipped(zipped()) == []


@pytest.mark.parametrize("cut", range(1, len(gzipped()), 37))
def test_a_gzip_that_is_cut_anywhere_is_truncated(cut):
    assert reason_of(lambda: gunzip(gzipped()[:cut], 10**6)) == "gzip-truncated"


@pytest.mark.parametrize("cut", range(4, len(zipped(("a", text()))), 37))
def test_a_zip_that_is_cut_anywhere_is_damaged(cut):
    assert reason_of(lambda: unzipped(zipped(("a", text()))[:cut])) == "zip-damaged"


def test_all_that_one_mail_unpacks_is_bounded():
    unpacker = Unpacker(ReadLimits(max_report_bytes=10_000))
    packed = gzip.compress(b"{" + b" " * 8_000)

    unpacked = [list(unpacker.json_texts(packed)) for _ in range(2)]

    assert all(unpacked)
    assert reason_of(lambda: list(unpacker.json_texts(packed))) == "too-large-inflated"


def test_what_a_failed_attempt_cost_counts_too():
    unpacker = Unpacker(ReadLimits(max_report_bytes=10_000))
    bomb = gzip.compress(b" " * 50_000)
    for _ in range(2):
        assert reason_of(lambda: list(unpacker.json_texts(bomb))) == "too-large-inflated"

    assert reason_of(lambda: list(unpacker.json_texts(gzipped()))) == "too-large-inflated"


@pytest.mark.parametrize(
    ("body", "decoded"),
    [
        (b"QUJD", b"ABC"),
        (b"QU\r\nJD\r\n", b"ABC"),
        (b"QUI=", b"AB"),
        (b"QUI", b"AB"),
        (b"QUJDR", b"ABC"),
        (b"QUI=\r\n-- \r\nfooter", b"AB"),
        (b"", b""),
        (b"====", b""),
        (b"!!!", b""),
    ],
)
def test_base64_is_decoded_as_far_as_it_goes(body, decoded):
    assert decode_transfer(body, " Base64 ") == decoded


@pytest.mark.parametrize(
    ("encoding", "body", "decoded"),
    [
        ("quoted-printable", b"a=3Db=\r\nc", b"a=bc"),
        ("x-uuencode", b"begin 644 x\r\n#86)C\r\n`\r\nend\r\n", b"abc"),
        ("uuencode", b"begin 644 x\n#86)Cgarbage\nend\n", b"abc"),
        ("uuencode", b"no begin line", b"no begin line"),
        ("7bit", b"a=3D", b"a=3D"),
        ("x-unknown", b"a=3D", b"a=3D"),
        ("", b"a=3D", b"a=3D"),
    ],
)
def test_other_encodings_are_undone_or_left_alone(encoding, body, decoded):
    assert decode_transfer(body, encoding) == decoded
