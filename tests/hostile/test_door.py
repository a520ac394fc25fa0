"""The door's process lies to the bot over its socket: nobody known is touched, and nobody gets in but by a door."""

from __future__ import annotations

import logging
import random
from pathlib import Path

import pytest

from bot.bridges.door import AskedDoor
from bot.core.facts import GuestCame, OfHouseDoor
from bot.core.names import RoomId, UserId
from bot.core.people.guests import guest
from bot.ports import DESK
from tests.core.build import ALICE, BOB, CAROL, DAVE, ERIN, HOUR, MINUTE
from tests.held import Holds, alone, held
from tests.hostile.fuzz.cases import ALL_CASES
from tests.hostile.lying_door import PAGE, SECRET, LyingDoor
from tests.service.shell import BOT, Shell

KNOWN = (ALICE, BOB, CAROL, DAVE, ERIN, BOT)
FRIEND = UserId("@friend:example.org")
"""On the roster of another incident."""
LONGEST_HOLD_S = 0.05
DOORS, ROUNDS = 4, 15


class Beset(Shell):
    """A shell whose door lies."""

    def __init__(self, folder: Path, chance: random.Random) -> None:
        super().__init__()
        self.liar = LyingDoor(chance=chance, known=(*KNOWN, FRIEND))
        self.keeper = AskedDoor(folder / "door.sock", PAGE)

    def members(self, room: RoomId) -> dict[UserId, str]:
        return {user: here for user, here in self.chat.rooms[room].members.items() if user in KNOWN}

    async def came(self) -> list[tuple[str, GuestCame]]:
        """Return who was let in, and where."""
        streams = (DESK, *(incident.id for incident in self.service.books.incidents()))
        facts = [(stream, recorded.fact) for stream in streams for recorded in await self.store.history(stream)]
        bare = [(stream, fact.fact if isinstance(fact, OfHouseDoor) else fact) for stream, fact in facts]
        return [(stream, fact) for stream, fact in bare if isinstance(fact, GuestCame)]


async def beset(shell: Beset) -> int:
    """Play one time of it, see that it was withstood, and return how many were let in."""
    first = await shell.open("First")
    await shell.type(f"!invite {FRIEND} it")
    await shell.open("Second")
    rooms, roster = (shell.control_room, shell.room), dict(shell.incident().roster)
    before = [shell.members(room) for room in rooms]
    for _ in range(DOORS):
        await shell.type("!door coordinator Somebody 2h")
        await shell.type("!door legal Partner 2h", room=shell.control_room)
        await shell.pass_time(MINUTE)
    real = {door.opened.door for door in (*shell.incident().doors.values(), *shell.service.books.desk.doors.values())}
    assert real <= set(shell.liar.opened)
    for _ in range(ROUNDS):
        await shell.look_at_door()
        assert await shell.type("!next", sender=DAVE) != ""
        await shell.pass_time(MINUTE)
    let_in = await shell.came()
    # At most one for each door, nobody who was known, and all of them where they may do nothing.
    assert len({(stream, fact.number) for stream, fact in let_in}) == len(let_in) <= 2 * DOORS
    assert not {fact.user for _, fact in let_in} & {*KNOWN, FRIEND}
    assert {user: roles for user, roles in shell.incident().roster.items() if user in roster} == roster
    inside = shell.incident().roster.keys() - roster.keys()
    assert all(guest(shell.incident().doors, user) is not None for user in inside)
    assert set(shell.service.guests.house.people) == set(KNOWN) - {BOT}
    assert [shell.members(room) for room in rooms] == before
    for user in inside:
        assert "compare emoji" in await shell.type("!close over", sender=user)
    # At its end everybody is out, whatever it says.
    await shell.pass_time(2 * HOUR)
    await shell.look_at_door()
    assert shell.incident().roster == roster
    assert FRIEND in shell.service.books.incident(first.id).roster  # type: ignore[union-attr]
    return len(let_in)


@pytest.mark.parametrize("seed", [1, 2])
async def test_a_lying_door_lets_in_one_reader_a_door_and_touches_nobody(
    seed: int, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    holds = Holds()
    shell = Beset(tmp_path, random.Random(seed))
    async with await shell.liar.serve(tmp_path):
        async with shell.life():
            pass  # what is imported only once is none of the door's
        with alone(), held(holds):
            async with shell.life():
                assert await beset(shell) > 0
    assert holds.longest < LONGEST_HOLD_S
    told = caplog.text
    assert SECRET not in told
    assert not [word for word in ("@made", "@elsewhere", "Somebody", "Partner", str(tmp_path)) if word in told]


@pytest.mark.hostile
async def test_the_same_for_long(tmp_path: Path) -> None:
    for number in range(max(1, ALL_CASES // 1000)):
        folder = tmp_path / str(number)
        folder.mkdir()
        shell = Beset(folder, random.Random())
        async with await shell.liar.serve(folder), shell.life():
            await beset(shell)
