from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.desk import House
from bot.core.incident import Status
from bot.core.names import EventId, RoomId, UserId
from bot.core.roster import Role
from bot.ports import Batch, BusyError, Content, RefusedError, RoomPlan, UnreachableError
from bot.service.tasks import CARD_REST
from tests.core.build import ALICE, BOB, CAROL, DAVE, ERIN, HOUSE, MINUTE
from tests.fakes.chat import FakeChat
from tests.service.shell import DEVICE, Shell

HOUR = timedelta(hours=1)


@pytest.fixture
def shell() -> Shell:
    return Shell()


# --- the control room ---------------------------------------------------------------------------------------


async def test_the_first_start_makes_the_control_room_and_greets(shell: Shell) -> None:
    async with shell.life():
        made = shell.chat.rooms[shell.control_room]
        assert made.plan.admins == (ALICE,)
        assert "!open" in shell.said(shell.control_room)[0].body


async def test_a_restart_makes_no_second_control_room(shell: Shell) -> None:
    for _ in range(2):
        async with shell.life():
            pass
    assert len(shell.chat.rooms) == 1
    assert len(shell.chat.rooms[shell.control_room].said) == 1


async def test_who_became_admin_since_is_invited_once(shell: Shell) -> None:
    async with shell.life():
        pass
    people = {**HOUSE.people, DAVE: HOUSE.people[ALICE]}
    shell.house = _with_people(people)
    async with shell.life():
        assert shell.chat.rooms[shell.control_room].members[DAVE] == "invite"
        shell.chat.leave(shell.control_room, DAVE)
    async with shell.life():
        assert shell.chat.rooms[shell.control_room].members[DAVE] == "leave"


async def test_the_greeting_waits_for_the_first_device(shell: Shell) -> None:
    shell.chat.without_device = {ALICE}
    async with shell.life():
        assert not shell.said(shell.control_room)
        shell.chat.without_device = set()
        await shell.pass_time(MINUTE)
        assert len(shell.said(shell.control_room)) == 1


# --- opening ------------------------------------------------------------------------------------------------


async def test_opening_makes_the_room_then_shows_card_and_first_steps(shell: Shell) -> None:
    async with shell.life():
        incident = await shell.open()
        assert incident.status is Status.OPEN
        assert shell.chat.rooms[shell.room].plan.name == incident.codename
        card, first = shell.said()
        assert "Host down" in card.body
        assert "D1" in first.body
        assert shell.chat.rooms[shell.room].pinned == incident.card


async def test_a_list_is_offered_and_a_number_takes_from_it(shell: Shell) -> None:
    async with shell.life():
        assert "1" in await shell.type("!open Host down", room=shell.control_room)
        await shell.type("2", room=shell.control_room)
        assert shell.incident().playbook.id == "provider-hit"


