"""Guests: they come, are proved, and go; the door may be silent, or lie; a restart loses and doubles nothing."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.core.names import InputId, UserId
from bot.core.people.guests import Passage
from bot.core.people.roster import Role
from bot.ports import DESK, VerificationEnd, VerificationEnded
from bot.service.upkeep.links import Person
from tests.core.build import ALICE, BOB, DAVE, DAY, HOUR, MINUTE
from tests.service.answers.test_polls import vote
from tests.service.cascades import send
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


# --- not proved -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed",
    ["!status", "!help", "!next", "!fact personal-data yes", "!aware GDPR-33-1 now", "!door it Friend",
     "!invite @friend:example.org it", "!close over", "!who",
     "!confirm 1", "!verify Counsel yes 0471", "!door 1 close"],
)  # fmt: skip
async def test_before_they_are_proved_they_do_nothing(shell: Doorway, typed: str) -> None:
    async with shell.life():
        await shell.open()
        await shell.let_in("!door coordinator Counsel")
        await shell.joins()
        before = await shell.store.history(shell.incident().id)
        said = await shell.type(typed, sender=COUNSEL)
        assert "First alice has to compare emoji with you" in said
        assert await shell.store.history(shell.incident().id) == before


async def test_they_acknowledge_and_note(shell: Doorway) -> None:
    async with shell.life():
        await shell.open()
        await shell.let_in()
        await shell.joins()
        assert "oted" in await shell.type("!note counsel is here", sender=COUNSEL)
        assert "compare emoji" not in await shell.type("!ack", sender=COUNSEL)


async def test_nor_by_taps_and_replies(shell: Doorway) -> None:
    async with shell.life():
        await shell.open()
        await shell.let_in("!door coordinator Counsel")
        await shell.joins()
        await shell.type("!fact insured")
        before = await shell.store.history(shell.incident().id)
        assert "compare emoji" in await vote(shell, "yes", sender=COUNSEL)
        assert "compare emoji" in await shell.reply("yes", "Insured?", sender=COUNSEL)
        assert "compare emoji" in await shell.reply("skip no time", "Start here", sender=COUNSEL)
        await send(shell, "name,address\n", sender=COUNSEL, room=shell.room)
        assert await shell.store.history(shell.incident().id) == before
        await shell.proves()
        assert "compare emoji" not in await vote(shell, "yes", sender=COUNSEL)


async def test_a_confirmation_is_none_of_theirs(shell: Doorway) -> None:
    async with shell.life():
        await shell.open()
        await shell.let_in("!door coordinator Counsel")
        await shell.joins()
        await shell.type("!fact personal-data yes")
        await shell.type("!aware GDPR-33-1 now")
        asked = await shell.type("!close all is back")
        assert "needs a second person" in asked
        (ring,) = [content for content in shell.rings() if content.body == asked]
        assert COUNSEL not in ring.mentions
        assert "compare emoji" in await shell.type("!confirm 1", sender=COUNSEL)
        assert shell.incident().status.value == "open"
        await shell.proves()
        assert "second person" in await shell.type("!confirm 1", sender=COUNSEL) or "Closed" in shell.said()[-1].body


async def test_the_emoji_are_shown_to_who_vouched_and_to_who_leads(shell: Doorway) -> None:
    async with shell.life():
        await shell.open()
        await shell.let_in("!door coordinator Counsel")
        await shell.joins()
        asked = await shell.compares()
        assert "Is it really Counsel?" in asked
        assert "!verify k4f7qz yes 0471" in asked
        (ring,) = [content for content in shell.rings() if content.body == asked]
        assert set(ring.mentions) == {ALICE, DAVE}
        assert "compare emoji" in await shell.type("!verify k4f7qz yes 0471", sender=COUNSEL)
        assert "0471" not in await shell.type("!verify k4f7qz yes 0000")
        assert shell.verifications.verdicts == []
        assert "it is the same" in await shell.type("!verify k4f7qz yes 0471")
        assert shell.verifications.verdicts == [("v1", True)]


async def test_once_proved_they_may_what_their_role_may(shell: Doorway) -> None:
    async with shell.life():
        await shell.open()
        await shell.let_in("!door coordinator Counsel")
        await shell.joins()
        await shell.pass_time(MINUTE)
        await shell.proves()
        assert "Counsel is proved: alice compared emoji" in "\n".join(content.body for content in shell.said())
        assert "compare emoji" not in await shell.type("!status", sender=COUNSEL)
        assert "personal" in await shell.type("!fact personal-data yes", sender=COUNSEL)
        assert (await shell.facts()).count("GuestProved") == 1


@pytest.mark.parametrize("end", [VerificationEnd.MISMATCH, VerificationEnd.TIMED_OUT, VerificationEnd.CANCELLED])
async def test_emoji_that_were_not_compared_prove_nobody(shell: Doorway, end: VerificationEnd) -> None:
    async with shell.life():
        await shell.open()
        await shell.let_in()
        await shell.joins()
        now = shell.clock.now()
        news = VerificationEnded(
            id=InputId("ended"),
            user=COUNSEL,
            end=end,
            received_at=now,
            master=None,
            by=ALICE,
            room=None,
            was_shown=True,
        )
        await shell.receive(news)
        await shell.look_at_door()
        assert "GuestProved" not in await shell.facts()
        assert "k4f7qz" in shell.said()[-1].body or "Counsel" in shell.said()[-1].body


async def test_what_was_compared_before_they_came_proves_nobody(shell: Doorway) -> None:
    async with shell.life():
        await shell.open()
        await shell.let_in(made=False)
        await shell.joins()
        await shell.proves()
        await shell.type("!door 1 close")
        await shell.look_at_door()
        await shell.pass_time(HOUR)
        await shell.let_in(made=False)
        assert shell.incident().doors[2].user == COUNSEL
        begun = len(shell.verifications.begun)
        assert not shell.incident().doors[2].is_proved
        await shell.joins()
        assert len(shell.verifications.begun) == begun + 1
        assert "compare emoji" in await shell.type("!status", sender=COUNSEL)
        await shell.proves()
        assert shell.incident().doors[2].is_proved


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


# --- into the house -------------------------------------------------------------------------------------------


async def test_whom_the_operator_let_in_is_of_the_house_at_once(shell: Doorway) -> None:
    async with shell.life():
        people = (Person(name="Duty officer", roles=(Role.ADMIN,)), Person(name="Engineer", roles=(Role.IT,)))
        await shell.service.links.let_in(people, shell.clock.now() + DAY)
        officer, engineer = list(shell.keeper.ways)
        shell.keeper.come(COUNSEL, officer)
        shell.keeper.come(OTHER, engineer)
        await shell.look_at_door()
        assert shell.is_of_the_house(COUNSEL) == {Role.ADMIN}
        assert shell.is_of_the_house(OTHER) == {Role.IT}
        control = shell.chat.rooms[shell.control_room]
        assert control.members[COUNSEL] == "invite"
        assert OTHER not in control.members
        for user in (COUNSEL, OTHER):
            (greeting,) = shell.chat.read_by(shell.room_of(user), user)
            assert "You are in" in greeting.body
        assert "Duty officer" in shell.said(shell.control_room)[-2].body
        await shell.pass_time(3 * DAY)
        await shell.look_at_door()
        assert shell.is_of_the_house(COUNSEL) == {Role.ADMIN}
        assert shell.verifications.begun == []


async def test_who_comes_by_a_door_of_the_control_room_is_of_the_house_once_proved(shell: Doorway) -> None:
    async with shell.life():
        await shell.type("!door coordinator Partner", room=shell.control_room)
        shell.keeper.come(COUNSEL)
        await shell.look_at_door()
        assert shell.is_of_the_house() == frozenset()
        (greeting,) = shell.chat.read_by(shell.room_of(COUNSEL), COUNSEL)
        assert "First alice has to compare emoji with you" in greeting.body
        assert "not of the house until then" in shell.said(shell.control_room)[-1].body
        await shell.look_at_door()
        assert shell.verifications.begun == [COUNSEL]
        incident = await shell.open()
        assert COUNSEL not in incident.roster
        said = await shell.type("!list", room=shell.room_of(COUNSEL), sender=COUNSEL)
        assert "compare emoji" in said
        await shell.compares()
        asked = shell.said(shell.control_room)[-1]
        assert "Is it really Partner?" in asked.body
        assert ALICE in asked.mentions
        assert "it is the same" in await shell.type("!verify k4f7qz yes 0471", room=shell.control_room)
        await shell.proves()
        assert shell.is_of_the_house() == {Role.COORDINATOR}
        assert "You are in" in shell.chat.read_by(shell.room_of(COUNSEL), COUNSEL)[-1].body
        assert COUNSEL in (await shell.open("Another")).roster


async def test_an_unproved_guest_of_the_house_commands_nothing_where_somebody_invites_them(shell: Doorway) -> None:
    async with shell.life():
        await shell.type("!door coordinator Partner", room=shell.control_room)
        shell.keeper.come(COUNSEL)
        await shell.look_at_door()
        await shell.open()
        await shell.type(f"!invite {COUNSEL} coordinator")
        await shell.move(COUNSEL, room=shell.room, present=True)
        assert "compare emoji" in await shell.type("!close over", sender=COUNSEL)


async def test_at_the_end_of_a_door_of_the_house_they_are_out_of_all_they_came_into(shell: Doorway) -> None:
    async with shell.life():
        first = await shell.open("First")
        await shell.service.links.let_in((Person(name="Officer", roles=(Role.ADMIN, Role.COORDINATOR)),),
                                         shell.clock.now() + DAY)  # fmt: skip
        await shell.pass_time(MINUTE)
        shell.keeper.come(COUNSEL)
        await shell.look_at_door()
        await shell.move(COUNSEL, room=shell.control_room, present=True)
        await shell.pass_time(MINUTE)
        second = await shell.open("Second")
        assert COUNSEL in second.roster
        await shell.pass_time(MINUTE)
        assert "is out" in await shell.type("!door 1 close", room=shell.control_room)
        await shell.look_at_door()
        assert shell.is_of_the_house() == frozenset()
        assert shell.chat.rooms[shell.control_room].members[COUNSEL] == "leave"
        assert COUNSEL not in shell.incident().roster
        assert shell.chat.rooms[shell.room].members[COUNSEL] == "leave"
        assert first.id != second.id
        assert await shell.facts(DESK) == ["DoorOpened", "GuestCame", "DoorEnded", "DoorSettled"]
        assert await shell.service.guests.look() is None


async def test_the_operators_guest_whose_door_changes_its_word_is_out_of_all(shell: Doorway) -> None:
    async with shell.life():
        people = (Person(name="Officer", roles=(Role.COORDINATOR,)),)
        await shell.service.links.let_in(people, shell.clock.now() + DAY)
        shell.keeper.come(COUNSEL)
        await shell.look_at_door()
        await shell.open()
        assert COUNSEL in shell.incident().roster
        shell.keeper.come(OTHER)
        await shell.look_at_door()
        assert COUNSEL not in shell.incident().roster
        assert shell.is_of_the_house() == shell.is_of_the_house(OTHER) == frozenset()


async def test_who_was_in_an_incident_before_stays_there(shell: Doorway) -> None:
    async with shell.life():
        await shell.open()
        await shell.service.links.let_in((Person(name="Officer", roles=(Role.IT,)),), shell.clock.now() + DAY)
        shell.keeper.come(COUNSEL)
        await shell.look_at_door()
        await shell.pass_time(MINUTE)
        await shell.type("!door 1 close", room=shell.control_room)
        await shell.pass_time(MINUTE)
        await shell.type(f"!invite {COUNSEL} it")
        await shell.look_at_door()
        assert COUNSEL in shell.incident().roster


async def test_who_is_out_before_they_were_greeted_is_not(shell: Doorway) -> None:
    async with shell.life():
        await shell.service.links.let_in((Person(name="Officer", roles=(Role.IT,)),), shell.clock.now() + DAY)
        shell.keeper.come(COUNSEL)
        shell.chat.without_device.add(COUNSEL)
        await shell.look_at_door()
        await shell.type("!door 1 close", room=shell.control_room)
        await shell.look_at_door()
        shell.chat.without_device.clear()
        await shell.pass_time(HOUR)
        assert shell.chat.read_by(shell.room_of(COUNSEL), COUNSEL) == ()
