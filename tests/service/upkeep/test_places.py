"""Whoever comes into the house in the place of somebody whose homeserver is gone, is in their incidents again."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta

from bot.core.facts import DoorEnded, GuestCame, HouseRelocated, OfHouseDoor, Relocated
from bot.core.names import InputId, UserId
from bot.core.people.guests import WayIn
from bot.core.people.roster import Role
from bot.ports import DESK
from bot.service.links import Links, Person
from bot.service.outcome import Outcome
from bot.service.tasks import incident_tasks
from tests.core.build import ALICE, BOB
from tests.service.shell import Shell

NEWCOMER, OTHER = UserId("@quiet-tulip:example.org"), UserId("@round-hill:example.org")
HOLDS = timedelta(days=3)


class Keeper:
    """A door that makes every link it is asked for."""

    async def open(self, id: str, until: datetime) -> str:
        return f"https://rescue.example/join#{id}"

    async def look(self, ids: Collection[str]) -> tuple[WayIn, ...]:
        return ()

    async def end(self, id: str) -> bool:
        return True


async def moved(shell: Shell) -> None:
    """Open an incident, and lose the homeserver."""
    incident = await shell.open()
    async with shell.service.ledger.deciding:
        fact, input = Relocated(at=shell.clock.now()), InputId("moved")
        tasks = incident_tasks(input, incident, (fact,), None, fact.at)
        await shell.service.ledger.commit(input, Outcome(stream=incident.id, facts=(fact,), tasks=tasks))
        await shell.service.ledger.commit(InputId("of-house"), Outcome(facts=(HouseRelocated(at=fact.at),)))


def links(shell: Shell) -> Links:
    return replace(shell.service.links, keeper=Keeper())


async def let_in(shell: Shell, *people: Person) -> list[UserId | None]:
    """Open a door for each, and return in whose place they are to come."""
    known = len(shell.service.books.desk.doors)
    await links(shell).let_in(people, shell.clock.now() + HOLDS)
    return [door.opened.instead_of for door in [*shell.service.books.desk.doors.values()][known:]]


async def happens(shell: Shell, fact: GuestCame | DoorEnded) -> None:
    async with shell.service.ledger.deciding:
        input = InputId(f"{type(fact).__name__}:{fact.number}")
        await shell.service.ledger.commit(input, Outcome(facts=(OfHouseDoor(at=fact.at, fact=fact),)))
    await shell.service.guests.look()
    await shell.settle()


async def test_whoever_comes_takes_the_place_of_who_they_were_once(shell: Shell) -> None:
    async with shell.life():
        await moved(shell)
    async with shell.life():
        was = await let_in(shell, Person(name="Alice Martin", roles=(Role.IT,), was="alice"))
        assert was == [ALICE]
        await happens(shell, GuestCame(at=shell.clock.now(), number=1, user=NEWCOMER))
        incident = shell.incident()
        assert incident.roster == {NEWCOMER: frozenset({Role.ADMIN, Role.COORDINATOR})}
        count = shell.service.books.count(incident.id)
        await shell.service.guests.look()
        assert shell.service.books.count(incident.id) == count
        assert NEWCOMER in shell.chat.rooms[shell.room].members


async def test_an_admin_who_was_nobody_is_let_into_every_incident(shell: Shell) -> None:
    async with shell.life():
        await moved(shell)
    async with shell.life():
        people = Person(name="Operator", roles=(Role.ADMIN,)), Person(name="Somebody", roles=(Role.IT,))
        assert await let_in(shell, *people) == [None, None]
        await happens(shell, GuestCame(at=shell.clock.now(), number=1, user=NEWCOMER))
        await happens(shell, GuestCame(at=shell.clock.now(), number=2, user=OTHER))
        assert shell.incident().roster == {NEWCOMER: frozenset({Role.ADMIN})}


async def test_a_place_is_free_again_once_the_link_to_it_is_late_or_closed(shell: Shell) -> None:
    async with shell.life():
        await moved(shell)
    async with shell.life():
        bob = Person(name="bob", roles=(Role.DPO,))
        assert await let_in(shell, bob, bob) == [BOB, None]
        assert await let_in(shell, bob) == [None]
        await happens(shell, DoorEnded(at=shell.clock.now(), number=1))
        assert await let_in(shell, bob) == [BOB]
        shell.clock.advance(HOLDS)
        assert await let_in(shell, bob) == [BOB]


async def test_without_a_homeserver_that_is_gone_nobody_takes_a_place(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        assert await let_in(shell, Person(name="alice", roles=(Role.ADMIN,))) == [None]
        assert [record.fact for record in await shell.store.history(DESK)][-1] == OfHouseDoor(
            at=shell.clock.now(), fact=shell.service.books.desk.doors[1].opened
        )
