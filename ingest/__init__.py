"""How reports come in: SMTP, files; from bytes to a stored report."""
