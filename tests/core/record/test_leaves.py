"""What of a fact is hashed, and that the salt hides it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.chain import Entry
from bot.core.record.leaves import leaf_of, shown
from bot.core.record.tree import leaf_hash

ENTRY = Entry(
    number=3, input="$1", device="PHONE", kind="Noted", body='{"at":"2026-11-24T18:00:00+00:00","text":"\\u00e9"}'
)
SALT = bytes(range(16))


def test_a_leaf_is_the_hash_of_the_entry_as_a_record_shows_it() -> None:
    written = (
        '{"body":{"at":"2026-11-24T18:00:00+00:00","text":"é"},"device":"PHONE","incident":"i","input":"$1",'
        '"kind":"Noted","number":3,"salt":"000102030405060708090a0b0c0d0e0f"}'
    )
    assert leaf_of("i", ENTRY, SALT) == leaf_hash(written.encode())
    assert shown("i", ENTRY, SALT)["body"] == {"at": "2026-11-24T18:00:00+00:00", "text": "é"}


@pytest.mark.parametrize(
    "other",
    [
        replace(ENTRY, number=4),
        replace(ENTRY, input="$2"),
        replace(ENTRY, device=None),
        replace(ENTRY, kind="Closed"),
        replace(ENTRY, body='{"text":"e"}'),
    ],
)
def test_another_entry_has_another_leaf(other: Entry) -> None:
    assert leaf_of("i", other, SALT) != leaf_of("i", ENTRY, SALT)


def test_another_salt_or_incident_gives_another_leaf() -> None:
    assert len({leaf_of("i", ENTRY, SALT), leaf_of("j", ENTRY, SALT), leaf_of("i", ENTRY, bytes(16))}) == 3
