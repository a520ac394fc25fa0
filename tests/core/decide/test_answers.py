"""Answers: questions take their values, details what their kind takes; unknown is always one."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.commands import Answer
from bot.core.conditions import UNKNOWN
from bot.core.details import DETAILS, Detail, Kind, find_detail
from bot.core.errors import IncidentClosed, TimeInFuture, TimeInPast, UnknownQuestion, WrongAnswer, WrongDetail
from bot.core.facts import Closed
from bot.core.names import Question
from bot.core.playbook import Asked
from tests.core.build import ALICE, HOUR, NOW, PLAYBOOK, act, incident

SOON, BEFORE = (NOW + HOUR).isoformat(), (NOW - HOUR).isoformat()


def kept(name: str, value: str) -> str:
    after = act(incident(), Answer(question=Question(name), value=value))
    ((question, answer),) = after.answers.items()
    detail = find_detail(name)
    assert question == (detail.name if detail else name)
    return answer


# ---------------------------------------------------------------- questions


def test_a_question_takes_its_values_whatever_their_case_and_accents() -> None:
    assert kept("personal-data", "yes") == "yes"
    assert kept("entry", "Máil") == "mail"


def test_unknown_is_no_answer_where_a_question_does_not_offer_it() -> None:
    with pytest.raises(WrongAnswer) as refused:
        kept("entry", UNKNOWN)
    assert refused.value.accepted == ("mail", "server")


def test_a_wrong_value_is_refused_with_those_that_are_taken() -> None:
    with pytest.raises(WrongAnswer) as refused:
        kept("personal-data", "perhaps")
    assert (refused.value.value, refused.value.accepted) == ("perhaps", ("yes", "no", "unknown"))


def test_an_unknown_name_is_refused_with_what_is_asked() -> None:
    with pytest.raises(UnknownQuestion) as refused:
        kept("people-cuont", "12")
    assert refused.value.known == ("personal-data", "insured", "entry")


def test_a_question_of_the_playbook_goes_before_a_detail_of_that_name() -> None:
    asked = Asked(name=Question("cause"), text="Cause?", values=("inside", "outside"))
    before = incident(playbook=replace(PLAYBOOK, questions=(asked,)))
    after = act(before, Answer(question=Question("cause"), value="Outside"))
    assert after.answers == {"cause": "outside"}


def test_a_closed_incident_takes_no_answer() -> None:
    closed = incident(Closed(at=NOW, by=ALICE, summary=""))
    with pytest.raises(IncidentClosed):
        act(closed, Answer(question=Question("cause"), value="x"))


# ---------------------------------------------------------------- details


@pytest.mark.parametrize("detail", DETAILS, ids=lambda detail: detail.name)
def test_every_detail_may_be_unknown(detail: Detail) -> None:
    assert kept(detail.name, UNKNOWN) == UNKNOWN


def test_names_of_details_are_each_of_one_detail() -> None:
    assert len({detail.name for detail in DETAILS}) == len(DETAILS)


def test_a_text_is_kept_exactly_with_its_lines() -> None:
    text = "two *lines*\n  <b>here</b>"
    assert kept("measures-after", text) == text


@pytest.mark.parametrize("value", ["350", "about 1,200", "entre 300 et 400", "350 000"])
def test_a_count_may_be_rough(value: str) -> None:
    assert kept("people-count", value) == value


@pytest.mark.parametrize(
    ("name", "value", "kind", "accepted"),
    [
        ("people-count", "many", Kind.COUNT, ()),
        ("tolerance", "URSSAF is kind", Kind.LINKED, ()),
        ("tolerance", "see http://example.org/notice", Kind.LINKED, ()),
        ("malicious", "perhaps", Kind.CHOICE, ("yes", "no")),
        ("malicious", "yes, no", Kind.CHOICE, ("yes", "no")),
        ("nature", "all of it", Kind.CHOICES, ("confidentiality", "integrity", "availability")),
        ("nature", " , ", Kind.CHOICES, ("confidentiality", "integrity", "availability")),
        ("attack-start", "last week", Kind.MOMENT, ()),
        ("attack-start", "2026-03-27T12:00:00", Kind.MOMENT, ()),
    ],
)
def test_what_a_detail_does_not_take_is_refused_with_what_it_takes(
    name: str, value: str, kind: Kind, accepted: tuple[str, ...]
) -> None:
    with pytest.raises(WrongDetail) as refused:
        kept(name, value)
    assert (refused.value.detail, refused.value.kind, refused.value.accepted) == (name, kind, accepted)


def test_choices_are_kept_once_each_in_the_order_of_the_form() -> None:
    assert kept("nature", "availability;Confidentiality availability") == "confidentiality, availability"
    assert kept("gravity", "LIMITED") == "limited"


def test_a_tolerance_needs_the_address_of_the_notice() -> None:
    notice = "DSN of December until 15 January, https://www.example.org/notice"
    assert kept("tolerance", notice) == notice


def test_a_moment_is_kept_in_utc() -> None:
    assert kept("attack-start", "2026-03-27T12:00:00+01:00") == "2026-03-27T11:00:00+00:00"


def test_an_end_of_the_attack_may_be_still_to_come() -> None:
    assert kept("attack-end", "ongoing") == "ongoing"
    for name in ("attack-start", "outage-end", "stopped-until"):
        with pytest.raises(WrongDetail):
            kept(name, "ongoing")


def test_an_attack_may_start_and_end_about_a_moment_and_no_clock_counts_from_one() -> None:
    for name in ("attack-start", "attack-end"):
        assert kept(name, "~2026-03-27T12:00:00+01:00") == "~2026-03-27T11:00:00+00:00"
        with pytest.raises(TimeInFuture):
            kept(name, f"~{SOON}")
    for name in ("discovered-at", "next-update", "outage-start"):
        with pytest.raises(WrongDetail):
            kept(name, f"~{BEFORE}")


def test_an_attack_neither_starts_nor_ends_in_the_future() -> None:
    for name in ("attack-start", "attack-end"):
        assert kept(name, NOW.isoformat()) == NOW.isoformat()
        with pytest.raises(TimeInFuture):
            kept(name, SOON)


def test_an_update_is_promised_for_later() -> None:
    assert kept("next-update", SOON) == SOON
    for past in (BEFORE, NOW.isoformat()):
        with pytest.raises(TimeInPast):
            kept("next-update", past)


def test_work_may_stop_from_and_until_any_moment() -> None:
    for name in ("stopped-from", "stopped-until"):
        assert kept(name, SOON) == SOON
        assert kept(name, (NOW - timedelta(days=3)).isoformat())
