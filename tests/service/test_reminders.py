from __future__ import annotations

from datetime import timedelta

from bot.service.tasks import CARD_REST
from tests.core.build import BOB
from tests.service.shell import Shell

HOUR = timedelta(hours=1)


async def test_every_rung_rings_once_and_mentions_the_owner(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        await shell.type("!aware GDPR-33-1")
        await shell.pass_time(72 * HOUR)
        assert len(shell.rings()) == 7
        assert {content.mentions for content in shell.rings()} == {(BOB,)}


async def test_rungs_missed_while_down_ring_at_the_start_and_say_so(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        await shell.type("!aware GDPR-33-1")
        await shell.pass_time(25 * HOUR)
    shell.clock.advance(36 * HOUR)
    async with shell.life():
        rings = shell.rings()
        assert len(rings) == 3
        assert "late" not in rings[0].body
        assert all("late" in content.body for content in rings[1:])
        await shell.pass_time(11 * HOUR)
        assert len(shell.rings()) == 7


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
