"""The bot comes back and says that it was away: once, whatever happens meanwhile, and what was missed."""

from __future__ import annotations

import pytest

from bot.core.names import InputId
from bot.core.people.roster import Role, holders
from bot.ports import Batch, CameBack, Content, Incoming, UnreachableError
from bot.service.upkeep.presence import AWAY_AFTER
from tests.core.build import BOB, HOUR, MINUTE, PEOPLE
from tests.service.shell import Shell

ADMINS = holders(PEOPLE, Role.ADMIN)


async def hear(shell: Shell, *events: Incoming) -> None:
    """Let the homeserver answer now."""
    await shell.service.receive(Batch(events=events, token="s", heard_at=shell.clock.now()))
    await shell.settle()


def reports(shell: Shell) -> list[Content]:
    return [content for content in shell.said(shell.control_room) if "I was away" in content.body]


async def begin(shell: Shell) -> None:
    """Open an incident whose clock has 72 hours, 23 of them gone, and hear the homeserver."""
    await shell.open()
    await shell.type("!aware GDPR-33-1 -23h")
    await hear(shell)


async def test_after_an_absence_the_control_room_hears_what_was_missed(shell: Shell) -> None:
    async with shell.life():
        await begin(shell)
        codename, room = shell.incident().codename, shell.room
    shell.clock.advance(50 * HOUR)
    async with shell.life():
        await hear(shell, shell.message("!status", room=room, sender=BOB), shell.message("hello", room=room))
        (report,) = reports(shell)
        assert "from Tue 24 Nov 2026 10:00 (UTC+1) to Thu 26 Nov 12:00 (50\N{NO-BREAK SPACE}h)" in report.body
        assert f"{codename}: Thu 26 Nov 11:00" in report.body
        assert f"Reminders of that time come only now: {codename}" in report.body
        assert "2 messages came meanwhile" in report.body
        assert (report.rings, report.mentions) == (True, ADMINS)
        assert "GDPR" not in report.body
        assert shell.incident().title not in report.body
        assert len(shell.rings()) == 1


async def test_an_absence_in_which_nothing_was_missed_rings_for_nobody(shell: Shell) -> None:
    async with shell.life():
        await begin(shell)
    shell.clock.advance(40 * MINUTE)
    async with shell.life():
        await hear(shell)
        (report,) = reports(shell)
        assert "No reminder and no due time" in report.body
        assert "No message came" in report.body
        assert not report.rings


async def test_an_absence_is_told_of_once_however_often_the_start_fails(shell: Shell) -> None:
    async with shell.life():
        await begin(shell)
    shell.clock.advance(HOUR)
    async with shell.life():
        pass  # it falls over before the homeserver answers
    shell.clock.advance(HOUR)
    async with shell.life() as service:
        # The answer is durable, and it falls over before a word is said.
        await service.receive(Batch(events=(), token="s", heard_at=shell.clock.now()))
    async with shell.life():
        await hear(shell)
        await hear(shell)
    async with shell.life():
        await hear(shell)
        (report,) = reports(shell)
        assert "(2\N{NO-BREAK SPACE}h)" in report.body


async def test_an_answer_that_could_not_be_kept_ends_no_absence(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    async with shell.life() as service:
        await begin(shell)
        shell.clock.advance(HOUR)
        with monkeypatch.context() as broken:
            broken.setattr(shell.store, "receive", _full)
            with pytest.raises(OSError, match="full"):
                await service.receive(Batch(events=(), token="s", heard_at=shell.clock.now()))
        shell.clock.advance(HOUR)
        await hear(shell)
        (report,) = reports(shell)
        assert "(2\N{NO-BREAK SPACE}h)" in report.body


async def _full(_batch: Batch) -> None:
    raise OSError("full")


async def test_being_cut_off_while_running_is_an_absence_too(shell: Shell) -> None:
    async with shell.life():
        await begin(shell)
        for _ in range(2):
            await shell.pass_time(2 * HOUR)
            await hear(shell)
        first, second = reports(shell)
        assert first.rings
        assert not second.rings


async def test_short_gaps_and_what_comes_beside_the_homeservers_answers_are_no_absence(shell: Shell) -> None:
    async with shell.life():
        await begin(shell)
        for _ in range(3):
            await shell.pass_time(AWAY_AFTER - MINUTE)
            await hear(shell)
        assert reports(shell) == []
        await shell.pass_time(AWAY_AFTER)
        await shell.receive(shell.message("!status", room=shell.room))
        assert reports(shell) == []
        await hear(shell)
        assert len(reports(shell)) == 1


async def test_the_first_start_is_no_absence(shell: Shell) -> None:
    async with shell.life():
        await hear(shell)
        assert reports(shell) == []


async def test_a_clock_that_was_set_back_is_no_absence(shell: Shell) -> None:
    async with shell.life() as service:
        await hear(shell)
        await service.receive(Batch(events=(), token="s", heard_at=shell.clock.now() - 2 * HOUR))
        await shell.settle()
        assert reports(shell) == []


async def test_before_there_is_a_control_room_nobody_is_told(shell: Shell) -> None:
    shell.chat.faults.append(UnreachableError("down"))
    async with shell.life():
        now = shell.clock.now()
        await shell.receive(CameBack(id=InputId("absence:x"), since=now - HOUR, messages=0, received_at=now))
        assert await shell.store.waiting() == ()
