"""Readers of what an incident taught: findings and the papers of lessons."""
