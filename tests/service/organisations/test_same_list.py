"""A list that is sent again, otherwise than before; and who is let into the room of one organisation from above."""

from __future__ import annotations

import pytest

from bot.core.incident import Status
from bot.core.names import UserId
from tests.core.build import BOB, MINUTE
from tests.service.cascades import children_of, firms, open_cascade, order, send
from tests.service.shell import Shell


@pytest.mark.parametrize(
    "command", ["!cascade open HÔST  Dówn", "!cascade open Another title", '!cascade open "Panne de l\'hébergeur"']
)
async def test_the_same_list_under_another_title_in_another_order_opens_no_room(shell: Shell, command: str) -> None:
    async with shell.life():
        parent = await open_cascade(shell, firms(20))
        head, *lines = firms(20).split("\n")
        await send(shell, "\n".join((head.upper(), *reversed(lines))))
        assert "Nothing new" in await shell.type(command, room=shell.control_room), "and nobody is asked"
        assert len(children_of(shell, parent.id)) == len(shell.service.books.incidents()) - 1 == 20


async def test_another_incident_of_the_same_organisations_is_opened_when_that_is_said(shell: Shell) -> None:
    async with shell.life():
        await open_cascade(shell, firms(3))
        await send(shell, firms(3))
        assert "Another host is being opened" in await order(shell, "!cascade open Another host --new")
        parents = [one for one in shell.service.books.incidents() if one.cascade is not None]
        assert [one.title for one in parents] == ["Host down", "Another host"]
        assert [len(children_of(shell, one.id)) for one in parents] == [3, 3]


async def test_what_a_list_says_otherwise_and_what_its_columns_are_taken_for_is_shown_before_anything_is_opened(
    shell: Shell,
) -> None:
    async with shell.life():
        await open_cascade(shell, firms(3))
        changed = firms(4).replace("Firm 2", "Firme 2").replace("@d3:", "@x3:").replace("sector", "secteur")
        await send(shell, changed)
        shown = await shell.type("!cascade open Host down", room=shell.control_room)
        assert "asks to open 1 organisation with" in shown
        assert "- Firme 2 = Firm 2" in shown
        assert "- Firm 3: comes: @x3:firm.example (DPO) · not named any more: @d3:firm.example" in shown
        assert "- answers to questions: secteur" in shown
        assert len([one for one in shell.service.books.incidents() if one.parent]) == 3


async def test_who_does_not_lead_takes_leave_of_nobody_in_a_drill_either(shell: Shell) -> None:
    async with shell.life():
        parent = await open_cascade(shell, firms(2), options="--drill")
        assert "coordinator" in await shell.type("!cascade close Bye", room=parent.room, sender=BOB)
        assert [child.status for child in children_of(shell, parent.id)] == [Status.OPEN] * 2
        await shell.type("!cascade close Bye", room=parent.room)
        assert [child.status for child in children_of(shell, parent.id)] == [Status.OPEN] * 2
        assert "Bulletin 1 to all" in await shell.reply("yes", "Is this right?", room=parent.room)
        assert [child.status for child in children_of(shell, parent.id)] == [Status.CLOSED] * 2


async def test_who_leads_above_lets_somebody_in_where_nobody_is_left(shell: Shell) -> None:
    async with shell.life():
        parent = await open_cascade(shell, firms(2))
        first, second = children_of(shell, parent.id)
        assert first.room is not None
        assert second.room is not None
        answer = await shell.type("!cascade invite firm 1 @new:firm.example", room=parent.room)
        assert answer == (
            f"@new:firm.example is invited into the room of Firm 1 ({first.codename}): coordinator. "
            "They read what is said from now on."
        )
        assert "@new:firm.example" in shell.chat.rooms[first.room].members
        refused = await shell.type("!cascade invite firm 2 @new:firm.example", room=parent.room, sender=BOB)
        assert "coordinator" in refused
        lead = UserId("@c1:firm.example")
        assert "Firm 2" not in await shell.type(
            "!cascade invite firm 2 @new:firm.example", room=first.room, sender=lead
        )
        assert "@new:firm.example" not in shell.chat.rooms[second.room].members


async def test_who_is_let_in_from_above_does_not_wait_for_words_that_nobody_can_read(shell: Shell) -> None:
    wrong, right = UserId("@c1:firm.example"), UserId("@new:firm.example")
    shell.chat.without_device = {wrong, UserId("@d1:firm.example")}
    async with shell.life():
        parent = await open_cascade(shell, firms(2))
        child = children_of(shell, parent.id)[0]
        assert child.room is not None
        assert not shell.said(child.room)
        await shell.type(f"!cascade invite firm 1 {right}", room=parent.room)
        await shell.pass_time(MINUTE)
        assert shell.chat.rooms[child.room].members[right] == "invite"
        await shell.move(right, room=child.room, present=True)
        await shell.pass_time(MINUTE)
        invited, held = (said.body for said in shell.chat.read_by(child.room, right)[:2])
        assert "From the room that coordinates" in invited
        assert "Host down" in held, "what was held for the first who can read"
