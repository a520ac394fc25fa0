"""The card is true whenever it is looked at: it turns at the due time, and costs nothing before."""

from __future__ import annotations

from datetime import timedelta

from bot.ports import Batch
from tests.service.shell import Shell

HOUR, MINUTE, SECOND = timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1)


def card(shell: Shell) -> str:
    """Return what the card reads now."""
    shown = [content for content in shell.said() if content.replaces == shell.incident().card]
    return shown[-1].body


def edits(shell: Shell) -> int:
    return sum(content.replaces is not None for content in shell.said())


async def test_the_card_says_overdue_from_the_due_time_on(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        await shell.type("!aware GDPR-33-1")
        await shell.pass_time(71 * HOUR + 30 * MINUTE)
        await shell.pass_time(29 * MINUTE)
        assert card(shell).startswith("GDPR-33-1 Fri 10:00 · ")
        assert "\n⏳ GDPR-33-1 Fri 27 Nov 10:00" in card(shell)
        await shell.pass_time(MINUTE + 3 * SECOND)
        assert card(shell).startswith("GDPR-33-1 overdue since Fri 27 Nov 10:00 · ")


async def test_a_day_of_reminders_costs_no_edit_of_the_card(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        await shell.type("!aware GDPR-33-1")
        await shell.pass_time(MINUTE)
        before = edits(shell)
        await shell.pass_time(71 * HOUR)
        assert len(shell.rings()) > 5
        assert edits(shell) == before
        await shell.pass_time(24 * HOUR)
        # What nobody started of the same length is past its provisional end in the same minute.
        assert edits(shell) - before <= 2


async def test_what_became_due_while_nobody_was_there_turns_the_card_at_the_start(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        await shell.type("!aware GDPR-33-1")
        await shell.pass_time(71 * HOUR + 30 * MINUTE)
        await shell.type("!snooze GDPR-33-1 2h")
        await shell.pass_time(3 * SECOND)
        await shell.service.receive(Batch(events=(), token="t", heard_at=shell.clock.now()))
    shell.clock.advance(HOUR)
    async with shell.life():
        await shell.pass_time(3 * SECOND)
        assert card(shell).startswith("GDPR-33-1 overdue since Fri 27 Nov 10:00 · ")
        before = edits(shell)
    async with shell.life():
        await shell.pass_time(10 * MINUTE)
        assert edits(shell) <= before + 1


async def test_the_clock_set_back_shows_the_card_once_more_and_no_oftener(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        await shell.type("!aware GDPR-33-1")
        await shell.pass_time(72 * HOUR + MINUTE)
        before = edits(shell)
        shell.clock.set_back(2 * MINUTE)
        await shell.type("!note x")
        await shell.pass_time(5 * MINUTE)
        assert edits(shell) == before + 1
