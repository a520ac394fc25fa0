"""Files that are handed out: bytes from plain data. What they say is `bot.voice`'s."""
