"""No row is settled in silence."""

from __future__ import annotations

import pytest

from bot import ports
from bot.core.names import RoomId
from tests.core.build import BOB
from tests.service.shell import Shell
from tests.store.samples import some_of_each

IN_A_ROOM = (
    ports.InvitePerson,
    ports.RemovePerson,
    ports.PinCard,
    ports.ShowCard,
    ports.ShowProgress,
    ports.SendRollup,
)


@pytest.mark.parametrize(
    "action",
    [
        ports.Say(content=ports.Content(body="words", html="")),
        *(action for action in some_of_each() if isinstance(action, IN_A_ROOM)),
    ],
    ids=lambda action: type(action).__name__,
)
async def test_what_has_no_room_is_given_up_with_a_line_in_the_log_and_in_no_other_room(
    shell: Shell, caplog: pytest.LogCaptureFixture, action: ports.Action
) -> None:
    async with shell.life():
        before, members = shell.said(shell.control_room), dict(shell.chat.rooms[shell.control_room].members)
        task = ports.Task(id="7" * 32, lane="an incident that nobody knows", action=action)
        async with shell.store.transaction() as tx:
            await tx.queue([task])
        shell.service.drain.add([task])
        await shell.settle()
        assert await shell.store.tasks() == ()
        assert "given up: " in caplog.text
        assert task.id in caplog.text
        assert shell.said(shell.control_room) == before
        assert shell.chat.rooms[shell.control_room].members == members


async def test_what_was_to_be_said_in_an_incident_before_it_had_a_room_is_said_in_its_room(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        said = ports.Say(content=ports.Content(body="words", html=""), room=None)
        task = ports.Task(id="9" * 32, lane=shell.incident().id, action=said)
        async with shell.store.transaction() as tx:
            await tx.queue([task])
        shell.service.drain.add([task])
        await shell.settle()
        assert shell.said(shell.room)[-1].body == "words"


async def test_in_the_lane_of_the_desk_people_are_invited_to_the_control_room(shell: Shell) -> None:
    async with shell.life():
        task = ports.Task(id="8" * 32, lane=ports.DESK, action=ports.InvitePerson(user=BOB))
        async with shell.store.transaction() as tx:
            await tx.queue([task])
        shell.service.drain.add([task])
        await shell.settle()
        assert shell.chat.rooms[RoomId(shell.control_room)].members[BOB] == "invite"
