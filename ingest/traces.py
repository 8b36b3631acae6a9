"""Where an error came from, for the log: frames and types, no texts and no values, which may quote a mail."""

import traceback


def trace_of(error: BaseException) -> str:
    """Return the frames and types of an exception and of its causes, the first cause first."""
    entries: list[str] = []
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        entries = [*traceback.format_tb(current.__traceback__), f"{type(current).__qualname__}\n", *entries]
        current = current.__cause__ or current.__context__
    return "".join(entries)
