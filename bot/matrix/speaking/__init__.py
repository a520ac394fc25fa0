"""What the bot sends: rooms, keys, messages and files."""
