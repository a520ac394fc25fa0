"""Very many organisations: rooms for all of them, bulletins, the roll-up."""
