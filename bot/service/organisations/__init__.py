"""Very many organisations: their rooms are opened, and they are told, one after the other."""
