"""What is kept: the words that all parts share, the tables, and every query."""
