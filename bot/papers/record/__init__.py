"""The record that is handed over: one file with the entries, what proves them, and the programs that check it."""
