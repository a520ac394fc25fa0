"""Two persons over the whole way: from the words in the room to the facts in the store, once, whatever crashes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.core.facts import Closed, ConfirmationGiven, PersonRemoved
from bot.core.incident import Status
from bot.core.people.two_persons import CONFIRM_WITHIN
from tests.core.build import ALICE, BOB, CAROL, DAVE, DAY, MINUTE
from tests.service.shell import Shell


async def ask_to_close(shell: Shell) -> str:
    await shell.open()
    await shell.type("!fact personal-data yes")
    await shell.type("!aware GDPR-33-1 now")
    return await shell.type("!close all is back")


async def test_the_second_person_is_notified_and_closes_it(shell: Shell) -> None:
    async with shell.life():
        asked = await ask_to_close(shell)
        assert "needs a second person" in asked
        assert "!confirm 1" in asked
        (ring,) = [content for content in shell.rings() if content.body == asked]
        assert ring.mentions == (DAVE,)
        assert not ring.mentions_room
        assert "second person" in await shell.type("!confirm 1")
        assert shell.incident().status is Status.OPEN
        assert "Closed" in await shell.type("!confirmer 1", sender=DAVE)
        assert shell.incident().status is Status.CLOSED


async def test_who_cannot_lead_is_told_who_can_confirm_a_closing(shell: Shell) -> None:
    async with shell.life():
        await ask_to_close(shell)
        assert "dave" in (said := await shell.type("!confirm 1", sender=BOB))
        assert "second person" in said
        assert "needs the role" in await shell.type("!confirm 1", sender=CAROL)
        assert shell.incident().status is Status.OPEN


async def test_what_was_asked_before_a_crash_is_confirmed_after_it_and_once(shell: Shell) -> None:
    async with shell.life():
        await ask_to_close(shell)
    async with shell.life():
        confirmation = shell.message("!confirm 1", room=shell.room, sender=DAVE)
        await shell.receive(confirmation)
    async with shell.life():
        await shell.receive(confirmation)
        facts = [recorded.fact for recorded in await shell.store.history(shell.incident().id)]
        assert [(fact.by, fact.asked_by) for fact in facts if isinstance(fact, ConfirmationGiven)] == [(DAVE, ALICE)]
        assert [(fact.by, fact.summary) for fact in facts if isinstance(fact, Closed)] == [(ALICE, "all is back")]


async def test_a_confirmation_that_comes_too_late_does_nothing_and_says_so(shell: Shell) -> None:
    async with shell.life():
        await ask_to_close(shell)
        await shell.pass_time(CONFIRM_WITHIN - timedelta(seconds=1))
    async with shell.life():
        await shell.pass_time(timedelta(seconds=1))
        assert "has lapsed" in await shell.type("!confirm 1", sender=DAVE)
        assert shell.incident().status is Status.OPEN


async def test_one_of_two_who_lead_cannot_put_the_other_out_and_is_told_what_to_do(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        assert "!role coordinator WHO" in await shell.type("!remove dave")
        await shell.type("!role coordinator bob")
        assert "nobody else here could confirm" in await shell.type("!remove dave"), "not within a day"
        await shell.pass_time(DAY)
        asked = await shell.type("!remove dave")
        assert "(bob) types !confirm 1" in asked
        await shell.pass_time(MINUTE)
        assert "@dave:example.org is out" in await shell.type("!confirm 1", sender=BOB)
        assert shell.chat.rooms[shell.room].members[DAVE] == "leave"
        facts = [recorded.fact for recorded in await shell.store.history(shell.incident().id)]
        assert [fact.by for fact in facts if isinstance(fact, PersonRemoved)] == [ALICE]
        assert "bob confirmed what alice asked for (no. 1): remove" in await shell.type("!timeline")


async def test_a_bare_confirmation_confirms_nothing_and_says_what_waits(shell: Shell) -> None:
    async with shell.life():
        await ask_to_close(shell)
        assert "by its number: !confirm 1" in await shell.type("!confirm", sender=DAVE)
        assert shell.incident().status is Status.OPEN


async def test_a_clock_of_the_law_is_set_aside_by_two_and_the_reason_is_shown_to_the_second(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        await shell.type("!fact personal-data yes")
        await shell.type("!aware GDPR-33-1 now")
        asked = await shell.type("!waive GDPR-33-1 encrypted at rest", sender=BOB)
        assert "bob asks to set this legal clock aside, because: encrypted at rest" in asked
        assert "decision recorded by bob: not notified because encrypted at rest" in await shell.type("!confirm 1")
        assert "bob" in await shell.type("!timeline")


async def test_what_comes_after_later_messages_is_not_carried_out_if_it_cannot_be_undone(shell: Shell) -> None:
    async with shell.life():
        await ask_to_close(shell)
        before = len(shell.said())
        for body in ("!confirm 1", "!close", "!remove carol", "!waive GDPR-33-1 none"):
            await shell.receive(replace(shell.message(body, room=shell.room, sender=DAVE), is_late=True))
        answers = [content.body for content in shell.said()[before:] if not content.replaces]
        assert len(answers) == 4
        assert all("came after later messages" in answer for answer in answers)
        assert shell.incident().status is Status.OPEN
        await shell.receive(replace(shell.message("!note late", room=shell.room, sender=DAVE), is_late=True))
        assert "Noted" in shell.said()[-1].body
