"""The rows of law, and when what they ask for is due."""
