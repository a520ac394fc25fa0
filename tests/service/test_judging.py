"""Decisions, and what was known at an hour, as people in the room read them."""

from __future__ import annotations

from bot.core.evolve import fold
from bot.core.facts import DeskFact, ReviewRang
from bot.core.judging.past import EVERY
from bot.core.names import Question
from tests.core.build import BOB, CAROL, HOUR, MINUTE
from tests.service.shell import Shell


async def test_a_decision_is_kept_with_the_number_of_the_last_fact_before_it_and_a_reply_gives_the_reason(
    shell: Shell,
) -> None:
    async with shell.life():
        incident = await shell.open()
        before = (await shell.store.history(incident.id))[-1]
        answer = await shell.type("!decide shut the VPN review 6h", sender=BOB)
        assert "Decision 1 is kept" in answer
        assert "Why?" in answer
        decision = shell.incident().decisions[1]
        assert (decision.taken.known, decision.taken.digest) == (before.number, "")
        assert "Because: they are in it" in await shell.reply("they are in it", "Decision 1 is kept", sender=BOB)
        assert shell.incident().decisions[1].reason == "they are in it"
        assert "shut the VPN" in await shell.type("!decide")
        shown = await shell.type("!decider 1")
        assert "Because: they are in it" in shown
        assert f"Entries 1–{before.number}" in shown
        assert "There is no decision 2" in await shell.type("!decide 2")


async def test_the_hour_of_review_rings_once_and_a_reply_says_what_came_of_it(shell: Shell) -> None:
    async with shell.life():
        incident = await shell.open()
        await shell.type("!decide shut the VPN because they are in it review 6h", sender=CAROL)
        await shell.pass_time(6 * HOUR)
        rung = [content.body for content in shell.rings() if "to be looked at again" in content.body]
        assert len(rung) == 1
        await shell.pass_time(6 * HOUR)
        facts = [record.fact for record in await shell.store.history(incident.id)]
        assert len([fact for fact in facts if isinstance(fact, ReviewRang)]) == 1
        said = await shell.reply("still right", "to be looked at again")
        assert "was looked at again: still right" in said
        assert shell.incident().decisions[1].backed_by is not None


async def test_what_was_known_is_what_the_facts_say_up_to_that_hour(shell: Shell) -> None:
    async with shell.life():
        incident = await shell.open()
        await shell.type("!fact insured yes supposed")
        await shell.pass_time(2 * HOUR)
        then = shell.clock.now()
        for number in range(EVERY + 5):
            await shell.pass_time(MINUTE)
            await shell.type(f"!note {number}")
        await shell.type("!fact insured no established")
        said = await shell.type(f"!known {then:%Y-%m-%d %H:%M}Z")
        assert "insured = yes · supposed" in said
        assert "insured = no" not in said
        records = [record for record in await shell.store.history(incident.id) if record.fact.at <= then]
        assert f"up to entry {len(records)}," in said
        known = fold(record.fact for record in records if not isinstance(record.fact, DeskFact))
        assert known is not None
        assert known.answers[Question("insured")] == "yes"


async def test_what_is_known_now_is_all_there_is_however_many_facts_lie_behind_the_last_place(shell: Shell) -> None:
    async with shell.life():
        incident = await shell.open()
        for number in range(2 * EVERY + 3):
            await shell.pass_time(MINUTE)
            await shell.type(f"!note {number}")
            total = len(await shell.store.history(incident.id))
            if total % EVERY in (EVERY - 1, 0, 1, 9):
                assert f"up to entry {total}," in await shell.type("!known now")


async def test_before_the_opening_and_in_the_future_nothing_is_known(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        assert "Nothing was known here on" in await shell.type("!known -2h")
        assert "lies in the future" in await shell.type("!known +2h")
        assert "was opened" in await shell.type("!connu 2020-01-01 12:00")


async def test_a_text_without_an_hour_is_answered_with_how_it_is_written(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        assert "!known WHEN" in await shell.type("!known whenever")
