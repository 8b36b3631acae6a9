"""The demo: a made-up story, told through the real doors."""
