-- What the encryption machine of nio keeps, in rows that only it understands (bot/ports/crypto.py).
CREATE TABLE IF NOT EXISTS crypto (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    scope TEXT NOT NULL,
    name TEXT NOT NULL,
    body TEXT NOT NULL,
    UNIQUE (kind, scope, name)
);
