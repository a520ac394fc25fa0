"""What a list says otherwise counts: at once above, and in the incident of the organisation once it came there."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from bot.core.clocks.rules import Running
from bot.core.decide import happen
from bot.core.decide.cascade import amend
from bot.core.desk import Desk
from bot.core.evolve import evolve, fold
from bot.core.facts import (
    Answered,
    CascadeAmended,
    CascadeRow,
    ClockFiled,
    ClockStarted,
    Closed,
    Fact,
    Left,
    LineAmended,
    Member,
    PersonInvited,
    PersonRemoved,
    Resumed,
    RoleGiven,
)
from bot.core.happenings import AmendmentCame
from bot.core.incident import Incident
from bot.core.language import Language
from bot.core.names import Question, UserId
from bot.core.organisations.bulletins import fill
from bot.core.organisations.children import AWARENESS, amendments_for, open_child
from bot.core.organisations.lists.matching import match
from bot.core.organisations.told import ORGANISATION
from bot.core.people.roster import Role
from tests.core.build import ALICE, BOB, HOUR, HOUSE, NOW, started
from tests.core.cascades import child, opening, parent, ready, row

ALPHA = row("Alpha")
NEW = UserId("@new:firm.example")
INSURED, ENTRY = Question("insured"), Question("entry")


def people(*members: tuple[UserId, Role]) -> tuple[Member, ...]:
    return tuple(Member(user=user, roles=(role,)) for user, role in members)


def amended(above: Incident, now: CascadeRow, *, at: int = 0) -> Incident:
    """Return the parent after a list whose line for the organisation is *now*."""
    assert above.cascade is not None
    fact = amend(above, match((now,), above.cascade.rows), "new.csv", ALICE, NOW + at * HOUR, confirmed_by=BOB)
    assert fact is not None
    return evolve(above, fact)


def come(above: Incident, below: Incident) -> tuple[Fact, ...]:
    """Return what the oldest correction that waits for *below* leads to."""
    (first, *_) = amendments_for(above, below)
    return happen(below, AmendmentCame(amendment=first), NOW + HOUR)


def after(above: Incident, below: Incident) -> Incident:
    for fact in come(above, below):
        below = evolve(below, fact)
    return below


def test_what_a_list_says_otherwise_is_one_fact_above_and_opens_no_second_room() -> None:
    now = replace(ALPHA, key="alpha sud", organisation="Alpha Sud")
    above = amended(parent(), now)
    assert above.cascade is not None
    kept = above.cascade.rows["alpha"]
    assert (kept.organisation, kept.called, len(above.cascade.rows)) == ("Alpha Sud", "alpha sud", 6)
    assert [line.known for line in match((now,), above.cascade.rows)] == [kept]
    assert amend(above, match((now,), above.cascade.rows), "new.csv", ALICE, NOW) is None


def test_a_room_that_is_not_opened_yet_begins_with_the_line_as_it_is_now() -> None:
    above = amended(parent(), replace(ALPHA, key="alpha sud", organisation="Alpha Sud"), at=1)
    assert above.cascade is not None
    opened, *_ = open_child(above, above.cascade.rows["alpha"], HOUSE, Desk(), NOW + 2 * HOUR)
    below = fold((opened,))
    assert below is not None
    assert (below.organisation, below.key) == ("Alpha Sud", "alpha")
    below = evolve(below, ready(ALPHA))
    assert amendments_for(above, below) == ()
    assert [one.number for one in amendments_for(amended(above, row("Alpha", Sector="x")), below)] == [2]
    assert (opened.incident, opened.key) == (opening(ALPHA).incident, "alpha")


def test_name_language_and_columns_are_those_of_the_line_and_the_card_says_so() -> None:
    now = replace(row("Alpha", Sector="farming"), key="x", organisation="Alpha Sud", language=Language("fr"))
    below = child(ALPHA)
    above = amended(parent(), now)
    (line,) = come(above, below)
    assert isinstance(line, LineAmended)
    assert (line.by, line.number, line.was, line.spoke) == (ALICE, 1, "Alpha", Language("en"))
    changed = after(above, below)
    assert (changed.organisation, changed.language, changed.key) == ("Alpha Sud", Language("fr"), "alpha")
    assert changed.answers[ORGANISATION] == "Alpha Sud"
    assert fill("{organisation}, {sector}", changed) == "Alpha Sud, farming"
    assert amendments_for(above, changed) == ()
    assert happen(changed, AmendmentCame(amendment=amendments_for(above, below)[0]), NOW) == ()


def test_corrections_come_in_their_order_and_wait_while_a_room_is_closed() -> None:
    above = amended(amended(parent(), row("Alpha", Sector="x")), row("Alpha", Sector="y"))
    below = child(ALPHA, Closed(at=NOW, by=ALICE, summary=""))
    assert amendments_for(above, below) == ()
    below = evolve(below, Resumed(at=NOW, by=ALICE))
    assert [one.number for one in amendments_for(above, below)] == [1, 2]
    below = after(above, below)
    assert below.columns["Sector"] == "x"
    assert after(above, below).columns["Sector"] == "y"


def test_who_is_named_now_is_invited_with_their_roles_and_nobody_goes() -> None:
    (lead,) = ALPHA.people
    now = replace(ALPHA, people=people((NEW, Role.DPO)))
    assert [fact for fact in come(amended(parent(), now), child(ALPHA)) if not isinstance(fact, LineAmended)] == [
        PersonInvited(at=NOW + HOUR, by=ALICE, user=NEW, roles=(Role.DPO,))
    ]
    assert lead.user in after(amended(parent(), now), child(ALPHA)).roster
    more = replace(ALPHA, people=(replace(lead, roles=(Role.COORDINATOR, Role.IT)),))
    given = RoleGiven(at=NOW + HOUR, by=ALICE, user=lead.user, role=Role.IT)
    assert given in come(amended(parent(), more), child(ALPHA))


def test_who_left_is_asked_back_if_the_list_names_them_anew_and_who_was_removed_is_not() -> None:
    (lead,) = ALPHA.people
    above = amended(parent(), replace(ALPHA, people=(lead, *people((BOB, Role.DPO)))))
    gone = child(ALPHA, PersonInvited(at=NOW, by=ALICE, user=BOB, roles=(Role.IT,)), Left(at=NOW, user=BOB))
    assert PersonInvited(at=NOW + HOUR, by=ALICE, user=BOB, roles=(Role.DPO, Role.IT)) in come(above, gone)
    removed = child(ALPHA, PersonRemoved(at=NOW, by=ALICE, user=lead.user))
    assert [fact.user for fact in come(above, removed) if isinstance(fact, PersonInvited)] == [BOB]


def test_an_answer_of_the_line_counts_where_nobody_of_the_organisation_gave_another() -> None:
    above = amended(parent(), replace(ALPHA, answers={ENTRY: "mail"}))
    assert Answered(at=NOW + HOUR, by=ALICE, question=ENTRY, value="mail") in come(above, child(ALPHA))
    said = child(ALPHA, Answered(at=NOW, by=BOB, question=ENTRY, value="server"))
    assert not any(isinstance(fact, Answered) for fact in come(above, said))
    again = amended(above, replace(ALPHA, answers={ENTRY: "server"}))
    below = after(above, child(ALPHA))
    assert after(again, below).answers[ENTRY] == "server", "what a list said, a later one may say otherwise"


def test_no_duty_of_the_law_leaves_with_an_answer_of_a_list() -> None:
    above = amended(parent(), replace(ALPHA, answers={INSURED: "yes"}))
    below = after(above, child(ALPHA))
    assert {clock.rule.id for clock in below.clocks()} > {clock.rule.id for clock in child(ALPHA).clocks()}
    again = amended(above, replace(ALPHA, answers={INSURED: "no"}))
    after_all = after(again, below)
    assert (after_all.answers[INSURED], after_all.amended, after_all.clocks()) == ("yes", 2, below.clocks())


FILED = ClockFiled(at=NOW, rule=AWARENESS, by=BOB, filed_at=NOW, reference="2026-1")
PROPOSED = replace(started(AWARENESS), proposed=True)


@pytest.mark.parametrize(("facts", "previous"), [((), None), ((PROPOSED,), PROPOSED.aware)])
def test_an_hour_of_a_list_is_proposed_where_the_organisation_said_none(
    facts: tuple[Fact, ...], previous: datetime | None
) -> None:
    above = amended(parent(), replace(ALPHA, aware=NOW - HOUR, source="new.csv"))
    state = after(above, child(ALPHA, *facts)).clock_states[AWARENESS]
    assert isinstance(state, Running)
    assert (state.aware, state.source, state.by, state.proposed) == (NOW - HOUR, "new.csv", ALICE, True)
    (told,) = (fact for fact in come(above, child(ALPHA, *facts)) if isinstance(fact, ClockStarted))
    assert told.previous == previous


@pytest.mark.parametrize("facts", [(started(AWARENESS),), (started(AWARENESS), FILED)])
def test_an_hour_that_the_organisation_said_itself_stays(facts: tuple[Fact, ...]) -> None:
    above = amended(parent(), replace(ALPHA, aware=NOW - HOUR, source="new.csv"))
    below = child(ALPHA, *facts)
    assert after(above, below).clock_states == below.clock_states
    assert above.cascade is not None
    assert above.cascade.rows["alpha"].aware == NOW - HOUR


def test_an_hour_of_a_list_starts_the_clock_of_a_room_that_is_opened_after_it() -> None:
    above = amended(parent(), replace(ALPHA, aware=NOW - HOUR, source="new.csv"))
    assert above.cascade is not None
    opened = fold(open_child(above, above.cascade.rows["alpha"], HOUSE, Desk(), NOW))
    assert opened is not None
    state = opened.clock_states[AWARENESS]
    assert isinstance(state, Running)
    assert state.aware == NOW - HOUR


def test_each_fact_says_which_list_it_is_and_who_said_yes() -> None:
    above = parent()
    assert above.cascade is not None
    (line,) = match((row("Alpha", Sector="x"),), above.cascade.rows, reads={"dpo": ""})
    fact = amend(above, (line,), "new.csv", ALICE, NOW, confirmed_by=BOB)
    rows = (row("Alpha", Sector="x", SIREN=""),)
    assert fact == CascadeAmended(
        at=NOW, by=ALICE, number=1, name="new.csv", rows=rows, reads={"dpo": ""}, confirmed_by=BOB
    )
