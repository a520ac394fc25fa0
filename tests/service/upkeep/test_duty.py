"""Openings and reminders call who is on duty, and everybody where nobody is."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from bot.core.duty.rota import Rota
from bot.core.facts import Paged
from bot.core.language import Language
from bot.core.names import UserId
from bot.core.people.contacts import Contact
from bot.core.people.roster import Role
from tests.core.build import ALICE, BOB, CAROL, DAVE, ERIN, HOUSE, PEOPLE, running
from tests.service.shell import Shell
from tests.service.upkeep.test_contacts import killed
from tests.service.upkeep.test_reminders import AIMED

MONDAY = date(2026, 11, 23)
NINE = time(9)
TWO_DPOS = {**PEOPLE, ERIN: frozenset({Role.DPO})}


def house(*weeks: UserId | None, role: Role = Role.DPO) -> Shell:
    """The clock of the shell stands on the Tuesday of the first week."""
    rota = Rota(weeks=weeks, since=MONDAY, hour=NINE)
    return Shell(replace(HOUSE, rotas={role: rota}, people=TWO_DPOS))


async def opened(shell: Shell, *joining: UserId) -> None:
    await shell.open()
    for user in joining or (ALICE, BOB, DAVE, ERIN):
        await shell.move(user, room=shell.room, present=True)


async def test_an_opening_invites_everybody_of_the_role_and_mentions_who_is_on_duty() -> None:
    shell = house(ERIN, BOB)
    async with shell.life():
        await shell.open()
        assert {BOB, ERIN} <= shell.chat.rooms[shell.room].members.keys()
        (first,) = [content for content in shell.said() if "Start here" in content.body]
        assert "On duty: erin (DPO)" in first.body
        assert first.mentions == (ERIN,)


async def test_who_is_on_duty_is_named_as_the_owner_of_the_first_step() -> None:
    shell = house(DAVE, ALICE, role=Role.COORDINATOR)
    async with shell.life():
        await shell.open()
        (first,) = [content for content in shell.said() if "Start here" in content.body]
        assert "coordinator (dave)" in first.body


async def test_without_a_rota_an_opening_mentions_nobody() -> None:
    shell = Shell()
    async with shell.life():
        await shell.open()
        (first,) = [content for content in shell.said() if "Start here" in content.body]
        assert "On duty" not in first.body
        assert not first.mentions


async def test_reminders_call_who_is_on_duty_when_they_ring_and_widen_to_all_of_the_role() -> None:
    shell = house(ERIN, BOB)
    async with shell.life():
        await opened(shell)
        await shell.type("!aware GDPR-33-1", sender=BOB)
        await shell.pass_time(timedelta(hours=48))
        first, second, *_ = shell.rings()
        assert first.mentions == (ERIN,)
        assert "For: erin" in first.body
        assert {BOB, ERIN} <= set(second.mentions), "nobody answered"


async def test_after_the_change_the_next_one_is_called_and_the_swap_counts() -> None:
    shell = house(ERIN, BOB)
    async with shell.life():
        await opened(shell)
        await shell.type("!aware GDPR-33-1", sender=BOB)
        await shell.type("!duty dpo bob today 2026-11-29", room=shell.control_room)
        await shell.pass_time(timedelta(hours=25))
        assert shell.rings()[0].mentions == (BOB,)
    async with shell.life():
        await shell.type("!ack", sender=ERIN)
        assert not running(shell.incident()).unanswered, "whoever has the role may answer"


@pytest.mark.parametrize("weeks", [(None,), (ALICE,), (BOB,)])
async def test_where_nobody_is_on_duty_or_who_is_has_not_come_everybody_of_the_role_is_called(
    weeks: tuple[UserId | None],
) -> None:
    shell = house(*weeks)
    async with shell.life():
        await opened(shell, ALICE, DAVE, ERIN)
        await shell.type("!aware GDPR-33-1", sender=ERIN)
        await shell.pass_time(timedelta(hours=25))
        assert shell.rings()[0].mentions == (BOB, ERIN)


@pytest.mark.parametrize(("typed", "called"), [("!done D1", set()), ("!assign D1 alice", {ALICE})])
async def test_a_step_that_somebody_took_rings_for_them_and_one_of_a_role_for_who_is_on_duty(
    typed: str, called: set[UserId]
) -> None:
    shell = Shell(replace(AIMED, rotas={Role.COORDINATOR: Rota(weeks=(DAVE,), since=MONDAY, hour=NINE)}))
    async with shell.life():
        await opened(shell, ALICE, BOB, CAROL, DAVE)
        await shell.type(typed)
        await shell.pass_time(timedelta(hours=2))
        (steps,) = shell.rings()
        assert set(steps.mentions) == {BOB, CAROL, DAVE} | called, "Dave leads for the role that nobody has"
        assert len(shell.said()) < 10, "the card names everybody, whoever is on duty, and is not shown again and again"


# --- holes ----------------------------------------------------------------------------------------------------------

HOLED = (BOB, None, ERIN)
"""Nobody from Monday 30 November, 09:00; the shell's Tuesday is the 24th, 10:00."""


