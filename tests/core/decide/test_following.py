"""A duty of the law that the playbook does not watch is followed from the room."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.core.clocks.lengths import Elapsed, WithoutDelay
from bot.core.clocks.rules import Filed, Rule, Running, Standing, Suspected
from bot.core.commands import AddClock, File, FollowRule, SetAware, Waive
from bot.core.decide.following import follow
from bot.core.errors import ClockNameTaken, ClockWaits, IncidentClosed, RuleFollowedAlready, RuleNotInForce, UnknownRule
from bot.core.evolve import fold
from bot.core.facts import Closed, ConfirmationAsked, RuleFollowed
from bot.core.incident import Incident
from bot.core.language import Words
from bot.core.names import RuleId
from bot.core.playbook import Watched
from bot.core.ringing.supposed import ringing_clocks
from tests.core.build import (
    ALICE,
    BOB,
    CHAINED,
    FIVE_DAYS,
    HOUR,
    NOW,
    OPENED,
    RULES,
    act,
    came,
    grow,
    incident,
    rule,
)

FIRST, NEXT, LAST, LONE = RuleId("DORA-4"), RuleId("DORA-72"), RuleId("DORA-1M"), RuleId("MAR-17")
TODAY = NOW.date()
WHY = Words(fr="Pas encore de loi.", en="No law yet.")
CATALOGUE = (
    *RULES,
    rule(LONE, WithoutDelay()),
    rule(NEXT, Elapsed(hours=72), after=FIRST),
    rule(FIRST, Elapsed(hours=24)),
    rule(LAST, WithoutDelay(), after=NEXT),
    rule(RuleId("NIS2-24"), Elapsed(hours=24), why_off=WHY),
    rule(RuleId("BILL-24"), Elapsed(hours=24), valid_from=None),
    rule(RuleId("TOMORROW-24"), Elapsed(hours=24), valid_from=TODAY + timedelta(days=1)),
    rule(RuleId("GONE-24"), Elapsed(hours=24), valid_to=TODAY - timedelta(days=1)),
    rule(RuleId("GONE-24"), Elapsed(hours=24), valid_from=None, version="bill"),
)


def followed(room: Incident, id: RuleId, catalogue: tuple[Rule, ...] = CATALOGUE) -> RuleFollowed:
    return follow(room, FollowRule(rule=id), catalogue, ALICE, NOW)


def following(id: RuleId = LONE, room: Incident | None = None) -> Incident:
    before = room or incident()
    return grow(before, followed(before, id))


def test_a_rule_that_the_playbook_does_not_name_is_watched_from_then_on() -> None:
    clock = following().clock(LONE)

    assert incident().clock(LONE) is None
    assert clock is not None
    assert isinstance(clock.state, Suspected)
    assert clock in following().clocks()


def test_it_has_a_provisional_end_and_rings_though_nobody_starts_it() -> None:
    room = following(FIRST)

    assert room.supposed[FIRST].due == NOW + 24 * HOUR
    assert FIRST in [clock.rule.id for clock in ringing_clocks(room)]
    assert any(getattr(fact, "rule", None) == FIRST for fact in came(room, NOW + 12 * HOUR))


def test_it_is_started_filed_and_set_aside_like_any_other() -> None:
    started = act(following(), SetAware(rule=LONE), BOB)
    filed = act(started, File(rule=LONE, reference="R-1"), BOB)
    (asked,) = came_of_waiver(started)

    assert isinstance(started.clock_states[LONE], Running)
    assert isinstance(filed.clock_states[LONE], Filed)
    assert isinstance(asked, ConfirmationAsked)


def came_of_waiver(room: Incident) -> tuple[ConfirmationAsked, ...]:
    return act(room, Waive(rule=LONE, reason="not listed"), BOB).asked


@pytest.mark.parametrize("asked", [FIRST, NEXT, LAST])
def test_all_of_one_duty_comes_whichever_of_it_was_asked_for(asked: RuleId) -> None:
    fact = followed(incident(), asked)

    assert {fact.rule.id, *(one.id for one in fact.chained)} == {FIRST, NEXT, LAST}
    assert fact.rule.id == asked


def test_the_filing_of_a_followed_rule_starts_the_next() -> None:
    room = act(following(FIRST), File(rule=FIRST, reference="R-1"), BOB)

    assert isinstance(room.clock_states[NEXT], Running)
    assert LAST not in room.clock_states


def test_a_rule_whose_condition_hid_it_is_watched_as_the_incident_froze_it() -> None:
    changed = tuple(rule(FIVE_DAYS, WithoutDelay()) if one.id == FIVE_DAYS else one for one in CATALOGUE)
    fact = followed(incident(), FIVE_DAYS, changed)
    room = grow(incident(), fact)

    assert fact.rule == incident().rules[FIVE_DAYS]
    assert FIVE_DAYS in [clock.rule.id for clock in room.clocks()]
    assert [one for one in room.playbook.clocks if one.rule == FIVE_DAYS] == [Watched(rule=FIVE_DAYS)]


def test_what_was_watched_before_its_law_was_valid_can_be_followed_since() -> None:
    late = RuleId("NOT-IN-FORCE")
    room = grow(incident(), followed(incident(), late, (rule(late, WithoutDelay()),)))

    assert room.clock(late) is not None


def test_the_facts_alone_make_the_same_incident_again() -> None:
    fact = followed(incident(), FIRST)

    assert fold((OPENED, fact)) == grow(fold((OPENED,)), fact)  # type: ignore[arg-type]  # it was opened


def test_a_rule_that_nobody_knows_is_answered_with_those_like_it() -> None:
    with pytest.raises(UnknownRule) as refused:
        followed(incident(), RuleId("DORA-3"))
    assert set(refused.value.known) >= {FIRST}
    assert LONE not in refused.value.known


def test_a_name_like_no_other_is_answered_with_all_in_force() -> None:
    with pytest.raises(UnknownRule) as refused:
        followed(incident(), RuleId("ZZ"))
    assert LONE in refused.value.known
    assert RuleId("NIS2-24") not in refused.value.known


@pytest.mark.parametrize(
    ("id", "standing", "why"),
    [
        ("NIS2-24", Standing.OFF, WHY),
        ("BILL-24", Standing.PENDING, None),
        ("TOMORROW-24", Standing.FUTURE, None),
        ("GONE-24", Standing.PENDING, None),
    ],
)
def test_a_rule_that_is_not_in_force_is_refused_and_says_why(id: str, standing: Standing, why: Words | None) -> None:
    with pytest.raises(RuleNotInForce) as refused:
        followed(incident(), RuleId(id))
    assert (refused.value.standing, refused.value.why_off) == (standing, why)
    assert (refused.value.source, refused.value.read) == (RULES[0].source, RULES[0].read_on)


def test_a_rule_is_followed_once() -> None:
    with pytest.raises(RuleFollowedAlready):
        followed(following(), LONE)


def test_one_that_waits_for_a_filing_says_for_which() -> None:
    with pytest.raises(ClockWaits):
        followed(incident(), CHAINED)


def test_a_date_of_the_firm_that_has_its_name_is_in_the_way() -> None:
    room = act(incident(), AddClock(name="MAR 17", due=NOW + HOUR), BOB)
    with pytest.raises(ClockNameTaken):
        followed(room, LONE)


def test_a_closed_incident_follows_nothing() -> None:
    with pytest.raises(IncidentClosed):
        followed(grow(incident(), Closed(at=NOW, by=ALICE, summary="")), LONE)
