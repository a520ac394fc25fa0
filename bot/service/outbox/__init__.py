"""What the homeserver is to do, in its order and at its pace."""
