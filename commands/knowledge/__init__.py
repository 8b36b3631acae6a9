"""What is known about failures: frozen data, one file per family of RFC 8460 section 4.3."""
