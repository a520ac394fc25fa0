"""Moments and durations in words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.core.language import Language
from bot.voice.catalogue import say
from bot.voice.markup import HOLE, Piece, join, render, spelt_out
from bot.voice.times import about, elapsed, heading, left, letter_day, letter_moment, moment, span

PARIS = ZoneInfo("Europe/Paris")
FRIDAY = datetime(2026, 11, 27, 13, 30, tzinfo=UTC)
FR, EN = Language("fr"), Language("en")


def test_a_moment_has_its_day_and_its_offset() -> None:
    assert moment(FRIDAY, PARIS, EN) == "Fri 27 Nov 2026 14:30 (UTC+1)"
    assert moment(FRIDAY, PARIS, FR) == "ven. 27 nov. 2026 à 14:30 (UTC+1)"


def said(*moments: str) -> list[str]:
    """Return *moments* as a message has them, one a line."""
    return render(join(Piece(HOLE, (one,)) for one in moments)).body.split("\n")


@pytest.mark.parametrize(
    ("language", "lines"),
    [
        (EN, ["Fri 27 Nov 2026 14:30 (UTC+1)", "Sat 28 Nov 14:30", "Fri 27 Nov 14:30"]),
        (FR, ["ven. 27 nov. 2026 à 14:30 (UTC+1)", "sam. 28 nov. à 14:30", "ven. 27 nov. à 14:30"]),
    ],
)
def test_a_message_says_the_year_and_the_offset_once(language: Language, lines: list[str]) -> None:
    moments = [moment(FRIDAY + timedelta(days=days), PARIS, language) for days in (0, 1, 0)]
    assert said(*moments) == lines
    assert [str(one) for one in moments] == [spelt_out(Piece(HOLE, (one,))) for one in moments]
    assert all(one.endswith("(UTC+1)") for one in moments)


def test_another_year_or_another_offset_is_said() -> None:
    days = (0, 35, 0, -60, 0)
    assert said(*(moment(FRIDAY + timedelta(days=after), PARIS, EN) for after in days)) == [
        "Fri 27 Nov 2026 14:30 (UTC+1)",
        "Fri 1 Jan 2027 14:30",
        "Fri 27 Nov 2026 14:30",
        "Mon 28 Sep 15:30 (UTC+2)",
        "Fri 27 Nov 14:30 (UTC+1)",
    ]
    assert said(moment(FRIDAY, PARIS, EN), moment(FRIDAY, ZoneInfo("UTC"), EN))[1] == "Fri 27 Nov 13:30 (UTC)"


def test_an_hour_that_comes_twice_always_has_its_offset() -> None:
    second = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert said(moment(FRIDAY, PARIS, EN), moment(second, PARIS, EN))[1] == "Sun 25 Oct 02:30 (UTC+1)"


def test_a_day_over_a_list_has_its_year_and_offset_and_what_stands_below_has_not() -> None:
    day, at = heading(FRIDAY, PARIS, FR), moment(FRIDAY, PARIS, FR)
    assert said(day, at, day) == ["ven. 27 nov. 2026 (UTC+1)", "ven. 27 nov. à 14:30", "ven. 27 nov. 2026 (UTC+1)"]


def test_a_moment_that_nobody_knows_exactly_is_no_longer_than_another() -> None:
    at = moment(FRIDAY, PARIS, FR)
    assert said(about(at, FR), about(at, FR)) == [
        "vers le ven. 27 nov. 2026 à 14:30 (UTC+1)",
        "vers le ven. 27 nov. à 14:30",
    ]
    assert about("hier", FR) == "vers le hier"


def test_what_people_typed_is_never_made_shorter() -> None:
    at = moment(FRIDAY, PARIS, EN)
    assert said(at, str(at), at) == [at, at, "Fri 27 Nov 14:30"]


def test_the_html_of_a_message_has_the_same_moments() -> None:
    at = moment(FRIDAY, PARIS, EN)
    text = render(join((say(EN, "clock.aim", aim=at), say(EN, "clock.aim", aim=at))))
    assert text.html.count("(UTC+1)") == text.html.count("2026") == 1


def test_a_letter_has_its_moments_in_words_and_says_whose_time_it_is() -> None:
    assert letter_moment(FRIDAY, PARIS, EN) == "Friday 27 November 2026 at 14:30 (Paris time)"
    assert letter_moment(FRIDAY, PARIS, FR) == "vendredi 27 novembre 2026 à 14\u00a0h\u00a030 (heure de Paris)"
    assert letter_moment(FRIDAY, ZoneInfo("Asia/Kolkata"), EN) == "Friday 27 November 2026 at 19:00 (UTC+5:30)"
    assert letter_day(datetime(2023, 12, 1, tzinfo=UTC), PARIS, FR) == "vendredi 1er décembre 2023"


def test_a_letter_tells_an_hour_that_comes_twice_apart() -> None:
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert letter_moment(first, PARIS, EN) == "Sunday 25 October 2026 at 2:30 (UTC+2)"
    assert letter_moment(first + timedelta(hours=1), PARIS, EN).endswith("2:30 (UTC+1)")


@pytest.mark.parametrize(
    ("zone", "ends"),
    [
        ("UTC", "13:30 (UTC)"),
        ("Asia/Kolkata", "19:00 (UTC+5:30)"),
        ("America/St_Johns", "10:00 (UTC-3:30)"),
        ("America/Guadeloupe", "09:30 (UTC-4)"),
    ],
)
def test_offsets_are_said_in_hours_and_minutes(zone: str, ends: str) -> None:
    assert moment(FRIDAY, ZoneInfo(zone), EN).endswith(ends)


def test_an_hour_that_comes_twice_is_told_apart() -> None:
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert moment(first, PARIS, EN) == "Sun 25 Oct 2026 02:30 (UTC+2)"
    assert moment(first + timedelta(hours=1), PARIS, EN) == "Sun 25 Oct 2026 02:30 (UTC+1)"


@pytest.mark.parametrize(
    ("ahead", "en", "fr"),
    [
        (timedelta(hours=72), "in 72\u00a0h", "dans 72\u00a0h"),
        (timedelta(hours=47, minutes=59, seconds=58), "in 48\u00a0h", "dans 48\u00a0h"),
        (timedelta(hours=37, minutes=59), "in 37\u00a0h", "dans 37\u00a0h"),
        (timedelta(hours=5, minutes=20), "in 5\u00a0h\u00a020", "dans 5\u00a0h\u00a020"),
        (timedelta(minutes=25), "in 25\u00a0min", "dans 25\u00a0min"),
        (timedelta(seconds=20), "now", "maintenant"),
        (timedelta(0), "now", "maintenant"),
        (timedelta(hours=-2), "overdue by 2\u00a0h", "en retard de 2\u00a0h"),
        (timedelta(days=6, hours=5), "in 6\u00a0days", "dans 6\u00a0jours"),
    ],
)
def test_time_left_is_never_overstated(ahead: timedelta, en: str, fr: str) -> None:
    assert left(FRIDAY + ahead, FRIDAY, EN) == en
    assert left(FRIDAY + ahead, FRIDAY, FR) == fr


def test_short_spans_are_said_in_seconds() -> None:
    assert span(timedelta(seconds=12.9), EN) == "12\u00a0s"


def test_nothing_is_elapsed_before_it_began() -> None:
    assert elapsed(FRIDAY + timedelta(hours=1), FRIDAY, EN) == "0\u00a0s"
    assert elapsed(FRIDAY - timedelta(hours=3, minutes=5, seconds=50), FRIDAY, EN) == "3\u00a0h\u00a005"
