"""Whose devices are trusted, and verification by emoji."""
