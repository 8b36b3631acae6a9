"""`ask --save`: files in a folder, an export of any size among them."""

import pytest

from bot.dispatch import Dispatcher, NotWritten, Outcome
from bot.saved_files import SavedFiles
from commands import export
from commands.reply import Attachment
from tests.asking import ADMIN, answered, dispatcher
from tests.mixed_reports import take_mixed_reports


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "new" / "files"


def saving(db, files):
    """What answers commands, with files left in a folder."""
    return Dispatcher(files.commands(), dispatcher(db)._context_for)


@pytest.mark.parametrize("form", ["csv", "json"])
async def test_an_export_too_large_for_a_message_is_written_whole(db, folder, monkeypatch, form):
    take_mixed_reports(db)
    question = f"export example.com all {form}"
    (whole,) = (await answered(db, question)).attachments
    monkeypatch.setattr(export, "LARGEST_FILE", 1000)
    files = SavedFiles(folder)
    answer = await saving(db, files).answer(question, ADMIN)
    (path,) = files.written()
    assert path == folder / whole.name
    assert path.read_bytes() == whole.body
    assert [one.name for one in folder.iterdir()] == [whole.name]
    assert (answer.outcome, answer.reply.attachments) == (Outcome.ANSWERED, ())
    assert (answer.reply.data["file"], answer.reply.data["bytes"]) == (whole.name, len(whole.body))
    assert files.written() == []


async def test_an_export_without_reports_leaves_no_file(db, folder):
    take_mixed_reports(db)
    files = SavedFiles(folder)
    answer = await saving(db, files).answer("export example.com 2020-01", ADMIN)
    assert "there is no file" in answer.reply.title
    assert files.written() == []
    assert not folder.exists()


async def test_an_export_that_cannot_be_written_is_a_failure_with_a_reason_and_leaves_nothing(db, folder):
    take_mixed_reports(db)
    (whole,) = (await answered(db, "export example.com all")).attachments
    (folder / whole.name).mkdir(parents=True)
    answer = await saving(db, SavedFiles(folder)).answer("export example.com all", ADMIN)
    assert (answer.outcome, answer.code) == (Outcome.FAILED, "not-written")
    assert answer.message == f"{folder / whole.name} cannot be written: Is a directory."
    assert [one.name for one in folder.iterdir()] == [whole.name]


def test_attached_files_are_written_one_by_one(folder):
    files = SavedFiles(folder)
    files.keep([Attachment("a.txt", "text/plain", b"a"), Attachment("b.txt", "text/plain", b"bb")])
    assert [path.read_bytes() for path in files.written()] == [b"a", b"bb"]


def test_a_folder_that_is_a_file_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(NotWritten, match="cannot be written: File exists"):
        SavedFiles(tmp_path / "file").keep([Attachment("a.txt", "text/plain", b"a")])
