"""Evidence: what an incident keeps or names as proof, and its chain of custody."""
