"""What `cellule demo` needs: a real homeserver on loopback, and people to talk to the bot."""
