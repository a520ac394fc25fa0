"""The record of an incident, handed out: in the room and at the console alike."""
