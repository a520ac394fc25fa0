"""The whole state in one encrypted file, and back: the same device goes on, and people see no other identity."""
