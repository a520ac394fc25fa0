"""Our own account: its session, its identity, and which devices of others are trusted."""
