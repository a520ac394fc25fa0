-- The record of a stream (bot/core/record): the places of its facts, which stay when a fact is erased. Each has a salt,
-- which hides the fact from whoever sees its hash alone and goes with it, and that hash, which stays.
CREATE TABLE IF NOT EXISTS leaves (
    stream TEXT NOT NULL,
    place INTEGER NOT NULL,
    fact INTEGER,
    salt BLOB,
    leaf BLOB,
    PRIMARY KEY (stream, place)
);
-- Facts of before: their hash is computed when it is asked for.
INSERT OR IGNORE INTO leaves SELECT stream, number, number, randomblob(16), NULL FROM facts;
