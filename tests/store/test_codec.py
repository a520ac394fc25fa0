from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.core.clocks.lengths import CalendarDays, EarlierOf, Elapsed, Length, Months, Until, WithoutDelay, WorkingDays
from bot.core.facts import (
    Announcing,
    BulletinReceived,
    BulletinSent,
    CascadeExtended,
    CascadeOpening,
    CascadeRow,
    ClockStarted,
    Closing,
    ConfirmationAsked,
    EncryptedFile,
    HouseAct,
    HouseConfirmationAsked,
    Irreversible,
    NotDelivered,
    Noted,
    Opened,
    Rang,
    Reminder,
    Removal,
    StepAssigned,
)
from bot.core.language import Language
from bot.core.names import RuleId, StepId, UserId
from bot.core.people.roster import Role
from bot.core.playbook import UNRANKED
from bot.ports import NAMES, Action, Content, Incoming, Membership, Say, Sealed, Task
from bot.store.codec import FACTS, decode, decode_fact, decode_incoming, encode, kind_of
from bot.store.errors import UnreadableError
from tests.store.samples import ALICE, NOW, STREAM, membership, message, note, opened_with, some_of_each, task
from tests.store.stored_names import STORED_NAMES
from tests.store.strategies import strategy

CASCADE = CascadeOpening(
    list=EncryptedFile(url="mxc://example.org/1", key="k", iv="i", sha256="s"),
    name="firms.csv",
    title="Host down",
    playbook=None,
    severity=None,
    language=None,
    drill=False,
    organisations=2,
    people=4,
)

"""Names in files that exist. One may be added; to take one away or rename it needs a migration."""

TO_ALL = Announcing(text="x", audience="all", next_update=None, recipients=None, told=6)
MARCH = datetime(2026, 3, 27, 17, tzinfo=UTC)
EVERYTHING: list[type[Any]] = [*FACTS.values(), *get_args(Incoming), Task, Sealed]


def test_a_bulletin_of_before_there_were_questions_has_no_news() -> None:
    body = '{"at":"2026-03-27T17:00:00+00:00","number":1,"text":"x","next_update":null}'
    assert decode_fact("BulletinReceived", body) == BulletinReceived(at=MARCH, number=1, text="x", next_update=None)


def test_a_bulletin_of_before_one_could_correct_another_stands_by_itself() -> None:
    sent = BulletinSent(at=MARCH, by=ALICE, number=1, text="x", audience="all", next_update=None, recipients=None)
    asked = ConfirmationAsked(at=MARCH, by=ALICE, number=1, act=TO_ALL)
    for fact in (sent, asked):
        fields = json.loads(encode(fact))
        of = fields.get("act", fields)
        for name in ("replaces", "withdraws", "alone", "hotline", "enclosed", "every"):
            of.pop(name, None)
        assert decode_fact(type(fact).__name__, json.dumps(fields)) == fact


def test_the_stored_names_of_facts_never_change() -> None:
    assert set(FACTS) == STORED_NAMES


@pytest.mark.parametrize("kind", EVERYTHING, ids=lambda kind: str(kind.__name__))
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_what_is_stored_comes_back_equal(kind: Any, data: st.DataObject) -> None:
    thing = data.draw(strategy(kind))
    body = encode(thing)
    assert body.isascii()
    assert decode(type(thing), body) == thing
    assert encode(decode(type(thing), body)) == body


def test_the_stored_form_is_pinned() -> None:
    assigned = StepAssigned(at=NOW, by=ALICE, step=StepId("D1"), to=Role.DPO)
    assert json.loads(encode(assigned)) == {
        "at": "2026-01-30T17:00:00.123456+00:00",
        "by": "@alice:example.org",
        "step": "D1",
        "to": {"role": "dpo"},
    }
    rang = Rang(at=NOW, rule=RuleId("GDPR-33-1"), rung="T-48", due=NOW, late_by=timedelta(seconds=1, microseconds=5))
    assert json.loads(encode(rang))["late_by"] == 1_000_005


def test_a_reminder_of_before_circles_widened_was_for_the_owners() -> None:
    rang = Rang(at=NOW, rule=RuleId("GDPR-33-1"), rung="T-48", due=NOW, late_by=timedelta(0))
    fields = json.loads(encode(rang))
    assert fields.pop("level") == 0
    assert decode(Rang, json.dumps(fields)) == rang


def test_a_clock_started_before_lists_only_proposed_was_confirmed() -> None:
    started = ClockStarted(at=NOW, rule=RuleId("GDPR-33-1"), aware=NOW, by=ALICE, source="firms.csv")
    fields = json.loads(encode(started))
    assert (fields.pop("proposed"), fields.pop("confirms")) == (False, False)
    assert decode_fact("ClockStarted", json.dumps(fields)) == started


