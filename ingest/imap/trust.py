"""By which authorities a mail server's certificate may be signed."""

import ssl
from pathlib import Path


def trusted(ca_file: Path | None) -> ssl.SSLContext:
    """Return a context that checks certificate and host name: by the system's authorities and those of a file.

    Raises OSError when the file cannot be used.
    """
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if ca_file is not None:
        context.load_verify_locations(ca_file)
    return context