async def test_a_list_offered_in_an_incident_room_takes_a_number_there(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        room = shell.room
        await shell.type("!open Another host", room=room)
        await shell.type("1", room=room)
        assert shell.incident().title == "Another host"


async def test_a_number_in_an_incident_room_is_talk_when_nothing_was_offered(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        assert not await shell.type("3")


async def test_a_roster_beyond_ten_is_invited_before_the_card() -> None:
    crowd = {UserId(f"@it{number}:example.org"): HOUSE.people[CAROL] for number in range(12)}
    shell = Shell(_with_people({**HOUSE.people, **crowd}))
    async with shell.life():
        await shell.open()
        made = shell.chat.rooms[shell.room]
        assert set(crowd) <= set(made.members)
        assert set(crowd) <= made.said[0].holders


async def test_a_room_the_server_refuses_is_told_in_the_control_room(shell: Shell) -> None:
    async with shell.life():
        shell.service._chat = _NoRooms(shell)
        await shell.receive(shell.message("!open Host down --playbook provider-hit", room=shell.control_room))
        assert any("reference" in content.body for content in shell.said(shell.control_room))


async def test_a_second_opening_of_the_same_title_within_a_minute_changes_nothing(shell: Shell) -> None:
    async with shell.life():
        first = await shell.open()
        answer = await shell.type("!open host DOWN --playbook provider-hit", room=shell.control_room)
        assert first.codename in answer
        assert len(shell.service.books.incidents()) == 1


# --- answers ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed",
    ["!status", "!next", "!timeline 3", "!step D1", "!clocks", "!brief", "!list", "!help", "!help done", "!about"],
)
async def test_a_question_is_answered_and_changes_nothing(shell: Shell, typed: str) -> None:
    async with shell.life():
        incident = await shell.open()
        before = shell.service.books.count(incident.id)
        assert await shell.type(typed)
        assert shell.service.books.count(incident.id) == before


async def test_help_shows_only_what_the_asker_may_do_here(shell: Shell) -> None:
    async with shell.life():
        await shell.open(options="--playbook provider-hit")
        await shell.type(f"!invite {ERIN}")
        helped = await shell.type("!help", sender=ERIN)
        assert "!status" in helped
        assert "!close" not in helped
        assert "!done" not in await shell.type("!help", room=shell.control_room)


async def test_an_answer_stays_in_the_thread_of_its_question(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        await shell.type("!done D1", thread="$root")
        assert shell.said()[-1].thread == "$root"


async def test_talk_is_left_alone(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        assert not await shell.type("Did anybody reach the host?")


@pytest.mark.parametrize("typed", ["!dnoe D1", "!done", "!done Z9", "!skip D1", "!fact entry fax", "!resume"])
async def test_what_is_refused_is_answered_and_changes_nothing(shell: Shell, typed: str) -> None:
    async with shell.life():
        incident = await shell.open()
        before = shell.service.books.count(incident.id)
        assert await shell.type(typed)
        assert shell.service.books.count(incident.id) == before


async def test_a_command_of_incident_rooms_is_refused_elsewhere(shell: Shell) -> None:
    async with shell.life():
        assert "!done" in await shell.type("!done D1", room=shell.control_room)


async def test_a_right_is_needed_at_the_moment_of_the_command(shell: Shell) -> None:
    async with shell.life():
        incident = await shell.open()
        await shell.type(f"!invite {ERIN}")
        before = shell.service.books.count(incident.id)
        assert await shell.type("!done D1", sender=ERIN)
        assert shell.service.books.count(incident.id) == before
        await shell.type(f"!role it {ERIN}")
        await shell.type("!done D1", sender=ERIN)
        assert shell.incident().step_state(shell.incident().playbook.phases[0].steps[0].id).by == ERIN


async def test_somebody_off_the_roster_is_not_answered(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        stranger = UserId("@mallory:example.org")
        shell.chat.join(shell.room, stranger)
        assert not await shell.type("!status", sender=stranger)
        assert not await shell.type("!blah", sender=stranger)


async def test_in_a_direct_room_only_the_asker_gets_keys(shell: Shell) -> None:
    async with shell.life():
        room = shell.direct_room(BOB)
        shell.chat.join(room, CAROL)
        assert await shell.type("!help", room=room, sender=BOB)
        assert shell.chat.rooms[room].said[-1].holders == {BOB}


async def test_what_could_not_be_read_is_answered_once_to_those_we_know(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        before = len(shell.said())
        await shell.fail_to_read(BOB, room=shell.room)
        await shell.fail_to_read(UserId("@mallory:example.org"), room=shell.room)
        assert len(shell.said()) == before + 1


async def test_a_failure_of_ours_is_a_fixed_sentence_with_a_reference(
    shell: Shell, caplog: pytest.LogCaptureFixture
) -> None:
    async with shell.life():
        await shell.open()
        shell.service._inbox._store = None  # type: ignore[assignment]
        answer = await shell.type("!timeline")
        assert "Traceback" not in answer
        assert "NoneType" not in answer
        reference = caplog.records[-1].args
        assert reference is not None
        assert str(reference[0]) in answer  # type: ignore[index]


# --- exactly once -------------------------------------------------------------------------------------------


async def test_the_same_event_twice_is_one_command(shell: Shell) -> None:
    async with shell.life():
        incident = await shell.open()
        message = shell.message("!note once", room=shell.room)
        await shell.receive(message)
        count, said = shell.service.books.count(incident.id), len(shell.said())
        await shell.receive(message)
        assert shell.service.books.count(incident.id) == count
        assert len(shell.said()) == said


async def test_what_was_received_before_a_crash_is_applied_after_it(shell: Shell) -> None:
    async with shell.life():
        incident = await shell.open()
        note = shell.message("!note kept", room=shell.room)
    await shell.store.receive(Batch(events=(note,), token="s99"))
    async with shell.life():
        await shell.settle()
        history = await shell.store.history(incident.id)
        assert [recorded.device for recorded in history if str(recorded.input) == str(note.id)] == [DEVICE]
        assert sum("kept" in content.body or "Noted" in content.body for content in shell.said()) == 1


async def test_an_answer_whose_delivery_was_not_confirmed_is_one_message(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        before = len(shell.said())
        shell.chat.lost = 1
        await shell.receive(shell.message("!note twice?", room=shell.room))
    async with shell.life():
        await shell.pass_time(MINUTE)
        assert len(shell.said()) == before + 1


async def test_a_room_whose_making_was_not_confirmed_is_one_room(shell: Shell) -> None:
    async with shell.life():
        command = shell.message("!open Host down --playbook provider-hit", room=shell.control_room)
        shell.chat.lost = 2
        await shell.receive(command)
    async with shell.life():
        await shell.pass_time(MINUTE)
        assert len(shell.chat.rooms) == 2
        assert shell.incident().status is Status.OPEN


async def test_a_limited_answer_waits_as_long_as_the_server_says_and_keeps_its_order(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        before = len(shell.said())
        shell.chat.faults.append(BusyError(timedelta(seconds=7)))
        await shell.receive(*(shell.message(f"!done {step}", room=shell.room) for step in ("D1", "D2")))
        assert len(shell.said()) == before
        await shell.pass_time(timedelta(seconds=8))
        answers = [content.body for content in shell.said()[before:] if not content.replaces]
        assert ["D1" in answers[0], "D2" in answers[1]] == [True, True]


async def test_a_server_that_is_away_loses_nothing(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        before = len(shell.said())
        shell.chat.faults.extend([UnreachableError("down")] * 12)
        await shell.receive(shell.message("!note patience", room=shell.room))
        await shell.pass_time(timedelta(minutes=20))
        assert len(shell.said()) == before + 1


async def test_an_answer_the_server_refuses_for_good_holds_nothing_up(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        shell.chat.faults.append(RefusedError("NOT_ENCRYPTED"))
        await shell.receive(shell.message("!note lost", room=shell.room))
        assert await shell.type("!note next")


async def test_a_refused_invitation_is_told_in_the_room(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        shell.chat.faults.append(RefusedError("M_FORBIDDEN"))
        await shell.receive(shell.message("!invite @guest:firm.example it", room=shell.room))
        assert any("reference" in content.body for content in shell.said())


# --- the card -----------------------------------------------------------------------------------------------


async def test_several_changes_are_one_edit_of_the_card(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        for typed in ("!done D1", "!done D2", "!severity crisis"):
            await shell.type(typed)
        await shell.pass_time(CARD_REST)
        edits = [content for content in shell.said() if content.replaces]
        assert len(edits) == 1
        assert edits[0].replaces == shell.incident().card


async def test_a_card_that_went_stale_under_way_is_followed_by_another(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        await shell.type("!done D1")
        shell.chat = shell.service._chat = _Meddling(shell)
        await shell.pass_time(2 * CARD_REST)
        edits = [content.body for content in shell.said() if content.replaces]
        assert len(edits) == 2
        assert edits[0] != edits[1]


# --- people -------------------------------------------------------------------------------------------------


async def test_late_joiners_within_half_a_minute_share_one_brief(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        for guest in (ERIN, UserId("@guest:firm.example")):
            await shell.type(f"!invite {guest}")
            await shell.move(guest, room=shell.room, present=True)
            await shell.pass_time(timedelta(seconds=10))
        before = len(shell.said())
        await shell.pass_time(MINUTE)
        briefs = [content for content in shell.said()[before:] if not content.replaces]
        assert len(briefs) == 1
        assert set(briefs[0].mentions) == {ERIN, "@guest:firm.example"}


async def test_who_was_invited_at_the_opening_needs_no_brief(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        await shell.move(BOB, room=shell.room, present=True)
        before = len(shell.said())
        await shell.pass_time(MINUTE)
        assert len(shell.said()) == before


async def test_the_removed_person_gets_no_key_and_no_answer(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        await shell.move(BOB, room=shell.room, present=True)
        await shell.type("!remove bob")
        assert shell.chat.rooms[shell.room].members[BOB] == "leave"
        shell.chat.join(shell.room, BOB)
        await shell.type("!note secret")
        assert BOB not in shell.chat.rooms[shell.room].said[-1].holders
        assert not await shell.type("!status", sender=BOB)


async def test_somebody_leaving_a_room_of_no_incident_is_nothing(shell: Shell) -> None:
    async with shell.life():
        await shell.move(ALICE, room=shell.control_room, present=False)


# --- reminders ----------------------------------------------------------------------------------------------


async def test_every_rung_rings_once_and_mentions_the_owner(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        await shell.type("!aware GDPR-33-1")
        await shell.pass_time(72 * HOUR)
        assert len(shell.rings()) == 7
        assert {content.mentions for content in shell.rings()} == {(BOB,)}


async def test_rungs_missed_while_down_ring_at_the_start_and_say_so(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        await shell.type("!aware GDPR-33-1")
        await shell.pass_time(25 * HOUR)
    shell.clock.advance(36 * HOUR)
    async with shell.life():
        rings = shell.rings()
        assert len(rings) == 3
        assert "late" not in rings[0].body
        assert all("late" in content.body for content in rings[1:])
        await shell.pass_time(11 * HOUR)
        assert len(shell.rings()) == 7


async def test_a_crash_before_the_ring_was_confirmed_rings_once(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        await shell.type("!aware GDPR-33-1")
        shell.chat.lost = 1
        await shell.pass_time(24 * HOUR)
    async with shell.life():
        await shell.pass_time(HOUR)
        assert len(shell.rings()) == 1


async def test_a_closed_incident_stays_silent(shell: Shell) -> None:
    async with shell.life():
        await shell.open(options="--playbook provider-hit --drill")
        await shell.type("!aware GDPR-33-1")
        await shell.type("!close")
        await shell.pass_time(CARD_REST)
        before = len(shell.said())
        await shell.pass_time(100 * HOUR)
        assert len(shell.said()) == before
        assert not shell.alarm_clock.settings


async def test_an_alarm_of_an_incident_that_does_not_exist_is_nothing(shell: Shell) -> None:
    async with shell.life() as service:
        await service.ring("incident:feedfeedfeedfeed")
        await shell.settle()


async def test_an_alarm_that_wakes_too_early_is_set_again(shell: Shell) -> None:
    async with shell.life() as service:
        incident = await shell.open()
        await shell.type("!aware GDPR-33-1")
        due = shell.alarm_clock.settings.pop(f"incident:{incident.id}")
        await service.ring(f"incident:{incident.id}")
        await shell.settle()
        assert shell.alarm_clock.settings[f"incident:{incident.id}"] == due


def _with_people(people: Mapping[UserId, frozenset[Role]]) -> House:
    return replace(HOUSE, people=people)


class _SameRooms(FakeChat):
    """Another view of the rooms there are."""

    def __init__(self, shell: Shell) -> None:
        super().__init__()
        self.rooms = shell.chat.rooms
        self._numbers = shell.chat._numbers
        self._shell = shell


class _NoRooms(_SameRooms):
    """Makes no rooms."""

    async def create_room(self, plan: RoomPlan) -> RoomId:
        raise RefusedError("M_FORBIDDEN")


class _Meddling(_SameRooms):
    """Lets somebody finish a step while the card is being sent."""

    _meddled = False

    async def say(self, room: RoomId, content: Content, *, txn: str, readers: frozenset[UserId]) -> EventId:
        if content.replaces and not self._meddled:
            self._meddled = True
            message = self._shell.message("!done D2", room=room)
            await self._shell.service.receive(Batch(events=(message,), token="s-meddled"))
            waiting = self._shell.service._incoming.get_nowait()
            assert not isinstance(waiting, str)
            await self._shell.service._apply(waiting)
        return await super().say(room, content, txn=txn, readers=readers)
