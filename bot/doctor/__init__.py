"""Examines the bot's own set-up, area by area."""
