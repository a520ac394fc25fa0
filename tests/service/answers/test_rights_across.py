"""Rights across incidents: what a guest of one gets of the house, and what low roles and one person alone can do."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import pytest

from bot.commands.table import ROWS
from bot.core.incident import Status
from bot.core.names import RoomId, UserId
from bot.sentences import languages
from tests.core.build import ALICE, BOB, CAROL, DAVE, ERIN, GUEST, MINUTE, ROOM
from tests.core.cascades import NAMES, row
from tests.service.cascades import firms, send
from tests.service.organisations.scene import Organisations
from tests.service.shell import Shell

SECRET = "Merger of the year"
ROLES = ("it", "coordinator", "legal", "observer")


async def with_guest(shell: Shell, role: str) -> RoomId:
    """Open two incidents, invite somebody from outside to the second, and return its room."""
    await shell.open(SECRET)
    await shell.pass_time(2 * MINUTE)
    await shell.open()
    await shell.type(f"!invite {GUEST} {role}")
    await shell.move(GUEST, room=shell.room, present=True)
    return shell.room


# --- guests -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ROLES)
async def test_a_guest_opens_no_incident_of_the_house(shell: Shell, role: str) -> None:
    """Neither where they are invited, nor alone with the bot; and nobody of the house is invited by that."""
    async with shell.life():
        room = await with_guest(shell, role)
        before, alone = len(shell.service.books.incidents()), shell.direct_room(GUEST)
        for where in (room, alone):
            for typed in ("!open Mine --playbook provider-hit", "!open Mine", "1", "!cascade open Mine"):
                await shell.type(typed, room=where, sender=GUEST)
        assert len(shell.service.books.incidents()) == before
        assert await shell.type("!open Mine --playbook provider-hit", room=room, sender=GUEST)


@pytest.mark.parametrize("role", ROLES)
async def test_a_guest_reads_nothing_of_the_house(shell: Shell, role: str) -> None:
    """Whatever they type, in either language: nothing of another incident is in any answer in their room."""
    async with shell.life():
        room = await with_guest(shell, role)
        first, _ = shell.service.books.incidents()
        before = len(shell.said(room))
        for command in ROWS:
            for language in languages():
                await shell.type(f"!{command.words[language][0]}", room=room, sender=GUEST)
                await shell.type(f"!{command.words[language][0]} erin", room=room, sender=GUEST)
        said = " ".join(f"{content.body} {content.html}" for content in shell.said(room)[before:])
        assert said
        assert SECRET not in said
        assert first.codename not in said
        assert str(ERIN) not in said, "who is in the configuration and not here"


@pytest.mark.parametrize("sender", [ALICE, BOB, CAROL])
async def test_a_list_in_the_room_of_an_incident_is_of_that_one(shell: Shell, sender: UserId) -> None:
    """Whoever asks: a guest reads the answer too."""
    async with shell.life():
        room = await with_guest(shell, "it")
        for typed in ("!list", "!liste"):
            listed = await shell.type(typed, room=room, sender=sender)
            assert "Host down" in listed
            assert SECRET not in listed


async def test_who_leads_one_incident_is_nobody_in_another(shell: Shell) -> None:
    async with shell.life():
        await with_guest(shell, "coordinator")
        first, _ = shell.service.books.incidents()
        assert first.room is not None
        for typed in ("!status", "!note mine", "!close", "!invite @other:evil.example coordinator"):
            assert await shell.type(typed, room=first.room, sender=GUEST) == ""
        assert shell.service.books.incident(first.id) == first


# --- low roles ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("sender", [BOB, CAROL, ERIN])
async def test_who_does_not_lead_opens_no_cascade(shell: Shell, sender: UserId) -> None:
    """A list with people of anybody's choosing: by the data-protection officer, `it` and an observer of the house."""
    async with shell.life():
        for room in (shell.control_room, shell.direct_room(sender)):
            await send(shell, firms(3), room=room, sender=sender)
            for typed in ("!cascade open Theirs", "!cascade ouvrir Leurs"):
                await shell.type(typed, room=room, sender=sender)
        assert shell.service.books.incidents() == ()


# --- one person alone ---------------------------------------------------------------------------------------


@pytest.fixture
async def many() -> AsyncIterator[Organisations]:
    told = Organisations()
    await told.lay(map(row, NAMES))
    async with told.life():
        yield told


def number_in(answer: str) -> str:
    found = re.search(r"!confirm (\d+)", answer)
    assert found is not None, answer
    return found[1]


async def test_a_bulletin_to_all_takes_a_second_person(many: Organisations) -> None:
    asked = await many.type("!bulletin Cut the link", room=ROOM)
    await many.pass_time(MINUTE)
    assert not any(map(many.heard, NAMES))
    await many.type(f"!confirm {number_in(asked)}", room=ROOM)
    await many.pass_time(MINUTE)
    assert not any(map(many.heard, NAMES)), "who asked does not confirm"
    await many.type(f"!confirm {number_in(asked)}", room=ROOM, sender=DAVE)
    await many.pass_time(MINUTE)
    assert all(map(many.heard, NAMES))


async def test_opening_a_cascade_takes_a_second_person(shell: Shell) -> None:
    async with shell.life():
        room = shell.control_room
        shell.chat.join(room, DAVE)
        await send(shell, firms(3))
        asked = await shell.type("!cascade open Host down", room=room)
        await shell.pass_time(MINUTE)
        assert shell.service.books.incidents() == ()
        said = " ".join(content.body for content in shell.said(room))
        await shell.type(f"!confirm {number_in(asked or said)}", room=room, sender=ALICE)
        assert shell.service.books.incidents() == ()
        await shell.type(f"!confirm {number_in(asked or said)}", room=room, sender=DAVE)
        await shell.pass_time(MINUTE)
        assert len(shell.service.books.incidents()) == 4


async def test_a_confirmation_without_a_number_confirms_nothing(shell: Shell) -> None:
    """It would mean whatever waits when it comes, and a homeserver says when that is."""
    async with shell.life():
        await shell.open()
        await shell.type("!fact personal-data yes")
        await shell.type("!aware GDPR-33-1 now")
        asked = await shell.type("!close all is back")
        for typed in ("!confirm", "!confirmer"):
            assert "!confirm" in await shell.type(typed, sender=DAVE)
            assert shell.incident().status is Status.OPEN
        await shell.type(f"!confirm {number_in(asked)}", sender=DAVE)
        assert shell.incident().status is Status.CLOSED
