"""Everything the product can say: one file per command, and the alerts."""
