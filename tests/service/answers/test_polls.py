"""Questions answered by tapping: as if the answer had been typed, until the poll is over."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio

from bot.core.facts import Answered, RiskWeighed
from bot.core.names import EventId, InputId, Question, RoomId, UserId
from bot.core.risk import RiskFactor, RiskLevel
from bot.ports import Poll, Voted
from bot.service.tasks import POLL_REST
from tests.core.build import ALICE, BOB, CAROL, DAVE, ERIN, MINUTE
from tests.service.shell import DEVICE, Shell

INSURED, ENTRY = Question("insured"), Question("entry")
OVER = "This poll is over."
_numbers = itertools.count(1)


def polls(shell: Shell, room: RoomId | None = None) -> list[tuple[EventId, Poll]]:
    """Return the polls of *room*, oldest first."""
    said = shell.chat.rooms[room or shell.room].said
    return [(one.event, one.content.poll) for one in said if one.content.poll is not None]


async def vote(
    shell: Shell,
    *texts: str,
    sender: UserId = ALICE,
    room: RoomId | None = None,
    at: EventId | None = None,
    is_late: bool = False,
) -> str:
    """Tap those answers of the newest poll, or the one *at* an event, and return what is said to it."""
    where = room or shell.room
    event, poll = polls(shell, where)[-1]
    ids = {option.text: option.id for option in poll.options}
    known = {said.txn for said in shell.chat.rooms[where].said}
    await shell.receive(
        Voted(
            id=InputId(f"$vote{next(_numbers)}"),
            room=where,
            sender=sender,
            device=DEVICE,
            poll=at or event,
            answers=tuple(ids.get(text, text) for text in texts),
            received_at=shell.clock.now(),
            is_late=is_late,
        )
    )
    said = [one.content for one in shell.chat.rooms[where].said if one.txn not in known]
    return "\n".join(one.body for one in said if not one.replaces)


async def answers_of(shell: Shell) -> list[tuple[Question, str]]:
    history = await shell.store.history(shell.incident().id)
    return [(record.fact.question, record.fact.value) for record in history if isinstance(record.fact, Answered)]


def ended(shell: Shell, room: RoomId | None = None) -> list[tuple[EventId, str]]:
    """Return which polls were ended, and with which words."""
    return [(one.ends, one.body) for one in shell.said(room) if one.ends is not None]


@pytest_asyncio.fixture
async def asked(shell: Shell) -> AsyncIterator[Shell]:
    """An incident in whose room Alice asked for the question whether they are insured."""
    async with shell.life():
        await shell.open()
        await shell.type("!fact insured")
        yield shell


async def test_a_question_is_asked_in_words_and_by_a_poll(asked: Shell) -> None:
    ((_, poll),) = polls(asked)
    assert poll.question == "insured: Insured?"
    assert [option.text for option in poll.options] == ["yes", "no", "unknown"]
    words = asked.said()[-2].body
    assert "Insured?" in words
    assert "Tap an answer below, or reply with one: yes, no, unknown." in words
    assert not asked.said()[-1].rings


async def test_a_vote_counts_as_if_it_had_been_typed(asked: Shell) -> None:
    typed = await vote(asked, "yes")
    assert "insured" in typed
    assert asked.incident().answers[INSURED] == "yes"
    (record,) = [one for one in await asked.store.history(asked.incident().id) if isinstance(one.fact, Answered)]
    assert isinstance(record.fact, Answered)
    assert (record.fact.by, record.device) == (ALICE, DEVICE)


async def test_a_vote_for_one_of_other_answers_counts(asked: Shell) -> None:
    await asked.type("!fact entry")
    await vote(asked, "server", sender=CAROL)
    assert asked.incident().answers[ENTRY] == "server"


async def test_a_reply_in_words_counts_the_same(asked: Shell) -> None:
    await asked.reply("no idea", "insured: Insured?")
    assert INSURED not in asked.incident().answers
    await asked.reply("unknown", "insured: Insured?")
    assert asked.incident().answers[INSURED] == "unknown"


async def test_another_vote_corrects_the_first_while_the_poll_is_open(asked: Shell) -> None:
    await vote(asked, "unknown")
    await asked.pass_time(POLL_REST / 2)
    await vote(asked, "yes")
    assert await answers_of(asked) == [(INSURED, "unknown"), (INSURED, "yes")]


async def test_an_answered_poll_ends_after_a_minute_with_the_answer_as_it_stands(asked: Shell) -> None:
    ((event, _),) = polls(asked)
    await vote(asked, "unknown")
    await asked.pass_time(POLL_REST - timedelta(seconds=1))
    assert ended(asked) == []
    await vote(asked, "yes")
    await asked.pass_time(timedelta(seconds=1))
    assert ended(asked) == [(event, f"{OVER} insured: yes.")]


async def test_an_answer_that_is_typed_ends_the_poll_too(asked: Shell) -> None:
    ((event, _),) = polls(asked)
    await asked.type("!fact insured no", sender=BOB)
    await asked.pass_time(POLL_REST)
    assert ended(asked) == [(event, f"{OVER} insured: no.")]


async def test_an_answer_to_another_question_ends_nothing(asked: Shell) -> None:
    await asked.type("!fact entry mail")
    await asked.pass_time(POLL_REST * 2)
    assert ended(asked) == []


async def test_a_vote_after_the_end_is_told_so_and_changes_nothing(asked: Shell) -> None:
    await vote(asked, "yes")
    await asked.pass_time(POLL_REST)
    before = await answers_of(asked)
    assert await vote(asked, "no", sender=BOB) == (
        "That poll is over: the vote changed nothing. To change the answer, reply to this with another."
    )
    assert await answers_of(asked) == before
    await asked.reply("unknown", "That poll is over", sender=BOB)
    assert asked.incident().answers[INSURED] == "unknown"


async def test_a_poll_is_ended_once_however_often_it_is_answered(asked: Shell) -> None:
    for answer in ("yes", "no", "unknown"):
        await vote(asked, answer)
    await asked.pass_time(POLL_REST)
    await asked.type("!fact insured yes")
    await asked.pass_time(POLL_REST * 2)
    assert len(ended(asked)) == 1


@pytest.mark.parametrize("texts", [(), ("yes", "no"), ("yes", "yes"), ("maybe",), ("of-another-poll-1",)])
async def test_a_vote_for_none_or_several_or_another_answer_changes_nothing(
    asked: Shell, texts: tuple[str, ...]
) -> None:
    assert (await vote(asked, *texts)).startswith("That vote changed nothing")
    assert await answers_of(asked) == []
    assert ended(asked) == []


async def test_a_vote_is_not_moved_to_another_poll(asked: Shell) -> None:
    """Its relation may stand in clear: a homeserver that moves it finds no such answer there."""
    ((insured, _),) = polls(asked)
    await asked.type("!fact personal-data")
    assert (await vote(asked, "yes", at=insured)).startswith("That vote changed nothing")
    assert await answers_of(asked) == []


async def test_the_same_vote_again_is_told_that_it_stands(asked: Shell) -> None:
    await vote(asked, "yes")
    assert await vote(asked, "yes") == "It stands already. insured: yes."
    assert await answers_of(asked) == [(INSURED, "yes")]


async def test_a_vote_of_a_stranger_is_nothing(asked: Shell) -> None:
    assert await vote(asked, "yes", sender=UserId("@stranger:evil.example")) == ""
    assert await answers_of(asked) == []


async def test_a_vote_takes_the_right_that_its_command_takes(asked: Shell) -> None:
    await asked.type("!invite @erin:example.org observer")
    await asked.move(ERIN, room=asked.room, present=True)
    assert await vote(asked, "yes", sender=ERIN) == await asked.type("!fact insured yes", sender=ERIN) != ""
    assert await answers_of(asked) == []


async def test_a_vote_that_was_held_back_does_not_undo_a_later_one(asked: Shell) -> None:
    await vote(asked, "yes")
    assert "later" in await vote(asked, "no", is_late=True)
    assert await answers_of(asked) == [(INSURED, "yes")]


async def test_polls_of_people_are_theirs(asked: Shell) -> None:
    assert await vote(asked, "yes", at=EventId("$lunch")) == ""
    assert await vote(asked, "yes", at=asked.incident().card) == ""


async def test_a_no_that_takes_a_duty_away_asks_for_its_reason_and_leaves_the_poll_open(asked: Shell) -> None:
    await asked.type("!fact personal-data")
    assert "Say why" in await vote(asked, "no", sender=BOB)
    await asked.pass_time(POLL_REST)
    assert ended(asked) == []
    assert await answers_of(asked) == []
    assert "second person" in await asked.reply("test machines only", "Say why", sender=BOB)
    await asked.type("!confirm 1", sender=ALICE)
    assert await answers_of(asked) == [(Question("personal-data"), "no")]
    await asked.pass_time(POLL_REST)
    assert len(ended(asked)) == 1


async def test_a_poll_outlives_a_crash(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        await shell.type("!fact insured")
    async with shell.life():
        await vote(shell, "yes")
        assert shell.incident().answers[INSURED] == "yes"
    async with shell.life():
        await shell.pass_time(POLL_REST)
        assert [body for _, body in ended(shell)] == [f"{OVER} insured: yes."]


async def test_very_many_votes_are_warned_of_once(asked: Shell) -> None:
    event, poll = polls(asked)[-1]
    await asked.pass_time(MINUTE)
    await asked.receive()
    asked.clock.advance(timedelta(seconds=1))
    now = asked.clock.now()
    votes = (
        Voted(
            id=InputId(f"$flood{number}"),
            room=asked.room,
            sender=CAROL,
            device=DEVICE,
            poll=event,
            answers=(poll.options[number % 2].id,),
            received_at=now,
        )
        for number in range(200)
    )
    known = len(asked.said())
    await asked.receive(*votes)
    said = [one.body for one in asked.said()[known:] if not one.replaces]
    assert len(said) < 30
    assert sum("too fast" in body or "at once" in body for body in said) == 1


# --- the risk to people -------------------------------------------------------------------------------------------


async def test_a_level_of_risk_is_kept_with_the_reason_that_is_asked_for(asked: Shell) -> None:
    await asked.type("!risk data")
    event, poll = polls(asked)[-1]
    assert [option.word for option in poll.options] == ["none", "risk", "high", "unknown"]
    asking = await vote(asked, "high risk", sender=BOB)
    assert "Why?" in asking
    assert RiskFactor.DATA not in asked.incident().weighed
    # It begins with the word of a command, and is none.
    await asked.reply("done by a clerk: payroll of 40 people", "Why?", sender=BOB)
    weighed = asked.incident().weighed[RiskFactor.DATA]
    assert (weighed.level, weighed.reason, weighed.by) == (
        RiskLevel.HIGH,
        "done by a clerk: payroll of 40 people",
        BOB,
    )
    await asked.pass_time(POLL_REST)
    assert [one for one, _ in ended(asked)] == [event]
    history = await asked.store.history(asked.incident().id)
    assert sum(isinstance(record.fact, RiskWeighed) for record in history) == 1


async def test_what_is_weighed_already_is_shown_beside_the_question(asked: Shell) -> None:
    await asked.type("!risk data high payroll", sender=BOB)
    await asked.type("!risk data", sender=BOB)
    assert "So far: high risk." in asked.said()[-2].body


# --- the choice of a playbook -------------------------------------------------------------------------------------


async def test_a_playbook_is_chosen_by_tapping_and_its_poll_ends(shell: Shell) -> None:
    async with shell.life():
        control = shell.control_room
        await shell.type("!open Host down", room=control)
        ((event, poll),) = polls(shell, control)
        assert [option.text for option in poll.options] == [
            "1. My provider has been hit",
            "2. My provider has been hit",
        ]
        await vote(shell, poll.options[1].id, room=control)
        assert shell.incident().playbook.id in {"provider-hit", "mailbox"}
        assert shell.incident().title == "Host down"
        await shell.pass_time(MINUTE)
        assert ended(shell, control) == [(event, OVER)]
        assert (await vote(shell, poll.options[0].id, room=control)).startswith("That poll is over")


async def test_the_poll_of_one_person_opens_nothing_for_another_nor_for_a_newer_title(shell: Shell) -> None:
    async with shell.life():
        control = shell.control_room
        await shell.type("!open Host down", room=control)
        ((first, poll),) = polls(shell, control)
        assert await vote(shell, poll.options[0].id, room=control, sender=DAVE) != ""
        await shell.pass_time(timedelta(seconds=1))
        await shell.type("!open Mail down", room=control)
        assert await vote(shell, poll.options[0].id, room=control, at=first) != ""
        assert shell.service.books.incidents() == ()


async def test_an_opening_by_one_person_leaves_the_poll_of_another(shell: Shell) -> None:
    async with shell.life():
        control = shell.control_room
        await shell.type("!open Host down", room=control)
        await shell.type("!open Mail down --playbook mailbox", room=control, sender=DAVE)
        await shell.pass_time(MINUTE)
        assert ended(shell, control) == []
        await shell.type("1", room=control)
        await shell.pass_time(MINUTE)
        assert len(ended(shell, control)) == 1


# --- the guide ----------------------------------------------------------------------------------------------------


async def guided(shell: Shell) -> RoomId:
    """Let Carol be guided, who starts no clocks, in a room of her own."""
    await shell.open()
    direct = shell.direct_room(CAROL)
    await shell.type("!guide", room=direct, sender=CAROL)
    return direct


async def test_each_question_of_the_guide_has_a_poll_and_a_vote_goes_on_to_the_next(shell: Shell) -> None:
    async with shell.life():
        direct = await guided(shell)
        ((first, poll),) = polls(shell, direct)
        assert poll.question == "personal-data: Personal data?"
        said = await vote(shell, "yes", room=direct, sender=CAROL)
        assert "Insured?" in said
        assert [one.question for _, one in polls(shell, direct)] == [poll.question, "insured: Insured?"]
        assert shell.incident().answers == {Question("personal-data"): "yes"}
        await shell.pass_time(POLL_REST)
        assert ended(shell, direct) == [(first, f"{OVER} personal-data: yes.")]
        # The end is no word of the guide: what is typed now answers the question that it asked last.
        await shell.type("yes", room=direct, sender=CAROL)
        assert shell.incident().answers[INSURED] == "yes"


async def test_a_word_typed_in_the_guide_ends_its_poll_too(shell: Shell) -> None:
    async with shell.life():
        direct = await guided(shell)
        await vote(shell, "yes", room=direct, sender=CAROL)
        await shell.pass_time(POLL_REST)
        await shell.type("unknown", room=direct, sender=CAROL)
        assert shell.incident().answers[INSURED] == "unknown"
        await shell.pass_time(POLL_REST)
        assert [body for _, body in ended(shell, direct)] == [
            f"{OVER} personal-data: yes.",
            f"{OVER} insured: unknown.",
        ]


async def test_a_vote_in_the_guide_corrects_and_comes_too_late_as_elsewhere(shell: Shell) -> None:
    async with shell.life():
        direct = await guided(shell)
        ((first, poll),) = polls(shell, direct)
        await vote(shell, "unknown", room=direct, sender=CAROL)
        await vote(shell, poll.options[0].id, room=direct, sender=CAROL, at=first)
        assert shell.incident().answers[Question("personal-data")] == "yes"
        await shell.pass_time(POLL_REST)
        late = await vote(shell, poll.options[2].id, room=direct, sender=CAROL, at=first)
        assert late.startswith("That poll is over")


async def test_a_poll_of_the_guide_stands_in_its_thread(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        await shell.type("!guide", sender=CAROL)
        ((event, _),) = polls(shell)
        thread = shell.said()[-1].thread
        assert thread is not None
        await vote(shell, "yes", sender=CAROL)
        assert [one.thread for one in shell.said()[-2:]] == [thread, thread]
        await shell.pass_time(POLL_REST)
        known = await shell.store.spoken(shell.room, event)
        assert known is not None
        assert (known.is_over, known.thread) == (True, thread)
