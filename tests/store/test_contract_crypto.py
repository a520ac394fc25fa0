"""What the encryption machine keeps, held to the port: in memory and in the file."""

from __future__ import annotations

import pytest

from bot.ports import CryptoKind, CryptoRow, CryptoRows, named
from tests.store.conftest import WholeStore

ROOM, OTHER = "!room:example.org", "!other:example.org"


def key(room: str = ROOM, name: str = "one", body: str = "{}") -> CryptoRow:
    return CryptoRow(CryptoKind.ROOM_KEY, room, name, body)


@pytest.fixture
def rows(store: WholeStore) -> CryptoRows:
    return store.crypto


async def room_keys(rows: CryptoRows) -> list[CryptoRow]:
    return list((await rows.load(CryptoKind.ROOM_KEY))[CryptoKind.ROOM_KEY])


async def test_rows_come_back_in_the_order_in_which_they_first_came(rows: CryptoRows) -> None:
    for row in (key(name="b"), key(OTHER, "a"), key(name="a"), key(name="b", body="[]")):
        rows.put(row)
    await rows.settle()
    assert await room_keys(rows) == [key(name="b", body="[]"), key(OTHER, "a"), key(name="a")]


async def test_kinds_are_apart_and_those_that_are_not_asked_for_stay_out(rows: CryptoRows) -> None:
    heard = CryptoRow(CryptoKind.HEARD, ROOM, named("curve", "session", 1), "[]")
    rows.put(key())
    rows.put(heard)
    assert (await rows.load(CryptoKind.HEARD)) == {CryptoKind.HEARD: (heard,)}
    whole = await rows.load()
    assert {kind: len(found) for kind, found in whole.items() if found} == {
        CryptoKind.ROOM_KEY: 1,
        CryptoKind.HEARD: 1,
    }
    assert set(whole) == set(CryptoKind)


async def test_one_row_is_dropped_or_all_of_a_scope(rows: CryptoRows) -> None:
    for row in (key(), key(name="two"), key(name="three"), key(OTHER)):
        rows.put(row)
    rows.drop(CryptoKind.ROOM_KEY, ROOM, "one")
    rows.drop(CryptoKind.ROOM_KEY, ROOM, "never")
    assert await room_keys(rows) == [key(name="two"), key(name="three"), key(OTHER)]
    rows.drop_scope(CryptoKind.ROOM_KEY, ROOM)
    rows.put(key(name="two"))
    assert await room_keys(rows) == [key(OTHER), key(name="two")]


async def test_the_last_change_of_a_row_holds_whatever_was_dropped_in_between(rows: CryptoRows) -> None:
    rows.put(key(body="first"))
    rows.put(key(name="two"))
    rows.drop_scope(CryptoKind.ROOM_KEY, ROOM)
    rows.put(key(body="last"))
    assert await room_keys(rows) == [key(body="last")]
    rows.put(key(body="lost"))
    rows.drop(CryptoKind.ROOM_KEY, ROOM, "one")
    assert await room_keys(rows) == []


async def test_what_fails_inside_a_transaction_leaves_nothing_and_what_was_before_stays(rows: CryptoRows) -> None:
    rows.put(key())

    def half() -> None:
        with rows.transaction():
            rows.put(key(body="half"))
            rows.drop_scope(CryptoKind.ROOM_KEY, ROOM)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        half()
    with rows.transaction():
        rows.put(key(OTHER))
    assert await room_keys(rows) == [key(), key(OTHER)]


def test_a_name_of_several_words_is_that_of_no_others() -> None:
    assert named("a", "b,c") != named("a,b", "c")
    assert named("a", 1) != named("a", "1")
