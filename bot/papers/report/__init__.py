"""A report drawn: as pages of a PDF, and as one page for a browser."""
