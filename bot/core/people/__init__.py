"""Who takes part: roles and rights, whom a name means, identities, and who is a second person."""
