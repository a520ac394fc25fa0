"""The roll-up: every organisation counted once, the most urgent first."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.core.evolve import fold
from bot.core.facts import (
    BulletinRead,
    CascadeRow,
    ClockAdded,
    ClockFiled,
    ClockSetAside,
    Closed,
    Fact,
    FirmCalled,
    Joined,
    PurgeCause,
    Purged,
    RoomReady,
    RoomRefused,
)
from bot.core.incident import Incident
from bot.core.names import RoomId, RuleId
from bot.core.organisations.errors import NoCascade
from bot.core.organisations.reach import Reach, Watch
from bot.core.organisations.rollup import Ending, Line, Reached, Receipt, Rollup, RoomState, Standing, rollup
from tests.core.build import (
    ALICE,
    DAVE,
    FIVE_DAYS,
    HOUR,
    HOURS_72,
    MINUTE,
    NO_FIGURE,
    NOW,
    RULES,
    SOFT,
    grow,
    incident,
    started,
)
from tests.core.cascades import child, opening, parent, person_of, row, sent, told

ALPHA, BETA, GAMMA, DELTA = (row(name) for name in ("Alpha", "Beta", "Gamma", "Delta"))
CLOSED = Closed(at=NOW, by=ALICE, summary="")
FILED = ClockFiled(at=NOW, by=ALICE, rule=HOURS_72, reference="CNIL 1", filed_at=NOW)
OURS = opening(ALPHA).members[:1]
ASIDE = ClockSetAside(at=NOW, by=ALICE, rule=HOURS_72, reason="x")


def found(*among: Incident, now: datetime = NOW, facts: tuple[Fact, ...] = ()) -> Rollup:
    return rollup(parent(*facts), among, Watch(now=now))


def lines(whole: Rollup) -> dict[str, Line]:
    return {line.organisation: line for line in whole.lines}


def unopened(row: CascadeRow) -> Incident:
    """Return the incident of an organisation whose room is not made yet."""
    made = fold((opening(row),))
    assert made is not None
    return made


def test_only_a_parent_has_one() -> None:
    with pytest.raises(NoCascade):
        rollup(incident(), (), Watch(now=NOW))


def test_each_organisation_is_counted_by_its_room_once() -> None:
    making = unopened(BETA)
    refused = grow(unopened(GAMMA), RoomRefused(at=NOW, code="M_FORBIDDEN"))
    unnamed = child(row("Omega"))
    whole = found(child(ALPHA), making, refused, child(DELTA, CLOSED), unnamed)
    assert {name: line.room for name, line in lines(whole).items()} == {
        "Alpha": RoomState.OPEN,
        "Beta": RoomState.OPENING,
        "Gamma": RoomState.FAILED,
        "Delta": RoomState.CLOSED,
        "Epsilon": RoomState.WAITING,
        "Zeta": RoomState.WAITING,
        "Omega": RoomState.OPEN,
    }
    assert whole.rooms == {
        RoomState.OPEN: 2,
        RoomState.OPENING: 1,
        RoomState.FAILED: 1,
        RoomState.CLOSED: 1,
        RoomState.WAITING: 2,
    }


def test_who_leads_from_the_parent_is_nobody_of_the_organisation() -> None:
    empty = child(ALPHA, Joined(at=NOW, user=DAVE))
    full = child(BETA, Joined(at=NOW, user=DAVE), Joined(at=NOW, user=person_of("Beta")))
    only_ours = child(GAMMA, Joined(at=NOW, user=DAVE), members=OURS)
    whole = found(empty, full, only_ours, child(DELTA, CLOSED))
    assert [line.people for line in whole.lines[:3]] == [0, 1, 1]
    assert whole.reaches[Reach.ABSENT] == 1


def test_legal_clocks_are_counted_by_where_they_stand() -> None:
    added = ClockAdded(at=NOW, by=ALICE, rule=replace(RULES[0], id=RuleId("OURS"), regime="business"), person=None)
    whole = found(
        child(ALPHA, started(), started(SOFT), started(NO_FIGURE), added),
        child(BETA, started(at=NOW + HOUR)),
        child(GAMMA, started(), FILED),
        child(DELTA, started(), ASIDE),
        child(row("Epsilon"), CLOSED),
        now=NOW + 72 * HOUR + MINUTE,
    )
    assert whole.clocks[HOURS_72] == {
        Standing.OVERDUE: 1,
        Standing.RUNNING: 1,
        Standing.FILED: 1,
        Standing.ASIDE: 1,
    }
    assert whole.clocks[NO_FIGURE] == {Standing.RUNNING: 1, Standing.SUSPECTED: 3}
    assert FIVE_DAYS not in whole.clocks
    assert not {SOFT, RuleId("OURS")} & whole.clocks.keys()
    assert next(iter(whole.clocks)) == HOURS_72


def test_what_is_over_or_ends_soon_is_named_the_earliest_first() -> None:
    soon = child(BETA, started(at=NOW + 10 * HOUR))
    late = child(GAMMA, started(at=NOW + 60 * HOUR))
    whole = found(soon, child(ALPHA, started()), late, now=NOW + 73 * HOUR)
    assert [(one.line.organisation, one.rule, one.left) for one in whole.urgent] == [
        ("Alpha", HOURS_72, -HOUR),
        ("Beta", HOURS_72, 9 * HOUR),
    ]
    assert found(child(ALPHA, started(NO_FIGURE))).urgent == ()


def test_a_clock_since_an_hour_of_the_list_is_told_apart_until_the_organisation_confirms_it() -> None:
    listed = replace(started(), proposed=True)
    confirmed = replace(started(), by=person_of("Beta"), confirms=True)
    whole = found(child(ALPHA, listed), child(BETA, listed, confirmed), child(GAMMA, listed, FILED))
    assert [line.proposed for line in whole.lines[:3]] == [{HOURS_72}, set(), set()]
    assert whole.clocks[HOURS_72][Standing.RUNNING] == 2


def test_who_is_written_to_on_paper_is_not_reached_and_nobody_of_them_is_there() -> None:
    silent = child(ALPHA, Joined(at=NOW, user=person_of("Alpha")), told(sent(1), child(ALPHA)))
    whole = found(silent, child(BETA, started()), child(GAMMA, CLOSED), unopened(DELTA), facts=(sent(1),))
    assert [line.organisation for line in whole.by_letter()] == ["Beta", "Delta", "Epsilon", "Zeta"]
    assert {line.organisation for line in whole.unreached()} == {"Alpha", "Beta", "Delta", "Epsilon", "Zeta"}


def test_in_a_fast_drill_time_is_that_of_its_clocks() -> None:
    fast = child(ALPHA, started(), drill=True, pace=3600)
    (one,) = found(fast, now=NOW + timedelta(seconds=73)).urgent
    assert one.left == -HOUR


def test_each_bulletin_is_followed_to_whom_it_was_for() -> None:
    last = sent(2, recipients=tuple(child(one).id for one in (ALPHA, BETA, GAMMA, DELTA)))
    read = BulletinRead(at=NOW, by=person_of("Alpha"), numbers=(2,))
    whole = found(
        child(ALPHA, told(last, child(ALPHA)), read),
        child(BETA, told(last, child(BETA))),
        child(GAMMA, told(sent(1), child(GAMMA))),
        child(DELTA, CLOSED),
        child(row("Epsilon")),
        facts=(sent(1), last),
    )
    assert whole.bulletins == (
        Reached(bulletin=sent(1), told=1, acknowledged=0, waiting=4),
        Reached(bulletin=last, told=2, acknowledged=1, waiting=1),
    )
    assert [one.silent for one in whole.bulletins] == [1, 1]
    assert lines(whole)["Alpha"].receipts == (Receipt.WAITING, Receipt.READ)
    assert lines(whole)["Delta"].receipts == (Receipt.NONE, Receipt.NONE)
    assert found(child(ALPHA)).bulletins == ()


def test_who_comes_late_waits_for_the_newest_bulletin_to_all_and_for_no_older_one() -> None:
    late = child(ALPHA, at=NOW + HOUR)
    whole = found(late, unopened(BETA), facts=(sent(1), sent(2)), now=NOW + HOUR)
    for name in ("Alpha", "Beta", "Gamma"):
        assert lines(whole)[name].receipts == (Receipt.NONE, Receipt.WAITING)


def test_who_is_closed_keeps_its_clocks_and_is_counted_with_those_that_somebody_started() -> None:
    closed = child(ALPHA, started(), CLOSED)
    whole = found(closed, child(BETA, CLOSED))
    assert lines(whole)["Alpha"].standings[HOURS_72] is Standing.RUNNING
    assert lines(whole)["Beta"].standings[HOURS_72] is Standing.SUSPECTED
    assert whole.clocks == {HOURS_72: {Standing.RUNNING: 1}}
    assert whole.rules[HOURS_72] == closed.rules[HOURS_72]


def test_whom_to_call_stands_in_the_order_of_their_clocks_and_then_by_how_far_away_they_are() -> None:
    refused = RoomReady(at=NOW, room=RoomId("!z:example.org"), uninvited=(person_of("Zeta"),))
    impossible = grow(unopened(row("Zeta")), refused)
    whole = found(
        child(ALPHA, Joined(at=NOW, user=person_of("Alpha"))),
        child(BETA),
        child(GAMMA, started(at=NOW + HOUR)),
        child(DELTA, started(NO_FIGURE), started()),
        impossible,
    )
    assert [line.organisation for line in whole.unreached()] == ["Delta", "Gamma", "Epsilon", "Zeta", "Beta"]
    assert lines(whole)["Delta"].ending == Ending(rule=HOURS_72, left=72 * HOUR)
    assert lines(whole)["Beta"].ending is None


def test_calls_stand_beside_the_organisation_be_it_open_or_not_and_go_with_its_purge() -> None:
    called = [FirmCalled(at=NOW, by=ALICE, key=key, text=key) for key in ("alpha", "beta", "alpha")]
    purged = Purged(at=NOW, cause=PurgeCause.OPERATOR, entries=1, head="")
    whole = found(child(ALPHA), facts=tuple(called))
    assert lines(whole)["Alpha"].calls == (called[0], called[2])
    assert lines(whole)["Beta"].calls == (called[1],)
    gone = lines(found(child(ALPHA, CLOSED, purged), facts=tuple(called)))["Alpha"]
    assert (gone.row, gone.calls) == (None, ())
