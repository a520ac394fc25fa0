"""`cellule check`: what an operator should know before the first alarm, a line each."""
