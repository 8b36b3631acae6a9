"""A mailbox as a source of reports: read all the time by IMAP (RFC 9051), and left as it is."""
