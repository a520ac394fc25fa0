-- What many openings share (playbook, rules, holidays), once each under its SHA-256: their bodies name it by that.
CREATE TABLE IF NOT EXISTS parts (
    digest TEXT PRIMARY KEY,
    body TEXT NOT NULL
);
