"""`!door`: a link with its picture, or one sentence and nothing half made; the list; the end by hand."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.core.incident import Status
from bot.core.names import UserId
from bot.core.people.doors import MOST_WAITING
from bot.core.people.guests import Passage
from bot.core.people.roster import Role
from bot.ports import DESK, Batch
from tests.core.build import ALICE, BOB, CAROL, DAY, HOUR, MINUTE
from tests.fakes.door import PAGE
from tests.patience import eventually
from tests.service.guests import COUNSEL, Doorway


@pytest.fixture
def shell() -> Doorway:
    return Doorway()


async def test_a_link_is_handed_out_with_its_picture_and_what_to_say_on_the_phone(shell: Doorway) -> None:
    async with shell.life():
        await shell.open()
        said = await shell.type("!door legal Outside Counsel 2h")
        assert f"{PAGE}#secret-1" in said
        assert "Outside Counsel (legal)" in said
        assert "we compare emoji" in said
        (picture,) = shell.chat.files_of(shell.room, ALICE)
        assert (picture.name, picture.mime) == ("door-1.png", "image/png")
        assert picture.data.startswith(b"\x89PNG")
        opened = shell.door.opened
        assert (opened.number, opened.by, opened.name, opened.roles) == (1, ALICE, "Outside Counsel", (Role.LEGAL,))
        assert opened.until == shell.keeper.ends_at[opened.door] == shell.clock.now() + 2 * HOUR
        assert "has not come" in await shell.type("!door")
        kept = [recorded.fact for recorded in await shell.store.history(shell.incident().id)]
        assert "secret-1" not in str(kept)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("!door admin Counsel", "No admin is let in by a link"),
        ("!door legal Counsel 5m", "between 15 minutes and 7 days"),
        ("!door legal Counsel 8d", "between 15 minutes and 7 days"),
        ("!door 3 close", "no door 3"),
        ("!door 1 close", "no door 1"),
        ("!verify counsel", "Nobody called counsel"),
    ],
)
async def test_what_must_not_be_is_one_sentence_and_nothing_is_asked(shell: Doorway, typed: str, said: str) -> None:
    async with shell.life():
        await shell.open()
        assert said in await shell.type(typed)
        assert shell.keeper.made == []
        assert await shell.facts() == []


async def test_without_a_door_there_is_none() -> None:
    shell = Doorway()
    shell.keeper = None  # type: ignore[assignment]
    async with shell.life():
        await shell.open()
        assert "No door is set up here" in await shell.type("!door legal Counsel")
        assert await shell.facts() == []


@pytest.mark.parametrize("sender", [BOB, CAROL])
async def test_who_does_not_lead_lets_nobody_in(shell: Doorway, sender: UserId) -> None:
    async with shell.life():
        await shell.open()
        said = await shell.type("!door legal Counsel", sender=sender)
        assert "coordinator" in said
        assert shell.keeper.made == []


async def test_a_silent_door_and_a_full_one_are_one_sentence_each(shell: Doorway) -> None:
    async with shell.life():
        await shell.open()
        shell.keeper.is_silent = True
        assert "the door does not answer" in await shell.type("!door legal Counsel")
        shell.keeper.is_silent, shell.keeper.is_full = False, True
        assert "no further link" in await shell.type("!door legal Counsel")
        shell.keeper.is_full, shell.keeper.lost = False, 1
        assert "the door does not answer" in await shell.type("!door legal Counsel")
        assert await shell.facts() == []
        assert shell.chat.files_of(shell.room, ALICE) == ()
        assert f"{PAGE}#" in await shell.type("!door legal Counsel")


async def test_into_a_closed_incident_nobody_is_let_in(shell: Doorway) -> None:
    async with shell.life():
        await shell.open(options="--playbook provider-hit --drill")
        await shell.type("!close over")
        said = await shell.type("!door legal Counsel")
        assert "closed" in said
        assert shell.keeper.made == []


async def test_an_incident_closed_while_the_link_is_made_lets_nobody_in(shell: Doorway) -> None:
    async with shell.life():
        await shell.open(options="--playbook provider-hit --drill")

        async def close() -> None:
            shell.keeper.meanwhile = None
            typed = shell.message("!close over", room=shell.room)
            await shell.service.receive(Batch(events=(typed,), token="meanwhile"))
            await eventually(lambda: shell.incident().status is Status.CLOSED)

        shell.keeper.meanwhile = close
        await shell.type("!door legal Counsel")
        assert f"{PAGE}#" not in "".join(content.body for content in shell.said())
        assert "closed" in shell.said()[-1].body
        assert await shell.facts() == []
        assert shell.keeper.ended == shell.keeper.made
        assert shell.keeper.ways[shell.keeper.last].passage is Passage.OVER


async def test_so_many_links_wait_and_no_more_however_fast_they_are_asked_for(shell: Doorway) -> None:
    async with shell.life():
        await shell.open()
        for _ in range(MOST_WAITING - 1):
            await shell.type("!door it Engineer")
            await shell.pass_time(timedelta(seconds=4))
        await shell.receive(*(shell.message("!door it Engineer", room=shell.room) for _ in range(2)))
        assert len(shell.incident().doors) == MOST_WAITING
        assert len(shell.keeper.ended) == 1
        assert "50 links wait" in shell.said()[-1].body
        assert "50 links wait" in await shell.type("!door it Engineer")
        assert len(shell.keeper.made) == MOST_WAITING + 1
        await shell.type("!door 7 close")
        assert f"{PAGE}#" in await shell.type("!door it Engineer")


async def test_a_door_is_closed_by_hand_once(shell: Doorway) -> None:
    async with shell.life():
        await shell.open()
        await shell.type("!door legal Counsel")
        assert "its link no longer works" in await shell.type("!door 1 close")
        assert "over already" in await shell.type("!door 1 close")
        assert "no door 2: none is open" in await shell.type("!door 2 close")
        await shell.look_at_door()
        assert shell.keeper.ended == [shell.door.opened.door]
        assert await shell.facts() == ["DoorOpened", "DoorEnded", "DoorSettled"]
        assert "never used" in await shell.type("!door")


async def test_the_list_says_who_came_and_who_did_not(shell: Doorway) -> None:
    async with shell.life():
        await shell.open()
        assert "No doors yet" in await shell.type("!door")
        await shell.let_in()
        await shell.type("!door it Engineer")
        shown = await shell.type("!door")
        assert "Counsel (legal): came, not proved" in shown
        assert "Engineer (IT): has not come" in shown
        assert shown.index("Engineer") < shown.index("Counsel")
        await shell.pass_time(DAY + MINUTE)
        await shell.look_at_door()
        shown = await shell.type("!door")
        assert "over, taken out" in shown
        assert "over, never used" in shown


async def test_a_door_of_the_house_is_asked_for_in_the_control_room(shell: Doorway) -> None:
    async with shell.life():
        said = await shell.type("!door coordinator Partner", room=shell.control_room)
        assert f"{PAGE}#secret-1" in said
        assert await shell.facts(DESK) == ["DoorOpened"]
        assert "Partner" in await shell.type("!door", room=shell.control_room)
        assert "its link no longer works" in await shell.type("!door 1 close", room=shell.control_room)
        await shell.look_at_door()
        assert await shell.facts(DESK) == ["DoorOpened", "DoorEnded", "DoorSettled"]


async def test_whoever_waits_to_be_proved_is_asked_once_more_by_name_or_account(shell: Doorway) -> None:
    async with shell.life():
        await shell.open()
        await shell.let_in()
        await shell.joins()
        assert shell.verifications.begun == [COUNSEL]
        assert "app of Counsel" in await shell.type("!verify Counsel")
        assert "app of Counsel" in await shell.type("!verify k4f7qz")
        assert shell.verifications.begun == [COUNSEL] * 3
