"""Clocks in days and months, and the earlier of two limits, as people read them in both languages."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot import voice
from bot.core.clocks.lengths import CalendarDays, EarlierOf, Elapsed, Length, Months, WithoutDelay, WorkingDays
from bot.core.clocks.rules import Rule
from bot.core.decide.clocks import find_clock
from bot.core.facts import ClockFiled, ClockStarted, Fact, Rang
from bot.core.incident import Incident
from bot.core.language import Language, Words
from bot.voice.lengths import length_words
from tests.voice.story import BOB, CNIL, COMPLEMENT, OPENED, RULES, build, opened

FR, EN = Language("fr"), Language("en")
FRIDAY = datetime(2026, 11, 27, 7, 0, tzinfo=UTC)
"""08:00 in Paris; a month later is a Sunday between two closed days."""
NEEDS = Words(fr="la cause", en="the root cause")


def told(language: Language, length: Length, *more: Fact, **changes: object) -> Incident:
    first, *others = RULES
    changed: Rule = replace(first, length=length, counts_in_full_hours=False, **changes)  # type: ignore[arg-type]
    return build((replace(opened(language), at=OPENED, rules=(changed, *others)), *more))


def start(aware: datetime = FRIDAY) -> ClockStarted:
    return ClockStarted(at=aware, rule=CNIL, aware=aware, by=BOB, source="")


def said(language: Language, length: Length, **changes: object) -> str:
    """Return the answer to a start."""
    return voice.confirm(
        start(), told(language, length, **changes), told(language, length, start(), **changes)
    ).body.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("length", "french", "english"),
    [
        (Elapsed(hours=72), "72 h, nuits et week-ends compris", "72 h, nights and weekends included"),
        (WorkingDays(days=5), "5 jours ouvrés, dès le lendemain", "5 working days, from the day after"),
        (
            CalendarDays(days=30),
            "30 jours, dès le lendemain, week-ends compris",
            "30 days, from the day after, weekends included",
        ),
        (Months(months=1), "1 mois, jusqu’à la même date", "1 month, to the same date"),
        (Months(months=2), "2 mois, jusqu’à la même date", "2 months, to the same date"),
        (
            EarlierOf(hours_after_aware=24, hours_after_second=4),
            "24 h, ou 4 h après la classification si elles finissent plus tôt",
            "24 h, or 4 h after the classification if that ends earlier",
        ),
        (WithoutDelay(), "dans les meilleurs délais", "without undue delay"),
    ],
)
def test_every_length_has_words_in_both_languages(length: Length, french: str, english: str) -> None:
    assert length_words(length, FR).replace("\u00a0", " ") == french
    assert length_words(length, EN) == english


def test_a_clock_that_waits_says_how_long_it_will_run_and_what_to_have_ready() -> None:
    english, french = (
        voice.clock(waiting, find_clock(waiting, CNIL), OPENED).body.replace("\u00a0", " ")
        for waiting in (told(language, CalendarDays(days=30), needs=NEEDS) for language in (EN, FR))
    )

    assert "Runs: 30 days, from the day after, weekends included" in english
    assert "Have ready: the root cause" in english
    assert "Durée : 30 jours, dès le lendemain, week-ends compris" in french
    assert "À réunir : la cause" in french


def test_a_clock_in_days_ends_with_its_last_day() -> None:
    assert "Due Sun 27 Dec 2026 23:59 (UTC+1), in 30 days" in said(EN, CalendarDays(days=30))
    assert "Échéance dim. 27 déc. 2026 à 23:59 (UTC+1), dans 30 jours" in said(FR, CalendarDays(days=30))


def test_a_clock_in_months_shows_the_end_of_its_day_second() -> None:
    english, french = said(EN, Months(months=1)), said(FR, Months(months=1))

    assert english.index("Due Sun 27 Dec 2026 08:00 (UTC+1), in 30 days") < english.index("Later reading, the month")
    assert "the month ends with its day: Sun 27 Dec 23:59\n" in english
    assert "le mois finit avec son jour : dim. 27 déc. à 23:59\n" in french


def test_the_rest_of_a_weekend_is_shown_second_with_the_law_that_says_for_whom() -> None:
    changes = {"rests_on_closed_days": True, "source": "art. 5(4)"}
    english, french = said(EN, Months(months=1), **changes), said(FR, Months(months=1), **changes)

    assert "may rest until Mon 28 Dec 12:00; not for everybody, see art. 5(4)" in english
    assert "peut attendre lun. 28 déc. à 12:00 ; pas pour tous, voir art. 5(4)" in french


def test_two_limits_run_as_the_first_until_there_is_a_second_moment() -> None:
    answer = said(EN, EarlierOf(hours_after_aware=24, hours_after_second=4))

    assert "Due Sat 28 Nov 2026 08:00 (UTC+1), in 24 h" in answer


@pytest.mark.parametrize(
    ("filed_at", "changes", "english", "french"),
    [
        (timedelta(days=30), {}, "In time", "À temps"),
        (timedelta(days=30, hours=9), {}, "before the end of the last day (Sun 27 Dec 23:59)", "du dernier jour"),
        (timedelta(days=31), {}, "Late; it was due", "En retard"),
        (
            timedelta(days=31),
            {"rests_on_closed_days": True},
            "within the rest that RGPD (GDPR) art. 33 gives",
            "report",
        ),
    ],
)
def test_a_filing_between_the_strict_time_and_a_later_reading_is_not_called_late(
    filed_at: timedelta, changes: dict[str, object], english: str, french: str
) -> None:
    at = FRIDAY + filed_at
    filed = ClockFiled(at=at, by=BOB, rule=CNIL, reference="n° 1", filed_at=at)
    for language, words in ((EN, english), (FR, french)):
        before, after = (told(language, Months(months=1), start(), *more, **changes) for more in ((), (filed,)))
        assert words in voice.confirm(filed, before, after).body


def test_a_reminder_of_a_month_gives_its_strict_end() -> None:
    due = datetime(2026, 12, 27, 7, 0, tzinfo=UTC)
    rang = Rang(at=due - timedelta(hours=24), rule=CNIL, rung="T-24", due=due, late_by=timedelta(0))

    for language, words in ((EN, "Due Sun 27 Dec 2026 08:00 (UTC+1)"), (FR, "dim. 27 déc. 2026 à 08:00 (UTC+1)")):
        assert words in voice.remind([rang], told(language, Months(months=1), start())).body.replace("\u00a0", " ")


def test_the_card_shows_a_clock_in_days() -> None:
    incident = told(EN, CalendarDays(days=30), start())

    assert "\n⏳ GDPR-33-1 Sun 27 Dec 23:59" in voice.card(incident, FRIDAY).body


def test_a_chained_clock_in_months_starts_with_the_filing() -> None:
    filed = ClockFiled(at=FRIDAY, by=BOB, rule=CNIL, reference="n° 1", filed_at=FRIDAY)
    rules = tuple(replace(row, length=Months(months=1)) if row.id == COMPLEMENT else row for row in RULES)
    before, after = (build((replace(opened(EN), rules=rules), *more)) for more in ((), (filed,)))

    assert "This starts GDPR-33-4: Complete the notification" in voice.confirm(filed, before, after).body
    assert "Sun 27 Dec 08:00" in voice.confirm(filed, before, after).body
