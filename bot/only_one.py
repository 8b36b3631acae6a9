"""Sees to it that one bot runs on a database: two would say every alert twice."""

import fcntl
from pathlib import Path
from typing import IO

from bot.transport import CannotStart


def claim(database_file: str) -> IO[str]:
    """Return a file whose lock is held until it is closed, or until the process ends. Raises CannotStart."""
    path = Path(f"{Path(database_file).resolve()}.lock")
    file = path.open("w")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        file.close()
        raise CannotStart(f"another bot runs on {database_file} already") from error
    return file
