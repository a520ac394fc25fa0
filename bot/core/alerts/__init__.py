"""Alerts of other machines: which wait for a decision, and which belong to an incident."""

from bot.core.alerts.deciding import UnknownAlert, changed, has_place, named, receive, taken, told

__all__ = ["UnknownAlert", "changed", "has_place", "named", "receive", "taken", "told"]
