"""Errors of connections in words."""

import os


def why(error: Exception) -> str:
    """Say why a connection failed; without a full stop."""
    number = getattr(error, "errno", None)
    if isinstance(number, int) and number > 0:
        return os.strerror(number)
    return str(error) or "no answer in time"
