"""The DKIM verdict of a mail (RFC 6376; RFC 8460 section 3)."""
