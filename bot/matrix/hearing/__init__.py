"""What the bot hears, and keeps."""
