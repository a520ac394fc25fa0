"""Guests: they come and go; the door may be silent, or lie; a restart loses and doubles nothing."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.core.names import UserId
from bot.core.people.guests import Passage
from bot.core.people.roster import Role
from tests.core.build import ALICE, BOB, DAVE, DAY, HOUR, MINUTE
from tests.service.guests import COUNSEL, OTHER, Doorway


@pytest.fixture
def shell() -> Doorway:
    return Doorway()


# --- they come ------------------------------------------------------------------------------------------------


async def test_who_comes_is_on_the_roster_invited_and_told_of(shell: Doorway) -> None:
    async with shell.life():
        await shell.open()
        await shell.let_in()
        assert shell.incident().roster[COUNSEL] == {Role.LEGAL}
        assert shell.chat.rooms[shell.room].members[COUNSEL] == "invite"
        (told,) = [content for content in shell.rings() if "Not proved yet" in content.body]
        assert told.mentions == (ALICE,)
        assert f"Counsel (legal) is in by door 1. alice vouches; account {COUNSEL}." in told.body
        await shell.pass_time(timedelta(seconds=5))
        assert "Not proved yet: Counsel" in _card(shell).replace("**", "")
        assert shell.verifications.begun == []
        await shell.joins()
        assert shell.verifications.begun == [COUNSEL]
        await shell.look_at_door()
        assert shell.verifications.begun == [COUNSEL]
        await shell.pass_time(timedelta(seconds=10))
        (brief,) = [content for content in shell.chat.read_by(shell.room, COUNSEL) if "Brief" in content.body]
        assert COUNSEL in brief.mentions


def _card(shell: Doorway) -> str:
    """Return the card as it stands."""
    card = shell.incident().card
    return next(
        content.body
        for said in reversed(shell.chat.rooms[shell.room].said)
        for content in [said.content]
        if card in (said.event, content.replaces)
    )


async def test_nothing_from_before_is_read_by_them(shell: Doorway) -> None:
    async with shell.life():
        await shell.open()
        await shell.type("!note said before")
        await shell.let_in()
        await shell.joins()
        await shell.type("!note said after")
        read = [content.body for content in shell.chat.read_by(shell.room, COUNSEL)]
        assert not any("said before" in body for body in read[:1])


async def test_the_list_of_people_and_the_brief_mark_them(shell: Doorway) -> None:
    async with shell.life():
        await shell.open()
        await shell.let_in()
        await shell.joins()
        assert "Counsel, not proved" in await shell.type("!who")
        await shell.proves()
        assert "Counsel, by a door" in await shell.type("!who")
        await shell.pass_time(timedelta(seconds=10))
        assert "Not proved yet" not in _card(shell)


async def test_somebody_without_a_name_is_called_by_their_account(shell: Doorway) -> None:
    async with shell.life():
        await shell.open()
        await shell.let_in("!door legal")
        assert "k4f7qz" in await shell.type("!who")
        assert "somebody without a name" not in await shell.type("!who")


async def test_who_is_called_like_somebody_of_the_roster_is_shown_by_the_full_id(shell: Doorway) -> None:
    async with shell.life():
        await shell.open()
        await shell.let_in("!door legal Alice")
        shown = await shell.type("!who")
        assert COUNSEL in shown
        assert ALICE in shown


# --- they go --------------------------------------------------------------------------------------------------


async def test_at_its_end_they_are_out_and_their_account_is_ended(shell: Doorway) -> None:
    async with shell.life():
        await shell.open()
        await shell.let_in("!door legal Counsel 2h")
        await shell.joins()
        await shell.pass_time(2 * HOUR)
        await shell.look_at_door()
        assert COUNSEL not in shell.incident().roster
        assert shell.chat.rooms[shell.room].members[COUNSEL] == "leave"
        await shell.type("!note said afterwards")
        assert not any("afterwards" in content.body for content in shell.chat.read_by(shell.room, COUNSEL))
        assert shell.keeper.ended == [shell.door.opened.door]
        assert await shell.facts() == ["DoorOpened", "GuestCame", "DoorEnded", "DoorSettled"]
        assert "The time of Counsel is over (door 1)" in "\n".join(content.body for content in shell.said())
        assert await shell.service.guests.look() is None


async def test_by_hand_they_are_out_at_once_be_the_door_silent(shell: Doorway) -> None:
    async with shell.life():
        await shell.open()
        await shell.let_in()
        await shell.joins()
        shell.keeper.is_silent = True
        assert "alice closed door 1: Counsel is out" in (await shell.type("!door 1 close"))
        await shell.look_at_door()
        assert COUNSEL not in shell.incident().roster
        assert shell.chat.rooms[shell.room].members[COUNSEL] == "leave"
        assert await shell.facts() == ["DoorOpened", "GuestCame", "DoorEnded"]
        assert await shell.service.guests.look() == timedelta(seconds=30)
        shell.keeper.is_silent = False
        await shell.look_at_door()
        assert await shell.facts() == ["DoorOpened", "GuestCame", "DoorEnded", "DoorSettled"]


async def test_it_is_over_only_once_the_door_says_that_nothing_is_left(shell: Doorway) -> None:
    async with shell.life():
        await shell.open()
        await shell.let_in()
        shell.keeper.keeps = True
        await shell.type("!door 1 close")
        await shell.look_at_door()
        await shell.look_at_door()
        assert "DoorSettled" not in await shell.facts()
        assert len(shell.keeper.ended) == 2
        shell.keeper.keeps = False
        await shell.look_at_door()
        await shell.look_at_door()
        assert len(shell.keeper.ended) == 3
        assert (await shell.facts()).count("DoorSettled") == 1


async def test_a_door_that_never_answers_keeps_nobody_inside(shell: Doorway, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.service.upkeep.guests._PATIENCE_S", 0.01)
    async with shell.life():
        await shell.open()
        await shell.let_in("!door legal Counsel 2h")
        await shell.let_in("!door it Engineer 4h", OTHER)
        shell.keeper.is_stuck = True
        await shell.pass_time(2 * HOUR)
        await shell.look_at_door()
        assert COUNSEL not in shell.incident().roster
        await shell.pass_time(2 * HOUR)
        await shell.look_at_door()
        assert OTHER not in shell.incident().roster
        assert (await shell.facts()).count("DoorEnded") == 2


async def test_whose_voucher_was_taken_out_comes_no_more(shell: Doorway) -> None:
    async with shell.life():
        await shell.open()
        await shell.type("!role coordinator bob")
        await shell.pass_time(MINUTE)
        await shell.type("!door coordinator Myself again", sender=BOB)
        await shell.type("!remove bob")
        await shell.type("!confirm 1", sender=DAVE)
        assert BOB not in shell.incident().roster
        shell.keeper.come(OTHER, made=False)
        await shell.look_at_door()
        assert await shell.facts() == ["DoorOpened", "DoorEnded", "DoorSettled"]


# --- what the door says ---------------------------------------------------------------------------------------


async def test_that_a_link_was_used_again_rings_once_for_who_leads(shell: Doorway) -> None:
    async with shell.life():
        await shell.open()
        await shell.let_in()
        for again in (1, 5, 9):
            shell.keeper.say(again=again)
            await shell.look_at_door()
        (alarm,) = [content for content in shell.rings() if "was used again" in content.body]
        assert set(alarm.mentions) == set(shell.incident().leaders())
        assert "Link used again" in await shell.type("!door")


@pytest.mark.parametrize(
    ("user", "made"),
    [(None, True), (ALICE, True), (ALICE, False), (BOB, False), (UserId("@x:evil.example"), True)],
    ids=["nobody", "one of us", "one of us, of old", "on the roster", "made elsewhere"],
)
async def test_what_cannot_be_true_lets_nobody_in_and_rings(shell: Doorway, user: UserId | None, made: bool) -> None:
    async with shell.life():
        await shell.open()
        before = dict(shell.incident().roster)
        members = dict(shell.chat.rooms[shell.room].members)
        await shell.type("!door legal Counsel")
        shell.keeper.come(user, made=made)
        for _ in range(3):
            await shell.look_at_door()
        assert shell.incident().roster == before
        assert shell.chat.rooms[shell.room].members == members
        (alarm,) = [content for content in shell.rings() if "not used as it was made" in content.body]
        assert set(alarm.mentions) == set(shell.incident().leaders())
        assert await shell.facts() == ["DoorOpened", "DoorAstray", "DoorSettled"]
        assert "not used as it was made" in await shell.type("!door")


async def test_who_is_on_another_roster_comes_by_no_door(shell: Doorway) -> None:
    async with shell.life():
        await shell.open("First")
        await shell.type(f"!invite {OTHER} legal")
        await shell.open("Second")
        await shell.type("!door legal Counsel")
        shell.keeper.come(OTHER, made=False)
        await shell.look_at_door()
        assert OTHER not in shell.incident().roster
        assert "DoorAstray" in await shell.facts()


@pytest.mark.parametrize("passage", [Passage.COME, Passage.ASTRAY])
async def test_a_door_that_changes_its_word_puts_its_guest_out(shell: Doorway, passage: Passage) -> None:
    async with shell.life():
        await shell.open()
        await shell.let_in()
        await shell.joins()
        shell.keeper.say(passage=passage, user=OTHER)
        await shell.look_at_door()
        assert not {COUNSEL, OTHER} & shell.incident().roster.keys()
        assert shell.chat.rooms[shell.room].members[COUNSEL] == "leave"
        said = "\n".join(content.body for content in shell.said())
        assert "Door 1 was used by more than one." in said.replace("**", "")
        assert "Nobody got in" not in said


async def test_while_the_door_is_silent_that_is_logged_once(shell: Doorway, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    async with shell.life():
        await shell.open()
        await shell.type("!door legal Counsel")
        shell.keeper.is_silent = True
        for _ in range(3):
            await shell.look_at_door()
        shell.keeper.is_silent = False
        for _ in range(2):
            await shell.look_at_door()
    assert [record.message for record in caplog.records if "the door" in record.message] == [
        "the door does not answer: who comes by it is let in once it does",
        "the door answers again",
    ]


async def test_it_is_looked_at_often_while_somebody_may_come_and_seldom_after(shell: Doorway) -> None:
    async with shell.life():
        assert await shell.service.guests.look() is None
        await shell.open()
        await shell.type("!door legal Counsel")
        assert await shell.service.guests.look() == timedelta(seconds=2)
        shell.keeper.come(COUNSEL)
        await shell.look_at_door()
        assert await shell.service.guests.look() == timedelta(seconds=2)
        await shell.joins()
        assert await shell.service.guests.look() == timedelta(seconds=30)


async def test_what_happens_at_a_door_wakes_who_looks(shell: Doorway) -> None:
    async with shell.life():
        await shell.open()
        running = asyncio.create_task(shell.service.guests.run())
        await shell.settle()
        assert shell.keeper.looked == 0
        await shell.type("!door legal Counsel")
        assert shell.keeper.looked > 0
        await shell.type("!door 1 close")
        assert await shell.facts() == ["DoorOpened", "DoorEnded", "DoorSettled"]
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


# --- into a closed incident -----------------------------------------------------------------------------------


async def test_once_it_is_closed_links_end_and_who_is_inside_stays_to_their_end(shell: Doorway) -> None:
    async with shell.life():
        await shell.open(options="--playbook provider-hit --drill")
        await shell.let_in()
        await shell.type("!door it Engineer")
        await shell.type("!close over")
        shell.keeper.come(OTHER)
        await shell.look_at_door()
        assert shell.incident().roster.keys() >= {COUNSEL}
        assert OTHER not in shell.incident().roster
        await shell.pass_time(DAY)
        await shell.look_at_door()
        assert COUNSEL not in shell.incident().roster


# --- a restart ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("turns", range(0, 30, 2))
async def test_a_kill_at_any_step_loses_and_doubles_nothing(shell: Doorway, turns: int) -> None:
    async with shell.life():
        await shell.open()
        await shell.type("!door legal Counsel 2h")
        shell.keeper.come(COUNSEL)
    await _killed(shell, turns)
    async with shell.life():
        await shell.look_at_door()
        await shell.joins()
        assert shell.verifications.begun == [COUNSEL]
        assert len([content for content in shell.said() if "is in by door 1" in content.body]) == 1
    shell.keeper.say(again=1)
    await _killed(shell, turns)
    shell.clock.advance(2 * HOUR)
    await _killed(shell, turns)
    async with shell.life():
        await shell.look_at_door()
        await shell.look_at_door()
        facts = await shell.facts()
        assert [facts.count(name) for name in ("DoorOpened", "GuestCame", "DoorEnded", "DoorSettled")] == [1, 1, 1, 1]
        assert facts.count("DoorTried") <= 1
        assert shell.chat.rooms[shell.room].members[COUNSEL] == "leave"
        assert shell.keeper.ways[shell.door.opened.door].passage is Passage.OVER


async def _killed(shell: Doorway, turns: int) -> None:
    """Live for so many turns of the loop while the door is looked at."""
    async with shell.life(0):
        looking = asyncio.create_task(shell.service.guests.look())
        for _ in range(turns):
            await asyncio.sleep(0)
        looking.cancel()
        await asyncio.gather(looking, return_exceptions=True)
