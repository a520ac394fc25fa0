"""What must hold for everything that is said: every fact can be told, nothing is too large, no tag is a stranger's."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import voice
from bot.core.evolve import evolve
from bot.core.facts import (
    Acknowledged,
    Briefed,
    ChoiceOffered,
    ClockFiled,
    ClockSetAside,
    ClockStarted,
    Closed,
    Closing,
    ConfirmationAsked,
    ConfirmationGiven,
    ContactAnswered,
    ContactAsked,
    ContactSilenceTold,
    ControlRoomReady,
    DeskFact,
    DutyChanged,
    DutyHoleTold,
    Fact,
    IdentityChangeSeen,
    IdentityConfirmed,
    IdentityShown,
    Joined,
    Left,
    Noted,
    PersonRemoved,
    PurgeCause,
    Purged,
    Rang,
    Removal,
    Resumed,
    RoleGiven,
    Severity,
    Snoozed,
    StepAssigned,
    StepDone,
    StepReopened,
    StrangerCame,
)
from bot.core.language import Language
from bot.core.names import RoomId, StepId
from bot.core.people.roster import Role
from bot.sentences import languages
from bot.voice import Text
from tests.voice.story import (
    ALICE,
    BOB,
    CAROL,
    CLIENTS,
    CNIL,
    COMPLAINT,
    COMPLEMENT,
    HOUR,
    OPENED,
    build,
    facts,
    incident,
    opened,
    recorded,
)

EN = Language("en")
MOST_BYTES = 20_000
C1, N1 = StepId("C1"), StepId("N1")
DUE = OPENED + 71 * HOUR

ACTS = (Closing(summary="over", rules=(CNIL, COMPLAINT)), Removal(user=BOB))

DESK: tuple[Fact | DeskFact, ...] = (
    ControlRoomReady(at=OPENED, room=RoomId("!control:example.org")),
    ChoiceOffered(
        at=OPENED,
        by=ALICE,
        room=RoomId("!control:example.org"),
        title="X",
        severity=Severity.HIGH,
        language=EN,
        drill=False,
        playbooks=(),
    ),
    IdentityChangeSeen(at=OPENED, user=BOB, master="key"),
    IdentityShown(at=OPENED, by=ALICE, user=BOB, master="key"),
    IdentityConfirmed(at=OPENED, by=ALICE, user=BOB, master="key"),
    IdentityConfirmed(at=OPENED, by=None, user=BOB, master="key"),
    DutyChanged(at=OPENED, by=ALICE, role=Role.DPO, user=BOB, start=OPENED, end=DUE),
    DutyChanged(at=OPENED, by=ALICE, role=Role.DPO, user=BOB, start=OPENED, end=DUE, away=True),
    DutyHoleTold(at=OPENED, role=Role.DPO, start=OPENED, end=DUE),
    ContactAsked(at=OPENED, user=BOB, quarter=OPENED.date()),
    *(ContactAnswered(at=OPENED, by=BOB, quarter=OPENED.date(), holds=holds) for holds in (True, False)),
    ContactSilenceTold(at=OPENED, users=(BOB,), quarter=OPENED.date()),
    StrangerCame(at=OPENED, user=BOB),
    Joined(at=OPENED, user=BOB),
    Left(at=OPENED, user=BOB),
    Briefed(at=OPENED, users=(BOB, CAROL)),
    opened(EN, drill=True),
    StepDone(at=OPENED, by=BOB, step=C1, result=""),
    StepReopened(at=OPENED, by=BOB, step=C1),
    StepAssigned(at=OPENED, by=BOB, step=C1, to=Role.IT),
    ClockStarted(at=OPENED, rule=COMPLEMENT, aware=OPENED, by=None, source="GDPR-33-1"),
    Acknowledged(at=OPENED, by=BOB, rules=(CNIL, COMPLAINT)),
    Snoozed(at=OPENED, by=BOB, rule=CNIL, until=DUE),
    Rang(at=DUE - HOUR, rule=COMPLAINT, rung="T-1", due=DUE, late_by=timedelta(0)),
    RoleGiven(at=OPENED, by=ALICE, user=BOB, role=Role.HR),
    PersonRemoved(at=OPENED, by=ALICE, user=BOB),
    Closed(at=OPENED, by=ALICE, summary=""),
    Closed(at=OPENED, by=ALICE, summary="over"),
    Resumed(at=OPENED, by=ALICE),
    *(ConfirmationAsked(at=OPENED, by=ALICE, number=1, act=act) for act in ACTS),
    *(ConfirmationGiven(at=OPENED, by=BOB, number=1, asked_by=ALICE, act=act) for act in ACTS),
    *(Purged(at=OPENED, cause=cause, entries=41, head="0" * 64) for cause in PurgeCause),
)


@pytest.mark.parametrize("fact", DESK, ids=lambda fact: type(fact).__name__)
@pytest.mark.parametrize("language", languages())
def test_every_fact_can_be_told(fact: Fact | DeskFact, language: Language) -> None:
    said = voice.announce(fact, incident(language)).body
    assert said
    assert "{" not in said


def size(text: Text) -> int:
    return len(text.body.encode()) + len(text.html.encode())


@settings(max_examples=30, deadline=None)
@given(st.sampled_from(['"', "<b>", "\n", "\U0001f512", "é ", "a"]), st.sampled_from(languages()))
def test_no_message_is_too_large_however_long_the_texts(unit: str, language: Language) -> None:
    long = (unit * 48_000)[:48_000] + "."
    told = (opened(language, title=long), *facts(language)[1:])
    work: tuple[Fact, ...] = (
        StepDone(at=OPENED, by=ALICE, step=N1, result=long),
        ClockSetAside(at=OPENED, by=ALICE, rule=COMPLAINT, reason=long),
        ClockStarted(at=OPENED, rule=CLIENTS, aware=OPENED, by=BOB, source=long),
        ClockFiled(at=OPENED, by=BOB, rule=COMPLEMENT, reference=long, filed_at=OPENED),
    )
    asked = ConfirmationAsked(at=OPENED, by=ALICE, number=1, act=Closing(summary=long, rules=(CNIL, COMPLAINT)))
    whole = build((*told, *work, Closed(at=OPENED, by=ALICE, summary=long)))
    now = OPENED + HOUR
    notes = recorded(tuple(Noted(at=OPENED, by=ALICE, text=long) for _ in range(50)))
    said = [
        voice.card(whole, now),
        voice.brief(whole, now),
        voice.clocks(whole, now),
        voice.step(whole, N1, now),
        voice.timeline(notes, whole),
        voice.incident_list([whole] * 50, language, now),
        voice.unknown_word(long, None, language),
        *(voice.confirm(fact, build(told), evolve(build(told), fact)) for fact in (*work, asked)),
        voice.confirm(Closed(at=OPENED, by=ALICE, summary=long), build(told), whole),
        voice.announce(notes[0].fact, whole),
    ]
    assert max(size(text) for text in said) < MOST_BYTES
    allowed = {"p", "br", "strong", "em", "code", "ul", "li"}
    for text in said:
        assert set(re.findall(r"</?([a-zA-Z][a-zA-Z0-9]*)", text.html)) <= allowed
