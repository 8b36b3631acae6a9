"""Which files an import looks at: those that are named, and those below named folders."""

from collections.abc import Iterator, Sequence
from pathlib import Path

MAILDIR_FOLDERS = ("cur", "new", "tmp")
MAILS_OF_A_MAILDIR = ("cur", "new")


def files_below(paths: Sequence[Path]) -> Iterator[Path]:
    """Return every file under the paths, in a stable order; a file is itself.

    Left out are hidden files, and what is in a Maildir beside its mails: indexes, and mails half written.
    """
    for path in paths:
        if path.is_dir():
            inner = (one for one in sorted(path.rglob("*")) if one.is_file() and not one.name.startswith("."))
            yield from (one for one in inner if not _is_beside_mails(one, path))
        else:
            yield path


def _is_beside_mails(file: Path, top: Path) -> bool:
    for folder in file.parents:
        if all((folder / name).is_dir() for name in MAILDIR_FOLDERS):
            return file.relative_to(folder).parts[0] not in MAILS_OF_A_MAILDIR
        if folder == top:
            break
    return False
