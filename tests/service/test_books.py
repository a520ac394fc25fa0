"""The books answer by index what a look at every incident would answer."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.facts import Closed, Fact, Opened, PersonInvited, PersonRemoved, PurgeCause, Purged, RoomReady
from bot.core.names import IncidentId, InputId, RoomId, UserId
from bot.core.people.roster import Role
from bot.service.books import Books
from tests.core.build import ALICE, BOB, ERIN, GUEST, HOUR, NOW, OPENED
from tests.fakes.store import MemoryStore

FIRST, SECOND = IncidentId("b-first"), IncidentId("a-second")
INPUT = InputId("$input")


def opened(id: IncidentId, hours: int) -> Opened:
    return replace(OPENED, incident=id, codename=id, at=NOW + hours * HOUR)


HISTORY: dict[str, list[Fact]] = {
    FIRST: [
        opened(FIRST, 0),
        RoomReady(at=NOW, room=RoomId("!first:example.org")),
        PersonInvited(at=NOW, by=ALICE, user=GUEST, roles=(Role.IT,)),
        PersonRemoved(at=NOW, by=ALICE, user=BOB),
    ],
    SECOND: [opened(SECOND, 1), Closed(at=NOW, by=ALICE, summary="")],
}
PURGED = Purged(at=NOW, cause=PurgeCause.OPERATOR, entries=2, head="ab")


@pytest.fixture
def books() -> Books:
    made = Books()
    for stream, facts in HISTORY.items():
        made.add(stream, facts)
    return made


def seen(books: Books, user: UserId) -> list[IncidentId]:
    return [incident.id for incident in books.incidents_of(user)]


def test_who_is_on_which_roster_follows_the_facts(books: Books) -> None:
    assert seen(books, ALICE) == [FIRST, SECOND]
    assert seen(books, BOB) == [SECOND]
    assert seen(books, GUEST) == [FIRST]
    assert seen(books, ERIN) == []
    for user in (ALICE, BOB, GUEST, ERIN):
        assert books.is_on_a_roster(user) == bool(seen(books, user)) == (user in books.people())


def test_who_was_on_no_other_roster_is_nobody_once_it_is_purged(books: Books) -> None:
    books.add(SECOND, [PURGED])
    assert not books.is_on_a_roster(BOB)
    assert seen(books, ALICE) == [FIRST]
    assert [incident.id for incident in books.incidents()] == [FIRST, SECOND]


def test_what_is_left_after_a_purge_takes_the_place_of_the_incident(books: Books) -> None:
    books.replace(FIRST, [replace(opened(FIRST, 0), members=()), PURGED])
    assert not books.is_on_a_roster(GUEST)
    assert seen(books, ALICE) == [SECOND]
    assert not books.holds(RoomId("!first:example.org"))


def test_children_are_found_by_their_parent(books: Books) -> None:
    child = IncidentId("child")
    born = [replace(opened(child, 2), parent=FIRST)]
    books.add(child, born)
    assert [incident.id for incident in books.children(FIRST)] == [child]
    assert books.children(SECOND) == books.children(child) == ()
    books.replace(child, born)
    assert [incident.id for incident in books.children(FIRST)] == [child]
    books.replace(child, [])
    assert books.children(FIRST) == ()


async def test_the_books_are_read_from_the_store_whole() -> None:
    store = MemoryStore()
    streams = {IncidentId(f"{number:03}"): number for number in range(120)}
    async with store.transaction() as tx:
        for stream, number in streams.items():
            await tx.append(stream, [opened(stream, -number)], input=INPUT, device=None)
    read = await Books.load(store)
    assert [incident.id for incident in read.incidents()] == list(reversed(streams))
    assert {read.count(stream) for stream in streams} == {1}
