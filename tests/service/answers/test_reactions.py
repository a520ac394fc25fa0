"""Reactions travel in clear, and a homeserver can invent them: they ask, and do nothing."""

from __future__ import annotations

import itertools
from datetime import timedelta

from bot.core.facts import StepDone
from bot.core.names import EventId, InputId, RoomId, StepId, UserId
from bot.ports import Content, Incoming, Reacted
from tests.core.build import ALICE, BOB, CAROL, HOURS_72
from tests.service.shell import Shell

D1 = StepId("D1")
_numbers = itertools.count(1)


def tick(shell: Shell, event: EventId | None, *, sender: UserId = ALICE, room: RoomId | None = None) -> Reacted:
    return Reacted(
        id=InputId(f"$tick{next(_numbers)}"),
        room=room or shell.room,
        sender=sender,
        event=event or EventId("$nothing"),
        key="\u2705",
        received_at=shell.clock.now(),
    )


async def answers(shell: Shell, *ticks: Incoming) -> list[Content]:
    """Return what is said to *ticks*."""
    known = {said.txn for said in shell.chat.rooms[shell.room].said}
    await shell.receive(*ticks)
    return [said.content for said in shell.chat.rooms[shell.room].said if said.txn not in known]


async def test_a_tick_at_a_step_asks_whether_it_is_done_and_a_yes_does_it(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        await shell.type("!step D1")
        step = shell.event("Do D1")
        before = shell.service.books.count(shell.incident().id)
        (asked,) = await answers(shell, tick(shell, step))
        assert asked.body.startswith("Done? D1")
        assert asked.reply_to == step
        assert not asked.rings
        assert shell.service.books.count(shell.incident().id) == before
        await shell.reply("yes", "Done?")
        assert D1 not in {one.id for one in shell.incident().open_steps()}


async def test_the_question_takes_a_result_too(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        await shell.type("!step D1")
        await answers(shell, tick(shell, shell.event("Do D1")))
        await shell.reply("done snapshot kept", "Done?")
        done = [one.fact for one in await shell.store.history(shell.incident().id) if isinstance(one.fact, StepDone)]
        assert [(fact.step, fact.result) for fact in done] == [(D1, "snapshot kept")]


async def test_a_tick_at_several_steps_asks_which(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        await shell.type("!brief")
        (asked,) = await answers(shell, tick(shell, shell.event("Open steps")))
        assert asked.body.startswith("Which one is done?")
        await shell.reply("done D2", "Which one is done?", sender=CAROL)
        assert StepId("D2") not in {one.id for one in shell.incident().open_steps()}


async def test_a_thousand_ticks_at_one_message_get_one_answer(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        await shell.type("!step D1")
        step = shell.event("Do D1")
        assert len(await answers(shell, *(tick(shell, step) for _ in range(1000)))) == 1
        assert await answers(shell, tick(shell, step, sender=BOB)) == []


async def test_ticks_that_somebody_invents_do_not_use_up_what_a_person_may_ask(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        steps = []
        for _ in range(60):
            await shell.type("!step D1")
            steps.append(shell.event("Do D1"))
        await shell.receive()
        shell.clock.advance(timedelta(seconds=1))
        said = await answers(
            shell,
            *(tick(shell, step) for step in steps),
            shell.message("!note Alice is heard", room=shell.room),
        )
        assert len(said) < 40
        assert not any("too fast" in content.body for content in said)
        assert any("Noted" in content.body or "note" in content.body.casefold() for content in said)


async def test_a_tick_at_a_reminder_says_how_to_be_seen_and_silences_nothing(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        await shell.type("!aware GDPR-33-1", sender=BOB)
        await shell.pass_time(timedelta(hours=49))
        reminder = shell.event("GDPR-33-1")
        before = shell.incident()
        (said,) = await answers(shell, tick(shell, shell.chat.rooms[shell.room].said[-1].event, sender=BOB))
        assert said.body.startswith("A reaction silences no reminder")
        assert shell.incident() == before
        assert reminder
        await shell.reply("seen", "A reaction silences no reminder", sender=BOB)
        assert shell.incident() != before


async def test_a_tick_of_a_stranger_at_another_message_or_at_what_is_done_is_nothing(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        await shell.type("!step D1")
        step = shell.event("Do D1")
        nothing = (
            tick(shell, step, sender=UserId("@stranger:evil.example")),
            tick(shell, EventId("$theirs")),
            tick(shell, shell.incident().card),
            tick(shell, step, room=shell.control_room),
        )
        assert await answers(shell, *nothing) == []
        await shell.type("!done D1")
        assert await answers(shell, tick(shell, step)) == []


async def test_a_tick_at_what_is_neither_step_nor_reminder_is_nothing(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        await shell.type("!clocks")
        assert HOURS_72 in shell.said()[-1].body
        assert await answers(shell, tick(shell, shell.event(HOURS_72))) == []
