"""Bulletins that correct or take back others: who is told what, and on whose yes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import pytest

from bot.core.commands import GiveConfirmation, SendBulletin
from bot.core.decide import decide
from bot.core.decide.asking import ask
from bot.core.details import NEXT_UPDATE
from bot.core.effects import effects
from bot.core.errors import NotAllowed, Overtaken
from bot.core.evolve import evolve
from bot.core.facts import BulletinSent, ConfirmationGiven, Joined
from bot.core.incident import Incident
from bot.core.organisations.bulletins import FEW, NobodyToTell, Proposed, send, sending_of, waits_for
from bot.core.organisations.corrections import CountsNoMore, NoSuchBulletin, replaced, versions
from bot.core.organisations.errors import NoCascade
from bot.core.organisations.reach import Watch
from bot.core.organisations.rollup import Receipt, rollup
from tests.core.build import ALICE, BOB, DAVE, HOUR, MINUTE, NOW, grow, incident
from tests.core.cascades import child, parent, row, sent, told

ALPHA, BETA, GAMMA = (child(row(name)) for name in ("Alpha", "Beta", "Gamma"))
FIRST = sent(1)
PROMISED = NOW + 2 * HOUR


def after(one: Incident, *bulletins: BulletinSent) -> Incident:
    return grow(one, *(told(bulletin, one) for bulletin in bulletins))


def correct(whose: Incident, among: Sequence[Incident], number: int = 1, **more: object) -> Proposed:
    command = SendBulletin(text="Better so.", replaces=number, **more)  # type: ignore[arg-type]  # a test's shorthand
    return send(whose, among, command, ALICE, NOW + MINUTE)


def waiting(whose: Incident, *bulletins: BulletinSent) -> list[int]:
    return [one.number for one in waits_for(parent(*bulletins), whose)]


# --- for whom -----------------------------------------------------------------------------------------------


def test_a_correction_goes_to_exactly_those_whom_the_first_was_for() -> None:
    to_two = sent(1, audience="sector=law", recipients=(ALPHA.id, BETA.id))
    found = correct(parent(to_two), (after(ALPHA, to_two), BETA, GAMMA))
    assert [one.organisation for one in found.sending.told] == ["Alpha", "Beta"]
    assert (found.act.recipients, found.act.audience, found.act.told) == ((ALPHA.id, BETA.id), "sector=law", 2)


def test_who_got_it_is_told_that_it_counts_no_more_and_who_did_not_reads_the_newest_alone() -> None:
    second = sent(2, at=NOW + MINUTE, replaces=1)
    third = sent(3, at=NOW + 2 * MINUTE, replaces=2)
    there = after(ALPHA, FIRST)
    assert waiting(there, FIRST, second) == [2]
    assert waiting(there, FIRST, second, third) == [3]
    assert waiting(after(there, third), FIRST, second, third) == []
    assert waiting(BETA, FIRST, second, third) == [3]
    found = versions((FIRST, second, third))
    assert (replaced(found, third, there), replaced(found, third, BETA)) == (1, None)
    assert replaced(found, third, after(there, second)) == 2


def test_who_comes_late_reads_what_counts_of_the_last_and_no_older_one() -> None:
    late = child(row("Late"), at=NOW + HOUR)
    corrected = sent(3, at=NOW + MINUTE, replaces=2)
    assert waiting(late, FIRST, sent(2), corrected) == [3]
    assert waiting(late, FIRST, sent(2), sent(3, at=NOW + MINUTE, replaces=1)) == [2]
    assert waiting(late, FIRST, sent(2), sent(3, text="", replaces=2, withdraws=True)) == [1]


def test_what_was_taken_back_is_told_to_whom_it_was_told_alone() -> None:
    back = sent(2, at=NOW + 2 * HOUR, text="", replaces=1, withdraws=True)
    late = child(row("Late"), at=NOW + HOUR)
    assert waiting(after(ALPHA, FIRST), FIRST, back) == [2]
    assert waiting(BETA, FIRST, back) == waiting(late, FIRST, back) == []
    assert waiting(after(late, FIRST), sent(1), FIRST, back) == [2], "and nothing older in its place"


def test_nobody_is_told_of_what_nobody_got() -> None:
    late = after(child(row("Late"), at=NOW + HOUR), sent(2))
    with pytest.raises(NobodyToTell):
        correct(parent(FIRST, sent(2), rows=(row("Late"),)), (late,))
    with pytest.raises(NobodyToTell):
        correct(parent(FIRST, rows=(row("Beta"),)), (BETA,), withdraws=True)


@pytest.mark.parametrize(("number", "error"), [(3, NoSuchBulletin), (1, CountsNoMore), (2, CountsNoMore)])
def test_only_what_counts_is_corrected(number: int, error: type[Exception]) -> None:
    with pytest.raises(error):
        correct(parent(FIRST, sent(2, replaces=1, withdraws=True)), (ALPHA,), number)
    with pytest.raises(NoCascade):
        correct(incident(), ())


def test_what_is_corrected_waits_for_nobody_in_the_rollup() -> None:
    facts = (FIRST, sent(2, at=NOW + MINUTE, replaces=1))
    rows = (row("Alpha"), row("Beta"), row("Gamma"))
    found = rollup(parent(*facts, rows=rows), (after(ALPHA, FIRST), BETA), Watch(now=NOW))
    none, waits = Receipt.NONE, Receipt.WAITING
    assert [line.receipts for line in found.lines] == [(Receipt.TOLD, waits), (none, waits), (none, waits)]
    assert [(one.told, one.waiting) for one in map(found.bulletin, (1, 2))] == [(1, 0), (0, 3)]
    with pytest.raises(NoSuchBulletin):
        found.bulletin(3)


# --- the promise --------------------------------------------------------------------------------------------


def test_the_promise_outlives_the_words_unless_another_one_is_given() -> None:
    first = sent(1, next_update=PROMISED)
    whose = parent(first)
    assert correct(whose, (ALPHA,)).act.next_update == PROMISED
    assert correct(whose, (after(ALPHA, first),), withdraws=True).act.next_update == PROMISED
    assert correct(whose, (ALPHA,), next_update=NOW + HOUR).act.next_update == NOW + HOUR
    newer = grow(whose, sent(2, next_update=PROMISED + HOUR))
    assert correct(newer, (ALPHA,)).act.next_update is None, "another bulletin promised another hour since"
    assert newer.answers[NEXT_UPDATE] == (PROMISED + HOUR).isoformat()


def test_in_a_rhythm_each_to_all_promises_the_next_at_the_hours_that_were_said() -> None:
    def promised(whose: Incident, now: datetime, **more: object) -> datetime | None:
        command = SendBulletin(text="x", **more)  # type: ignore[arg-type]  # a test's shorthand
        return send(whose, (ALPHA,), command, ALICE, now).act.next_update

    four = 4 * HOUR
    assert promised(parent(), NOW) is None
    assert promised(parent(), NOW, every=four) == NOW + four
    whose = parent(sent(1, every=four, next_update=NOW + four))
    assert promised(whose, NOW + HOUR) == NOW + four, "one between keeps the hour"
    assert promised(whose, NOW + four - MINUTE) == promised(whose, NOW + four + HOUR) == NOW + 2 * four
    assert promised(whose, NOW + 5 * four + MINUTE) == NOW + 6 * four
    assert promised(whose, NOW + HOUR, audience="sector=law") is None
    assert promised(whose, NOW + HOUR, next_update=NOW + 2 * HOUR) == NOW + 2 * HOUR
    assert promised(whose, NOW + HOUR, every=0 * HOUR) is None
    assert promised(grow(whose, sent(2, every=0 * HOUR)), NOW + HOUR) is None


# --- on whose yes -------------------------------------------------------------------------------------------


def of(count: int) -> BulletinSent:
    return sent(1, audience="sector=law", recipients=tuple(child(row(f"Firm{number}")).id for number in range(count)))


def test_a_correction_takes_as_many_persons_as_what_it_corrects() -> None:
    assert not correct(parent(FIRST), (ALPHA,)).act.alone
    assert correct(parent(of(FEW)), (child(row("Firm0")),)).act.alone
    assert not correct(parent(of(FEW + 1)), (child(row("Firm0")),)).act.alone
    assert correct(parent(of(FEW + 1), drill=True), (child(row("Firm0")),)).act.alone
    farewell = sent(1, recipients=(ALPHA.id,), closes=True)
    assert not correct(parent(farewell), (ALPHA,)).act.alone


def asked(whose: Incident, found: Proposed) -> Incident:
    return evolve(whose, ask(whose, found.act, ALICE, NOW))


@pytest.mark.parametrize("by", [ALICE, DAVE])
def test_to_a_few_it_is_sent_on_the_yes_of_its_author_or_of_whoever_leads(by: str) -> None:
    whose = grow(parent(), Joined(at=NOW, user=DAVE))
    room = asked(whose, send(whose, (ALPHA,), SendBulletin(text="x", audience="organisation=Alpha"), ALICE, NOW))
    given, bulletin = decide(room, GiveConfirmation(number=1), by, NOW, {})  # type: ignore[arg-type]
    assert isinstance(given, ConfirmationGiven)
    assert isinstance(bulletin, BulletinSent)
    assert (bulletin.by, bulletin.recipients) == (ALICE, (ALPHA.id,))
    with pytest.raises(NotAllowed):
        decide(room, GiveConfirmation(number=1), BOB, NOW, {})


def test_what_it_reads_like_is_shown_with_the_question_so_nothing_else_is_said_of_it() -> None:
    room = asked(parent(), send(parent(), (ALPHA,), SendBulletin(text="x"), ALICE, NOW))
    assert effects(room.asked[-1], room) == ()


def test_what_was_corrected_meanwhile_is_not_corrected_again() -> None:
    whose = parent(of(1))
    room = grow(asked(whose, correct(whose, (child(row("Firm0")),))), sent(2, replaces=1))
    with pytest.raises(Overtaken):
        decide(room, GiveConfirmation(number=1), ALICE, NOW, {})


def test_who_is_left_out_by_a_filter_is_known() -> None:
    found = send(parent(), (ALPHA, BETA, GAMMA), SendBulletin(text="x", audience="sector=law"), ALICE, NOW)
    assert [one.organisation for one in found.left_out] == ["Beta"]
    assert found.act.alone
    assert sending_of(parent(), (ALPHA, BETA, GAMMA), found.sending.bulletin) == found.sending
