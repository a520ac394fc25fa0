from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.core.facts import Rang
from bot.core.people.quiet import QuietHours
from bot.service.tasks import CARD_REST
from tests.core.build import ALICE, BOB, CAROL, DAVE, DAY, HOURS_72, HOUSE
from tests.fakes.clock import FakeClock
from tests.service.shell import Shell

HOUR, MINUTE, SECOND = timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1)
AIMED = replace(
    HOUSE,
    rules=tuple(replace(row, aim=48 * HOUR) if row.id == HOURS_72 else row for row in HOUSE.rules),
    playbooks={
        key: replace(
            book,
            repeat=365 * DAY,
            phases=tuple(
                replace(phase, steps=tuple(replace(step, target=HOUR) for step in phase.steps)) for phase in book.phases
            ),
        )
        for key, book in HOUSE.playbooks.items()
    },
)


async def rung_so_far(shell: Shell) -> list[Rang]:
    history = await shell.store.history(shell.incident().id)
    return [recorded.fact for recorded in history if isinstance(recorded.fact, Rang)]


async def test_every_rung_rings_once_for_its_owner_when_each_is_acknowledged(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        await shell.type("!aware GDPR-33-1")
        for hours in (24, 24, 12, 6, 3, 2, 1):
            await shell.pass_time(hours * HOUR)
            await shell.type("!ack", sender=BOB)
        assert len(shell.rings()) == 7
        assert {(content.mentions, content.mentions_room) for content in shell.rings()} == {((BOB,), False)}


async def test_unanswered_reminders_reach_more_people_until_somebody_acknowledges(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        await shell.type("!aware GDPR-33-1")
        await shell.pass_time(60 * HOUR)
        circles = [(content.mentions, content.mentions_room) for content in shell.rings()]
        assert circles == [
            ((BOB,), False),
            ((BOB, ALICE, DAVE), False),
            ((BOB, ALICE, DAVE), False),
            ((), True),
            ((), True),
        ]
        assert "now for everybody" in shell.rings()[3].body
        await shell.type("!ack", sender=BOB)
        await shell.pass_time(6 * HOUR)
        assert shell.rings()[5].mentions == (BOB,)


async def test_rungs_missed_while_down_ring_at_the_start_in_one_message_and_say_so(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        await shell.type("!aware GDPR-33-1")
        await shell.pass_time(25 * HOUR)
        await shell.type("!ack")
    shell.clock.advance(36 * HOUR)
    async with shell.life():
        first, missed = shell.rings()
        assert "late" not in first.body
        assert "Sent 13\u00a0h late" in missed.body
        assert "T-24, late" in await shell.type("!timeline 20")
        await shell.type("!ack")
        await shell.pass_time(11 * HOUR)
        assert [fact.rung for fact in await rung_so_far(shell)][3:] == ["T-6", "T-6", "T-3", "T-3", "T-1", "T"]


async def test_clocks_that_ring_within_a_minute_are_one_message(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        await shell.type("!aware GDPR-33-1")
        await shell.pass_time(30 * SECOND)
        await shell.type("!clock add VAT +72h bob")
        await shell.pass_time(24 * HOUR)
        (digest,) = shell.rings()
        assert digest.body.startswith("Reminder: 2 clocks")
        assert "GDPR-33-1: due" in digest.body
        assert "VAT: due" in digest.body
        assert digest.mentions == (BOB,)


class Running(FakeClock):
    """A clock that goes on whenever somebody looks at it."""

    def now(self) -> datetime:
        self._now += timedelta(microseconds=1)
        return self._now


async def test_what_rang_in_one_message_rang_at_one_moment(shell: Shell) -> None:
    shell.clock = Running()
    async with shell.life():
        await shell.open()
        await shell.type("!aware GDPR-33-1")
    shell.clock.advance(60 * HOUR)
    async with shell.life():
        assert len(shell.rings()) == 1
        rung = await rung_so_far(shell)
        assert len(rung) > 1
        assert len({fact.at for fact in rung}) == 1


async def test_a_repetition_is_not_doubled_or_lost_over_a_restart(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        await shell.type("!aware GDPR-33-1")
        await shell.pass_time(24 * HOUR)
    async with shell.life():
        await shell.pass_time(5 * HOUR)
        assert len(shell.rings()) == 1
    async with shell.life():
        await shell.pass_time(2 * HOUR)
        assert [fact.level for fact in await rung_so_far(shell)] == [0, 1]
    async with shell.life():
        assert len(shell.rings()) == 2


async def test_steps_ring_together_when_their_time_has_passed_for_those_who_are_to_do_them() -> None:
    shell = Shell(AIMED)
    async with shell.life():
        await shell.open()
        await shell.type("!done D1")
        await shell.pass_time(2 * HOUR)
        (steps,) = shell.rings()
        assert steps.body.startswith("Past the time aimed at: 3 steps")
        assert set(steps.mentions) == {ALICE, BOB, CAROL, DAVE}  # of a role nobody holds, those who lead


async def test_the_promised_bulletin_rings_before_its_time(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        await shell.type("!fact next-update +4h")
        await shell.pass_time(4 * HOUR - 16 * MINUTE)
        assert shell.rings() == ()
        await shell.pass_time(16 * MINUTE)
        (bulletin,) = shell.rings()
        assert bulletin.body.startswith("Bulletin promised for")
        assert "in 15\u00a0min" in bulletin.body


async def test_a_closed_checklist_speaks_once_after_a_year_even_over_restarts() -> None:
    shell = Shell(AIMED)
    async with shell.life():
        await shell.open()
        await shell.type("!close done for this year")
        await shell.pass_time(360 * DAY)
        assert shell.rings() == ()
    shell.clock.advance(10 * DAY)
    async with shell.life():
        (again,) = shell.rings()
        assert "!open TITLE --playbook provider-hit" in again.body
        await shell.pass_time(800 * DAY)
        assert len(shell.rings()) == 1


async def test_in_quiet_hours_what_may_wait_waits_and_the_law_does_not() -> None:
    shell = Shell(replace(AIMED, quiet=QuietHours.between("11:00", "20:00")))  # it is 10:00 in Paris
    async with shell.life():
        await shell.open()
        await shell.type("!aware GDPR-33-1 -30h their mail")
        await shell.pass_time(9 * HOUR)
        assert ["N1 Do N1" in content.body for content in shell.rings()] == [True]  # it serves a clock of the law
        await shell.pass_time(2 * HOUR)
        assert [content.body.split(":")[0] for content in shell.rings()] == ["Past the time aimed at"] * 2
        await shell.pass_time(20 * HOUR)
        assert [fact.rung for fact in await rung_so_far(shell)] == ["T-24", "T-24", "T-12"]  # the last at 16:00


async def test_a_date_of_the_firm_lives_like_a_clock_and_does_not_hold_up_closing(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        assert "VAT-MARCH runs" in await shell.type('!clock add "VAT March" +72h')
        assert "VAT-MARCH" in await shell.type("!clocks")
        assert "not of the law" in await shell.type("!clocks VAT-MARCH")
        assert "rests until" in await shell.type("!snooze VAT-MARCH 2h")
        assert "no letter from A to Z" in await shell.type("!clock add --- +72h")
        assert "Closed" in await shell.type("!close")


async def test_a_crash_before_the_ring_was_confirmed_rings_once(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        await shell.type("!aware GDPR-33-1")
        shell.chat.lost = 1
        await shell.pass_time(24 * HOUR)
    async with shell.life():
        await shell.pass_time(HOUR)
        assert len(shell.rings()) == 1


async def test_a_closed_incident_stays_silent(shell: Shell) -> None:
    async with shell.life():
        await shell.open(options="--playbook provider-hit --drill")
        await shell.type("!aware GDPR-33-1")
        await shell.type("!close")
        await shell.pass_time(CARD_REST)
        before = len(shell.said())
        await shell.pass_time(100 * HOUR)
        assert len(shell.said()) == before
        assert not shell.alarm_clock.settings


async def test_an_alarm_of_an_incident_that_does_not_exist_is_nothing(shell: Shell) -> None:
    async with shell.life() as service:
        await service.ring("incident:feedfeedfeedfeed")
        await shell.settle()


async def test_an_alarm_that_wakes_too_early_is_set_again(shell: Shell) -> None:
    async with shell.life() as service:
        incident = await shell.open()
        await shell.type("!aware GDPR-33-1")
        due = shell.alarm_clock.settings.pop(f"incident:{incident.id}")
        await service.ring(f"incident:{incident.id}")
        await shell.settle()
        assert shell.alarm_clock.settings[f"incident:{incident.id}"] == due
