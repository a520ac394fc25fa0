"""Alerts of other machines: which wait for a decision, and which belong to an incident."""

from bot.core.alerts.deciding import UnknownAlert, changed, fitting, is_news, named, receive, taken, told

__all__ = ["UnknownAlert", "changed", "fitting", "is_news", "named", "receive", "taken", "told"]
