"""What is to ring next, what rang, and where nothing can be said."""
