"""Everything that must survive, in one encrypted file. The only package with SQL."""
