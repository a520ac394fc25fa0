"""A duty that nobody keeps goes on ringing, however often somebody says that they saw it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, time, timedelta
from itertools import pairwise

import pytest

from bot.core.clocks.rules import Rule
from bot.core.commands import Acknowledge, File
from bot.core.facts import Member, Rang
from bot.core.incident import Incident
from bot.core.people.quiet import QuietHours
from bot.core.people.roster import Role
from bot.core.playbook import Watched
from bot.core.ringing.alarms import Ring, alarms
from bot.host.shipped import playbooks_folder
from bot.library import rules
from tests.core.build import ALICE, BOB, DAY, HOUR, NOW, PLAYBOOK, act, came, grow, incident, started, waived

SHIPPED = rules.load(playbooks_folder())
NIGHT = QuietHours(start=time(21), end=time(7))
ZONE = "Africa/Tunis"
"""It has no summer time: each of its nights is as long as the other."""
WEEKS = timedelta(weeks=4)


def watching(rule: Rule, quiet: QuietHours | None, known: datetime) -> Incident:
    """Return an incident that watches *rule* alone, known since then, with people for every part."""
    book = replace(PLAYBOOK, clocks=(Watched(rule=rule.id),), phases=())
    row = replace(rule, why_off=None, after=None)
    members = (Member(user=ALICE, roles=(Role.COORDINATOR,)), Member(user=BOB, roles=(rule.owner,)))
    room = incident(playbook=book, rules=(row,), members=members, quiet=quiet, zone=ZONE)
    return grow(room, started(rule.id, aware=known))


def follow(room: Incident, rule: Rule, until: datetime, *, answered: bool) -> Iterator[tuple[datetime, Incident]]:
    """Yield each moment at which the clock rings, with the incident after the answer to it."""
    now = NOW
    while waiting := [alarm for alarm in alarms(room, now) if isinstance(alarm, Ring)]:
        now = max(now, waiting[0].at)
        if now > until:
            return
        room = grow(room, *(fact for fact in came(room, now) if isinstance(fact, Rang)))
        if answered:
            room = act(room, Acknowledge(rules=(rule.id,)), BOB, now)
        yield now, room


@pytest.mark.no_cover  # shorter plays cover what it plays, and counting takes three times as long
@pytest.mark.parametrize("quiet", [None, NIGHT], ids=["day and night", "with quiet hours"])
@pytest.mark.parametrize("rule", SHIPPED, ids=[rule.name for rule in SHIPPED])
def test_each_rule_that_is_seen_at_once_and_never_filed_rings_again_within_a_day_for_ever(
    rule: Rule, quiet: QuietHours | None
) -> None:
    for known in (NOW, NOW - 30 * HOUR, NOW - 100 * DAY):
        room = watching(rule, quiet, known)
        (first, _), *_ = follow(room, rule, NOW + 100 * DAY, answered=True)
        end = max(first, NOW + 70 * DAY) + WEEKS
        moments = [at for at, _ in follow(room, rule, end, answered=True)]
        assert all(later - earlier <= DAY for earlier, later in pairwise([*moments, end]))


def test_what_may_wait_and_was_seen_rings_again_by_day() -> None:
    rule = next(rule for rule in SHIPPED if rule.soft)
    room = watching(rule, NIGHT, NOW - 100 * DAY)
    moments = [at for at, _ in follow(room, rule, NOW + WEEKS, answered=True)]
    assert len(moments) >= WEEKS // DAY
    assert [room.awake(at, at) for at in moments[1:]] == moments[1:]


@pytest.mark.parametrize("rule", SHIPPED, ids=[rule.name for rule in SHIPPED])
def test_only_a_filing_or_two_persons_end_it(rule: Rule) -> None:
    room = watching(rule, None, NOW - 100 * DAY)
    now, room = next(follow(room, rule, NOW + DAY, answered=True))
    for stopped in (act(room, File(rule=rule.id, reference="1"), BOB, now), waived(room, rule.id, now=now)):
        assert [alarm for alarm in alarms(stopped, now + WEEKS) if isinstance(alarm, Ring)] == []
