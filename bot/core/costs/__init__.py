"""What an incident costs: money, hours and outages, as people give them, and their sums."""
