"""The report in words: what stands in each of its sections, and in which order."""
