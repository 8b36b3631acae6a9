"""The records and files that a domain publishes, as texts: one subject a file, all of it pure."""
