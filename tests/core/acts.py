"""Commands at random, for tests that try any sequence of them."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import strategies as st

from bot.core.commands import (
    AddClock,
    Answer,
    AssignStep,
    FinishStep,
    GiveRole,
    Invite,
    Note,
    Remove,
    ReopenStep,
    SetSeverity,
    SkipStep,
)
from bot.core.decide import Act
from bot.core.facts import Severity
from bot.core.names import Question, RuleId, StepId
from bot.core.people.roster import Role
from tests.core.build import DAY, GUEST, HOUR, HOURS_72, MINUTE, NO_FIGURE, NOW, PEOPLE, PLAYBOOK, RULES

DORA = RuleId("DORA-4/24")
AIMS = {HOURS_72: 30 * HOUR, NO_FIGURE: DAY}
TARGETS = {StepId("D1"): HOUR, StepId("D2"): HOUR, StepId("N1"): 30 * HOUR, StepId("N2"): DAY}
STEPS = st.sampled_from([*(step.id for step in PLAYBOOK.steps()), StepId("X9")])
CLOCKS = st.sampled_from(
    [*(rule.id for rule in RULES), *map(RuleId, ("GDPR-99", "VAT", "COURT")), DORA, NO_FIGURE, *[HOURS_72] * 7]
)
"""Mostly one clock, so that much happens to it."""
USERS = st.sampled_from([*PEOPLE, GUEST])
WHO = st.sampled_from(["alice", "bob", "@bob:example.org", "erin", GUEST, "nobody"])
ROLES = st.sampled_from(list(Role))
TEXTS = st.sampled_from(["", "x", "\u202e\x00 long " * 9])
SPANS = st.sampled_from([MINUTE, 2 * HOUR, 8 * HOUR, 30 * HOUR, 90 * HOUR])
AGO = st.none() | st.sampled_from([timedelta(0), MINUTE, 5 * HOUR, 71 * HOUR, 100 * HOUR, -HOUR])
ANSWERS = st.tuples(
    st.sampled_from([*(asked.name for asked in PLAYBOOK.questions), Question("colour")]),
    st.sampled_from(["yes", "no", "unknown", "mail"]),
)

STEP_ACTS: st.SearchStrategy[Act] = st.one_of(
    st.builds(FinishStep, step=STEPS, result=TEXTS),
    st.builds(SkipStep, step=STEPS, reason=TEXTS),
    st.builds(ReopenStep, step=STEPS),
    st.builds(AssignStep, step=STEPS, to=WHO | ROLES),
    ANSWERS.map(lambda pair: Answer(question=pair[0], value=pair[1])),
)
PEOPLE_ACTS: st.SearchStrategy[Act] = st.one_of(
    st.builds(GiveRole, role=ROLES, who=WHO),
    st.builds(Invite, who=WHO, role=st.none() | ROLES),
    st.builds(Remove, who=WHO),
    st.builds(Note, text=TEXTS),
    st.builds(SetSeverity, severity=st.sampled_from(list(Severity))),
)
BUSINESS_ACTS: st.SearchStrategy[Act] = st.builds(
    AddClock,
    name=st.sampled_from(["vat", "Court", "GDPR 33 1", "---"]),
    due=SPANS.map(lambda span: NOW + 4 * span),
    owner=st.none() | WHO | ROLES,
)
