"""What the machine gives: files, secrets, logs, time, and signs of life."""
