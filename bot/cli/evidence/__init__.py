"""`cellule evidence`: what is kept as proof, handed over with its custody."""
