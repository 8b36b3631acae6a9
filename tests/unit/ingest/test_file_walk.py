"""Which files an import looks at."""

from ingest.file_walk import files_below

DOVECOT = ("dovecot-uidlist", "dovecot.index", "dovecot.index.log", "maildirfolder", "subscriptions", "cur.txt")


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
