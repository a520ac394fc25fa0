"""What an operator does with the state: back it up, bring it back, move it, take an incident out of it."""
