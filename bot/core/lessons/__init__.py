"""Lessons of an incident: findings that somebody is to follow up, and names that a paper in roles must not have."""
