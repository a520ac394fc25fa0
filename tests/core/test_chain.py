"""The hash chain: no two stories have one digest."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.chain import Entry, genesis, link

START = genesis("0123456789abcdef")
ENTRY = Entry(number=1, input="$event", device="DEVICE", kind="Noted", body='{"text":"x"}')


def test_the_digest_of_a_known_entry_is_what_it_was_when_the_format_was_fixed() -> None:
    assert START.hex() == "edf9464002aa79f79efd096bcfd3bf648c3bb02e2f331504156427359ecc40b0"
    assert link(START, ENTRY).hex() == "ff3d1bd6d496ae35bef8f564c08a0db2e42b237e0d440062f739a364116af113"


@pytest.mark.parametrize(
    "other",
    [
        replace(ENTRY, number=2),
        replace(ENTRY, input="$other"),
        replace(ENTRY, device="OTHER"),
        replace(ENTRY, device=""),
        replace(ENTRY, device=None),
        replace(ENTRY, device="~"),
        replace(ENTRY, kind="Closed"),
        replace(ENTRY, body="{}"),
        replace(ENTRY, body='{"text":"\ud800"}'),
    ],
)
def test_every_field_counts(other: Entry) -> None:
    assert link(START, other) != link(START, ENTRY)


def test_what_came_before_counts_and_so_does_the_stream() -> None:
    assert link(link(START, ENTRY), ENTRY) != link(START, ENTRY)
    assert link(genesis("another"), ENTRY) != link(START, ENTRY)


TEXT = st.text(st.characters(), max_size=8) | st.sampled_from(["", "~", "1:", ",", "1:a,"])
ENTRIES = st.builds(Entry, number=st.integers(1, 20), input=TEXT, device=st.none() | TEXT, kind=TEXT, body=TEXT)


@given(ENTRIES, ENTRIES)
def test_two_different_entries_have_two_digests(one: Entry, other: Entry) -> None:
    assert (link(START, one) == link(START, other)) == (one == other)