def told(shell: Shell) -> list[str]:
    return [content.body for content in shell.said(shell.control_room) if content.rings]


async def test_a_week_that_nobody_has_is_told_a_day_before_and_once() -> None:
    shell = house(*HOLED)
    async with shell.life():
        await shell.pass_time(timedelta(days=4, hours=22))
        assert not told(shell)
        await shell.pass_time(timedelta(hours=2))
        (hole,) = told(shell)
        assert hole.startswith("Nobody is on duty for DPO from Mon 30 Nov 2026 09:00 (UTC+1) to Mon 7 Dec 09:00.")
        assert "!duty dpo WHO 2026-11-30 09:00 2026-12-07 09:00" in hole
        await shell.pass_time(timedelta(days=7))
        assert len(told(shell)) == 1
    async with shell.life():
        assert len(told(shell)) == 1
        await shell.pass_time(timedelta(days=15))
        assert len(told(shell)) == 2, "three weeks later it is another one"


async def test_what_the_message_says_to_type_fills_the_hole() -> None:
    shell = house(*HOLED)
    async with shell.life():
        await shell.type("!duty dpo erin 2026-11-30 09:00 2026-12-07 09:00", room=shell.control_room)
        await shell.pass_time(timedelta(days=8))
        assert not told(shell)


async def test_a_hole_that_began_while_the_bot_was_down_is_told_at_its_start() -> None:
    shell = house(*HOLED)
    async with shell.life():
        pass
    shell.clock.advance(timedelta(days=7))
    async with shell.life():
        assert len(told(shell)) == 1
    async with shell.life():
        assert len(told(shell)) == 1


@pytest.mark.parametrize("turns", range(0, 60, 6))
async def test_killed_at_any_moment_a_hole_is_told_once(turns: int) -> None:
    shell = house(*HOLED)
    async with shell.life():
        pass
    shell.clock.advance(timedelta(days=5))
    await killed(shell, turns)
    async with shell.life():
        assert len(told(shell)) == 1


async def test_who_cannot_tomorrow_is_told_of_at_once_and_once_filled_and_opened_again_anew() -> None:
    shell = house(BOB)
    async with shell.life():
        await shell.type("!duty dpo bob away 2026-11-25 2026-11-25", room=shell.control_room)
        assert len(told(shell)) == 1
        await shell.type("!duty dpo erin 2026-11-25 2026-11-25", room=shell.control_room)
        await shell.type("!duty dpo erin away 2026-11-25 2026-11-25", room=shell.control_room)
        assert len(told(shell)) == 2


async def test_in_french_the_words_of_the_role_are_those_people_type() -> None:
    shell = house(*HOLED)
    shell = Shell(replace(shell.house, language=Language("fr")))
    async with shell.life():
        await shell.pass_time(timedelta(days=5))
        (hole,) = told(shell)
        assert "!garde dpo QUI 2026-11-30 09:00 2026-12-07 09:00" in hole


async def test_somebody_who_left_people_leaves_a_hole_too() -> None:
    shell = house(BOB, UserId("@gone:example.org"))
    async with shell.life():
        await shell.pass_time(timedelta(days=5))
        assert len(told(shell)) == 1


async def test_who_is_on_duty_is_paged_and_not_the_others_of_the_role() -> None:
    shell = house(ERIN, BOB)
    contacts = {user: Contact(mail=f"{user[1:4]}@example.net") for user in (BOB, ERIN)}
    shell = Shell(replace(shell.house, contacts=contacts, page_after=timedelta(minutes=10)))
    async with shell.life():
        await opened(shell)
        await shell.type("!aware GDPR-33-1", sender=ALICE)
        await shell.pass_time(timedelta(hours=25))
        history = await shell.store.history(shell.incident().id)
        assert [record.fact.user for record in history if isinstance(record.fact, Paged)] == [ERIN]


async def test_a_change_of_duty_after_a_reminder_rang_pages_whom_it_called_and_nobody_else() -> None:
    shell = house(ERIN, BOB)
    both = {ERIN: Contact(mail="erin@example.net"), BOB: Contact(mail="bob@example.net")}
    shell = Shell(replace(shell.house, contacts=both, page_after=timedelta(minutes=10)))
    async with shell.life():
        await opened(shell)
        await shell.type("!aware GDPR-33-1", sender=BOB)
        await shell.pass_time(timedelta(hours=24, minutes=1))
        (rang,) = shell.rings()
        assert rang.mentions == (ERIN,)
        await shell.type("!duty dpo bob today 2026-11-29", room=shell.control_room)
        await shell.pass_time(timedelta(minutes=30))
        history = await shell.store.history(shell.incident().id)
        assert [record.fact.user for record in history if isinstance(record.fact, Paged)] == [ERIN]
