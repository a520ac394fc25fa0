"""Reminders, what could not be said, and what passed while the bot was away."""
