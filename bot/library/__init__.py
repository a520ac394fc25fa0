"""Content files become core types here, and nowhere else: playbooks, rules of the legal clocks, public holidays."""
