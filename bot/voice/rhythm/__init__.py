"""The rhythm in words: situation points, who is on, handovers."""
