from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.names import UserId
from bot.voice.markup import SCREEN, height
from tests.core.build import BOB, CAROL, ERIN
from tests.service.shell import Shell


@pytest.mark.parametrize(
    "typed",
    [
        "!status",
        "!next",
        "!timeline 3",
        "!step D1",
        "!clocks",
        "!brief",
        "!risk score",
        "!list",
        "!help",
        "!help done",
        "!about",
    ],
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


async def test_a_score_is_kept_with_its_calculation_by_whoever_works_in_the_room(shell: Shell) -> None:
    async with shell.life():
        incident = await shell.open()
        answer = await shell.type("!risk score 3 1 0,5 0 0.25 0.5 payslips with bank details", sender=CAROL)
        assert "3 × 1 + 1.25 = 4.25" in answer
        assert "A person decides" in answer
        told = shell.service.books.incident(incident.id)
        assert told is not None
        assert told.scored is not None
        assert told.risk is None
        assert "3 × 1 + 1.25 = 4.25" in await shell.type("!timeline 3")
        assert "3 × 1 + 1.25 = 4.25" in await shell.type("!risk")


async def test_an_answer_of_more_than_a_screen_begins_in_the_room_and_stands_whole_in_a_thread(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        for number in range(15):
            await shell.type(f"!note line {number} of a long conversation that nobody reads on a phone")
        said = shell.chat.rooms[shell.room].said
        before = len(said)
        await shell.type("!timeline 20")
        begun, whole = (one.content for one in said[before:])
        assert begun.thread is None
        assert begun.body.endswith("The rest: in the thread under your message.")
        assert height(begun.body) <= SCREEN < height(whole.body)
        assert whole.thread is not None
        assert whole.body.startswith(begun.body.rpartition("\n\n")[0])
        assert (begun.rings, whole.rings) == (False, False)

        before = len(said)
        await shell.type("!timeline 20", thread="$thread")
        assert [one.content.thread for one in said[before:]] == ["$thread"]


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
        assert "!list" in await shell.type("!done D1", room=shell.control_room)


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
        inbox = shell.service._inbox
        shell.service._inbox = replace(inbox, sources=replace(inbox.sources, store=None))  # type: ignore[arg-type]
        answer = await shell.type("!timeline")
        assert "Traceback" not in answer
        assert "NoneType" not in answer
        reference = caplog.records[-1].args
        assert reference is not None
        assert str(reference[0]) in answer  # type: ignore[index]
