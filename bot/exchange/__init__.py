"""Playbooks in the formats of others: ours go out, theirs come in, and what does not fit is kept and named."""
