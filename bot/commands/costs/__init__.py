"""Readers of what an incident costs: amounts, costs, outages."""
