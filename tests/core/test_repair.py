"""Rooms of organisations are mended from the parent's: who is meant, what two persons confirm, what is done in each."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core import facts
from bot.core.commands import GiveConfirmation, InviteBelow, MergeFirms, RemoveBelow, ReopenBelow
from bot.core.decide.cascade import invite_below, merge, remove_below, reopen_below
from bot.core.errors import AlreadyOnRoster, IncidentClosed, NobodyToConfirm, Overtaken, RuleError, UnknownPerson
from bot.core.evolve import evolve
from bot.core.happenings import BulletinCame, RepairCame
from bot.core.incident import Incident, Status
from bot.core.names import IncidentId, RuleId, UserId
from bot.core.organisations.bulletins import waits_for
from bot.core.organisations.calls import AmbiguousFirm, UnknownFirm
from bot.core.organisations.errors import NoCascade
from bot.core.organisations.lists.matching import Difference, match
from bot.core.organisations.questions import unanswered
from bot.core.organisations.reach import Watch
from bot.core.organisations.repair import (
    FirmClosed,
    FirmOpen,
    NoRoomYet,
    SameFirm,
    WhichFirms,
    joined_to,
    may_go,
    repairs_for,
)
from bot.core.organisations.rollup import rollup
from bot.core.people.roster import Role
from tests.core import cascades
from tests.core.build import (
    ALICE,
    BOB,
    DAVE,
    ERIN,
    GUEST,
    HOUR,
    HOURS_72,
    NO_FIGURE,
    NOW,
    act,
    grow,
    incident,
    met,
    running,
    started,
)
from tests.core.cascades import child, person_of, row, sent

ALPHA, BETA, GAMMA = row("Alpha"), row("Beta"), row("Gamma")
THERE, OVER = facts.Joined(at=NOW, user=person_of("Beta")), facts.Closed(at=NOW, by=ALICE, summary="")
ROWS = (ALPHA, BETA, GAMMA)
"""Of which the last has no room yet."""
LATER = NOW + HOUR
NOBODY: dict[IncidentId, Incident] = {}


def parent(*more: facts.Fact, drill: bool = False) -> Incident:
    return cascades.parent(*more, rows=ROWS, drill=drill)


def confirmed_by(above: Incident, user: UserId = DAVE, *, number: int = 1) -> Incident:
    return act(above, GiveConfirmation(number=number), user, NOW)


def done(above: Incident, *children: Incident) -> tuple[Incident, ...]:
    """Return the incidents of organisations once everything that can be was done in each, one after the other."""
    there = {one.id: one for one in children}
    for _ in range(4):
        for id, one in there.items():
            for came in repairs_for(above, one, there.get, NOW):
                there[id] = met(there[id], came)
    return tuple(there.values())


def merged(above: Incident, *children: Incident, firms: str = "Alpha Beta") -> Incident:
    """Return the parent once two persons have merged two organisations."""
    asked = merge(above, children, MergeFirms(firms=firms), ALICE, NOW)
    assert isinstance(asked, facts.ConfirmationAsked)
    return confirmed_by(evolve(above, asked))


# --- who is meant -------------------------------------------------------------------------------------------

BELOW = (child(ALPHA), child(BETA, OVER))


@pytest.mark.parametrize(
    ("above", "organisation", "error"),
    [
        (incident(), "Alpha", NoCascade),
        (cascades.parent(OVER), "Alpha", IncidentClosed),
        (parent(), "Beta", FirmClosed),
        (parent(), "Gamma", NoRoomYet),
        (parent(), "Alp", UnknownFirm),
        (parent(), "Omega", UnknownFirm),
    ],
)
def test_nobody_is_let_in_or_taken_out_on_a_guess_or_where_all_is_over(
    above: Incident, organisation: str, error: type[RuleError]
) -> None:
    with pytest.raises(error):
        invite_below(above, BELOW, InviteBelow(organisation=organisation, who=ERIN), ALICE, NOW)
    with pytest.raises(error):
        remove_below(above, BELOW, RemoveBelow(organisation=organisation, who=DAVE), ALICE, NOW)


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ("Alpha", WhichFirms),
        ("Alpha Bet", UnknownFirm),
        ("Alp Beta", UnknownFirm),
        ("Alpha Calm Alpha", SameFirm),
        ("Beta Alpha", FirmClosed),
        ("Gamma Alpha", NoRoomYet),
        ("", UnknownFirm),
    ],
)
def test_two_organisations_are_merged_by_their_whole_names(typed: str, error: type[RuleError]) -> None:
    with pytest.raises(error):
        merge(parent(), BELOW, MergeFirms(firms=typed), ALICE, NOW)


@pytest.mark.parametrize(
    "typed", ["Alpha Beta", "« Alpha » « Beta »", "alpha, BÉTA", "Calm Alpha Calm Beta", '"Alpha" "Beta"']
)
def test_wherever_the_first_name_ends_both_are_understood(typed: str) -> None:
    asked = merge(parent(), (child(ALPHA), child(BETA)), MergeFirms(firms=typed), ALICE, NOW)
    assert isinstance(asked, facts.ConfirmationAsked)
    assert asked.act == facts.Merging(into="alpha", merged="beta", people=1, rules=())


def test_names_that_can_be_parted_in_two_ways_are_asked_about() -> None:
    rows = tuple(map(row, ("A", "A B", "B C", "C")))
    above, below = cascades.parent(rows=rows), tuple(map(child, rows))
    with pytest.raises(AmbiguousFirm):
        merge(above, below, MergeFirms(firms="A B C"), ALICE, NOW)
    assert isinstance(merge(above, below, MergeFirms(firms="«A B» C"), ALICE, NOW), facts.ConfirmationAsked)


# --- people -------------------------------------------------------------------------------------------------


def test_who_can_lead_is_taken_out_by_two_and_another_has_their_roles() -> None:
    above, firm = parent(), child(ALPHA)
    command = RemoveBelow(organisation="alpha", who="@alpha:firm.example", new=ERIN)
    asked = remove_below(above, (firm,), command, ALICE, NOW)
    assert isinstance(asked, facts.ConfirmationAsked)
    assert asked.act == facts.RemovingBelow(key="alpha", user=person_of("Alpha"), new=ERIN)
    after = confirmed_by(evolve(above, asked))
    assert after.cascade is not None
    (repair,) = after.cascade.repairs
    assert repair == facts.RemovedBelow(at=NOW, by=ALICE, number=1, key="alpha", user=person_of("Alpha"), new=ERIN)
    (mended,) = done(after, firm)
    assert mended.roster == {DAVE: firm.roster[DAVE], ERIN: {Role.COORDINATOR}}
    assert repairs_for(after, mended, NOBODY.get, NOW) == ()


def test_whoever_confirms_reads_that_nobody_is_left_who_leads() -> None:
    alone = child(ALPHA, facts.PersonRemoved(at=NOW, by=ALICE, user=DAVE))
    asked = remove_below(parent(), (alone,), RemoveBelow(organisation="Alpha", who="alpha"), ALICE, NOW)
    assert isinstance(asked, facts.ConfirmationAsked)
    assert asked.act == facts.RemovingBelow(key="alpha", user=person_of("Alpha"), is_last=True)


def test_who_cannot_lead_goes_at_once_and_so_does_everybody_in_a_drill() -> None:
    firm = child(ALPHA, facts.PersonInvited(at=NOW, by=ALICE, user=ERIN, roles=(Role.DPO,)))
    for above, who in ((parent(), ERIN), (parent(drill=True), DAVE)):
        fact = remove_below(above, (firm,), RemoveBelow(organisation="Alpha", who=who), ALICE, NOW)
        assert isinstance(fact, facts.RemovedBelow)
        (mended,) = done(evolve(above, fact), firm)
        assert who not in mended.roster


def test_who_is_there_already_gets_the_roles_of_who_goes_and_who_went_meanwhile_is_not_removed_twice() -> None:
    firm = child(ALPHA, facts.PersonInvited(at=NOW, by=ALICE, user=ERIN, roles=(Role.DPO,)))
    above = evolve(parent(), facts.RemovedBelow(at=NOW, by=ALICE, number=1, key="alpha", user=DAVE, new=ERIN))
    (mended,) = done(above, firm)
    assert mended.roster[ERIN] == {Role.DPO, Role.ADMIN, Role.COORDINATOR}
    gone = evolve(firm, facts.PersonRemoved(at=NOW, by=ALICE, user=DAVE))
    (came,) = repairs_for(above, gone, NOBODY.get, NOW)
    assert [type(fact) for fact in came.facts] == [facts.RepairDone, facts.PersonInvited]
    assert evolve(gone, came.facts[0]).repaired == 1


def test_the_same_person_nobody_and_a_name_of_no_one_are_refused() -> None:
    firm = child(ALPHA)
    for who, new, error in (
        ("dave", DAVE, AlreadyOnRoster),
        ("frank", None, UnknownPerson),
        ("dave", "frank", UnknownPerson),
    ):
        with pytest.raises(error):
            remove_below(parent(), (firm,), RemoveBelow(organisation="Alpha", who=who, new=new), ALICE, NOW)


def test_without_a_second_person_nobody_who_leads_is_taken_out() -> None:
    above = parent(*(facts.PersonRemoved(at=NOW, by=ALICE, user=user) for user in (DAVE, BOB)))
    with pytest.raises(NobodyToConfirm):
        remove_below(above, (child(ALPHA),), RemoveBelow(organisation="Alpha", who="alpha"), ALICE, NOW)


def test_who_is_to_go_does_not_confirm_it() -> None:
    above = parent(facts.RoleGiven(at=NOW - HOUR, by=ALICE, user=BOB, role=Role.COORDINATOR))
    firm = child(ALPHA)
    with pytest.raises(NobodyToConfirm):
        remove_below(above, (firm,), RemoveBelow(organisation="Alpha", who="dave"), ALICE, NOW)
    other = remove_below(above, (firm,), RemoveBelow(organisation="Alpha", who="alpha"), ALICE, NOW)
    assert isinstance(other, facts.ConfirmationAsked)


def test_what_waits_for_a_closed_room_is_done_once_it_is_open() -> None:
    above = evolve(parent(), facts.RemovedBelow(at=NOW, by=ALICE, number=1, key="alpha", user=DAVE))
    (still,) = done(above, child(ALPHA, OVER))
    assert DAVE in still.roster
    (mended,) = done(above, evolve(still, facts.Resumed(at=NOW, by=ALICE)))
    assert DAVE not in mended.roster


def test_a_closed_incident_is_opened_again_and_an_open_or_purged_one_not() -> None:
    one, fact = reopen_below(parent(), BELOW, ReopenBelow(organisation="Calm Beta"), ALICE, NOW)
    assert (one.organisation, fact) == ("Beta", facts.Resumed(at=NOW, by=ALICE))
    with pytest.raises(FirmOpen):
        reopen_below(parent(), BELOW, ReopenBelow(organisation="Alpha"), ALICE, NOW)
    purged = evolve(BELOW[1], facts.Purged(at=NOW, cause=facts.PurgeCause.RETENTION, entries=1, head=""))
    with pytest.raises(UnknownFirm):
        reopen_below(parent(), (purged,), ReopenBelow(organisation="Beta"), ALICE, NOW)


# --- taking two for one -------------------------------------------------------------------------------------


def test_what_runs_in_the_second_runs_in_the_first_and_the_second_waits_for_its_people() -> None:
    second = child(BETA, THERE, started(HOURS_72, aware=NOW - HOUR), started(NO_FIGURE))
    above = merged(parent(), child(ALPHA), second)
    first, second = done(above, child(ALPHA), second)
    assert (running(first).aware, running(first).source) == (running(second).aware, "mail of the host")
    assert set(first.clock_states) == {HOURS_72, NO_FIGURE}
    assert first.roster[person_of("Beta")] == {Role.COORDINATOR}
    assert second.status is Status.OPEN
    assert second.moved == facts.FirmMoved(
        at=NOW, by=ALICE, number=1, organisation="Alpha", codename="Calm Alpha", waits=(HOURS_72, NO_FIGURE)
    )
    assert joined_to(above, first) == (second.id,)
    first, second = done(above, evolve(first, THERE), second)
    assert second.status is Status.CLOSED


def test_the_earlier_hour_counts_and_the_later_does_not() -> None:
    first = child(ALPHA, started(HOURS_72, aware=NOW - 2 * HOUR), started(NO_FIGURE, aware=NOW))
    second = child(BETA, started(HOURS_72, aware=NOW - HOUR), started(NO_FIGURE, aware=NOW - HOUR))
    above = merged(parent(), first, second)
    took, left = done(above, first, second)
    assert took.clock_states[HOURS_72] == first.clock_states[HOURS_72]
    corrected = took.clock_states[NO_FIGURE]
    assert getattr(corrected, "aware", None) == NOW - HOUR
    assert left.status is Status.CLOSED, "nobody is there for whom it would fall silent"


def test_what_was_decided_in_the_first_stands_and_keeps_the_second_open() -> None:
    aside = facts.ClockSetAside(at=NOW, by=BOB, rule=HOURS_72, reason="no data", confirmed_by=ALICE)
    first = child(ALPHA, started(), aside, facts.Joined(at=NOW, user=person_of("Alpha")))
    second = child(BETA, started(), THERE)
    took, left = done(merged(parent(), first, second), first, second)
    assert took.clock_states[HOURS_72] == first.clock_states[HOURS_72]
    assert left.status is Status.OPEN
    assert not may_go(parent(), evolve(took, THERE), left)
    assert may_go(parent(), took, replace(left, drill=True))
    assert not may_go(parent(), replace(grow_filed(took), status=Status.CLOSED), left)


def grow_filed(one: Incident) -> Incident:
    filed = facts.ClockFiled(at=NOW, by=BOB, rule=HOURS_72, reference="R-1", filed_at=NOW)
    return grow(one, filed, THERE)


def test_what_was_filed_in_the_second_is_said_and_stops_nothing_in_the_first() -> None:
    filed = facts.ClockFiled(at=NOW, by=BOB, rule=HOURS_72, reference="R-1", filed_at=NOW)
    first, second = child(ALPHA, started()), child(BETA, started(), filed)
    took, left = done(merged(parent(), first, second), first, second)
    assert took.clock_states[HOURS_72] == first.clock_states[HOURS_72]
    assert left.status is Status.CLOSED
    said = next(
        fact
        for came in repairs_for(merged(parent(), first, second), first, {second.id: second}.get, NOW)
        for fact in came.facts
    )
    assert isinstance(said, facts.FirmTookIn)
    assert (said.organisation, said.codename, said.filed) == ("Beta", "Calm Beta", (HOURS_72,))
    known_there = {rule: kept for rule, kept in first.rules.items() if rule != HOURS_72}
    other = replace(first, rules=known_there, clock_states={})
    came = repairs_for(merged(parent(), first, second), other, {second.id: second}.get, NOW)
    assert [fact.filed for fact in came[0].facts if isinstance(fact, facts.FirmTookIn)] == [()]


def test_a_line_without_a_room_brings_its_people_and_its_hour_and_gets_no_room() -> None:
    line = replace(
        GAMMA, aware=NOW - HOUR, source="list.csv", people=(*GAMMA.people, facts.Member(user=DAVE, roles=(Role.DPO,)))
    )
    above = cascades.parent(rows=(ALPHA, line))
    first = child(ALPHA, facts.Left(at=NOW, user=DAVE))
    after = merged(above, first, firms="Alpha Gamma")
    (took,) = done(after, first)
    assert getattr(took.clock_states[HOURS_72], "source", "") == "list.csv"
    assert took.roster[person_of("Gamma")] == {Role.COORDINATOR}
    assert took.roster[DAVE] == {Role.DPO, Role.ADMIN, Role.COORDINATOR}, "who had left is invited again"
    assert merged(cascades.parent(rows=(ALPHA, GAMMA)), first, firms="Alpha Gamma").cascade is not None


def test_the_second_is_told_once_the_first_has_taken_it_in() -> None:
    first, second = child(ALPHA, OVER), child(BETA)
    above = merged(parent(), child(ALPHA), second)
    assert repairs_for(above, second, {first.id: first}.get, NOW) == ()
    assert repairs_for(above, second, NOBODY.get, NOW) == ()
    first, second = done(above, evolve(first, facts.Resumed(at=NOW, by=ALICE)), second)
    assert (first.repaired, second.status) == (1, Status.CLOSED)


def test_a_merged_room_that_is_opened_again_stays_open_and_what_is_known_is_done_once() -> None:
    above = merged(parent(), child(ALPHA), child(BETA))
    first, second = done(above, child(ALPHA), child(BETA))
    again = evolve(second, facts.Resumed(at=LATER, by=BOB))
    assert repairs_for(above, again, {first.id: first}.get, LATER) == ()
    assert met(first, RepairCame(number=1, facts=(OVER,))) == first
    assert joined_to(again, first) == ()


def test_what_was_merged_meanwhile_cannot_be_confirmed() -> None:
    above, below = parent(), (child(ALPHA), child(BETA))
    asked = merge(above, below, MergeFirms(firms="Alpha Beta"), ALICE, NOW)
    assert isinstance(asked, facts.ConfirmationAsked)
    removing = RemoveBelow(organisation="Beta", who="beta")
    also = remove_below(above := evolve(above, asked), below, removing, ALICE, NOW)
    assert isinstance(also, facts.ConfirmationAsked)
    other = facts.FirmsMerged(at=NOW, by=BOB, number=1, into="gamma", merged="beta")
    for number in (1, 2):
        with pytest.raises(Overtaken):
            confirmed_by(evolve(evolve(above, also), other), number=number)


def test_in_a_drill_one_person_merges() -> None:
    fact = merge(parent(drill=True), (child(ALPHA), child(BETA)), MergeFirms(firms="Alpha Beta"), ALICE, NOW)
    assert fact == facts.FirmsMerged(at=NOW, by=ALICE, number=1, into="alpha", merged="beta")


# --- once they are one --------------------------------------------------------------------------------------

ONE = cascades.parent(
    facts.FirmCalled(at=LATER, by=ALICE, key="alpha", text="second"),
    facts.FirmCalled(at=NOW, by=ALICE, key="beta", text="first"),
    facts.FirmsMerged(at=NOW, by=ALICE, number=1, into="alpha", merged="beta"),
    facts.FirmsMerged(at=NOW, by=ALICE, number=2, into="gamma", merged="alpha"),
    sent(),
    rows=ROWS,
)


def test_they_are_one_line_with_the_calls_to_both_and_get_one_bulletin() -> None:
    below = tuple(map(child, ROWS))
    (line,) = rollup(ONE, below, Watch(now=LATER)).lines
    assert (line.organisation, [call.text for call in line.calls]) == ("Gamma", ["first", "second"])
    assert [len(waits_for(ONE, one)) for one in below] == [0, 0, 1]


def test_a_later_list_with_the_other_name_means_the_same_and_says_nothing_otherwise() -> None:
    assert ONE.cascade is not None
    other = replace(BETA, people=(facts.Member(user=GUEST, roles=(Role.DPO,)),))
    lines = match((other, replace(GAMMA, people=())), ONE.cascade.known)
    assert [(line.known, line.is_merged, line.is_renamed, line.differences) for line in lines] == [
        (GAMMA, True, False, ()),
        (GAMMA, False, False, (Difference.PEOPLE,)),
    ]


def test_people_of_a_firm_that_was_merged_still_tell_whose_name_was_corrected() -> None:
    assert ONE.cascade is not None
    renamed = replace(row("Gamma & Co"), people=GAMMA.people)
    (line,) = match((renamed,), ONE.cascade.known)
    assert (line.known, line.is_renamed) == (GAMMA, True)


# --- closing ------------------------------------------------------------------------------------------------


def test_a_room_that_was_never_made_ends_with_a_farewell_and_with_nothing_else() -> None:
    refused = evolve(child(ALPHA), facts.RoomRefused(at=NOW, code="M_FORBIDDEN"))
    refused = replace(refused, room=None, status=Status.OPENING, reached_at=None)
    bye: facts.BulletinSent = replace(sent(2), closes=True, recipients=(refused.id,))
    above = cascades.parent(sent(1), bye)
    assert waits_for(above, refused) == (bye,)
    after = met(refused, BulletinCame(bulletin=bye, ends=True))
    assert after.status is Status.CLOSED
    assert waits_for(above, after) == ()


def test_rules_that_only_the_second_knows_keep_it_open() -> None:
    second = child(BETA, started(NO_FIGURE), THERE)
    first = replace(child(ALPHA), rules={HOURS_72: child(ALPHA).rules[HOURS_72]})
    above = merged(parent(), first, second)
    took, left = done(above, first, second)
    assert RuleId("GDPR-33-2") not in took.clock_states
    assert (left.status, left.moved is not None) == (Status.OPEN, True)
    assert person_of("Beta") in took.roster


def test_a_question_is_unanswered_until_its_answer_came_into_its_own_room() -> None:
    asking = child(BETA, *(facts.QuestionAsked(at=NOW, by=person_of("Beta"), number=n, text="x") for n in (2, 5)))
    answered = grow(asking, facts.AnswerReceived(at=NOW, answer=1, numbers=(2,), text="y"))
    assert [sorted(unanswered(one)) for one in (asking, answered)] == [[2, 5], [5]]
