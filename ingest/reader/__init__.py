"""The tolerant reader: from the bytes of a mail or a file to the reports in it."""
