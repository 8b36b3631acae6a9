"""What an upload is: the bytes decide, whatever the sender calls them. Pure."""

from datetime import datetime

from ingest.delivery import MAIL, media_type_of
from storage.arrival import Original, Source

MULTIPART = "multipart/"


def original_of(body: bytes, content_type: str, recipient: str, now: datetime) -> Original:
    """Return what is kept of an upload, so that it can be read again. `now` is aware UTC.

    A form with a file in it (`curl -F`) becomes a mail with that file: it is read like one.
    """
    media_type = media_type_of(body)
    if media_type == MAIL and content_type.lower().startswith(MULTIPART):
        body = b"MIME-Version: 1.0\r\nContent-Type: %s\r\n\r\n%s" % (content_type.encode("utf-8", "replace"), body)
    return Original(body, media_type, Source.HTTPS, now, recipients=(recipient,))
