"""A mistake of ours in wording: what rings does so all the same, and no row stops the bot."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot import ports, voice
from bot.core.language import Language, Words
from tests.core.build import HOUSE, MINUTE, ROOM
from tests.core.cascades import NAMES, person_of, row
from tests.service.cascades import firms, open_cascade, parent_of
from tests.service.organisations.scene import Organisations, room_of
from tests.service.shell import Shell

BROKEN = "nobody can say this"


class Unspeakable(Words):
    """Words that cannot be said."""

    def to(self, language: Language) -> str:
        raise ValueError(language)


def unspeakable(*_: Any) -> voice.Text:
    raise ValueError(BROKEN)


async def test_a_reminder_that_cannot_be_put_into_words_rings_for_the_whole_room() -> None:
    broken = tuple(replace(rule, late=Unspeakable(fr="", en="")) for rule in HOUSE.rules)
    shell = Shell(replace(HOUSE, rules=broken))
    async with shell.life():
        await shell.open()
        await shell.type("!aware GDPR-33-1")
        await shell.pass_time(timedelta(hours=74))
        assert shell.rings()[-1].mentions_room
        assert "reference" in shell.rings()[-1].body
        assert "D1" in await shell.type("!next")


async def test_a_card_that_cannot_be_put_into_words_is_a_reference_until_it_can(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shell = Shell()
    async with shell.life():
        with monkeypatch.context() as patch:
            patch.setattr(voice, "card", unspeakable)
            await shell.open()
            assert "reference" in card_of(shell).body
            assert "Noted" in await shell.type("!note the backups are there")
        await shell.type("!aware GDPR-33-1")
        await shell.pass_time(MINUTE)
        assert "Host down" in card_of(shell).body
        assert await shell.store.tasks() == ()


def card_of(shell: Shell) -> ports.Content:
    card = shell.incident().card
    said = [one for one in shell.chat.rooms[shell.room].said if card in {one.event, one.content.replaces}]
    return said[-1].content


async def test_progress_that_cannot_be_put_into_words_opens_the_rooms(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(voice, "progress", unspeakable)
    async with shell.life():
        await open_cascade(shell, firms(3))
        parent = parent_of(shell)
        assert len(shell.service.books.children(parent.id)) == 3
        assert any("reference" in one.body for one in shell.said(parent.room))
        await shell.pass_time(MINUTE)
        assert not [task for task in await shell.store.tasks() if task.kind is ports.ShowProgress]


async def test_questions_that_cannot_be_put_into_words_are_asked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    shell = Organisations()
    await shell.lay(map(row, NAMES))
    async with shell.life():
        with monkeypatch.context() as patch:
            patch.setattr(voice, "questions", unspeakable)
            await shell.type("!question Who pays?", room=room_of("Alpha"), sender=person_of("Alpha"))
            await shell.pass_time(MINUTE)
            assert "reference" in shell.said(ROOM)[-1].body
        await shell.type("!questions", room=ROOM)
        assert "Who pays?" in shell.said(ROOM)[-1].body
