"""The rhythm of a long incident: situation points, who is on and for how long, and who takes over from whom."""
