"""How the homeserver is asked, and what its answers may be."""
