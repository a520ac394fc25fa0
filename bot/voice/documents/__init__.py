"""What is handed out as a file: drafts, the register, calendars."""
