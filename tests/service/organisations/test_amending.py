"""What a list says otherwise than the one before, shown to a second person and applied on a yes: each thing once."""

from __future__ import annotations

import asyncio
import random
import re

from bot.core.facts import CascadeAmended, LineAmended
from bot.core.incident import Incident
from bot.core.language import Language
from bot.core.names import UserId
from bot.core.people.roster import Role
from bot.ports import Batch
from tests.core.build import DAVE
from tests.patience import PATIENCE_S
from tests.service.cascades import children_of, confirmed, firms, open_cascade, order, send
from tests.service.shell import Shell

OPEN = "!cascade open Host down"
MANY = 40
NEW = UserId("@new:firm.example")


async def ask(shell: Shell, text: str, *, name: str = "new.csv") -> str:
    await send(shell, text, name=name)
    return await shell.type(OPEN, room=shell.control_room)


def above(shell: Shell, parent: Incident) -> str:
    assert parent.room is not None
    return shell.said(parent.room)[-1].body


async def test_a_contact_that_changed_is_invited_after_a_yes_and_nobody_is_taken_out(shell: Shell) -> None:
    async with shell.life():
        parent = await open_cascade(shell, firms(3))
        shown = await ask(shell, firms(3).replace("@c2:", "@new:"))
        assert "asks to apply the list new.csv to 1 organisation with a room already: Host down." in shown
        assert "- Firm 2: comes: @new:firm.example (coordinator) · not named any more: @c2:firm.example" in shown
        assert "Nobody is taken out of a room" in shown
        _, second, _ = children_of(shell, parent.id)
        assert NEW not in second.roster
        number = re.search(r"!confirm \d+", shown)
        assert number is not None
        told = await shell.type(number[0], room=shell.control_room, sender=DAVE)
        assert told.startswith("This is applied now"), "what was shown is not shown again"
        first, second, third = children_of(shell, parent.id)
        assert second.room is not None
        assert second.roster[NEW] == {Role.COORDINATOR}
        assert {NEW, UserId("@c2:firm.example")} <= shell.chat.rooms[second.room].members.keys()
        assert "alice applied the list new.csv" in above(shell, parent)
        assert not [one for one in (first, third) if one.amended]
        assert "Nothing new" in await ask(shell, firms(3).replace("@c2:", "@new:"))


async def test_a_list_that_says_the_same_is_answered_at_once_whatever_it_is_called(shell: Shell) -> None:
    async with shell.life():
        await open_cascade(shell, firms(3))
        told = await ask(shell, firms(3), name="other.csv")
        assert told.startswith("Nothing new")
        assert "!confirm" not in told


async def test_a_corrected_name_is_used_from_now_on_and_known_by_every_later_list(shell: Shell) -> None:
    async with shell.life():
        parent = await open_cascade(shell, firms(3))
        await send(shell, firms(3).replace("Firm 2", "Cabinet 2"))
        await order(shell, OPEN)
        _, second, _ = children_of(shell, parent.id)
        assert second.room is not None
        assert second.organisation == "Cabinet 2"
        assert "corrected the name by the list: Cabinet 2, formerly Firm 2." in "".join(
            one.body for one in shell.said(second.room)
        )
        roll = await shell.type("!rollup unreached", room=parent.room)
        assert "Cabinet 2" in roll
        assert "Firm 2" not in roll
        invited = await shell.type("!cascade invite cabinet 2 @new:firm.example", room=parent.room)
        assert f"the room of Cabinet 2 ({second.codename})" in invited
        # Neither people nor the old name tell any more: the new one does.
        moved = firms(3).replace(
            "Firm 2;@c2:firm.example;@d2:firm.example", "CABINET 2;@x:firm.example;@y:firm.example"
        )
        await send(shell, moved)
        await order(shell, OPEN)
        assert len(children_of(shell, parent.id)) == 3
        answer = await shell.type("!bulletin --to sector=health Dear {organisation}", room=parent.room)
        assert "3 organisations" in answer


