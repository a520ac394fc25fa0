from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bench.cascade import Opened, counted, rate
from bench.organisations import Firm, as_list
from bench.server_side import ServerSide
from bot.papers.tables import read_table

BOT = "@cellule:example.org"


def opened(words: Mapping[str, Sequence[float]], made: Sequence[str] = ("!a", "!b", "!c")) -> Opened:
    times = {room: float(number) for number, room in enumerate(made, 1)}
    return Opened(parent="!parent", made=times, words=words, typed=datetime(2026, 1, 31, tzinfo=UTC))


def test_a_rate_counts_from_the_start_to_the_last() -> None:
    assert rate([1.0, 4.0, 2.0]) == 0.75
    assert rate([]) == 0.0


def test_every_room_made_and_told_once_is_nothing_lost_and_nothing_doubled() -> None:
    whole = opened({"!a": (5.0, 6.0), "!b": (5.0, 6.0), "!c": (5.0, 6.0), "!parent": (1.0,)})
    assert counted(whole, 3, {}) == {"lost": 0, "doubled": 0}


def test_a_room_that_is_not_there_is_lost_and_one_too_many_is_doubled() -> None:
    told = {"!a": (5.0, 6.0), "!b": (5.0, 6.0), "!c": (5.0, 6.0)}
    assert counted(opened(told), 4, {}) == {"lost": 1, "doubled": 0}
    assert counted(opened(told), 2, {}) == {"lost": 0, "doubled": 1}


def test_a_room_told_less_is_lost_and_one_told_more_is_doubled() -> None:
    told = {"!a": (5.0, 6.0), "!b": (5.0,), "!d": (5.0, 6.0, 7.0)}
    assert counted(opened(told, ("!a", "!b", "!c", "!d")), 4, {}) == {"lost": 2, "doubled": 1}


def test_a_reminder_is_no_word_too_many() -> None:
    told = opened({"!a": (5.0, 6.0, 7.0)}, ("!a",))
    assert counted(told, 1, {"!a": 1}) == {"lost": 0, "doubled": 0}
    assert counted(told, 1, {"!a": 0}) == {"lost": 0, "doubled": 1}


def test_a_room_is_told_once_all_its_first_words_stand() -> None:
    assert opened({"!b": (7.0, 9.0), "!a": (8.0,), "!parent": (1.0,)}).readable_s == [9.0]


def test_the_list_has_a_line_for_each_organisation() -> None:
    firms = [Firm(name=f"Firm {n}", user=f"@firm-{n}:example.org", device="D", token="T") for n in range(2)]
    rows = read_table(as_list(firms, "First"), "organisations.csv")
    assert [list(cells) for _, cells in rows] == [
        ["organisation", "people"],
        ["First Firm 0", "@firm-0:example.org"],
        ["First Firm 1", "@firm-1:example.org"],
    ]


@pytest.fixture
def side(tmp_path: Path) -> ServerSide:
    database = tmp_path / "homeserver.db"
    edit = '{"content": {"m.relates_to": {"rel_type": "m.replace"}}}'
    events = [
        (1, "$1", "!old", "m.room.create", BOT, 1_000, "{}"),
        (2, "$2", "!new", "m.room.create", BOT, 2_000, "{}"),
        (3, "$3", "!other", "m.room.create", "@bob:example.org", 3_000, "{}"),
        (4, "$4", "!new", "m.room.encrypted", BOT, 4_000, "{}"),
        (5, "$5", "!new", "m.room.encrypted", BOT, 5_000, edit),
        (6, "$6", "!new", "m.room.encrypted", "@bob:example.org", 6_000, "{}"),
    ]
    with closing(sqlite3.connect(database)) as db, db:
        db.execute("CREATE TABLE events (stream_ordering, event_id, room_id, type, sender, received_ts)")
        db.execute("CREATE TABLE event_json (event_id, room_id, json)")
        db.executemany("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?)", [event[:6] for event in events])
        db.executemany("INSERT INTO event_json VALUES (?, ?, ?)", [(event[1], event[2], event[6]) for event in events])
    return ServerSide(database, BOT)


async def test_the_homeserver_shows_what_is_new_of_the_bot_and_no_edits(side: ServerSide) -> None:
    assert await side.place() == 6
    assert await side.rooms(since=1) == {"!new": 2.0}
    assert await side.messages(since=1) == {"!new": [4.0]}
    assert await side.rooms(since=6) == {}
