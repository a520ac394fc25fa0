"""What people judge: decisions, and what was known at an hour."""
