"""Evidence put into words: in the room, and on the sheet that goes with it."""
