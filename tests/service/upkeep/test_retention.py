"""Incidents kept long enough are purged: once, whatever fails meanwhile, and never one that is open."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.desk import House
from bot.core.evolve import fold
from bot.core.facts import CallsErased, ChoiceOffered, Closed, FirmCalled, Noted, Opened, PurgeCause, Purged
from bot.core.incident import Status
from bot.core.names import InputId
from bot.ports import DESK, RefusedError, UnreachableError
from bot.service.ledger import purge
from bot.service.upkeep.retention import PURGE_KEY
from tests.core.build import BOB, DAY, HOUSE, INCIDENT, MINUTE, OPENED
from tests.core.cascades import PARENT, person_of, row
from tests.service.organisations.scene import Organisations, room_of
from tests.service.shell import Shell

KEPT = timedelta(days=400)
KEEPING: House = replace(HOUSE, retention=KEPT)
ASKED = InputId("$asked")
SECRET = "Quetzalcoatlus"


@pytest.fixture
def keeping() -> Shell:
    return Shell(KEEPING)


async def closed(shell: Shell) -> str:
    """Play an incident to its end and return its id."""
    await shell.type(f"!open {SECRET} is down", room=shell.control_room)
    await shell.type("1", room=shell.control_room)
    await shell.type(f"!note {SECRET}")
    await shell.type("!close over")
    assert shell.incident().status is Status.CLOSED
    return shell.incident().id


async def stored(shell: Shell, id: str) -> list[object]:
    return [record.fact for record in await shell.store.history(id)]


async def test_an_incident_is_purged_when_it_was_kept_long_enough_and_not_a_day_before(keeping: Shell) -> None:
    async with keeping.life():
        id = await closed(keeping)
        room, before = keeping.room, await keeping.store.history(id)
        await keeping.pass_time(KEPT - DAY)
        assert not keeping.chat.rooms[room].erased
        await keeping.pass_time(DAY)
        assert keeping.chat.rooms[room].erased
        last = (await stored(keeping, id))[-1]
        assert isinstance(last, Purged)
        assert (last.cause, last.entries, last.head) == (PurgeCause.RETENTION, len(before), before[-1].digest)
        assert await keeping.store.verify() == ()
        assert "was purged, 400 days after it was closed" in keeping.said(keeping.control_room)[-1].body


async def test_after_a_purge_the_room_is_nobodys_the_list_is_empty_and_the_register_has_its_entry(
    keeping: Shell,
) -> None:
    async with keeping.life():
        id = await closed(keeping)
        room, codename = keeping.room, keeping.incident().codename
        direct = keeping.direct_room(BOB)
        await keeping.pass_time(KEPT)
        assert keeping.service.books.incident_in(room) is None
        assert codename not in await keeping.type("!list", room=keeping.control_room)
        assert codename in await keeping.type("!register", room=direct, sender=BOB)
        before = await stored(keeping, id)
    async with keeping.life():
        assert codename in await keeping.type("!register", room=direct, sender=BOB)
        assert await stored(keeping, id) == before
        assert keeping.alarm_clock.settings.keys() == {key for key in keeping.alarm_clock.settings if "lane" in key}


async def test_the_title_is_not_left_in_an_offer_that_was_answered(keeping: Shell) -> None:
    async with keeping.life():
        await closed(keeping)
        assert any(isinstance(fact, ChoiceOffered) for fact in await stored(keeping, DESK))
        await keeping.pass_time(KEPT)
        assert not any(isinstance(fact, ChoiceOffered) for fact in await stored(keeping, DESK))


async def test_a_homeserver_that_is_away_delays_it_and_one_that_refuses_does_not_keep_what_we_have(
    keeping: Shell,
) -> None:
    async with keeping.life():
        id = await closed(keeping)
        await keeping.pass_time(KEPT - MINUTE)
        keeping.chat.faults.append(UnreachableError("away"))
        await keeping.pass_time(MINUTE)
        assert not isinstance((await stored(keeping, id))[-1], Purged)
        keeping.chat.faults.append(RefusedError("M_FORBIDDEN"))
        await keeping.pass_time(MINUTE)
        assert isinstance((await stored(keeping, id))[-1], Purged)


@pytest.mark.parametrize("lost", [0, 1])
async def test_a_stop_in_the_middle_loses_nothing_and_purges_once(keeping: Shell, lost: int) -> None:
    async with keeping.life():
        id = await closed(keeping)
        await keeping.pass_time(KEPT - MINUTE)
        keeping.chat.faults.append(UnreachableError("away"))
        keeping.chat.lost = lost
        await keeping.pass_time(MINUTE)
    async with keeping.life():
        await keeping.pass_time(MINUTE)
        assert sum(isinstance(fact, Purged) for fact in await stored(keeping, id)) == 1
        notices = [said for said in keeping.said(keeping.control_room) if "was purged" in said.body]
        assert len(notices) == 1


async def test_one_that_was_opened_again_is_not_purged_whenever_that_was(keeping: Shell) -> None:
    async with keeping.life():
        id = await closed(keeping)
        await keeping.pass_time(KEPT - MINUTE)
        keeping.chat.faults.append(UnreachableError("away"))
        await keeping.pass_time(MINUTE)
        await keeping.type("!resume")
        assert keeping.incident().status is Status.OPEN
        await keeping.pass_time(MINUTE)
        assert not keeping.chat.rooms[keeping.room].erased
        assert not any(isinstance(fact, Purged) for fact in await stored(keeping, id))
        assert PURGE_KEY + id not in keeping.alarm_clock.settings
        assert keeping.service.drain.lanes.waiting == 0


async def test_without_a_retention_nothing_is_ever_purged(shell: Shell) -> None:
    async with shell.life():
        id = await closed(shell)
        await shell.pass_time(4000 * DAY)
        assert not any(isinstance(fact, Purged) for fact in await stored(shell, id))
        await shell.service.ring(f"{PURGE_KEY}nobody")
        await shell.service.ring(PURGE_KEY + id)
        await shell.settle()
        assert not shell.chat.rooms[shell.room].erased


async def test_a_purge_applied_twice_is_one_and_one_that_never_had_a_room_is_purged_too(keeping: Shell) -> None:
    opened, over = OPENED, Closed(at=OPENED.at, by=OPENED.by, summary="")
    async with keeping.store.transaction() as tx:
        await tx.append(
            INCIDENT, (opened, Noted(at=opened.at, by=opened.by, text=SECRET), over), input=ASKED, device=None
        )
    incident = fold((opened, over))
    assert incident is not None
    assert incident.room is None
    for count in (3, 0):
        left = await purge(keeping.store, incident, PurgeCause.OPERATOR, opened.at + KEPT, input=InputId("purge"))
        assert len(left) == count
    assert [type(fact) for fact in await stored(keeping, INCIDENT)] == [Opened, Closed, Purged]
    async with keeping.life():
        assert keeping.incident().purged_at == opened.at + KEPT


async def test_with_an_organisation_what_was_noted_of_calls_to_it_goes_from_its_parent_too() -> None:
    shell = Organisations(replace(HOUSE, retention=MINUTE))
    await shell.lay(map(row, ("Alpha", "Beta")))
    async with shell.life():
        for called in (f"Alpha {SECRET}", "Beta absent", f"Alpha again {SECRET}"):
            await shell.lead(f"!called {called}")
        before = await shell.store.history(PARENT)
        await shell.type("!close over", room=room_of("Alpha"), sender=person_of("Alpha"))
        await shell.pass_time(MINUTE)
        left = await stored(shell, PARENT)
        assert [fact.key for fact in left if isinstance(fact, FirmCalled)] == ["beta"]
        assert not [fact for fact in left if SECRET in repr(fact)]
        last = left[-1]
        assert isinstance(last, CallsErased)
        assert (last.calls, last.entries, last.head) == (2, len(before), before[-1].digest)
        assert await shell.store.verify() == ()
        assert "an organisation was purged, and with it 2 calls" in await shell.lead("!timeline 5")
        assert "No organisation of the list is called Alpha" in await shell.lead("!called Alpha x")
        assert "Noted for Beta" in await shell.lead("!called Beta x")
    async with shell.life():
        parent = shell.service.books.incident(PARENT)
        assert parent is not None
        assert parent.cascade is not None
        assert [key for key, calls in parent.cascade.calls.items() if calls] == ["beta"]


async def test_of_an_organisation_that_nobody_called_the_parent_stays_as_it_is() -> None:
    shell = Organisations(replace(HOUSE, retention=MINUTE))
    await shell.lay(map(row, ("Alpha", "Beta")))
    async with shell.life():
        await shell.lead("!called Beta absent")
        before = await shell.store.history(PARENT)
        await shell.type("!close over", room=room_of("Alpha"), sender=person_of("Alpha"))
        await shell.pass_time(MINUTE)
        assert await shell.store.history(PARENT) == before
