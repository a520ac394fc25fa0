"""`cellule check --independence`: what the homeserver has in common with the firm that it must outlive."""
