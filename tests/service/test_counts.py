"""What is counted for whoever watches: what was said, how late, and what became of commands."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.core import commands
from bot.ports import BusyError, Ended
from bot.service.answers.table import ANSWERS
from tests.core.build import BOB, CAROL, HOUR, MINUTE
from tests.service.shell import Shell


async def test_each_command_is_counted_once_by_how_it_ended(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    async def trip(*_: object) -> None:
        raise ValueError

    async with shell.life():
        await shell.open()
        shell.counts.commands.clear()
        await shell.type("!status")
        await shell.type("we are on it")
        await shell.type("!done")
        await shell.type("!sttus")
        await shell.type("!done Z9 x")
        monkeypatch.setitem(ANSWERS, commands.ShowStatus, trip)
        assert "reference" in await shell.type("!status")
    assert shell.counts.commands == {Ended.DONE: 1, Ended.UNCLEAR: 2, Ended.REFUSED: 1, Ended.FAILED: 1}


async def test_what_takes_long_is_counted_when_it_is_made(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        shell.counts.commands.clear()
        await shell.type("!draft")
        await shell.type("!draft nothing-like-it")
    assert shell.counts.commands == {Ended.DONE: 1, Ended.REFUSED: 1}


async def test_messages_are_counted_by_kind_once_the_homeserver_took_them(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        await shell.pass_time(MINUTE)
        shell.counts.messages.clear()
        shell.chat.faults.extend([BusyError(timedelta(seconds=5))])
        await shell.type("!done D1 kept")
        assert shell.counts.messages == {}
        await shell.pass_time(MINUTE)
    assert shell.counts.messages == {"say": 1, "card": 1}


async def test_an_answer_takes_from_the_receipt_of_its_question_until_it_is_sent(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        await shell.pass_time(MINUTE)
        shell.counts.answers.clear()
        shell.chat.faults.extend([BusyError(timedelta(seconds=5))])
        await shell.type("!note seen")
        await shell.pass_time(MINUTE)
        await shell.move(CAROL, room=shell.room, present=True)
    assert shell.counts.answers == [timedelta(seconds=5)]


async def test_a_reminder_that_was_said_is_counted_with_how_late_it_was(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        await shell.type("!aware GDPR-33-1", sender=BOB)
        await shell.pass_time(24 * HOUR)
        assert shell.counts.late == [timedelta(0)]
        assert shell.counts.messages["ring"] == 1
    shell.clock.advance(25 * HOUR)
    async with shell.life():
        assert shell.counts.late[1] == HOUR


async def test_what_is_over_the_budget_is_counted(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        await shell.receive()
        shell.clock.advance(timedelta(seconds=1))
        await shell.receive(*(shell.message("!note x", room=shell.room, sender=BOB) for _ in range(40)))
    assert shell.counts.over_budget == shell.service.commands_dropped > 0