def test_a_membership_of_before_invitations_were_heard_was_none() -> None:
    fields = json.loads(encode(membership()))
    assert fields.pop("invited") is False
    assert decode(Membership, json.dumps(fields)) == membership()


def test_a_person_called_like_a_role_stays_a_person() -> None:
    assigned = StepAssigned(at=NOW, by=ALICE, step=StepId("D1"), to=UserId("dpo"))
    back = decode(StepAssigned, encode(assigned))
    assert type(back.to) is str


def test_a_time_of_another_zone_is_stored_in_utc() -> None:
    paris = timezone(timedelta(hours=1))
    stored = encode(Noted(at=NOW.astimezone(paris), by=ALICE, text=""))
    assert json.loads(stored)["at"].endswith("+00:00")
    assert decode(Noted, stored).at.tzinfo is UTC


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        encode(Noted(at=datetime(2026, 1, 1), by=ALICE, text=""))  # noqa: DTZ001 - that is the point


LENGTHS: list[Length] = [
    Elapsed(hours=72),
    WorkingDays(days=5),
    WithoutDelay(),
    CalendarDays(days=14),
    Months(months=1),
    EarlierOf(hours_after_aware=24, hours_after_second=4),
    Until(at=NOW),
]


def test_every_length_there_is_has_a_sample() -> None:
    assert {type(length) for length in LENGTHS} == set(get_args(Length))


@pytest.mark.parametrize("length", LENGTHS)
def test_every_length_of_a_clock_keeps_its_kind(length: Length) -> None:
    opened = opened_with(length)
    assert json.loads(encode(opened))["rules"][0]["length"]["kind"] == type(length).__name__
    assert decode(Opened, encode(opened)) == opened


@pytest.mark.parametrize(
    ("act", "stored"),
    [
        (Closing(summary="", rules=(RuleId("GDPR-33-1"),)), {"kind": "Closing", "summary": "", "rules": ["GDPR-33-1"]}),
        (Removal(user=ALICE), {"kind": "Removal", "user": ALICE}),
    ],
)
def test_what_a_second_person_is_asked_for_is_stored_as_data(act: Irreversible, stored: dict[str, Any]) -> None:
    asked = ConfirmationAsked(at=NOW, by=ALICE, number=1, act=act)
    assert json.loads(encode(asked))["act"] == stored
    assert decode(ConfirmationAsked, encode(asked)) == asked


@pytest.mark.parametrize(
    ("holder", "field", "kind"),
    [
        (holder, field, kind)
        for holder, field, union in (
            (ConfirmationAsked, "act", Irreversible),
            (HouseConfirmationAsked, "act", HouseAct),
            (NotDelivered, "reminder", Reminder),
        )
        for kind in get_args(union)
    ],
)
@settings(max_examples=5, deadline=None)
@given(data=st.data())
def test_which_of_several_kinds_it_is_is_stored_by_its_name(
    holder: Any, field: str, kind: Any, data: st.DataObject
) -> None:
    thing = replace(data.draw(strategy(holder)), **{field: data.draw(strategy(kind))})
    assert json.loads(encode(thing))[field]["kind"] == kind.__name__


def test_a_kind_is_the_name_of_the_class() -> None:
    assert (kind_of(note()), kind_of(message())) == ("Noted", "Message")
    assert decode_fact("Noted", encode(note())) == note()
    assert decode_incoming("Message", encode(message())) == message()


@pytest.mark.parametrize("read", [decode_fact, decode_incoming])
def test_an_unknown_kind_is_named(read: Any) -> None:
    with pytest.raises(UnreadableError, match="Danced"):
        read("Danced", "{}")


@pytest.mark.parametrize(
    "change",
    [
        {"mood": "planted-word"},
        {"at": "planted-word"},
        {"at": None},
        {"to": {"ship": "planted-word"}},
        {"to": {"role": "planted-word"}},
        {"to": "planted-word"},
    ],
)
def test_a_shape_this_version_does_not_know_is_refused_without_its_content(change: dict[str, Any]) -> None:
    fields = json.loads(encode(StepAssigned(at=NOW, by=ALICE, step=StepId("D1"), to=Role.DPO))) | change
    with pytest.raises(UnreadableError) as refused:
        decode_fact("StepAssigned", json.dumps(fields))
    assert "StepAssigned" in str(refused.value)
    assert "planted-word" not in str(refused.value)


@pytest.mark.parametrize("body", ["", "[]", "null", "{", '{"at":"2026-01-30T17:00:00+00:00"}'])
def test_a_broken_body_is_refused(body: str) -> None:
    with pytest.raises(UnreadableError):
        decode_fact("Noted", body)


def test_a_field_added_later_is_read_with_its_default() -> None:
    fields = json.loads(encode(task()))
    del fields["action"]["readers"]
    said = decode(Task, json.dumps(fields)).action
    assert isinstance(said, Say)
    assert said.readers == frozenset()


