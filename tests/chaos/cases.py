"""A small incident for the tests of the judge, worked by hand: Tuesday 24 November 2026, ten o'clock in Paris."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.chaos.judge.acts import Act
from tests.chaos.judge.case import Case, Ring
from tests.chaos.judge.content import Playbook, Rule, Step
from tests.chaos.judge.ladder import Alarm, waiting
from tests.chaos.judge.table import told
from tests.chaos.judge.text import Window
from tests.chaos.judge.times import ZONE

START = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
ALICE, BOB, CAROL = (f"@{name}:example.org" for name in ("alice", "bob", "carol"))
ROSTER = {
    ALICE: frozenset({"admin", "coordinator"}),
    BOB: frozenset({"admin", "dpo", "it"}),
    CAROL: frozenset({"legal", "comms"}),
}


def rule(id: str, **changes: Any) -> Rule:
    plain = Rule(
        id=id,
        title=f"Do {id}",
        to="The authority",
        late="Do it now.",
        channel="",
        length="72 h",
        aim=None,
        owner="dpo",
        source="art. 1",
        proof="P",
        after="",
        is_soft=False,
        counts_in_full_hours=False,
    )
    return replace(plain, **changes)


RULES = {
    one.id: one
    for one in (
        rule("LAW"),
        rule("AIMED", aim=timedelta(hours=30)),
        rule("OPEN", length="none", aim=timedelta(hours=24)),
        rule("SOFT", is_soft=True, owner="hr"),
        rule("DAYS", length="5 working days", owner="coordinator"),
    )
}


def step(id: str, role: str, **changes: Any) -> Step:
    plain = Step(
        id=id, title=f"Work {id}", phase="Detect", role=role, keep="", when=(), clock="", is_mandatory=False, aim=None
    )
    return replace(plain, **changes)


PLAYBOOK = Playbook(
    questions=(),
    clocks=tuple((id, ()) for id in RULES),
    phases=("Detect",),
    steps=(
        step("D1", "coordinator", aim=timedelta(minutes=15), is_mandatory=True),
        step("D2", "it", aim=timedelta(hours=1)),
        step("N1", "dpo", aim=timedelta(hours=1), clock="LAW"),
        step("N2", "hr"),
    ),
)


def case(**changes: Any) -> Case:
    plain = Case(
        language="en",
        playbook=replace(PLAYBOOK, steps=()),
        rules=RULES,
        roster=ROSTER,
        title="The host is down",
        codename="Calm Heron",
        opened_at=START,
        opened_by=ALICE,
    )
    return replace(plain, **changes)


def after(case: Case, act: Act, at: datetime = START) -> Case:
    """Return the case after an act that is carried out, without the clocks that nobody started: `suppose` adds them."""
    (way,) = told(case, act, at)
    assert way.is_kept, way.text
    return replace(way.case, supposed={})


def known(case: Case, rule: str, when: datetime = START, at: datetime = START) -> Case:
    """Return the case in which a clock was started: known since *when*, typed *at*."""
    return after(case, Act(kind="aware", who=ALICE, what=rule, text="a call", when=when), at)


def rang(case: Case, rule: str, *names: str, at: datetime, circle: int = 0, is_seen: bool = False) -> Case:
    """Return the case in which a reminder of a clock was heard."""
    clock = case.clocks[rule]
    ring = Ring(names=names, circle=circle, at=Window(at, at), settled=at, is_seen=is_seen)
    seen = at if is_seen else clock.seen
    return replace(case, clocks={**case.clocks, rule: replace(clock, rings=(*clock.rings, ring), seen=seen)})


def local(at: datetime) -> str:
    return f"{at.astimezone(ZONE):%a %H:%M}"


def shown(alarm: Alarm) -> str:
    return f"{alarm.name or ' '.join(alarm.steps) or 'update'} {local(alarm.at)}"


def waits(case: Case, now: datetime = START) -> list[str]:
    return [shown(alarm) for alarm in waiting(case, now)]
