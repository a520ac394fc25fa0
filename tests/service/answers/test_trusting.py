"""Alarms about identities, devices and strangers, and how an admin settles them."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from bot.core.facts import IdentityConfirmed, StrangerCame
from bot.core.names import DeviceId, InputId, RoomId, UserId
from bot.core.people.roster import Role
from bot.core.people.trust import Distrust, TheirIdentity
from bot.ports import (
    DESK,
    Content,
    DeviceCame,
    Distrusted,
    IdentityChanged,
    Incoming,
    Membership,
    Unreached,
)
from bot.service.unread import NOBODY_CAME, UNREAD_FOR
from tests.core.build import ALICE, BOB, CAROL, DAVE, MINUTE, PEOPLE
from tests.service.meddling import NoWayOut, with_people
from tests.service.shell import Shell

STRANGER = UserId("@stranger:evil.example")
OLD, NEW, NEWER = ("oldkey", "newkey", "newerkey")
ADMINS = {user for user, roles in PEOPLE.items() if Role.ADMIN in roles}


def distrusted(shell: Shell, event: str, *, room: RoomId, device: str = "GHOST") -> Distrusted:
    return Distrusted(
        id=InputId(event),
        room=room,
        sender=BOB,
        device=DeviceId(device),
        why=Distrust.UNSIGNED_DEVICE,
        received_at=shell.clock.now(),
    )


def changed(shell: Shell, master: str | None, *, user: UserId = BOB) -> IdentityChanged:
    """Let the homeserver publish another key of *user*, and return what is heard of it."""
    shell.chat.identities[user] = TheirIdentity(known=OLD, published=master)
    return IdentityChanged(
        id=InputId(f"identity:{user}:{master}"), user=user, master=master, received_at=shell.clock.now()
    )


def new(shell: Shell, room: RoomId, before: int) -> list[Content]:
    return [content for content in shell.said(room)[before:] if not content.replaces]


async def hear(shell: Shell, event: Incoming, room: RoomId) -> list[Content]:
    """Receive *event*; return what is said in *room* because of it."""
    before = len(shell.said(room))
    await shell.receive(event)
    await shell.pass_time(timedelta(seconds=3))
    return new(shell, room, before)


# --- devices --------------------------------------------------------------------------------------------------------


async def test_an_untrusted_device_is_told_off_once_for_each_room_and_device_also_over_a_restart(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        (told,) = await hear(shell, distrusted(shell, "$1", room=shell.room), shell.room)
        assert "not verified by you" in told.body
        assert not told.rings
        assert not await hear(shell, distrusted(shell, "$2", room=shell.room), shell.room)
        assert len(await hear(shell, distrusted(shell, "$3", room=shell.room, device="OTHER"), shell.room)) == 1
    async with shell.life():
        assert not await hear(shell, distrusted(shell, "$4", room=shell.room), shell.room)
        assert len(await hear(shell, distrusted(shell, "$5", room=shell.control_room), shell.control_room)) == 1
        assert await shell.store.waiting() == ()


async def test_what_is_typed_on_an_untrusted_device_in_a_direct_room_is_told_in_the_control_room_too(
    shell: Shell,
) -> None:
    async with shell.life():
        direct = shell.direct_room(BOB)
        shell.chat.without_device.add(BOB)
        (told,) = await hear(shell, distrusted(shell, "$1", room=direct), shell.control_room)
        assert BOB in told.body
        shell.chat.without_device.clear()
        await shell.pass_time(MINUTE)
        assert len(shell.said(direct)) == 1


async def test_an_answer_nobody_can_read_is_given_up_after_an_hour_with_all_that_waits_behind_it(
    shell: Shell, caplog: pytest.LogCaptureFixture
) -> None:
    async with shell.life():
        direct = shell.direct_room(BOB)
        shell.chat.without_device.add(BOB)
        await shell.receive(distrusted(shell, "$1", room=direct))
        await shell.pass_time(UNREAD_FOR / 2)
        await shell.receive(distrusted(shell, "$2", room=direct, device="OTHER"))
        assert len(await shell.store.tasks()) == 2
        await shell.pass_time(UNREAD_FOR / 2 + MINUTE)
        assert await shell.store.tasks() == ()
        given_up = [record.getMessage() for record in caplog.records if NOBODY_CAME in record.getMessage()]
        assert len(given_up) == 2
        assert not any(BOB in line or direct in line for line in given_up)
        await shell.receive(distrusted(shell, "$3", room=direct, device="LATER"))
        shell.chat.without_device.clear()
        await shell.pass_time(MINUTE)
        assert len(shell.said(direct)) == 1, "what comes later waits anew"
        shell.chat.without_device.add(BOB)
        await shell.receive(distrusted(shell, "$4", room=direct, device="FOURTH"))
        await shell.pass_time(UNREAD_FOR - MINUTE)
        assert len(await shell.store.tasks()) == 1, "and so does what comes after it was read"


async def test_our_own_rooms_wait_for_a_first_reader_as_long_as_it_takes(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        shell.chat.without_device |= set(PEOPLE)
        await shell.receive(distrusted(shell, "$1", room=shell.room), distrusted(shell, "$2", room=shell.control_room))
        before = len(shell.said()) + len(shell.said(shell.control_room))
        await shell.pass_time(2 * UNREAD_FOR)
        shell.chat.without_device.clear()
        await shell.pass_time(MINUTE)
        assert len(shell.said()) + len(shell.said(shell.control_room)) >= before + 2


async def test_somebody_without_a_role_is_not_even_told_off(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        event = Distrusted(
            id=InputId("$1"),
            room=shell.room,
            sender=STRANGER,
            device=DeviceId("X"),
            why=Distrust.NO_IDENTITY,
            received_at=shell.clock.now(),
        )
        assert not await hear(shell, event, shell.room)


async def test_a_new_device_nothing_vouches_for_is_told_in_the_control_room_once(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        came = DeviceCame(
            id=InputId("device:1"),
            user=BOB,
            device=DeviceId("LAPTOP"),
            fingerprint="k" * 43,
            received_at=shell.clock.now(),
        )
        (told,) = await hear(shell, came, shell.control_room)
        assert "LAPTOP" in told.body
        assert set(told.mentions) == ADMINS
        assert not await hear(shell, came, shell.control_room)


@pytest.mark.parametrize(
    ("why", "is_told"),
    [(Distrust.NO_IDENTITY, True), (Distrust.UNSIGNED_DEVICE, True), (Distrust.IDENTITY_CHANGED, False)],
)
async def test_those_who_lead_hear_of_whoever_cannot_read(shell: Shell, why: Distrust, is_told: bool) -> None:
    async with shell.life():
        await shell.open()
        for room in (shell.room, shell.control_room, shell.direct_room(BOB)):
            event = Unreached(
                id=InputId(f"unreached:{room}"), room=room, user=BOB, why=why, received_at=shell.clock.now()
            )
            told = await hear(shell, event, room)
            assert [content.rings for content in told] == ([True] if is_told and "direct" not in room else [])
            assert not await hear(shell, event, room)
        rung = shell.rings()
        assert [BOB in content.body for content in rung] == ([True] if is_told else [])
        assert all(set(content.mentions) == set(shell.incident().leaders()) for content in rung)


# --- identities -----------------------------------------------------------------------------------------------------


async def test_a_changed_identity_rings_in_the_control_room_and_in_the_open_rooms_of_the_person(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        control = len(shell.said(shell.control_room))
        (alarm,) = await hear(shell, changed(shell, NEW), shell.room)
        assert alarm.rings
        (above,) = new(shell, shell.control_room, control)
        assert above.rings
        assert set(above.mentions) == ADMINS
        assert BOB in above.body
        assert "newk ey" in above.body


async def test_an_identity_that_is_gone_rings(shell: Shell) -> None:
    async with shell.life():
        (alarm,) = await hear(shell, changed(shell, None), shell.control_room)
        assert alarm.rings
        assert "gone" in alarm.body


async def test_the_identity_of_somebody_who_is_not_ours_is_none_of_our_business(shell: Shell) -> None:
    async with shell.life():
        assert not await hear(shell, changed(shell, NEW, user=STRANGER), shell.control_room)


async def test_an_admin_confirms_what_the_alarm_told(shell: Shell) -> None:
    async with shell.life():
        await shell.receive(changed(shell, NEW))
        assert "by the new identity" in await shell.type("!trust bob confirm", room=shell.control_room)
        assert shell.chat.identity_of(BOB) == TheirIdentity(known=NEW, published=NEW)
        (fact,) = [record.fact for record in await shell.store.history(DESK, last=1)]
        assert isinstance(fact, IdentityConfirmed)
        assert (fact.by, fact.user, fact.master) == (ALICE, BOB, NEW)
        assert "nothing to confirm" in await shell.type("!trust bob confirm", room=shell.control_room)


async def test_where_a_second_admin_is_they_are_rung_in_the_control_room_wherever_it_was_asked() -> None:
    shell = Shell(with_people({**PEOPLE, DAVE: frozenset({Role.ADMIN})}))
    async with shell.life():
        await shell.receive(changed(shell, NEW))
        here = shell.direct_room(ALICE)
        assert "needs a second person" in await shell.type("!trust bob confirm", room=here)
        rang = shell.said(shell.control_room)[-1]
        assert rang.rings
        assert rang.mentions == (DAVE,)
        assert not shell.said(here)[-1].rings
        number = re.search(r"!confirm \d+", rang.body)
        assert number is not None
        await shell.type(number[0], room=shell.control_room, sender=DAVE)
        assert shell.chat.identity_of(BOB).known == NEW


async def test_a_key_that_changed_again_behind_the_back_of_the_admin_is_not_confirmed(shell: Shell) -> None:
    async with shell.life():
        await shell.receive(changed(shell, NEW))
        await shell.receive(changed(shell, NEWER))
        assert "First look" in await shell.type("!trust bob confirm", room=shell.control_room)
        assert shell.chat.identity_of(BOB).known == OLD
        assert "newe rkey" in await shell.type("!trust bob", room=shell.control_room)
        await shell.type("!trust bob confirm", room=shell.control_room)
        assert shell.chat.identity_of(BOB).known == NEWER


async def test_nobody_confirms_themselves_and_only_admins_confirm(shell: Shell) -> None:
    async with shell.life():
        await shell.receive(changed(shell, NEW, user=ALICE))
        assert "their own identity" in await shell.type("!trust alice confirm", room=shell.control_room)
        assert "needs the role admin" in await shell.type("!trust alice confirm", room=shell.control_room, sender=DAVE)
        assert "needs the role admin" in await shell.type(
            "!trust alice confirm", room=shell.direct_room(BOB), sender=BOB
        )
        assert shell.chat.identity_of(ALICE).known == OLD


async def test_an_identity_is_shown_where_no_incident_is(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        assert "never published" in await shell.type("!trust bob", room=shell.control_room)
        shell.chat.identities[BOB] = TheirIdentity(known=OLD, published=OLD)
        shown = await shell.type("!confiance bob", room=shell.control_room)
        assert "is known by" in shown
        assert "nobody has compared it" in shown
        assert "is known by" not in await shell.type("!trust bob")
        assert "nothing to confirm" in await shell.type("!trust bob confirm", room=shell.control_room)


async def test_a_confirmation_interrupted_before_it_was_done_is_done_after_the_restart(shell: Shell) -> None:
    async with shell.life():
        await shell.receive(changed(shell, NEW))
        shell.chat.lost = 1
        await shell.type("!trust bob confirm", room=shell.control_room)
    async with shell.life():
        await shell.pass_time(MINUTE)
        assert shell.chat.identity_of(BOB).known == NEW
        assert await shell.store.tasks() == ()


# --- strangers ------------------------------------------------------------------------------------------------------


def coming(
    shell: Shell, room: RoomId, *, invited: bool = False, user: UserId = STRANGER, event: str = "$s"
) -> Membership:
    shell.chat.rooms[room].members[user] = "invite" if invited else "join"
    return Membership(
        id=InputId(event), room=room, user=user, present=not invited, invited=invited, received_at=shell.clock.now()
    )


@pytest.mark.parametrize("invited", [False, True])
async def test_a_stranger_in_an_incident_gets_no_key_is_taken_out_and_told_of(shell: Shell, invited: bool) -> None:
    async with shell.life():
        await shell.open()
        control = len(shell.said(shell.control_room))
        (alarm,) = await hear(shell, coming(shell, shell.room, invited=invited), shell.room)
        assert alarm.rings
        assert STRANGER in alarm.body
        (above,) = new(shell, shell.control_room, control)
        assert above.rings
        assert shell.incident().codename in above.body
        room = shell.chat.rooms[shell.room]
        assert room.members[STRANGER] == "leave"
        assert not any(STRANGER in said.holders for said in room.said)
        assert not await shell.type("!status", sender=STRANGER)


async def test_a_stranger_who_cannot_be_taken_out_is_told_of_once(shell: Shell) -> None:
    async with shell.life():
        incident = await shell.open()
        event = coming(shell, shell.room)
        shell.service.performer.chat = NoWayOut(shell)
        control = len(shell.said(shell.control_room))
        _, stays = await hear(shell, event, shell.room)
        assert stays.rings
        assert f"{STRANGER} is still in this room" in stays.body
        assert set(stays.mentions) == set(shell.incident().leaders())
        _, above = new(shell, shell.control_room, control)
        assert above.rings
        assert set(above.mentions) == ADMINS
        assert f"still in the room {incident.codename}" in above.body
        assert shell.chat.rooms[shell.room].members[STRANGER] == "join"
        assert not await hear(shell, coming(shell, shell.room, event="$again"), shell.room)
        facts = [record.fact for record in await shell.store.history(incident.id)]
        assert sum(isinstance(fact, StrangerCame) for fact in facts) == 1


async def test_it_is_said_in_the_language_of_each_room_that_somebody_stays(shell: Shell) -> None:
    async with shell.life():
        await shell.open(options="--playbook provider-hit --lang fr")
        event = coming(shell, shell.room)
        shell.service.performer.chat = NoWayOut(shell)
        control = len(shell.said(shell.control_room))
        _, stays = await hear(shell, event, shell.room)
        assert "est toujours dans cette salle" in stays.body
        assert "still in the room" in new(shell, shell.control_room, control)[-1].body


async def test_a_stranger_who_stays_in_the_control_room_is_told_of_there_once_also_over_a_restart(
    shell: Shell,
) -> None:
    async with shell.life():
        event = coming(shell, shell.control_room)
        shell.service.performer.chat = NoWayOut(shell)
        _, stays = await hear(shell, event, shell.control_room)
        assert "still in this room" in stays.body
        assert set(stays.mentions) == ADMINS
        assert await shell.store.tasks() == ()
    async with shell.life():
        assert not await hear(shell, event, shell.control_room)


async def test_somebody_removed_by_command_who_stays_is_told_of(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        await shell.move(BOB, room=shell.room, present=True)
        shell.service.performer.chat = NoWayOut(shell)
        await shell.type("!remove bob")
        await shell.pass_time(MINUTE)
        assert f"{BOB} is still in this room" in shell.rings()[-1].body


async def test_a_stranger_in_the_control_room_is_taken_out_and_told_of(shell: Shell) -> None:
    async with shell.life():
        (alarm,) = await hear(shell, coming(shell, shell.control_room), shell.control_room)
        assert alarm.rings
        assert STRANGER in alarm.body
        assert shell.chat.rooms[shell.control_room].members[STRANGER] == "leave"


async def test_people_of_the_configuration_may_be_in_the_control_room(shell: Shell) -> None:
    async with shell.life():
        assert not await hear(shell, coming(shell, shell.control_room, user=CAROL), shell.control_room)
        gone = Membership(
            id=InputId("$gone"), room=shell.control_room, user=STRANGER, present=False, received_at=shell.clock.now()
        )
        assert not await hear(shell, gone, shell.control_room)


async def test_who_invites_past_the_bot_is_told_how_it_is_done(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        (alarm,) = await hear(shell, coming(shell, shell.room, invited=True), shell.room)
        assert f"!invite {STRANGER}" in alarm.body
        await shell.type(f"!invite {STRANGER}")
        assert shell.chat.rooms[shell.room].members[STRANGER] == "invite"
        assert not shell.incident().strangers
