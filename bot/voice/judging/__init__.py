"""What people judge, in words: decisions, and what was known at an hour."""
