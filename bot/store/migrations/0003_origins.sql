-- What each event of the inbox was, as a digest: another one that comes under its id is known by it.
CREATE TABLE IF NOT EXISTS origins (
    id TEXT PRIMARY KEY,
    origin TEXT NOT NULL
);
