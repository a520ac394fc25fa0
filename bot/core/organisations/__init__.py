"""Very many organisations of one incident."""
