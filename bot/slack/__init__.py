"""Slack: commands by Socket Mode, answers and alerts as blocks."""
