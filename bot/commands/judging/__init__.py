"""Readers of what people judge: decisions, hours of the past, how sure an answer is."""
