"""Links: made once whatever is lost or killed, and for a list of people all or none."""

from __future__ import annotations

import asyncio

import pytest

from bot.core.people.errors import DoorRefuses, DoorSilent, NoDoors
from bot.core.people.guests import Passage
from bot.core.people.roster import Role
from bot.ports import DESK, Batch
from bot.service.links import Person
from tests.core.build import ALICE, DAY, HOUR
from tests.fakes.door import PAGE
from tests.service.guests import COUNSEL, Doorway

STAFF = (
    Person(name="Duty officer", roles=(Role.ADMIN, Role.COORDINATOR)),
    Person(name="Engineer", roles=(Role.IT,)),
)


@pytest.fixture
def shell() -> Doorway:
    return Doorway()


@pytest.mark.parametrize("turns", range(0, 60, 3))
async def test_a_kill_at_any_step_makes_one_door_and_one_link(shell: Doorway, turns: int) -> None:
    async with shell.life():
        await shell.open()
        room = shell.room
    async with shell.life(0):
        typed = shell.message("!door legal Counsel", room=room)
        await shell.service.receive(Batch(events=(typed,), token="killed"))
        for _ in range(turns):
            await asyncio.sleep(0)
    async with shell.life():
        links = [content.body for content in shell.said(room) if PAGE in content.body]
        assert len(links) == 1
        assert f"{PAGE}#secret-{len(shell.keeper.made)}" in links[0]
        assert len(set(shell.keeper.made)) == 1
        assert await shell.facts() == ["DoorOpened"]
        assert len(shell.chat.files_of(room, ALICE)) == 1
        shell.keeper.come(COUNSEL)
        await shell.look_at_door()
        assert COUNSEL in shell.incident().roster


async def test_for_a_list_of_people_there_are_links_into_the_house(shell: Doorway) -> None:
    async with shell.life():
        until = shell.clock.now() + DAY
        links = await shell.service.links.let_in(STAFF, until)
        assert [link for _, link in links] == [f"{PAGE}#secret-1", f"{PAGE}#secret-2"]
        doors = shell.service.books.desk.doors
        assert [(door.opened.number, door.opened.name, door.opened.stays) for door in doors.values()] == [
            (1, "Duty officer", True),
            (2, "Engineer", True),
        ]
        assert {door.opened.until for door in doors.values()} == {until} == set(shell.keeper.ends_at.values())


async def test_of_a_list_all_are_made_or_none(shell: Doorway) -> None:
    async with shell.life():
        until = shell.clock.now() + DAY

        async def fill() -> None:
            shell.keeper.is_full = True

        shell.keeper.meanwhile = fill
        with pytest.raises(DoorRefuses):
            await shell.service.links.let_in(STAFF, until)
        assert [way.passage for way in shell.keeper.ways.values()] == [Passage.OVER]
        assert await shell.facts(DESK) == []
        shell.keeper.is_silent = True
        with pytest.raises(DoorSilent):
            await shell.service.links.let_in(STAFF, until)
        assert await shell.facts(DESK) == []


async def test_without_a_door_there_is_no_list_either() -> None:
    shell = Doorway()
    shell.keeper = None  # type: ignore[assignment]
    async with shell.life():
        with pytest.raises(NoDoors):
            await shell.service.links.let_in(STAFF, shell.clock.now() + HOUR)
        assert await shell.service.guests.look() is None
