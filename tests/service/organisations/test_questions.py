"""Questions of organisations: on to whoever coordinates, grouped, and answered where they were asked."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from random import Random

import pytest

from bot.core.facts import AnswerReceived, QuestionAsked
from bot.core.organisations.children import child_id
from bot.ports import Content, UnreachableError
from tests.core.build import ALICE, BOB, DAVE, HOUR, HOUSE, MINUTE, ROOM
from tests.core.cascades import NAMES, PARENT, person_of, row
from tests.service.organisations.scene import Organisations, room_of

MANY = tuple(f"Firm{number}" for number in range(100))


@pytest.fixture
async def shell() -> AsyncIterator[Organisations]:
    told = Organisations()
    await told.lay(map(row, NAMES))
    async with told.life():
        yield told


@pytest.fixture
async def keeping() -> AsyncIterator[Organisations]:
    told = Organisations(replace(HOUSE, retention=HOUR))
    await told.lay(map(row, NAMES))
    async with told.life():
        yield told


async def ask(shell: Organisations, name: str, body: str) -> str:
    return await shell.type(body, room=room_of(name), sender=person_of(name))


def shown(shell: Organisations) -> list[Content]:
    """Return the messages in the parent's room that bring new questions."""
    return [one for one in shell.said(ROOM) if one.body.startswith("Asked by organisations")]


def answers(shell: Organisations, name: str) -> list[Content]:
    return [one for one in shell.said(room_of(name)) if one.body.startswith("Answer to your question")]


async def test_a_question_is_sent_on_at_once_and_shown_together_with_others(shell: Organisations) -> None:
    assert await ask(shell, "Alpha", "!question May the payroll wait?") == (
        "Sent on as question 1. The answer comes here; your own: !questions"
    )
    assert "question 2" in await ask(shell, "Beta", "!question Who pays?")
    assert not shown(shell)
    await shell.pass_time(MINUTE)
    (one,) = shown(shell)
    assert "Asked by organisations: 2 questions" in one.body
    assert "1 Alpha: May the payroll wait?\n- 2 Beta: Who pays?" in one.body
    assert (one.rings, one.mentions) == (True, (ALICE, DAVE))


async def test_of_very_many_at_once_few_stand_in_one_message_and_none_is_lost() -> None:
    shell = Organisations()
    await shell.lay(map(row, MANY))
    async with shell.life():
        for number in range(5):
            typed = [
                shell.message(f"!question number {number}", room=room_of(name), sender=person_of(name)) for name in MANY
            ]
            await shell.receive(*typed)
        await shell.pass_time(HOUR)
        (one,) = shown(shell)
        assert "Asked by organisations: 500 questions" in one.body
        assert "And 490 questions more" in one.body
        put = sorted(question.number for name in MANY for question in shell.child(name).questions)
        assert put == list(range(1, 501))
        await ask(shell, "Firm1", "!question one more")
        await shell.pass_time(HOUR)
        assert "Asked by organisations: 1 question" in shown(shell)[1].body
        assert "Waiting for an answer: 501 questions" in await shell.lead("!questions")


async def test_two_messages_with_questions_are_minutes_apart(shell: Organisations) -> None:
    await ask(shell, "Alpha", "!question one")
    await shell.pass_time(MINUTE)
    await ask(shell, "Beta", "!question two")
    await shell.pass_time(MINUTE)
    assert len(shown(shell)) == 1
    await shell.pass_time(2 * MINUTE)
    assert "2 Beta: two" in shown(shell)[1].body
    assert "Alpha" not in shown(shell)[1].body


async def test_at_night_they_call_nobody(shell: Organisations) -> None:
    await shell.pass_time(14 * HOUR)
    await ask(shell, "Alpha", "!question at night")
    await shell.pass_time(MINUTE)
    (one,) = shown(shell)
    assert (one.rings, one.mentions) == (shell.house.quiet is None, () if shell.house.quiet else (ALICE, DAVE))


async def test_a_reply_to_a_bulletin_is_a_question_about_it(shell: Organisations) -> None:
    await shell.lead("!bulletin Cut the link")
    room, alpha = room_of("Alpha"), person_of("Alpha")
    assert "question 1" in await shell.reply("Which link?\nThe fibre?", "Bulletin 1", room=room, sender=alpha)
    assert "acknowledged" in await shell.reply("seen", "Bulletin 1", room=room, sender=alpha)
    assert "your question, in words" in await shell.reply("Thanks!", "Bulletin 1", room=room, sender=alpha)
    assert await shell.reply("👍", "Bulletin 1", room=room, sender=alpha) == "", "it was told once what it could reply"
    await shell.pass_time(MINUTE)
    (one,) = shown(shell)
    assert "1 Alpha, on bulletin 1: Which link? The fibre?" in one.body
    assert shell.child("Alpha").questions[0].text == "Which link?\nThe fibre?"


