from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest

from bot.core.chain import Entry, genesis, link

ENTRY = Entry(number=12, input="$event", device="PHONE", kind="Noted", body='{"text":"é"}')


def test_the_digest_can_be_computed_by_anybody_with_the_fields() -> None:
    framed = '2:12,6:$event,5:PHONE,5:Noted,13:{"text":"é"},'.encode()
    assert link(b"before", ENTRY) == sha256(b"before" + framed).digest()


def test_each_stream_begins_elsewhere() -> None:
    assert genesis("incident-1") == sha256(b"cellule stream incident-1").digest()
    assert genesis("incident-1") != genesis("incident-2")


@pytest.mark.parametrize(
    "change",
    [
        {"number": 13},
        {"input": "$other"},
        {"device": None},
        {"device": ""},
        {"device": "~"},
        {"kind": "Closed"},
        {"body": "{}"},
        # The same letters, cut elsewhere.
        {"kind": "Note", "body": 'd{"text":"é"}'},
    ],
)
def test_any_change_of_a_field_changes_the_digest(change: dict[str, Any]) -> None:
    assert link(b"before", replace(ENTRY, **change)) != link(b"before", ENTRY)


def test_the_digest_depends_on_the_one_before() -> None:
    assert link(b"one", ENTRY) != link(b"two", ENTRY)


def test_half_of_a_surrogate_pair_can_be_hashed() -> None:
    assert link(b"", replace(ENTRY, input="\ud800")) != link(b"", replace(ENTRY, input="?"))
