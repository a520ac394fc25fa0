"""What remains of a purged incident: its entry in the register, word for word, and nothing that is not in it."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.commands import Close, File, Resume, SetAware, Waive
from bot.core.decide import Act, decide
from bot.core.desk import FILE_LASTS
from bot.core.documents.purge import AFTER_REPEAT, Record, desk_remains, due, remains
from bot.core.documents.register import entries
from bot.core.errors import RuleError
from bot.core.evolve import evolve, fold
from bot.core.facts import (
    Answered,
    Caller,
    CardPosted,
    Certainty,
    ChoiceOffered,
    ClockClassified,
    ClockFiled,
    ClockSetAside,
    ClockStarted,
    Closed,
    ControlRoomReady,
    DecisionReviewed,
    DecisionTaken,
    DeskFact,
    DoorEnded,
    DoorOpened,
    DoorSettled,
    DraftFrozen,
    DraftMade,
    EncryptedFile,
    Fact,
    FileOffered,
    GuestCame,
    GuestProved,
    LineAmended,
    Noted,
    PersonInvited,
    PurgeCause,
    Purged,
    Recorded,
    RiskDecided,
    RiskWeighed,
    RoomReady,
    Severity,
    SeverityScored,
    StepDone,
    StepReopened,
    StepSkipped,
)
from bot.core.incident import Incident
from bot.core.language import Language
from bot.core.names import DeviceId, DraftId, EventId, IncidentId, InputId, Question, StepId, UserId
from bot.core.people.roster import Role
from bot.core.risk import RiskFactor, RiskLevel
from bot.sentences import languages
from bot.store.codec import encode
from bot.voice.documents.register_fields import fields
from tests.core.acts import AGO, CLOCKS, PEOPLE_ACTS, STEP_ACTS, USERS
from tests.core.build import (
    ALICE,
    BOB,
    CHAINED,
    DAY,
    GUEST,
    HOUR,
    HOURS_72,
    NOW,
    OPENED,
    PEOPLE,
    ROOM,
    SCORE,
    SOFT,
    incident,
)

D1, D2, N3 = StepId("D1"), StepId("D2"), StepId("N3")
END = NOW + 100 * HOUR
PURGED = Purged(at=END + 400 * DAY, cause=PurgeCause.RETENTION, entries=7, head="ab" * 32)


def recorded(*facts: Fact | DeskFact) -> list[Record]:
    return [
        Recorded(number=number, fact=fact, input=InputId(f"$e{number}"), device=DeviceId("PHONE"), digest="")
        for number, fact in enumerate(facts, 1)
    ]


def whole(facts: Iterable[Fact]) -> Incident:
    folded = fold(facts)
    assert folded is not None
    return folded


def purge(*facts: Fact) -> tuple[Fact, ...]:
    left = (record.fact for record in remains(whole(facts), recorded(*facts), PURGED))
    return tuple(fact for fact in left if not isinstance(fact, DeskFact))


def in_register(facts: Iterable[Fact]) -> list[list[tuple[str, str]]]:
    shown = replace(whole(facts), purged_at=None)
    found = entries((shown,), PURGED.at)
    return [list(fields(entry, language)) for entry in found for language in languages()]


STORY: tuple[Fact, ...] = (
    replace(OPENED, prefilled={Question("dpo"): "PLANTED profile", Question("insured"): "yes"}),
    RoomReady(at=NOW, room=ROOM),
    CardPosted(at=NOW, event=EventId("$card")),
    PersonInvited(at=NOW, by=ALICE, user=GUEST, roles=(Role.IT,)),
    StepDone(at=NOW, by=ALICE, step=D1, result="PLANTED first result"),
    StepReopened(at=NOW, by=ALICE, step=D1),
    StepDone(at=NOW, by=ALICE, step=D1, result="kept result"),
    StepDone(at=NOW, by=ALICE, step=D2, result="PLANTED undone"),
    StepReopened(at=NOW, by=ALICE, step=D2),
    StepSkipped(at=NOW, by=ALICE, step=N3, reason="PLANTED reason of a skipped step"),
    Answered(at=NOW, by=BOB, question=Question("consequences"), value="PLANTED first answer"),
    Answered(at=NOW, by=BOB, question=Question("consequences"), value="kept consequences"),
    Answered(at=NOW, by=BOB, question=Question("consequences"), value="PLANTED other", certainty=Certainty.RULED_OUT),
    DecisionTaken(
        at=NOW,
        by=BOB,
        number=1,
        text="PLANTED decision",
        options=("PLANTED option",),
        reason="PLANTED why",
        review_at=None,
        roles=(),
        known=3,
        digest="",
    ),
    DecisionReviewed(at=NOW, by=BOB, number=1, text="PLANTED review", roles=()),
    Answered(at=NOW, by=BOB, question=Question("ransom"), value="PLANTED ransom"),
    Answered(at=NOW, by=BOB, question=Question("personal-data"), value="yes"),
    ClockStarted(at=NOW, rule=HOURS_72, aware=NOW, by=BOB, source="PLANTED first source"),
    ClockStarted(at=NOW + HOUR, rule=HOURS_72, aware=NOW - HOUR, by=BOB, source="kept source", previous=NOW),
    ClockClassified(at=NOW + HOUR, by=BOB, rule=HOURS_72, classified_at=NOW),
    ClockStarted(at=NOW, rule=SOFT, aware=NOW, by=BOB, source="PLANTED source of a target"),
    ClockSetAside(at=NOW + HOUR, by=BOB, rule=HOURS_72, reason="PLANTED reason that was dropped"),
    ClockFiled(at=NOW + 2 * HOUR, by=BOB, rule=HOURS_72, reference="kept reference", filed_at=NOW + 2 * HOUR),
    ClockStarted(at=NOW + 2 * HOUR, rule=CHAINED, aware=NOW + 2 * HOUR, by=None, source="PLANTED source of a duty"),
    RiskWeighed(at=NOW, by=BOB, factor=RiskFactor.BREACH, level=RiskLevel.RISK, reason="PLANTED weighed"),
    RiskWeighed(at=NOW, by=BOB, factor=RiskFactor.BREACH, level=RiskLevel.HIGH, reason="kept weighed"),
    RiskDecided(at=NOW, by=BOB, level=RiskLevel.HIGH, reason="kept decision"),
    SeverityScored(at=NOW, by=BOB, score=SCORE, reason="PLANTED reason of a score"),
    SeverityScored(at=NOW, by=BOB, score=SCORE, reason="kept score"),
    Noted(at=NOW, by=ALICE, text="PLANTED note"),
    DraftMade(at=NOW, by=BOB, draft=DraftId("cnil-initial"), version=1, digest=""),
    DraftFrozen(at=NOW, by=BOB, draft=DraftId("cnil-initial"), version=1, text="PLANTED draft"),
    Closed(at=END, by=ALICE, summary="kept summary"),
)


def test_the_register_says_the_same_and_nothing_else_is_left() -> None:
    left = purge(*STORY)
    assert in_register(left) == in_register(STORY)
    bodies = "".join(encode(fact) for fact in left)
    assert "PLANTED" not in bodies
    for kept in ("result", "consequences", "source", "reference", "weighed", "decision", "summary"):
        assert f"kept {kept}" in bodies
    assert left[-1] == PURGED


def test_who_did_it_when_and_from_where_stays_with_each_fact_and_the_purge_has_nobodys_device() -> None:
    records = recorded(*STORY)
    left = remains(whole(STORY), records, PURGED)
    of = {record.input: record for record in records}
    assert all(of[record.input].device == record.device for record in left[:-1])
    assert left[-1].device is None


@pytest.mark.parametrize(
    "opened",
    [
        replace(OPENED, drill=True),
        replace(OPENED, playbook=replace(OPENED.playbook, questions=(), clocks=())),
        replace(
            OPENED,
            parent=IncidentId("parent"),
            organisation="PLANTED",
            key="PLANTED",
            columns={"city": "PLANTED"},
            caller=Caller(organisation="PLANTED", people=(ALICE,)),
        ),
    ],
)
def test_of_what_is_not_in_the_register_only_the_codename_is_left(opened: Fact) -> None:
    amended = LineAmended(
        at=NOW,
        by=ALICE,
        number=1,
        organisation="PLANTED",
        language=OPENED.language,
        columns={"city": "PLANTED"},
        answers={Question("sector"): "PLANTED"},
        was="PLANTED",
    )
    left = purge(opened, amended, *STORY[1:])
    assert [type(fact) for fact in left] == [type(OPENED), Closed, Purged]
    bodies = "".join(encode(fact) for fact in left)
    for gone in ("PLANTED", "kept ", OPENED.title, 'insured":'):
        assert gone not in bodies
    assert OPENED.codename in bodies


def test_a_purged_incident_has_no_room_and_says_when_it_was_purged() -> None:
    left = whole(purge(*STORY))
    assert (left.room, left.card, left.purged_at) == (None, None, PURGED.at)
    assert "Purged" in dict(fields(entries((left,), PURGED.at)[0], Language("en")))["Closed"]


def test_of_the_desk_only_offers_that_lapsed_go() -> None:
    ready = ControlRoomReady(at=NOW, room=ROOM)
    lapsed = ChoiceOffered(
        at=NOW,
        by=ALICE,
        room=ROOM,
        title="PLANTED title",
        severity=Severity.HIGH,
        language=Language("en"),
        drill=False,
        playbooks=(),
    )
    file = EncryptedFile(url="mxc://example.org/1", key="PLANTED key", iv="i", sha256="s")
    sent = FileOffered(at=NOW, by=ALICE, room=ROOM, name="PLANTED.csv", size=1, file=file)
    later = NOW + HOUR
    records = recorded(ready, lapsed, replace(lapsed, at=later), sent, replace(sent, at=later))
    assert desk_remains(records, later) == (records[0], records[2], records[4])
    assert desk_remains(records, later, ROOM) == (records[0], records[2])
    evidence = tuple(recorded(replace(sent, event=EventId("$file"))))
    assert desk_remains(evidence, NOW + FILE_LASTS - HOUR) == evidence
    assert desk_remains(evidence, NOW + FILE_LASTS) == desk_remains(evidence, NOW, ROOM) == ()


# --- any sequence -----------------------------------------------------------------------------------------------

ACTS: st.SearchStrategy[Act] = st.one_of(
    STEP_ACTS,
    PEOPLE_ACTS,
    st.builds(SetAware, rule=CLOCKS, when=AGO.map(lambda ago: None if ago is None else NOW - ago), source=st.just("s")),
    st.builds(File, rule=CLOCKS, reference=st.sampled_from(["42", "43"]), when=st.none()),
    st.builds(Waive, rule=CLOCKS, reason=st.sampled_from(["none", "other"])),
    st.builds(Close, summary=st.sampled_from(["", "over"])),
    st.just(Resume()),
)


def play(acts: list[tuple[Act, UserId]]) -> list[Fact]:
    facts: list[Fact] = [OPENED, RoomReady(at=NOW, room=ROOM)]
    now = NOW
    for act, by in acts:
        now += timedelta(minutes=7)
        with suppress(RuleError):
            facts += decide(whole(facts), act, by, now, PEOPLE)
    return [*facts, Closed(at=now, by=ALICE, summary="done")]


@pytest.mark.no_cover
@settings(max_examples=150, deadline=None)
@given(acts=st.lists(st.tuples(ACTS, USERS), max_size=40))
def test_whatever_happened_the_register_says_the_same_after_the_purge(acts: list[tuple[Act, UserId]]) -> None:
    facts = play(acts)
    left = purge(*facts)
    assert in_register(left) == in_register(facts)


# --- when -------------------------------------------------------------------------------------------------------


def closed(**changes: object) -> Incident:
    return incident(Closed(at=END, by=ALICE, summary=""), **changes)


def test_an_open_incident_is_never_due_and_a_closed_one_its_time_after_the_closing() -> None:
    assert due(incident(), 400 * DAY) is None
    assert due(closed(), 400 * DAY) == END + 400 * DAY
    assert due(evolve(closed(), PURGED), 400 * DAY) is None


def test_a_checklist_stays_until_some_time_after_its_reminder_to_run_it_again() -> None:
    yearly = replace(OPENED.playbook, repeat=365 * DAY)
    assert due(closed(playbook=yearly), 100 * DAY) == END + 365 * DAY + AFTER_REPEAT
    assert due(closed(playbook=yearly), 400 * DAY) == END + 400 * DAY
    assert due(closed(playbook=yearly, drill=True), 100 * DAY) == END + 100 * DAY


def test_a_door_stays_without_a_name_while_an_account_may_be_left() -> None:
    opened = DoorOpened(at=NOW, by=ALICE, number=1, door="d1", roles=(Role.LEGAL,), name="PLANTED", until=NOW + HOUR)
    door = (opened, GuestCame(at=NOW, number=1, user=GUEST), GuestProved(at=NOW, by=ALICE, number=1, user=GUEST))
    left = purge(*STORY[:-1], *door, STORY[-1])
    assert [fact for fact in left if isinstance(fact, DoorOpened | GuestCame | GuestProved)] == [
        replace(opened, name=""),
        door[1],
    ]
    assert whole(left).doors[1].is_inside
    over = (DoorEnded(at=NOW, number=1), DoorSettled(at=NOW, number=1))
    settled = purge(*STORY[:-1], *door, *over, STORY[-1])
    assert not [fact for fact in settled if isinstance(fact, DoorOpened | GuestCame | DoorEnded | DoorSettled)]