async def test_an_answer_goes_to_who_asked_and_to_nobody_else(shell: Organisations) -> None:
    await ask(shell, "Alpha", "!question May the payroll wait?")
    await ask(shell, "Beta", "!question Who pays?")
    assert await shell.lead("!answer 1 Until Friday.\n\nNot longer.") == "Answer to 1 sent to: Alpha"
    (one,) = answers(shell, "Alpha")
    assert one.body.startswith(
        "Answer to your question 1\n\n“May the payroll wait?”\n\nUntil Friday.\n\nNot longer.\n\nSomething else?"
    )
    assert (one.rings, one.mentions) == (True, (person_of("Alpha"),))
    assert not answers(shell, "Beta")
    assert "1 question" in await shell.lead("!questions")
    assert "2 Beta: Who pays?" in shell.said(ROOM)[-1].body


async def test_one_answer_to_several_reaches_each_with_its_own_words(shell: Organisations) -> None:
    for name in ("Alpha", "Beta", "Alpha"):
        await ask(shell, name, f"!question {name} asks")
    assert await shell.lead("!repondre 3, 2,1 : Yes to both") == "Answer to 3, 2, 1 sent to: Alpha, Beta"
    assert [one.body.split("\n\n")[:3] for one in answers(shell, "Alpha")] == [
        ["Answer to your question 1, 3", "“Alpha asks”\n“Alpha asks”", "Yes to both"]
    ]
    assert "“Beta asks”" in answers(shell, "Beta")[0].body
    assert "No question waits" in await shell.lead("!questions")


async def test_a_reply_to_an_answer_goes_on_as_another_question(shell: Organisations) -> None:
    await ask(shell, "Alpha", "!question one")
    await shell.lead("!answer 1 yes")
    again = await shell.reply("And on Monday?", "Answer to your", room=room_of("Alpha"), sender=person_of("Alpha"))
    assert "question 2" in again


async def test_who_leads_answers_and_nobody_else_nor_elsewhere(shell: Organisations) -> None:
    await ask(shell, "Alpha", "!question one")
    shell.chat.join(ROOM, BOB)
    assert "role" in await shell.type("!answer 1 x", room=ROOM, sender=BOB)
    assert "This room is yours" in await ask(shell, "Beta", "!answer 1 x")
    assert "no question 7, 9" in await shell.lead("!answer 1,7,9 x")
    assert not answers(shell, "Alpha")


async def test_an_answer_to_many_is_a_bulletin() -> None:
    shell = Organisations()
    await shell.lay(map(row, MANY[:11]))
    async with shell.life():
        for name in MANY[:11]:
            await ask(shell, name, "!question why?")
        numbers = ",".join(map(str, range(1, 12)))
        assert "a second person confirms" in await shell.lead(f"!answer {numbers} so")
        assert not any(answers(shell, name) for name in MANY[:11])


async def test_one_question_is_shown_whole_with_its_answers(shell: Organisations) -> None:
    long = "word " * 100
    await ask(shell, "Alpha", f"!question {long}")
    await shell.lead("!answer 1 yes")
    said = await shell.lead("!questions 1")
    assert said.startswith("Question 1 · Alpha · ")
    assert long.strip() in said
    assert "Answer: yes" in said
    assert "no question 2" in await shell.lead("!questions 2")


async def test_an_organisation_reads_its_own_questions_and_no_others(shell: Organisations) -> None:
    assert "asked nothing yet" in await ask(shell, "Alpha", "!questions")
    await ask(shell, "Alpha", "!question mine")
    await ask(shell, "Beta", "!question theirs")
    await ask(shell, "Alpha", "!question mine too")
    await shell.lead("!answer 1 so it is")
    assert await ask(shell, "Alpha", "!questions") == (
        "Your questions\n\n- 1 mine\n  Answer: so it is\n- 3 mine too\n  No answer yet."
    )
    assert "3 mine too" in await ask(shell, "Alpha", "!questions 3")
    assert "no question 2" in await ask(shell, "Alpha", "!questions 2")


