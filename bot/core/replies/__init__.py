"""What a message of ours is about, so that an answer to it needs no id."""
