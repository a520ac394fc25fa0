"""Before a second person is asked whether a list is opened, the homeserver is asked about its people."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, MutableMapping
from datetime import timedelta

import pytest

from bot.core.names import UserId
from bot.core.people.accounts import Found
from bot.ports import Batch, BusyError
from bot.service.organisations import dry_runs
from tests.core.build import ALICE, DAVE
from tests.patience import eventually
from tests.service.cascades import firms, open_cascade, parent_of, send
from tests.service.meddling import SameRooms
from tests.service.shell import Shell

NOBODY, AWAY = UserId("@c2:firm.example"), UserId("@d3:firm.example")
OPEN = "!cascade open Host down"


async def ask(shell: Shell, text: str) -> str:
    """Send a list, ask for it to be opened, and return the question."""
    await send(shell, text)
    return await shell.type(OPEN, room=shell.control_room)


async def test_who_confirms_reads_who_cannot_be_reached_by_line(shell: Shell) -> None:
    shell.chat.accounts = {NOBODY: Found.NO_ACCOUNT, AWAY: Found.AWAY}
    async with shell.life():
        asked = await ask(shell, firms(5))
        assert "10 people. Their homeservers say: 8 can read at once, 1 has no account, 1 is on a server" in asked
        assert "whoever registers it later reads the room" in asked
        assert f"line 3, Firm 2: {NOBODY}" in asked
        assert f"line 4, Firm 3: {AWAY}" in asked
        assert "!confirm 1" in asked
        assert "How long it takes is not known yet" in asked
        assert shell.chat.files_of(shell.control_room, ALICE) == ()
        assert shell.service.books.incidents() == ()


async def test_all_of_very_many_are_in_a_file_where_all_who_lead_read_it(shell: Shell) -> None:
    shell.chat.accounts = {UserId(f"@c{number}:firm.example"): Found.NO_DEVICE for number in range(1, 30)}
    async with shell.life():
        room = shell.direct_room(ALICE)
        await send(shell, firms(40), room=room)
        asked = await shell.type(OPEN, room=room)
        assert asked.count("\n- line ") == 10
        assert "… and 19 more" in asked
        (file,) = shell.chat.files_of(shell.control_room, ALICE)
        assert (file.name[:8], file.name[-4:]) == ("dry-run-", ".csv")
        assert file.data.decode().count("account without a device") == 29


async def test_only_who_is_new_is_asked_about_and_two_spellings_are_told(shell: Shell) -> None:
    async with shell.life():
        await open_cascade(shell, firms(3))
        shell.chat.accounts = dict.fromkeys((NOBODY, UserId("@new:firm.example")), Found.NO_ACCOUNT)
        asked = await ask(shell, f"{firms(3)}\nFirm-1;@new:firm.example;;health")
        assert "New in the list: 1 person. Their homeservers say: 1 has no account" in asked
        assert "Almost the same name, and perhaps one organisation:\n\n- Firm 1, Firm-1" in asked


async def test_how_long_it_takes_follows_from_the_limits_that_were_met(shell: Shell) -> None:
    async with shell.life():
        parent = await open_cascade(shell, firms(2))
        assert parent.room is not None
        shell.chat.faults.append(BusyError(timedelta(seconds=30)))
        await shell.type("!cascade", room=parent.room)
        await shell.pass_time(timedelta(seconds=30))
        await ask(shell, firms(6))
        await shell.pass_time(timedelta(minutes=1))
        assert "Making 4 rooms takes about 2\N{NO-BREAK SPACE}min" in shell.said(shell.control_room)[-1].body


class Endless(SameRooms):
    """A homeserver that says something of one person, and then nothing any more."""

    is_asked = False

    async def look_up(self, users: Collection[UserId], found: MutableMapping[UserId, Found]) -> None:
        found[min(users)] = Found.PROVED
        self.is_asked = True
        await asyncio.get_running_loop().create_future()


class Broken(SameRooms):
    """A fault of ours."""

    async def look_up(self, users: Collection[UserId], found: MutableMapping[UserId, Found]) -> None:
        found[min(users)] = Found.PROVED
        raise ZeroDivisionError


@pytest.mark.parametrize("meddling", [Endless, Broken])
async def test_whom_nobody_could_be_asked_about_is_said_so_and_it_can_be_opened(
    shell: Shell, meddling: type[SameRooms], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dry_runs, "LONGEST_S", 0.01)
    async with shell.life():
        pass
    shell.chat = meddling(shell)
    async with shell.life():
        asked = await ask(shell, firms(2))
        assert "1 can read at once, 3 were not asked about" in asked
        assert shell.service.cascades.dry_runs.asked == (1, 4)
        await shell.type("!confirm 1", room=shell.control_room, sender=DAVE)
        assert parent_of(shell).title == "Host down"


async def test_others_are_answered_while_the_homeserver_is_asked(shell: Shell) -> None:
    async with shell.life():
        await send(shell, firms(2))
    shell.chat = endless = Endless(shell)
    async with shell.life():
        await shell.service.receive(Batch(events=(shell.message(OPEN, room=shell.control_room),), token="s-open"))
        await eventually(lambda: endless.is_asked)
        listed = shell.message("!list", room=shell.control_room, sender=DAVE)
        await shell.service.receive(Batch(events=(listed,), token="s-list"))
        await eventually(lambda: "No incident" in shell.said(shell.control_room)[-1].body)
