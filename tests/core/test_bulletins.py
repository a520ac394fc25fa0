"""Bulletins: for whom, with what in the blanks, and who has still to be told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import pytest

from bot.core.commands import SendBulletin
from bot.core.details import NEXT_UPDATE
from bot.core.errors import IncidentClosed, TimeInPast
from bot.core.evolve import evolve, fold
from bot.core.facts import Answered, BulletinRead, ClockFiled, ClockSetAside, Closed, Fact, Joined, Resumed
from bot.core.happenings import BulletinCame, TimeCame
from bot.core.incident import Incident
from bot.core.names import Question, UserId
from bot.core.organisations.bulletins import (
    LONGEST,
    LONGEST_CELL,
    BulletinTooLong,
    NobodyToTell,
    Sending,
    UnknownAudience,
    UnknownBlank,
    announced,
    columns,
    fill,
    received,
    send,
    sending_of,
    waits_for,
)
from bot.core.organisations.errors import NoCascade
from tests.core.build import ALICE, DAVE, HOUR, HOURS_72, MINUTE, NOW, SOFT, grow, incident, met, started
from tests.core.cascades import child, children, opening, parent, person_of, row, sent, told

LATER = NOW + 73 * HOUR
ALPHA, BETA, GAMMA = row("Alpha"), row("Beta"), row("Gamma")
CLOSED = Closed(at=NOW + HOUR, by=ALICE, summary="")


def asked(audience: str, text: str = "Cut the link.", *among: Incident, now: datetime = NOW) -> Sending:
    command = SendBulletin(text=text, audience=audience)
    return confirmed(parent(), among or children(), command, now=now)


def confirmed(
    room: Incident, among: Sequence[Incident], command: SendBulletin, *, by: UserId = ALICE, now: datetime = NOW
) -> Sending:
    """Return what is sent once somebody has confirmed it."""
    proposed = send(room, among, command, by, now)
    sending = sending_of(room, among, announced(room, proposed.act, by, now))
    assert sending.told == proposed.sending.told
    return replace(sending, closed=proposed.sending.closed)


def names(sending: Sending) -> list[str]:
    return [one.organisation for one in sending.told]


def test_a_bulletin_for_all_is_for_those_who_come_later_too() -> None:
    sending = asked("all", "Cut the link.", child(ALPHA), child(BETA, CLOSED), opening_of())
    assert sending.bulletin.recipients is None
    assert names(sending) == ["Alpha"]
    assert (sending.later, sending.closed) == (4, 1)


def opening_of() -> Incident:
    folded = fold((opening(GAMMA),))
    assert folded is not None
    return folded


def test_bulletins_are_counted_in_their_parent() -> None:
    assert asked("all").bulletin.number == 1
    second = confirmed(parent(sent(1)), (), SendBulletin(text="x"), by=DAVE)
    assert (second.bulletin.number, second.bulletin.by) == (2, DAVE)


def test_the_silent_are_those_who_have_not_acknowledged_the_last_one_they_got() -> None:
    first, second = sent(1), sent(2)
    read = BulletinRead(at=NOW, by=person_of("Beta"), numbers=(1,))
    alpha = child(ALPHA, told(first, child(ALPHA)))
    beta = child(BETA, told(first, child(BETA)), read)
    gamma = child(GAMMA)
    assert names(asked("silent", "x", alpha, beta, gamma)) == ["Alpha"]
    assert names(asked("silent", "x", alpha, grow(beta, told(second, beta)), gamma)) == ["Alpha", "Beta"]


def test_the_overdue_and_the_unfiled_are_told_by_their_legal_clocks() -> None:
    late, running = child(ALPHA, started()), child(BETA, started(at=NOW + 2 * HOUR))
    filed = child(GAMMA, started(), ClockFiled(at=NOW, by=ALICE, rule=HOURS_72, reference="1", filed_at=NOW))
    aside = child(row("Delta"), started(), ClockSetAside(at=NOW, by=ALICE, rule=HOURS_72, reason="x"))
    soft = child(row("Epsilon"), started(SOFT))
    among = (late, running, filed, aside, soft)
    assert names(asked("overdue", "x", *among, now=NOW + 72 * HOUR + MINUTE)) == ["Alpha"]
    assert names(asked("unfiled", "x", *among)) == ["Alpha", "Beta"]


def test_a_column_and_its_value_choose_whatever_their_spelling() -> None:
    assert names(asked("sector= HEALTH")) == ["Beta", "Zeta"]
    assert names(asked("organisme=gamma")) == ["Gamma"]
    assert names(asked("sector=law, Health,mining")) == [one.organisation for one in children()]
    chosen = asked("Sector=law").bulletin.recipients
    assert chosen == tuple(one.id for one in children("Alpha", "Gamma", "Delta", "Epsilon"))


def test_what_is_chosen_and_not_open_is_counted() -> None:
    sending = asked("sector=law", "x", child(ALPHA), opening_of(), child(row("Delta"), CLOSED))
    assert (names(sending), sending.later, sending.closed) == (["Alpha"], 1, 1)
    assert sending.bulletin.recipients == (child(ALPHA).id, opening_of().id)


def test_the_id_of_a_question_means_what_is_answered_now_and_a_column_what_the_list_said() -> None:
    told = {"personal-data": "unknown"}
    rows = tuple(replace(one, answers=told, columns={"Given": "inconnu"}) for one in (ALPHA, BETA))  # type: ignore[arg-type]
    answered = Answered(at=NOW, by=ALICE, question=Question("personal-data"), value="yes")
    among = (child(rows[0], answered, prefilled=told), child(rows[1], prefilled=told))
    for audience, who in (("personal-data=unknown", ["Beta"]), ("given=Inconnu", ["Alpha", "Beta"])):
        sending = confirmed(parent(rows=rows), among, SendBulletin(text="{personal-data}", audience=audience))
        assert names(sending) == who
    assert fill("{personal-data}, {given}", among[0]) == "yes, inconnu"


def test_those_are_told_of_whom_nobody_is_in_the_room() -> None:
    here = child(ALPHA, Joined(at=NOW, user=person_of("Alpha")))
    advised = child(BETA, Joined(at=NOW, user=DAVE))
    assert names(asked("absent", "x", here, advised)) == ["Beta"], "who leads in the parent is none of it"


@pytest.mark.parametrize("audience", ["everyone", "place=Paris", "sector"])
def test_a_filter_that_is_not_known_is_refused_with_the_columns(audience: str) -> None:
    with pytest.raises(UnknownAudience) as refused:
        asked(audience)
    assert refused.value.columns == ("organisation", "codename", "Sector", "SIREN")


def test_a_filter_that_means_nobody_is_refused() -> None:
    with pytest.raises(NobodyToTell):
        asked("sector=mining")
    with pytest.raises(NobodyToTell):
        asked("sector=law", "x", child(ALPHA, CLOSED))


def test_blanks_are_filled_for_each_and_an_empty_cell_is_seen() -> None:
    text = "{organisation} ({ Codename }),\n{sector}: {siren}, {nom-de-code}. {not\na blank} {}"
    assert fill(text, child(ALPHA)) == "Alpha (Calm Alpha),\nlaw: –, Calm Alpha. {not\na blank} {}"


def test_a_long_cell_is_cut_and_a_column_cannot_take_the_place_of_what_is_ours() -> None:
    odd = child(row("Alpha", organisation="Another", note="  two\nlines " + "x" * LONGEST_CELL))
    assert fill("{organisation}", odd) == "Alpha"
    assert fill("{note}", odd) == ("two lines " + "x" * LONGEST_CELL)[:LONGEST_CELL]


def test_an_unknown_blank_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UnknownBlank) as refused:
        asked("all", "Dear {organisation}, {name},")
    assert (refused.value.blank, refused.value.known) == ("name", ("organisation", "codename", "Sector", "SIREN"))


def test_what_could_not_be_sent_to_everybody_is_refused() -> None:
    assert asked("all", "x" * LONGEST).bulletin.text == "x" * LONGEST
    with pytest.raises(BulletinTooLong):
        asked("all", "x" * (LONGEST + 1))
    with pytest.raises(BulletinTooLong):
        asked("all", "{sector}" * (LONGEST // LONGEST_CELL))


def test_only_an_open_parent_sends() -> None:
    with pytest.raises(NoCascade):
        send(incident(), (), SendBulletin(text="x"), ALICE, NOW)
    with pytest.raises(IncidentClosed):
        send(parent(CLOSED), (), SendBulletin(text="x"), ALICE, NOW)
    assert columns(incident()) == ()


def test_a_promise_lies_ahead_and_rings_like_the_answer_it_is() -> None:
    promised = NOW + 2 * HOUR
    with pytest.raises(TimeInPast):
        send(parent(), (), SendBulletin(text="x", next_update=NOW), ALICE, NOW)
    sending = confirmed(parent(), (), SendBulletin(text="x", next_update=promised))
    after = grow(parent(), sending.bulletin)
    assert after.answers[NEXT_UPDATE] == promised.isoformat()
    assert met(after, TimeCame(), promised - 15 * MINUTE).update_rang == promised
    assert evolve(after, sent(2)).answers[NEXT_UPDATE] == promised.isoformat()


# --- who has still to be told -------------------------------------------------------------------------------


def numbers(whose: Incident, *bulletins: Fact) -> list[int]:
    return [one.number for one in waits_for(parent(*bulletins), whose)]


def test_each_open_room_waits_for_what_it_was_not_told() -> None:
    alpha = child(ALPHA)
    first, second = sent(1), sent(2, at=NOW + MINUTE)
    assert numbers(alpha, first, second) == [1, 2]
    assert numbers(grow(alpha, told(first, alpha)), first, second) == [2]
    assert numbers(grow(alpha, told(first, alpha), told(second, alpha)), first, second) == []


def test_a_room_that_is_closed_or_not_made_waits_for_nothing() -> None:
    assert numbers(child(ALPHA, CLOSED), sent()) == numbers(opening_of(), sent()) == []
    assert waits_for(incident(), child(ALPHA)) == ()


def test_only_who_is_meant_waits() -> None:
    to_beta = sent(1, audience="organisation=Beta", recipients=(child(BETA).id,))
    assert (numbers(child(ALPHA), to_beta), numbers(child(BETA), to_beta)) == ([], [1])


def test_who_comes_later_is_told_only_the_last_of_what_was_for_all() -> None:
    to_alpha = sent(2, recipients=(child(ALPHA).id,))
    late = child(ALPHA, at=NOW + HOUR)
    assert numbers(late, sent(1), to_alpha, sent(3), sent(4), sent(5, at=NOW + 2 * HOUR)) == [2, 4, 5]
    assert numbers(grow(late, told(sent(4), late)), sent(1), sent(3), sent(4)) == []


def test_who_opens_again_is_told_only_the_last_of_what_was_missed() -> None:
    alpha = child(ALPHA)
    first, missed, last = sent(1), sent(2, at=NOW + 2 * HOUR), sent(3, at=NOW + 3 * HOUR)
    again = grow(alpha, told(first, alpha), CLOSED, Resumed(at=NOW + 4 * HOUR, by=ALICE))
    assert numbers(again, first, missed, last) == [3]
    assert numbers(again, first) == []


def test_it_is_received_with_its_number_and_the_promise() -> None:
    bulletin = sent(4, text="For {organisation}", next_update=LATER)
    got = received(bulletin, child(ALPHA), NOW + MINUTE)
    assert (got.at, got.number, got.text, got.next_update) == (NOW + MINUTE, 4, "For Alpha", LATER)


def test_the_first_to_acknowledge_counts() -> None:
    alpha = child(ALPHA)
    read = BulletinRead(at=NOW, by=ALICE, numbers=(1,))
    again = replace(read, at=NOW + HOUR, numbers=(1, 2))
    assert grow(alpha, read, again).read == {1: NOW, 2: NOW + HOUR}


def test_what_came_twice_is_received_once() -> None:
    alpha = met(child(ALPHA), BulletinCame(bulletin=sent(1)))
    assert [one.text for one in alpha.bulletins] == ["Cut the link."]
    assert met(alpha, BulletinCame(bulletin=sent(1))).bulletins == alpha.bulletins
