"""Whether a terminal gets colours."""

from collections.abc import Mapping

DUMB = "dumb"


def wants_colour(environ: Mapping[str, str], *, is_terminal: bool) -> bool:
    """Tell whether to colour: on a terminal that can, unless `NO_COLOR` has any value (no-color.org)."""
    return is_terminal and not environ.get("NO_COLOR") and not is_dumb(environ)


def is_dumb(environ: Mapping[str, str]) -> bool:
    """Tell whether the terminal understands no escape sequence at all."""
    return environ.get("TERM", "").casefold() == DUMB
