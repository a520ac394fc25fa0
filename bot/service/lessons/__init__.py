"""What an incident taught: findings, and the papers made of its record."""
