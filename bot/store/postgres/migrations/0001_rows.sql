-- Which of these scripts were run. One row.
CREATE TABLE cellule_schema (number integer NOT NULL);
INSERT INTO cellule_schema VALUES (0);

-- Every row of every table, sealed, under a keyed hash of its table and key. Without a body: it was dropped.
CREATE TABLE cellule_rows (
    id bytea PRIMARY KEY,
    position bigint NOT NULL,
    body bytea
);
CREATE INDEX cellule_rows_position ON cellule_rows (position);
CREATE INDEX cellule_rows_dropped ON cellule_rows (position) WHERE body IS NULL;

-- Who speaks, and where the rows stand. One row.
CREATE TABLE cellule_head (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    -- Counts who spoke: what is written under an older number is refused.
    fence bigint NOT NULL,
    -- Counts the signs of life of who speaks.
    beat bigint NOT NULL,
    -- Which machine speaks, by a number of chance; nobody when it said goodbye.
    holder bytea,
    -- Which of its lives: a number of chance that no other has.
    life bytea,
    -- Counts transactions.
    position bigint NOT NULL,
    -- Whether all was moved into a file since: then nobody speaks from here.
    moved boolean NOT NULL DEFAULT false,
    -- Sealed: see bot/store/postgres/head.py.
    body bytea NOT NULL
);
