"""Discord: drawing replies, taking commands over the gateway, posting alerts."""
