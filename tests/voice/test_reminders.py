"""Reminders as they are read on a phone: one alone, several at once, and whom they are for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from bot import voice
from bot.core.clocks.business import business_rule
from bot.core.clocks.lengths import EarlierOf
from bot.core.evolve import evolve
from bot.core.facts import (
    Acknowledged,
    ClockAdded,
    ClockClassified,
    ClockFiled,
    ClockStarted,
    Closed,
    Rang,
    Reminder,
    RepeatRang,
    StepsRang,
    UpdateRang,
)
from bot.core.incident import Incident
from bot.core.language import Language
from bot.core.names import RuleId, StepId
from bot.core.people.roster import Role
from bot.sentences import languages
from bot.voice import Text
from bot.voice.markup import pill, render
from tests.voice.story import (
    ALICE,
    BOB,
    CAROL,
    CLIENTS,
    CNIL,
    COMPLAINT,
    HOUR,
    OPENED,
    RULES,
    build,
    facts,
    incident,
    opened,
)

Golden = Callable[[str, Text], None]
EN = Language("en")
CNIL_DUE, COMPLAINT_DUE = OPENED + 71.7 * HOUR, OPENED + 71 * HOUR
VAT = RuleId("VAT-DECEMBER")
VAT_DUE = OPENED + 60 * HOUR
SOON = timedelta(0)


def started(language: Language) -> Incident:
    """Return the incident with three clocks running: two with a due time, one without."""
    return incident(language, 9)


def with_vat(language: Language) -> Incident:
    rule = business_rule("VAT December", VAT_DUE, Role.COORDINATOR, OPENED)
    return evolve(started(language), ClockAdded(at=OPENED + HOUR, by=ALICE, rule=rule, person=CAROL))


def rang(rule: RuleId, before: float, *, level: int = 0, late_by: timedelta = SOON) -> Rang:
    """Return the reminder of a clock so many hours before its due time."""
    due = {CNIL: CNIL_DUE, COMPLAINT: COMPLAINT_DUE, VAT: VAT_DUE}[rule]
    name = f"T{-before:+g}" if before else "T"
    return Rang(at=due - before * HOUR, rule=rule, rung=name, due=due, late_by=late_by, level=level)


def aimed(rule: RuleId, hours: float, *, level: int = 0) -> Rang:
    return Rang(at=OPENED + hours * HOUR, rule=rule, rung="aim", due=None, late_by=SOON, level=level)


def said(*told: Reminder, room: Incident | None = None) -> str:
    return voice.remind(told, room or started(EN)).body.replace("\u00a0", " ")


# --- word for word ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", languages())
def test_several_at_once_are_one_short_message(golden: Golden, language: Language) -> None:
    at = COMPLAINT_DUE - 24 * HOUR
    together = (
        replace(rang(CNIL, 24.7), at=at, level=1),
        rang(COMPLAINT, 24),
        replace(rang(VAT, 13), at=at),
        replace(aimed(CLIENTS, 47), at=at),
        StepsRang(at=at, steps=(StepId("C1"), StepId("N1"))),
        UpdateRang(at=at, promised=at + timedelta(minutes=15)),
    )
    golden(f"reminders.{language}", voice.remind(together, with_vat(language)))


@pytest.mark.parametrize(
    ("language", "last", "words"),
    [
        (Language("en"), "T-1", "What is still to come rings all the same."),
        (Language("fr"), "T-1", "Les rappels à venir sonneront quand même."),
        (Language("en"), "T", "Rings again within a day"),
        (Language("fr"), "T+3", "Nouveau rappel d’ici un jour"),
    ],
)
def test_an_acknowledgement_says_what_rings_next(language: Language, last: str, words: str) -> None:
    before = started(language)
    rung = evolve(before, Rang(at=OPENED, rule=CNIL, rung=last, due=CNIL_DUE, late_by=SOON))
    fact = Acknowledged(at=OPENED + HOUR, by=BOB, rules=(CNIL,))
    said = voice.confirm(fact, rung, evolve(rung, fact)).body
    assert words in said


def test_an_acknowledgement_says_who_must_answer_the_rest() -> None:
    room = started(Language("en"))
    for reminder in (rang(CNIL, 48), rang(COMPLAINT, 48)):
        room = evolve(room, reminder)
    fact = Acknowledged(at=OPENED + HOUR, by=BOB, rules=(CNIL,))
    said = voice.confirm(fact, room, evolve(room, fact)).body
    assert f"Still to be seen: {COMPLAINT}, by " in said


@pytest.mark.parametrize("language", languages())
def test_each_kind_alone(golden: Golden, language: Language) -> None:
    closed = evolve(started(language), Closed(at=OPENED + 30 * HOUR, by=ALICE, summary=""))
    alone = (
        voice.remind([rang(CNIL, 23, level=2)], started(language)),
        voice.remind([rang(VAT, -2)], with_vat(language)),
        voice.remind([aimed(CLIENTS, 24)], started(language)),
        voice.remind([StepsRang(at=OPENED + 2 * HOUR, steps=(StepId("C1"),))], started(language)),
        voice.remind([UpdateRang(at=OPENED, promised=OPENED + timedelta(minutes=15))], started(language)),
        voice.remind([RepeatRang(at=OPENED + 9000 * HOUR)], closed),
    )
    whole = Text(body="\n\n".join(a.body for a in alone), html="\n\n".join(a.html for a in alone))
    golden(f"reminders-alone.{language}", whole)


@pytest.mark.parametrize("language", languages())
def test_a_clock_that_nobody_started_says_so_and_how_to_start_it(golden: Golden, language: Language) -> None:
    new = incident(language, 2)
    due, at = new.supposed[COMPLAINT].due, OPENED + 24 * HOUR
    told = (
        Rang(at=at, rule=COMPLAINT, rung="T-48", due=due, late_by=SOON),
        Rang(at=at, rule=CLIENTS, rung="aim", due=None, late_by=SOON),
    )
    alone = [voice.remind([one], new) for one in told]
    said = [*alone, voice.remind(told, new), voice.clocks(new, at), voice.clock(new, new.clocks()[0], at)]
    seen = Acknowledged(at=at, by=BOB, rules=(COMPLAINT,))
    rung = evolve(new, told[0])
    said.append(voice.confirm(seen, rung, evolve(rung, seen)))
    whole = Text(body="\n\n".join(a.body for a in said), html="\n\n".join(a.html for a in said))
    golden(f"reminders-supposed.{language}", whole)


# --- several ------------------------------------------------------------------------------------------------


def test_the_earliest_comes_first_and_each_clock_has_one_line() -> None:
    body = said(rang(CNIL, 24), rang(CNIL, 12), rang(COMPLAINT, 12))
    lines = [line for line in body.splitlines() if line.startswith("- ")]
    assert [line.split()[2].rstrip(":") for line in lines] == [COMPLAINT, CNIL]
    assert "in 12 h" in lines[1]
    assert body.startswith("Reminder: 2 clocks\n")


def test_several_rungs_of_one_clock_are_one_reminder_the_newest() -> None:
    body = said(rang(CNIL, 48, late_by=40 * HOUR), rang(CNIL, 12, late_by=HOUR))
    assert body.startswith("GDPR-33-1: in 12 h")
    assert "Sent 40 h late" in body


def test_how_to_answer_is_said_once() -> None:
    body = said(rang(CNIL, 24), rang(COMPLAINT, 12), StepsRang(at=OPENED, steps=(StepId("C1"),)))
    assert body.count("!ack") == 1
    assert "!done" not in body


def test_steps_and_a_bulletin_without_a_clock_are_answered_by_doing_them() -> None:
    body = said(StepsRang(at=OPENED, steps=(StepId("C1"),)), UpdateRang(at=OPENED, promised=OPENED + HOUR))
    assert body.startswith("Reminder: 1 step\n")
    assert "Bulletin promised for Tue 24 Nov 2026 15:30 (UTC+1), in 1 h" in body
    assert "!done ID RESULT" in body


def test_many_steps_are_counted_beyond_the_eighth() -> None:
    room = started(EN)
    step = room.playbook.phases[0].steps[0]
    many = tuple(replace(step, id=StepId(f"D{number}")) for number in range(1, 12))
    phase = replace(room.playbook.phases[0], steps=many)
    crowded = replace(room, playbook=replace(room.playbook, phases=(phase,)))
    body = said(StepsRang(at=OPENED, steps=tuple(step.id for step in many)), room=crowded)
    assert "And 3 steps more." in body
    assert body.count("\n- D") == 8


# --- whom it is for -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("level", "words"), [(1, "deputies"), (2, "coordinators"), (3, "everybody")])
def test_a_wider_circle_is_told_why_it_hears_this(level: int, words: str) -> None:
    assert f"Nobody acknowledged the last reminder: now for {'the ' if level < 3 else ''}{words}" in said(
        rang(CNIL, 24, level=level)
    )
    assert "Nobody acknowledged" not in said(rang(CNIL, 24))


# --- soft lines, due times of the firm ----------------------------------------------------------------------


def test_past_our_own_aim_a_reminder_says_so_until_the_due_time() -> None:
    assert "Our own aim is past" not in said(rang(CNIL, 48))
    assert "Our own aim is past" in said(rang(CNIL, 24))
    assert "Our own aim is past" not in said(rang(CNIL, -1))
    assert "past our aim" in said(rang(CNIL, 24), rang(COMPLAINT, 24))


def test_a_date_of_the_firm_never_speaks_of_the_law() -> None:
    room = with_vat(EN)
    texts = [
        said(rang(VAT, 12), room=room),
        said(rang(VAT, -3), room=room),
        said(rang(VAT, 12), rang(CNIL, 24), room=room).split("GDPR-33-1")[0],
        voice.clock(room, next(clock for clock in room.clocks() if clock.rule.id == VAT), OPENED).body,
    ]
    for text in texts:
        assert "VAT-DECEMBER" in text
        for word in ("Law:", "To:", "Where:", "Who:", "legal limit", "Past due", "art."):
            assert word not in text
    assert "a date of your own and not of the law" in texts[0]
    assert "Owner: carol" in texts[3]


def test_a_date_of_the_firm_is_on_the_card_in_the_brief_and_in_the_list_of_clocks() -> None:
    room = with_vat(EN)
    for text in (voice.card(room, OPENED), voice.brief(room, OPENED), voice.clocks(room, OPENED)):
        assert "VAT-DECEMBER" in text.body
    assert "carol · A date of your own, not of the law" in voice.clocks(room, OPENED).body


def test_filed_late_a_date_of_the_firm_asks_for_no_reasons() -> None:
    filed = ClockFiled(at=VAT_DUE + HOUR, by=ALICE, rule=VAT, reference="77", filed_at=VAT_DUE + HOUR)
    body = voice.confirm(filed, with_vat(EN), evolve(with_vat(EN), filed)).body
    assert "Late; it was due Fri 27 Nov 02:30." in body
    assert "reasons for the delay" not in body


def test_what_people_call_a_date_stands_as_they_typed_it() -> None:
    rule = business_rule("**TVA** <b>\n`x`", VAT_DUE, Role.COORDINATOR, OPENED)
    room = evolve(started(EN), ClockAdded(at=OPENED, by=ALICE, rule=rule, person=None))
    shown = voice.clocks(room, OPENED)
    assert "**TVA** <b> `x`" in shown.body
    assert "**TVA** &lt;b&gt; `x`" in shown.html


# --- a classification ---------------------------------------------------------------------------------------


def test_a_classification_shows_the_new_due_time_and_no_later_reading() -> None:
    rules = (replace(RULES[0], length=EarlierOf(hours_after_aware=24, hours_after_second=4), aim=None), *RULES[1:])
    start = ClockStarted(at=OPENED, rule=CNIL, aware=OPENED, by=BOB, source="")
    before = build((replace(opened(EN), rules=rules), *facts(EN)[1:3], start))
    fact = ClockClassified(at=OPENED + 2 * HOUR, by=BOB, rule=CNIL, classified_at=OPENED + HOUR)
    body = voice.confirm(fact, before, evolve(before, fact)).body.replace("\u00a0", " ")
    assert "due Tue 24 Nov 19:30, in 3 h" in body
    assert "later reading" not in body


def test_a_reminder_names_whom_it_is_for_as_clients_show_people() -> None:
    text = voice.remind([rang(CNIL, 23)], started(EN))
    assert "\n\nFor: bob\n" in f"{text.body}\n"
    assert '<a href="https://matrix.to/#/@bob:example.org">bob</a>' in text.html
    assert "For: the whole room" in voice.remind([rang(CNIL, 23, level=3)], started(EN)).body


def test_a_person_in_a_reminder_is_never_taken_for_markup() -> None:
    odd = render(pill("<b>*x*", "@a(b)*c*<d>:example.org"))
    assert odd.body == "<b>*x*"
    assert odd.html == '<p><a href="https://matrix.to/#/@a%28b%29%2Ac%2A%3Cd%3E:example.org">&lt;b&gt;*x*</a></p>'