def test_a_row_of_before_there_was_bulk_is_none() -> None:
    fields = json.loads(encode(task()))
    assert fields.pop("bulk") is False
    assert decode(Task, json.dumps(fields)) == task()


def test_a_playbook_frozen_before_ranks_existed_is_read_behind_those_that_have_one() -> None:
    opened = opened_with(WithoutDelay())
    fields = json.loads(encode(opened))
    assert fields["playbook"].pop("rank") == opened.playbook.rank == UNRANKED
    assert decode(Opened, json.dumps(fields)) == opened


def test_an_incident_opened_before_rules_said_for_whom_they_are_is_read_with_their_defaults() -> None:
    fields = json.loads(encode(opened_with(Elapsed(hours=72))))
    assert fields["rules"][0]["length"] == {"hours": 72, "kind": "Elapsed"}
    for name in ("rests_on_closed_days", "regime", "role", "needs", "version", "why_off", "by_contract", "aim"):
        del fields["rules"][0][name]
    (rule,) = decode(Opened, json.dumps(fields)).rules
    assert (rule.regime, rule.role, rule.needs, rule.version, rule.why_off) == ("", "", None, "", None)
    assert not rule.rests_on_closed_days


def test_an_incident_opened_before_there_were_calendars_is_read_without_one() -> None:
    fields = json.loads(encode(opened_with(Elapsed(hours=72))))
    assert fields.pop("has_calendar") is False
    assert not decode(Opened, json.dumps(fields)).has_calendar


def test_a_room_opened_and_a_bulletin_told_before_it_was_kept_who_calls_are_read_without() -> None:
    opened = opened_with(Elapsed(hours=72))
    fields = json.loads(encode(opened))
    assert fields.pop("caller") is None
    assert decode(Opened, json.dumps(fields)) == opened
    told = BulletinReceived(at=NOW, number=1, text="x", next_update=None, by=ALICE, sent_at=NOW)
    fields = json.loads(encode(told))
    del fields["by"], fields["sent_at"]
    assert decode_fact("BulletinReceived", json.dumps(fields)) == replace(told, by=None, sent_at=None)


def test_a_list_and_a_room_of_before_lines_were_amended_are_read_as_they_were() -> None:
    line = CascadeRow(key="alpha", organisation="Alpha", people=(), language=Language("fr"))
    extended = CascadeExtended(at=NOW, by=ALICE, playbook="provider-hit", rows=(line,))
    fields = json.loads(encode(extended))
    assert fields["rows"][0].pop("called") == ""
    assert decode_fact("CascadeExtended", json.dumps(fields)) == extended
    opened = opened_with(Elapsed(hours=72))
    fields = json.loads(encode(opened))
    assert (fields.pop("key"), fields.pop("amended")) == ("", 0)
    assert decode(Opened, json.dumps(fields)) == opened
    asked = HouseConfirmationAsked(at=NOW, by=ALICE, number=1, act=CASCADE)
    fields = json.loads(encode(asked))
    del fields["act"]["amended"], fields["act"]["shown"]
    assert decode_fact("HouseConfirmationAsked", json.dumps(fields)) == asked


def test_a_proposal_that_was_switched_on_is_read_without_a_day() -> None:
    opened = opened_with(Elapsed(hours=96))
    proposed = replace(opened, rules=(replace(opened.rules[0], valid_from=None, version="omnibus"),))
    assert decode(Opened, encode(proposed)) == proposed


def test_every_action_of_a_row_is_stored_under_a_name_of_its_own_and_tried_in_the_tests_of_stores() -> None:
    assert set(NAMES) == set(get_args(Action)) == {type(action) for action in some_of_each()}
    assert len(set(NAMES.values())) == len(NAMES)
    stored = {json.loads(encode(replace(task(), action=action)))["action"]["kind"] for action in some_of_each()}
    assert stored == set(NAMES.values())


@pytest.mark.parametrize("change", [{"kind": "planted-word"}, {"planted-word": 1}, {"kind": "card"}])
def test_a_row_whose_action_is_not_as_it_must_be_is_refused(change: dict[str, Any]) -> None:
    fields = json.loads(encode(task()))
    fields["action"] |= change
    with pytest.raises(UnreadableError) as refused:
        decode(Task, json.dumps(fields))
    assert "planted-word" not in str(refused.value)


def test_equal_tasks_have_equal_bodies() -> None:
    names = [UserId(f"@{number}:example.org") for number in range(50)]
    content = Content(body="", html="")
    tasks = [
        Task(id="a", lane=STREAM, action=Say(content=content, readers=frozenset(order)))
        for order in (names, reversed(names))
    ]
    assert encode(tasks[0]) == encode(tasks[1])
