"""Readers of what is asked of the rhythm: situation points and their cadence, handovers."""
