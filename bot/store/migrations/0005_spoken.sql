-- What our messages are about, so that a reply to one needs no id; the oldest of a room go.
CREATE TABLE IF NOT EXISTS spoken (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    room TEXT NOT NULL,
    event TEXT NOT NULL,
    thread TEXT NOT NULL DEFAULT '',
    guides INTEGER NOT NULL DEFAULT 0,
    body TEXT NOT NULL,
    UNIQUE (room, event)
);
CREATE INDEX IF NOT EXISTS spoken_of_room ON spoken (room, number);
CREATE INDEX IF NOT EXISTS spoken_of_guides ON spoken (room, thread, number) WHERE guides = 1;
