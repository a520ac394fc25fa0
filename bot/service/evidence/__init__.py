"""Files that become evidence: asked for, fetched, kept."""
