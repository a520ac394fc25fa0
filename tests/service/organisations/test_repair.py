"""Rooms of organisations are mended from the parent's: people, a second room of the same firm, one that was closed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest

from bot.core.clocks.rules import Running
from bot.core.desk import House
from bot.core.facts import CascadePaused, RoomRefused
from bot.core.incident import Status
from bot.core.organisations.children import child_id
from bot.core.people.roster import Role
from tests.core.build import BOB, DAVE, ERIN, HOUR, HOURS_72, HOUSE, MINUTE, NOW, ROOM
from tests.core.cascades import NAMES, PARENT, extended, opening, person_of, row
from tests.service.organisations.scene import Organisations, room_of
from tests.service.shell import IDENTITY

ALPHA, BETA = person_of("Alpha"), person_of("Beta")
GDPR = HOURS_72
KEPT = timedelta(days=1)


@pytest.fixture
async def shell() -> AsyncIterator[Organisations]:
    told = Organisations()
    await told.lay(map(row, NAMES))
    async with told.life():
        yield told


def said(shell: Organisations, name: str) -> str:
    """Return all that was said in the room of an organisation."""
    return "\n".join(one.body for one in shell.said(room_of(name)))


def members(shell: Organisations, name: str) -> set[str]:
    return {user for user, how in shell.chat.rooms[room_of(name)].members.items() if how in ("join", "invite")}


# --- people -------------------------------------------------------------------------------------------------


async def test_a_contact_is_replaced_by_two_and_the_firm_reads_by_whom(shell: Organisations) -> None:
    asked = await shell.type(f"!cascade replace Alpha {ALPHA} {ERIN}", room=ROOM)
    assert asked.startswith("This needs a second person. alice asks to replace @alpha:firm.example by")
    assert ALPHA in members(shell, "Alpha")
    again = await shell.type(f"!cascade replace Alpha {ALPHA} {ERIN}", room=ROOM)
    assert "!confirm 1" in again, "it waits, and is not asked for twice"
    answer = await shell.type("!confirm 1", room=ROOM, sender=DAVE)
    assert "alice replaced @alpha:firm.example by @erin:example.org in the room of Alpha" in answer
    assert members(shell, "Alpha") == {DAVE, ERIN}
    assert shell.child("Alpha").roster[ERIN] == {Role.COORDINATOR}
    heard = said(shell, "Alpha")
    assert "From the room that coordinates: @alice:example.org invited erin (coordinator)." in heard
    assert "From the room that coordinates: @alice:example.org removed @alpha:firm.example." in heard
    assert not said(shell, "Beta")


async def test_who_cannot_lead_is_removed_by_one_and_may_be_invited_again(shell: Organisations) -> None:
    await shell.lead(f"!cascade invite Alpha {ERIN} dpo")
    assert "From the room that coordinates: @alice:example.org invited erin (DPO)" in said(shell, "Alpha")
    answer = await shell.type(f"!cascade remove Alpha {ERIN}", room=ROOM)
    assert answer == "alice removed @erin:example.org from the room of Alpha"
    assert ERIN not in members(shell, "Alpha")
    await shell.lead(f"!cascade invite Alpha {ERIN} dpo")
    await shell.pass_time(HOUR)
    assert ERIN in members(shell, "Alpha")
    refused = await shell.type(f"!cascade replace Alpha {ALPHA} {IDENTITY.user}", room=ROOM)
    assert "on the roster already" in refused


async def test_a_firm_says_why_it_closes_and_is_opened_again_from_above(shell: Organisations) -> None:
    answer = await shell.type("!close We have no data there", room=room_of("Alpha"), sender=ALPHA)
    assert "does not read why" not in answer
    assert "does not read why" in await shell.type("!close", room=room_of("Beta"), sender=BETA)
    page = await shell.lead("!rollup")
    assert "Closed, and why\n\n- Alpha: We have no data there\n- 1 closed without saying why" in page
    answer = await shell.lead("!cascade reopen Alpha")
    assert answer == "The incident of Alpha (Calm Alpha) is open again; they read in their room who did it."
    assert shell.child("Alpha").status is Status.OPEN
    assert "From the room that coordinates: @alice:example.org resumed the incident." in said(shell, "Alpha")
    assert "We have no data there" not in await shell.lead("!rollup")


async def test_only_who_leads_above_mends_and_nobody_from_a_firm(shell: Organisations) -> None:
    await shell.move(BOB, room=ROOM, present=True)
    typed = (
        f"!cascade remove Alpha {ALPHA}",
        f"!cascade replace Alpha {ALPHA} {ERIN}",
        "!cascade reopen Alpha",
        "!cascade merge Alpha Beta",
    )
    for one in typed:
        assert "coordinator" in await shell.type(one, room=ROOM, sender=BOB)
        assert "Beta" not in (answer := await shell.type(one, room=room_of("Alpha"), sender=ALPHA))
        assert "done in the room from which this one was opened" in answer
    assert not shell.child("Alpha").repaired


# --- one firm twice -----------------------------------------------------------------------------------------


async def test_two_lines_that_are_one_firm_become_one(shell: Organisations) -> None:
    await shell.move(BETA, room=room_of("Beta"), present=True)
    await shell.type("!aware GDPR-33-1 -3h the printer said so", room=room_of("Beta"), sender=BETA)
    asked = await shell.type("!cascade merge Alpha Calm Beta", room=ROOM)
    assert "alice asks to merge Beta into Alpha, as one organisation." in asked
    assert "Invited into the room of Alpha, to read what is said there from then on: 1." in asked
    assert "Clocks of the law that run there from an earlier hour then: GDPR-33-1." in asked
    assert BETA not in members(shell, "Alpha")
    answer = await shell.type("!confirm 1", room=ROOM, sender=DAVE)
    assert answer.startswith("Beta is part of Alpha from now on: counted once, and bulletins go to one room.")
    first, second = shell.child("Alpha"), shell.child("Beta")
    assert BETA in members(shell, "Alpha")
    ours, theirs = first.clock_states[GDPR], second.clock_states[GDPR]
    assert isinstance(ours, Running)
    assert isinstance(theirs, Running)
    assert (ours.aware, ours.source, ours.by) == (theirs.aware, "the printer said so", BETA)
    assert "joined another room of your organisation to this one, Beta (Calm Beta)." in said(shell, "Alpha")
    called = shell.said(room_of("Beta"))[-1]
    assert "Go on in Calm Alpha. You are invited there" in called.body
    assert "this room stays open until everybody who is here is there too: GDPR-33-1" in called.body
    assert (called.rings, called.mentions_room, second.status) == (True, True, Status.OPEN)

    await shell.move(BETA, room=room_of("Alpha"), present=True)
    assert shell.child("Beta").status is Status.CLOSED
    assert "From the room that coordinates: @alice:example.org closed the incident." in said(shell, "Beta")


async def test_once_they_are_one_they_are_counted_and_told_once(shell: Organisations) -> None:
    await shell.lead("!called Beta no answer")
    await shell.lead("!cascade merge Alpha Beta")
    assert shell.child("Beta").status is Status.CLOSED, "nobody is there, and nothing runs"
    assert "Now: 5 organisations" in await shell.lead("!bulletin one")
    assert "5 organisations" in await shell.lead("!rollup")
    assert [len(shell.heard(name)) for name in NAMES] == [1, 0, 1, 1, 1, 1]
    assert "Noted for Alpha" in await shell.lead("!called Beta spoke to them")
    assert "Both names are those of Alpha" in await shell.lead("!cascade merge Alpha Beta")
    await shell.lead("!cascade merge Gamma Alpha")
    assert "into the room of Gamma (Calm Gamma)" in await shell.lead(f"!cascade invite Calm Beta {ERIN} dpo")


async def test_who_opens_a_merged_room_again_keeps_it(shell: Organisations) -> None:
    await shell.lead("!cascade merge Alpha Beta")
    await shell.pass_time(MINUTE)
    await shell.type("!resume", room=room_of("Beta"), sender=BETA)
    await shell.pass_time(HOUR)
    assert shell.child("Beta").status is Status.OPEN
    await shell.lead("!bulletin one")
    assert not shell.heard("Beta")


@pytest.mark.parametrize("seed", range(4))
async def test_killed_in_the_middle_everything_is_mended_once(seed: int) -> None:
    random, shell = Random(seed), Organisations()
    await shell.lay(map(row, NAMES))
    for typed in ("!cascade merge Alpha Beta", f"!cascade replace Alpha {ALPHA} {ERIN}", "!cascade merge Gamma Delta"):
        async with shell.life():
            await shell.receive_without_rest(await shell.confirmed(typed))
            await shell.turn(random.randrange(12))
        for _ in range(3):
            shell.chat.lost = random.randrange(2)
            async with shell.life(turns=random.randrange(40)):
                pass
    async with shell.life():
        await shell.pass_time(HOUR)
        assert [shell.child(name).status for name in NAMES[:4]] == [Status.OPEN, Status.CLOSED] * 2
        assert members(shell, "Alpha") == {DAVE, ERIN, BETA}
        assert members(shell, "Gamma") == {DAVE, person_of("Gamma"), person_of("Delta")}
        for name, moved in (("Alpha", 0), ("Beta", 1), ("Gamma", 0), ("Delta", 1), ("Zeta", 0)):
            assert said(shell, name).count("Go on in") == moved
        assert said(shell, "Alpha").count("joined another room") == 1
        assert said(shell, "Alpha").count("removed @alpha") == 1


# --- closing ------------------------------------------------------------------------------------------------


async def test_a_room_that_nobody_entered_is_closed_from_above_and_purged_like_others() -> None:
    house: House = replace(HOUSE, retention=KEPT)
    shell = Organisations(house)
    await shell.lay(map(row, NAMES))
    async with shell.life():
        await shell.move(ALPHA, room=room_of("Alpha"), present=True)
        await shell.lead("!cascade close absent Nobody came; call us.")
        assert [shell.child(name).status for name in NAMES] == [Status.OPEN, *[Status.CLOSED] * 5]
        await shell.pass_time(KEPT)
        for name in NAMES[1:]:
            purged = shell.service.books.incident(child_id(PARENT, row(name).key))
            assert purged is not None
            assert (purged.purged_at is not None, purged.organisation) == (True, "")
            assert shell.chat.rooms[room_of(name)].erased
        assert shell.child("Alpha").purged_at is None


async def test_a_room_that_the_homeserver_refused_ends_too_and_nothing_is_said_in_it() -> None:
    shell, alpha = Organisations(), row("Alpha")
    await shell.lay(map(row, NAMES[1:]))
    await shell.put(PARENT, extended(alpha))
    await shell.put(child_id(PARENT, alpha.key), opening(alpha), RoomRefused(at=NOW, code="M_FORBIDDEN"))
    async with shell.life():
        await shell.lead("!cascade close absent Bye")
        refused = shell.service.books.incident(child_id(PARENT, alpha.key))
        assert refused is not None
        assert (refused.status, refused.room) == (Status.CLOSED, None)


async def test_a_line_that_waits_for_its_room_gets_none_once_it_is_merged() -> None:
    shell, late = Organisations(), replace(row("Late"), aware=NOW)
    await shell.lay(map(row, NAMES))
    await shell.put(PARENT, CascadePaused(at=NOW, by=DAVE), extended(late))
    async with shell.life():
        await shell.lead("!cascade merge Alpha Late")
        await shell.lead("!cascade resume")
        assert shell.service.books.incident(child_id(PARENT, late.key)) is None
        assert "joined another line of the list to this room, Late." in said(shell, "Alpha")
        assert isinstance(shell.child("Alpha").clock_states[GDPR], Running)
        assert person_of("Late") in members(shell, "Alpha")
        assert "all 6" in (await shell.lead("!cascade")).casefold()
