"""Situation points and handovers, as people in the room read and answer them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.evolve import fold
from bot.core.facts import (
    DeskFact,
    DeviceProof,
    Fact,
    HandoverTaken,
    NotDelivered,
    PointRang,
    PointWritten,
    Severity,
)
from bot.core.incident import Incident
from bot.core.names import StepId
from bot.core.people.roster import Role
from bot.ports import RefusedError
from tests.core.build import ALICE, BOB, CAROL, DAVE, HOUR, HOUSE, MINUTE
from tests.service.answers.test_polls import ended, polls, vote
from tests.service.shell import Shell

POINTS = replace(HOUSE, points={Severity.HIGH: 4 * HOUR})
RINGS = "Situation point"


@pytest.fixture
def shell() -> Shell:
    return Shell(POINTS)


async def facts_of(shell: Shell) -> list[Fact]:
    history = await shell.store.history(shell.incident().id)
    return [record.fact for record in history if not isinstance(record.fact, DeskFact)]


async def rang(shell: Shell) -> list[PointRang]:
    return [fact for fact in await facts_of(shell) if isinstance(fact, PointRang)]


def points(shell: Shell) -> list[str]:
    return [content.body for content in shell.rings() if RINGS in content.body]


async def everybody_comes(shell: Shell) -> Incident:
    incident = await shell.open()
    for user in (ALICE, BOB, CAROL, DAVE):
        await shell.move(user, room=shell.room, present=True)
    return incident


async def test_a_point_rings_each_time_once_and_a_reply_to_it_is_an_entry(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        await shell.type("!done D1 called the host")
        await shell.pass_time(4 * HOUR)
        (body,) = points(shell)
        assert "1 step settled (D1)" in body
        assert "The point is noted" in await shell.reply("the host works on it", RINGS, sender=BOB)
        await shell.pass_time(8 * HOUR)
        assert len(points(shell)) == len(await rang(shell)) == 3
        written = [fact for fact in await facts_of(shell) if isinstance(fact, PointWritten)]
        assert [(fact.by, fact.text) for fact in written] == [(BOB, "the host works on it")]
        assert "situation point: the host works on it" in await shell.type("!timeline 50")


async def test_nothing_new_is_one_tap_and_ends_the_poll(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        await shell.pass_time(4 * HOUR)
        assert "nothing new" in await vote(shell, "Nothing new", sender=DAVE)
        assert shell.incident().rhythm.written == PointWritten(at=shell.clock.now(), by=DAVE, text="")
        await shell.pass_time(2 * MINUTE)
        ((over, _),) = ended(shell)
        assert over == polls(shell)[-1][0]
        assert "nothing new" in await shell.type("!point rien")


async def test_a_point_survives_crashes_and_rings_once(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
    shell.clock.advance(4 * HOUR)
    for turns in (1, 5, 20, 50):
        async with shell.life(turns=turns):
            pass
    async with shell.life():
        assert len(points(shell)) == len(await rang(shell)) == 1
        assert len(polls(shell)) == 1


async def test_after_days_away_one_point_rings_and_not_all_that_were_missed(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
    shell.clock.advance(60 * HOUR)
    async with shell.life():
        assert len(points(shell)) == 1
        assert len(await rang(shell)) == 1


async def test_an_incident_of_before_rings_none(shell: Shell) -> None:
    shell.house = HOUSE
    async with shell.life():
        await shell.open()
    shell.house = POINTS
    async with shell.life():
        await shell.pass_time(48 * HOUR)
        assert points(shell) == []


async def test_a_point_that_cannot_be_said_is_told_elsewhere_once_and_said_when_it_can_be(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        shell.chat.faults.append(RefusedError("M_FORBIDDEN"))
        await shell.pass_time(4 * HOUR)
        lost = [fact for fact in await facts_of(shell) if isinstance(fact, NotDelivered)]
        assert len(lost) == 1
        await shell.pass_time(2 * HOUR)
        assert len(points(shell)) == 1
        assert shell.incident().undelivered == ()


async def test_the_cadence_is_changed_and_switched_off(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        said = await shell.type("!brief every 3h", sender=CAROL)
        assert "every 3\N{NO-BREAK SPACE}h" in said
        assert "Next situation point" in said
        await shell.pass_time(3 * HOUR)
        assert len(points(shell)) == 1
        assert "No situation point rings any more" in await shell.type("!point stop")
        await shell.pass_time(24 * HOUR)
        assert len(points(shell)) == 1
        assert "no oftener" in await shell.type("!brief every 1min")
        assert "Next situation point" not in await shell.type("!brief")


# --- handovers ----------------------------------------------------------------------------------------------------


async def test_a_handover_counts_once_it_is_acknowledged_by_whom_it_is_for(shell: Shell) -> None:
    async with shell.life():
        await everybody_comes(shell)
        await shell.type("!assign D1 alice")
        said = await shell.type("!handover dave call the host at eight")
        assert "D1" in said
        assert "call the host at eight" in said
        (ring,) = [content for content in shell.rings() if "hands over to" in content.body]
        assert ring.mentions == (DAVE,)
        assert "This handover is for dave" in await shell.reply("received", "hands over to", sender=BOB)
        assert shell.incident().step_state(StepId("D1")).assigned == ALICE
        assert "has taken over" in await shell.reply("received", "hands over to", sender=DAVE)
        assert shell.incident().step_state(StepId("D1")).assigned == DAVE
        (taken,) = [fact for fact in await facts_of(shell) if isinstance(fact, HandoverTaken)]
        assert taken.proof is DeviceProof.SIGNED
        assert "This handover is over" in await shell.type("!handover 1 received", sender=DAVE)
        assert "No handover waits for you" in await shell.type("!releve reçue", sender=DAVE)
        await shell.pass_time(2 * MINUTE)
        assert len(ended(shell)) == 1


async def test_a_handover_is_acknowledged_by_one_tap_and_roles_pass_if_asked_for(shell: Shell) -> None:
    async with shell.life():
        incident = await everybody_comes(shell)
        await shell.type("!releve bob avec roles")
        assert "This handover is for bob" in await vote(shell, "Received, I take over", sender=CAROL)
        assert "has taken over" in await vote(shell, "Received, I take over", sender=BOB)
        assert shell.incident().roster[BOB] == {Role.DPO, Role.ADMIN, Role.COORDINATOR}
        before = shell.incident()
        history = await shell.store.history(incident.id)
        assert fold(record.fact for record in history if not isinstance(record.fact, DeskFact)) == before


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("!handover alice", "You cannot hand over to yourself"),
        ("!handover mallory", "mallory"),
        ("!handover erin", "erin is not in the room"),
    ],
)
async def test_whoever_cannot_take_over_is_told_in_one_sentence(shell: Shell, typed: str, said: str) -> None:
    async with shell.life():
        await everybody_comes(shell)
        await shell.type("!invite erin it")
        answer = await shell.type(typed)
        assert said in answer
        assert "\n" not in answer
        assert shell.incident().rhythm.handovers == {}


async def test_twice_is_told(shell: Shell) -> None:
    async with shell.life():
        await everybody_comes(shell)
        await shell.type("!handover bob")
        assert "This handover waits for bob since" in await shell.type("!handover bob")


async def test_who_is_on_for_long_is_named_at_the_point_and_where_it_is_asked(shell: Shell) -> None:
    async with shell.life():
        await everybody_comes(shell)
        for _ in range(4):
            await shell.pass_time(3 * HOUR)
            await shell.type("!note still here")
        said = await shell.type("!handover", sender=BOB)
        assert "alice, since" in said
        assert "(12\N{NO-BREAK SPACE}h): who takes over?" in said
        assert any("alice has been on for 12\N{NO-BREAK SPACE}h" in body for body in points(shell))
