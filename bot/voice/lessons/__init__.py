"""What an incident taught, in words: findings, the named log, and the lessons in roles."""
