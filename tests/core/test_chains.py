"""Chains and corrections of clocks of every length: each starts from its own moment, and from no other."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.clocks.lengths import CalendarDays, EarlierOf, Elapsed, Length, Months, WorkingDays, due_time
from bot.core.clocks.rules import Clock, Running, Suspected
from bot.core.commands import Answer, File, SetAware
from bot.core.conditions import parse_condition
from bot.core.incident import Incident
from bot.core.names import Question, RuleId
from bot.core.playbook import Asked, Watched
from tests.core.build import DAY, HOUR, NOW, PLAYBOOK, act, incident, rule, running

FIRST, SECOND, THIRD = RuleId("DORA-4/24"), RuleId("DORA-72"), RuleId("DORA-1M")
BOOK = replace(PLAYBOOK, clocks=tuple(Watched(rule=id) for id in (FIRST, SECOND, THIRD)))
spans = st.integers(0, 60 * 24 * 40).map(lambda minutes: timedelta(minutes=minutes))
lengths: st.SearchStrategy[Length] = st.one_of(
    st.builds(Elapsed, hours=st.integers(1, 200)),
    st.builds(WorkingDays, days=st.integers(1, 10)),
    st.builds(CalendarDays, days=st.integers(1, 60)),
    st.builds(Months, months=st.integers(1, 12)),
    st.builds(EarlierOf, hours_after_aware=st.integers(1, 48), hours_after_second=st.integers(1, 48)),
)


def chain(*of: Length) -> Incident:
    first, second, third = of
    rows = (rule(FIRST, first), rule(SECOND, second, after=FIRST), rule(THIRD, third, after=SECOND))
    return incident(playbook=BOOK, rules=rows)


def expected(before: Incident, length: Length, start: datetime) -> datetime | None:
    return due_time(length, start, before.zone, before.closed_days)


@given(of=st.tuples(lengths, lengths, lengths), waits=st.tuples(spans, spans, spans))
def test_a_chain_runs_from_each_filing_and_not_from_awareness(
    of: tuple[Length, Length, Length], waits: tuple[timedelta, timedelta, timedelta]
) -> None:
    aware = NOW + waits[0]
    state = act(chain(*of), SetAware(rule=FIRST, when=aware), now=aware)
    assert running(state, FIRST).due == expected(state, of[0], aware)
    assert SECOND not in state.clock_states

    filed = aware + waits[1]
    state = act(state, File(rule=FIRST, reference="1", when=filed), now=filed)
    assert running(state, SECOND).due == expected(state, of[1], filed)
    assert THIRD not in state.clock_states

    again = filed + waits[2]
    state = act(state, File(rule=SECOND, reference="2", when=again), now=again)
    third = running(state, THIRD)
    assert third.due == expected(state, of[2], again)
    assert third.due is not None
    assert third.due > third.aware >= aware


COUNCIL, FIFTY = RuleId("FR-AP-CSE"), Question("fifty-staff")
ASKED = replace(
    PLAYBOOK,
    questions=(Asked(name=FIFTY, text="Fifty or more?"),),
    clocks=(Watched(rule=FIRST), Watched(rule=COUNCIL, when=parse_condition("fifty-staff = yes"))),
)


def council(**answers: str) -> Incident:
    rows = (rule(FIRST, Elapsed(hours=4)), rule(COUNCIL, Months(months=2), after=FIRST))
    state = incident(playbook=ASKED, rules=rows)
    for name, value in answers.items():
        state = act(state, Answer(question=Question(name.replace("_", "-")), value=value))
    return state


@pytest.mark.parametrize("answers", [{}, {"fifty_staff": "unknown"}, {"fifty_staff": "yes"}])
def test_a_filing_starts_what_no_answer_rules_out(answers: dict[str, str]) -> None:
    filed = act(council(**answers), File(rule=FIRST, reference="1"))

    assert isinstance(filed.clock_states[COUNCIL], Running)


def test_a_filing_starts_nothing_that_an_answer_rules_out_until_another_answer_brings_it_back() -> None:
    filed = act(council(fifty_staff="no"), File(rule=FIRST, reference="1"))

    assert COUNCIL not in filed.clock_states
    assert COUNCIL not in {clock.rule.id for clock in filed.clocks()}

    known_better = act(filed, Answer(question=FIFTY, value="yes"))
    assert Clock(rule=filed.rules[COUNCIL], state=Suspected()) in known_better.clocks()
    assert running(act(known_better, SetAware(rule=COUNCIL)), COUNCIL).aware == NOW


@given(length=lengths, first=spans, second=spans)
def test_a_correction_counts_from_the_new_time_as_if_it_had_been_the_first(
    length: Length, first: timedelta, second: timedelta
) -> None:
    now = NOW + 41 * DAY
    plain = chain(length, length, length)
    state = act(plain, SetAware(rule=FIRST, when=NOW + first), now=now)
    state = act(state, SetAware(rule=FIRST, when=NOW + second, source="the mail says so"), now=now + HOUR)
    other = act(plain, SetAware(rule=FIRST, when=NOW + second), now=now)

    assert running(state, FIRST).due == running(other, FIRST).due == expected(plain, length, NOW + second)
