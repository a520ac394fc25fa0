"""What is written down for somebody else: drafts, the register, and what is left after a purge."""
