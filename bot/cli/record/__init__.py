"""`cellule record`: what happened, handed over with its proof, and checked."""
