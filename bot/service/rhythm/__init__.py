"""The rhythm of an incident, as it is asked for in its room."""
