"""The coordinator of many as a whole; its parts are tried beside the code. `make coordinator` runs all of it."""
