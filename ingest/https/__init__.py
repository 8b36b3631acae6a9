"""The HTTPS door: takes reports that are posted to us (RFC 8460 section 5.4). TLS is a reverse proxy's business."""
