"""The roll-up, asked for: in words at once, with a picture or as a table, in the parent's room alone."""

from __future__ import annotations

import csv
import sys
from collections.abc import AsyncIterator
from io import StringIO

import pytest

from bot.ports import Attachment
from tests.core.build import BOB, DAVE, MINUTE, ROOM
from tests.core.cascades import NAMES, person_of, row
from tests.service.organisations.scene import Organisations, room_of

LONG = "=Une raison\nde plus"


@pytest.fixture
async def shell() -> AsyncIterator[Organisations]:
    told = Organisations()
    await told.lay((*map(row, NAMES), row("+Sum")))
    async with told.life():
        yield told


def files(shell: Organisations) -> list[Attachment]:
    return [one.file for one in shell.said(ROOM) if one.file is not None]


async def test_words_come_first_and_then_the_picture(shell: Organisations) -> None:
    await shell.lead("!bulletin x")
    await shell.type("!ack", room=room_of("Beta"), sender=person_of("Beta"))
    await shell.type("!aware GDPR-33-1 -73h", room=room_of("Alpha"), sender=person_of("Alpha"))
    said = await shell.lead("!rollup")
    assert said.startswith("Roll-up of Calm Heron\n")
    assert "Overdue: 1\n\n- Alpha (Calm Alpha): GDPR-33-1 overdue by 1\u00a0h" in said
    assert "6 silent, 1 acknowledged" in said
    assert "Nobody there yet: 7 organisations" in said
    (picture,) = files(shell)
    assert (picture.name, picture.mime) == ("rollup-2026-11-24-1000.png", "image/png")
    assert picture.data.startswith(b"\x89PNG")
    assert not shell.said(ROOM)[-1].rings


async def test_the_table_has_a_line_for_each(shell: Organisations) -> None:
    await shell.type(f"!aware GDPR-33-1 -1h {LONG}", room=room_of("Alpha"), sender=person_of("Alpha"))
    await shell.type(f"!filed GDPR-33-1 {LONG}", room=room_of("Alpha"), sender=person_of("Alpha"))
    await shell.lead("!rollup csv")
    (table,) = files(shell)
    assert (table.name, table.mime) == ("rollup-2026-11-24-1000.csv", "text/csv")
    assert table.data.startswith(b"\xef\xbb\xbf")
    heads, *lines = csv.reader(StringIO(table.data.decode("utf-8-sig"), newline=""), strict=True)
    assert [line[0] for line in lines] == [*NAMES, "'+Sum"]
    told = dict(zip(heads, lines[0], strict=True))
    assert (told["GDPR-33-1 state"], told["GDPR-33-1 reference"]) == ("filed", f"'{LONG}")


async def test_it_is_for_those_who_lead_and_for_the_parents_room_alone(shell: Organisations) -> None:
    shell.chat.join(ROOM, BOB)
    assert "role" in await shell.type("!rollup", room=ROOM, sender=BOB)
    for typed in ("!rollup", "!rollup csv"):
        assert "This room is yours" in await shell.type(typed, room=room_of("Alpha"), sender=DAVE)
    assert not files(shell)
    assert not shell.said(room_of("Alpha"))[-1].file


async def test_an_answer_in_a_thread_has_its_picture_there(shell: Organisations) -> None:
    await shell.type("!rollup", room=ROOM, thread="$root")
    assert [one.thread for one in shell.said(ROOM)] == ["$root", "$root"]


async def test_a_picture_that_cannot_be_made_is_said_and_stops_nothing(
    shell: Organisations, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    await shell.lead("!rollup")
    assert not files(shell)
    assert "could not send what you asked for here (NOT_MADE)" in shell.said(ROOM)[-1].body
    assert "Noted" in await shell.lead("!note on we go")


async def test_what_was_asked_for_before_a_kill_comes_after_it() -> None:
    shell = Organisations()
    await shell.lay(map(row, NAMES))
    async with shell.life():
        await shell.receive_without_rest(shell.message("!rollup", room=ROOM))
        while not shell.said(ROOM):
            await shell.turn()
    assert not files(shell)
    async with shell.life():
        await shell.pass_time(MINUTE)
    assert len(files(shell)) == 1
    assert len([one for one in shell.said(ROOM) if one.file is None]) == 1
