"""The rules: pure and synchronous. No I/O, no clock, no randomness, nothing but the standard library."""
