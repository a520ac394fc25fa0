"""nio behind a wall: what comes from the network reaches its state, its keys and its store only through here."""