async def test_who_is_closed_asks_nothing_and_is_told_once_it_is_open_again(shell: Organisations) -> None:
    await ask(shell, "Alpha", "!question one")
    await shell.type("!close", room=room_of("Alpha"), sender=DAVE)
    assert "closed" in await ask(shell, "Alpha", "!question two")
    assert "only when its incident is opened again: Alpha" in await shell.lead("!answer 1 yes")
    assert not answers(shell, "Alpha")
    await shell.pass_time(MINUTE)
    await shell.type("!resume", room=room_of("Alpha"), sender=DAVE)
    assert len(answers(shell, "Alpha")) == 1


async def test_who_left_is_said_to_whoever_answers(shell: Organisations) -> None:
    room, alpha = room_of("Alpha"), person_of("Alpha")
    await shell.move(alpha, room=room, present=True)
    await ask(shell, "Alpha", "!question one")
    await shell.move(alpha, room=room, present=False)
    assert "Nobody of it is in its room now: Alpha" in await shell.lead("!answer 1 yes")
    assert [one.mentions_room for one in answers(shell, "Alpha")] == [True]


async def test_where_nobody_coordinates_it_says_whom_to_ask(shell: Organisations) -> None:
    assert f"Ask who leads here: {ALICE}, {DAVE}" in await shell.lead("!question anybody?")
    await ask(shell, "Alpha", "!question one")
    await shell.lead("!close over")
    assert "Ask who leads here:" in await ask(shell, "Alpha", "!question two")
    assert "closed" in await shell.lead("!answer 1 x")


async def test_one_that_is_too_long_is_refused_with_the_limit(shell: Organisations) -> None:
    assert "at most 2000 characters" in await ask(shell, "Alpha", f"!question {'x' * 10_000}")
    await shell.lead("!bulletin one")
    replied = await shell.reply("x " * 5_000, "Bulletin 1", room=room_of("Alpha"), sender=person_of("Alpha"))
    assert "at most 2000 characters" in replied
    assert not shell.child("Alpha").questions


async def test_a_slip_in_the_word_never_offers_what_is_for_who_coordinates(shell: Organisations) -> None:
    assert "!question" in await ask(shell, "Alpha", "!questin one")
    for typed in ("!buletin one", "!answwer 1 x", "!rolup"):
        said = await ask(shell, "Alpha", typed)
        assert said
        assert not [word for word in ("!bulletin", "!answer", "!rollup") if word in said]
    told = await ask(shell, "Alpha", "!help")
    assert "!question" in told
    assert "!answer" not in told


# --- what is kept for all ---------------------------------------------------------------------------------------


async def test_what_is_kept_is_read_everywhere_without_a_name_and_announced_once(shell: Organisations) -> None:
    assert "Nothing is in the FAQ yet" in await shell.lead("!faq")
    await ask(shell, "Alpha", "!question May the payroll wait?")
    assert "Kept in the FAQ" in await shell.lead("!answer 1 --faq Until Friday.")
    for said in (await shell.lead("!faq"), await ask(shell, "Beta", "!faq"), await ask(shell, "Beta", "!faq 1")):
        assert "1. May the payroll wait?\nUntil Friday." in said
        assert "Alpha" not in said
    assert "no 2 in the FAQ" in await ask(shell, "Beta", "!faq 2")
    assert "May the payroll wait?" in await shell.type("!bulletin one", room=ROOM), "what one of them reads has it"
    await shell.type("!confirm 1", room=ROOM, sender=DAVE)
    await shell.lead("!bulletin two")
    first, second = shell.heard("Beta")
    assert "New in the FAQ (!faq):\n\n- May the payroll wait?\n\nRead it?" in first.body
    assert "FAQ" not in second.body


async def test_of_much_that_is_new_a_bulletin_names_a_few(shell: Organisations) -> None:
    for number in range(1, 6):
        await ask(shell, "Alpha", f"!question what about {number}?")
        await shell.lead(f"!answer {number} --faq so")
    await shell.lead("!bulletin one")
    assert "- what about 3?\n\nAnd 2 questions more." in shell.heard("Beta")[0].body


