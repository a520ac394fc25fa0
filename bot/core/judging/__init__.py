"""What people judge: decisions with what was known then, and what was known at an hour."""
