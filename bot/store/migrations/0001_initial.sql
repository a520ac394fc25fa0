-- What happened, for ever. The digests of a stream form a chain (bot/core/chain.py).
CREATE TABLE IF NOT EXISTS facts (
    stream TEXT NOT NULL,
    number INTEGER NOT NULL,
    kind TEXT NOT NULL,
    body TEXT NOT NULL,
    input TEXT NOT NULL,
    device TEXT,
    digest BLOB NOT NULL,
    PRIMARY KEY (stream, number)
);

-- What came in. The id stays for ever, so that a replay is known; the text goes once it is applied.
CREATE TABLE IF NOT EXISTS inbox (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL DEFAULT '',
    body TEXT,
    applied INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS inbox_waiting ON inbox (number) WHERE applied = 0;

-- What is to be done in the world. The id stays for ever; the rest goes once it is done.
CREATE TABLE IF NOT EXISTS outbox (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    lane TEXT NOT NULL DEFAULT '',
    kind TEXT NOT NULL DEFAULT '',
    body TEXT,
    attempts INTEGER NOT NULL DEFAULT 0,
    not_before TEXT,
    done INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS outbox_open ON outbox (lane, kind) WHERE done = 0;

-- Small secrets and marks of the gateway.
CREATE TABLE IF NOT EXISTS vault (
    name TEXT PRIMARY KEY,
    value BLOB NOT NULL
);

-- Encrypted events whose key has not come yet.
CREATE TABLE IF NOT EXISTS sealed (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    body TEXT NOT NULL
);

-- Marks of the store itself: the sync token.
CREATE TABLE IF NOT EXISTS meta (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
);
