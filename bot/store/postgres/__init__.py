"""A state kept in PostgreSQL, for several machines of which one speaks (ADR 24). The only package that knows psycopg.

The tables stay as they are, in an encrypted file of each machine's own: its working copy. What a transaction changed
there goes into the database, sealed, before the transaction ends; the machines that wait copy it from there. So the
database is the truth, sees rows without meaning, and is never asked while somebody waits for an answer.
"""