async def test_a_later_answer_takes_the_place_of_the_first_and_is_news_again(shell: Organisations) -> None:
    await ask(shell, "Alpha", "!question one?")
    await shell.lead("!answer 1 --faq wrong")
    await shell.lead("!bulletin one")
    await shell.lead("!answer 1 --faq right")
    assert "wrong" not in await shell.lead("!faq")
    await shell.lead("!bulletin two")
    assert "- one?" in shell.heard("Beta")[1].body
    assert len(answers(shell, "Alpha")) == 2


async def test_what_others_read_never_says_who_asked(shell: Organisations) -> None:
    await ask(shell, "Alpha", "!question May ALPHA wait?")
    await ask(shell, "Beta", "!question one?")
    for typed in ("!answer 1 --faq yes", "!answer 2 --faq Beta may", "!answer 1,2 calm alpha may, others not"):
        assert "Others would read" in await shell.lead(typed)
    assert not answers(shell, "Alpha")
    assert "Kept" in await shell.lead('!answer 1 --faq="May we wait?" yes')
    assert "May we wait?\nyes" in await ask(shell, "Beta", "!faq")
    assert "“May ALPHA wait?”" in answers(shell, "Alpha")[0].body


# --- purge ------------------------------------------------------------------------------------------------------


async def test_the_purge_of_who_asked_takes_its_questions_out_of_the_parents_room(keeping: Organisations) -> None:
    shell = keeping
    await ask(shell, "Alpha", "!question Quetzalcoatlus?")
    await ask(shell, "Beta", "!question Who pays?")
    await shell.pass_time(MINUTE)
    await shell.lead("!questions")
    await shell.lead("!questions 2")
    await shell.lead("!answer 1 yes")
    await shell.type("!close", room=room_of("Alpha"), sender=DAVE)
    assert sum("Quetzalcoatlus" in one.body for one in shell.said(ROOM)) == 2
    await shell.pass_time(shell.house.retention or HOUR)
    assert not [one for one in shell.said(ROOM) if "Quetzalcoatlus" in one.body]
    assert [one for one in shell.said(ROOM) if "Who pays?" in one.body], "what shows others alone stays"
    for stream in await shell.store.streams():
        assert "Quetzalcoatlus" not in repr(await shell.store.history(stream))
    assert "no question 1" in await shell.lead("!questions 1")
    assert "2 Beta: Who pays?" in await shell.lead("!questions")
    assert "question 3" in await ask(shell, "Beta", "!question another"), "no number is given twice"


# --- exactly once -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(2))
async def test_killed_again_and_again_each_question_is_shown_once_and_answered_once(seed: int) -> None:
    random, shell = Random(seed), Organisations()
    names = MANY[:40]
    await shell.lay(map(row, names))
    for part in (names[:20], names[20:]):
        async with shell.life():
            await shell.receive_without_rest(
                *(shell.message("!question why?", room=room_of(name), sender=person_of(name)) for name in part)
            )
            await shell.turn(random.randrange(60))
        for _ in range(4):
            shell.chat.lost = random.randrange(2)
            shell.chat.faults.extend([UnreachableError("away")] * random.randrange(2))
            shell.clock.move_to(shell.clock.now() + MINUTE)
            async with shell.life(turns=random.randrange(80)):
                pass
    async with shell.life():
        await shell.pass_time(HOUR)
        numbers = [str(shell.child(name).questions[0].number) for name in names]
        some = (",".join(numbers[first : first + 10]) for first in range(0, len(numbers), 10))
        await shell.receive_without_rest(*(shell.message(f"!answer {one} so", room=ROOM) for one in some))
        await shell.turn(random.randrange(40))
    for _ in range(4):
        shell.chat.lost = random.randrange(2)
        async with shell.life(turns=random.randrange(80)):
            pass
    async with shell.life():
        await shell.pass_time(HOUR)
        assert sum(int(one.body.split(": ")[1].split()[0]) for one in shown(shell)) == len(names)
        assert await whole(shell, names)


async def whole(shell: Organisations, names: tuple[str, ...]) -> bool:
    """Say whether each asked once, with a number of its own, and was answered once."""
    numbers = set()
    for name in names:
        facts = [one.fact for one in await shell.store.history(child_id(PARENT, name.casefold()))]
        (asked,) = [fact for fact in facts if isinstance(fact, QuestionAsked)]
        (got,) = [fact for fact in facts if isinstance(fact, AnswerReceived)]
        assert got.numbers == (asked.number,)
        assert len(answers(shell, name)) == 1
        numbers.add(asked.number)
    return numbers == set(range(1, len(names) + 1))
