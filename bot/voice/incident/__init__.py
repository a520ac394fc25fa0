"""One incident in words: its card, its steps, its clocks, what is known of it, and what happened."""