async def test_language_and_columns_are_those_of_the_list_in_what_comes_next(shell: Shell) -> None:
    async with shell.life():
        head, *lines = firms(2).split("\n")
        parent = await open_cascade(shell, "\n".join((f"{head};lang", *(f"{line};en" for line in lines))))
        changed = [f"{lines[0]};en", f"{lines[1].replace('health', 'law')};fr"]
        await send(shell, "\n".join((f"{head};lang;City", *(f"{line};Lyon" for line in changed))))
        shown = await shell.type(OPEN, room=shell.control_room)
        assert "- Firm 2: language en → fr · sector: health → law" in shown
        assert "Columns that were not there before: City." in shown
        await order(shell, OPEN)
        await shell.type("!confirm 2", room=shell.control_room, sender=DAVE)
        first, second = children_of(shell, parent.id)
        assert second.room is not None
        assert (first.language, second.language) == (Language("en"), Language("fr"))
        assert (first.columns["City"], second.columns["sector"]) == ("Lyon", "law")
        assert "je parle désormais français ici" in "".join(one.body for one in shell.said(second.room))


async def test_an_hour_of_a_list_is_proposed_and_who_can_say_whether_it_is_right_is_said(shell: Shell) -> None:
    async with shell.life():
        head, *lines = firms(2).split("\n")
        parent = await open_cascade(shell, firms(2))
        await send(shell, "\n".join((f"{head};aware", f"{lines[0]};yesterday 18:00", f"{lines[1]};")))
        await order(shell, OPEN)
        first, _ = children_of(shell, parent.id)
        assert [getattr(state, "proposed", False) for state in first.clock_states.values()] == [True]
        said = above(shell, parent)
        assert "- Firm 1: breach known since – → " in said
        assert "(firms.csv)" in said
        assert "it counts provisionally until its own people confirm it in their room, with !confirm CNIL" in said


async def test_what_somebody_else_changed_meanwhile_is_shown_again_and_not_applied(shell: Shell) -> None:
    async with shell.life():
        parent = await open_cascade(shell, firms(2))
        await ask(shell, firms(2).replace("health", "law"))
        await send(shell, firms(2).replace("health", "mining"), sender=DAVE)
        await shell.type(OPEN, room=shell.control_room, sender=DAVE)
        await shell.type("!confirm 3", room=shell.control_room)
        told = await shell.type("!confirm 2", room=shell.control_room, sender=DAVE)
        assert "Something changed meanwhile" in told
        assert "- Firm 1: sector: mining → law" in told
        assert [child.columns["sector"] for child in children_of(shell, parent.id)] == ["mining"] * 2
        await shell.type("!confirm 4", room=shell.control_room, sender=DAVE)
        assert [child.columns["sector"] for child in children_of(shell, parent.id)] == ["law"] * 2


async def until_amended(shell: Shell, parent: Incident) -> None:
    """Go on until the list is read and applied, and not a turn further: a thread reads it, and takes its own time."""
    async with asyncio.timeout(PATIENCE_S):
        while not any(child.amended for child in children_of(shell, parent.id)):  # noqa: ASYNC110 - each turn counts
            await asyncio.sleep(0)


async def test_killed_again_and_again_each_organisation_is_corrected_once(shell: Shell) -> None:
    seed, found = random.Random(20261129), set()
    async with shell.life():
        parent = await open_cascade(shell, firms(MANY))
        await send(shell, firms(MANY).replace("Firm ", "Cabinet ").replace("@d", "@e"))
        message = await confirmed(shell, OPEN)
        await shell.service.receive(Batch(events=(message,), token="s-amend"))
        await until_amended(shell, parent)
    for turns in range(0, 48, 2):
        shell.chat.lost = seed.randrange(3)
        async with shell.life(turns=turns):
            children = children_of(shell, parent.id)
            come = [user for room in shell.chat.rooms.values() for user in room.members if user.startswith("@e")]
            found.add((sum(bool(child.amended) for child in children), len(come)))
    assert len(found) > 5, "it was killed in the middle, often"
    async with shell.life():
        children = children_of(shell, parent.id)
        assert [child.organisation for child in children] == [f"Cabinet {number}" for number in range(1, MANY + 1)]
        for number, child in enumerate(children, start=1):
            assert child.room is not None
            assert f"@e{number}:firm.example" in shell.chat.rooms[child.room].members
            assert sum("formerly" in one.body for one in shell.said(child.room)) == 1
    for child in children:
        history = await shell.store.history(child.id)
        assert sum(isinstance(record.fact, LineAmended) for record in history) == 1
    history = await shell.store.history(parent.id)
    assert sum(isinstance(record.fact, CascadeAmended) for record in history) == 1
