"""Nobody who speaks to the bot is left without a word: by name, by a mention, in a room of their own, by an edit."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.names import InputId, RoomId, UserId
from bot.ports import CalledIn, Edited
from tests.core.build import ALICE
from tests.service.shell import Shell

MINUTE = timedelta(minutes=1)
HINT = "A command begins with !: !next what is to be done"
HELLO = "Hello, this is Cellule. !open TITLE opens an incident"
STRANGER = UserId("@stranger:example.org")


async def edit(shell: Shell, body: str, *, sender: UserId = ALICE, number: int = 1) -> str:
    """Change an earlier message into *body*, and return what is said to it."""
    before, now = len(shell.said()), shell.clock.now()
    id = InputId(f"$edit{number}")
    await shell.receive(Edited(id=id, room=shell.room, sender=sender, body=body, received_at=now))
    return "".join(content.body for content in shell.said()[before:])


@pytest.mark.parametrize("typed", ["cellule: !note seen", "@cellule !note seen", "! note seen", "Cellule !note seen"])
async def test_what_is_unmistakably_a_command_is_carried_out(shell: Shell, typed: str) -> None:
    async with shell.life():
        await shell.open()
        assert await shell.type(typed) == "Noted in the timeline."


@pytest.mark.parametrize("typed", ["@cellule are you there?", "cellule, hello", "@cellule"])
async def test_who_calls_the_bot_by_its_name_reads_what_can_be_typed(shell: Shell, typed: str) -> None:
    async with shell.life():
        await shell.open()
        assert (await shell.type(typed)).startswith(HINT)


async def test_a_mention_is_a_word_to_the_bot_and_a_command_without_its_mark_is_asked_back(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        for body, said in (("what now?", HINT), ("clocks please", "A command begins with !. Did you mean !clocks?")):
            await shell.receive(replace(shell.message(body, room=shell.room), calls_us=True))
            assert shell.said()[-1].body.startswith(said)
            await shell.pass_time(MINUTE)
        await shell.receive(replace(shell.message("who", room=shell.room), calls_us=True))
        assert "alice" in shell.said()[-1].body


@pytest.mark.parametrize("talk", ["next", "suite", "bonjour", "cellule de crise à 14 h", "! attention", "5"])
async def test_talk_among_responders_stays_talk(shell: Shell, talk: str) -> None:
    async with shell.life():
        await shell.open()
        assert await shell.type(talk) == ""


async def test_in_a_direct_room_every_word_is_to_the_bot(shell: Shell) -> None:
    async with shell.life():
        room = shell.direct_room(ALICE)
        assert (await shell.type("bonjour", room=room)).startswith(HELLO)
        assert await shell.type("and again", room=room) == "", "more of it within a minute is talk"
        assert (await shell.type("liste", room=room)).startswith("No incident")
        await shell.pass_time(MINUTE)
        assert "Did you mean !open?" in await shell.type("open the door", room=room)
        assert shell.service.books.incidents() == ()


async def test_a_stranger_is_told_nothing(shell: Shell) -> None:
    async with shell.life():
        room = shell.direct_room(STRANGER)
        assert await shell.type("hello", room=room, sender=STRANGER) == ""


async def test_an_edit_into_a_command_is_told_not_to_be_carried_out(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        assert await edit(shell, "!done D1") == "I do not run an edit: send it again as a new message."
        assert await edit(shell, "!done D1") == "", "the same edit once"
        assert await edit(shell, "cellule: !dnoe D1", number=2) != ""
        assert await edit(shell, "!done D1", sender=STRANGER, number=3) == ""
        assert shell.incident().steps == {}


@pytest.mark.parametrize("body", ["we meet at nine", "2", "cellule de crise à 14 h"])
async def test_an_edit_of_talk_is_nobodys_business(shell: Shell, body: str) -> None:
    async with shell.life():
        await shell.open()
        assert await edit(shell, body) == ""


async def test_whoever_opens_a_direct_room_is_greeted_once(shell: Shell) -> None:
    async with shell.life():
        room = shell.direct_room(ALICE)
        for user in (ALICE, ALICE):
            await called_in(shell, room, user)
        assert [content.body.split(",")[0] for content in shell.said(room)] == ["Hello"]
        other = shell.direct_room(STRANGER)
        await called_in(shell, other, STRANGER)
        await called_in(shell, shell.control_room, ALICE)
        assert shell.said(other) == ()
        assert not [content for content in shell.said(shell.control_room) if content.body.startswith("Hello")]


async def called_in(shell: Shell, room: RoomId, user: UserId) -> None:
    id = InputId(f"called-in:{room}")
    await shell.receive(CalledIn(id=id, room=room, user=user, received_at=shell.clock.now()))
