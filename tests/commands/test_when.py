"""Times and durations as people type them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.commands import ParsedCommand, UsageError
from bot.commands.reasons import Why
from bot.commands.when import read_span
from bot.core.commands import AddClock, File, SetAware
from bot.core.names import RuleId
from tests.commands.lines import NOW, command, paris, read, refused

RULE = RuleId("GDPR-33-1")


def aware(text: str) -> SetAware:
    got = command(f"!connaissance GDPR-33-1 {text}")
    assert isinstance(got, SetAware)
    return got


def filed(text: str) -> File:
    got = command(f"!declare GDPR-33-1 {text}")
    assert isinstance(got, File)
    return got


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("maintenant", NOW),
        ("NOW", NOW),
        ("14:30", paris("2026-11-24T14:30")),
        ("14h30", paris("2026-11-24T14:30")),
        ("14H", paris("2026-11-24T14:00")),
        ("9:05", paris("2026-11-24T09:05")),
        ("23:50", paris("2026-11-24T23:50")),  # in the future: the core refuses it
        ("hier 18:00", paris("2026-11-23T18:00")),
        ("hier à 18h", paris("2026-11-23T18:00")),
        ("yesterday at 18:00", paris("2026-11-23T18:00")),
        ("Yesterday 18:00", paris("2026-11-23T18:00")),
        ("aujourd’hui 9h30", paris("2026-11-24T09:30")),
        ("2026-11-24 14:30", paris("2026-11-24T14:30")),
        ("2026-11-24T14:30", paris("2026-11-24T14:30")),
        ("2026-11-24T14:30:59", paris("2026-11-24T14:30:59")),
        ("24/11/2026 14:30", paris("2026-11-24T14:30")),
        ("24.11.2026 14:30", paris("2026-11-24T14:30")),
        ("24-11-2026 à 14h30", paris("2026-11-24T14:30")),
        ("05/05/2026 14:30", paris("2026-05-05T14:30")),  # both readings are one
        ("2026-11-24T14:30Z", datetime(2026, 11, 24, 14, 30, tzinfo=UTC)),
        ("2026-11-24 14:30+02:00", datetime(2026, 11, 24, 12, 30, tzinfo=UTC)),
        ("2026-11-24 14:30 -0330", datetime(2026, 11, 24, 18, 0, tzinfo=UTC)),
        ("14:30+01:00", paris("2026-11-24T14:30")),
        ("-2h", NOW - timedelta(hours=2)),
        ("−30min", NOW - timedelta(minutes=30)),
        ("-1h30", NOW - timedelta(hours=1, minutes=30)),
        ("-1j", NOW - timedelta(days=1)),
        ("demain 9h00", paris("2026-11-25T09:00")),  # what is to come is a time too: the core says where it may stand
        ("Demain à 9h", paris("2026-11-25T09:00")),
        ("tomorrow 9h", paris("2026-11-25T09:00")),
        ("tomorrow at 9:00", paris("2026-11-25T09:00")),
        ("+2h", NOW + timedelta(hours=2)),
        ("+1h30", NOW + timedelta(hours=1, minutes=30)),
        ("+3j", NOW + timedelta(days=3)),
        ("in 2h", NOW + timedelta(hours=2)),
        ("Dans 2 heures", NOW + timedelta(hours=2)),
    ],
)
def test_a_time_is_read_and_what_follows_is_the_source(text: str, moment: datetime) -> None:
    assert aware(text) == SetAware(rule=RULE, when=moment)
    assert aware(f"{text}  mail de l'hébergeur") == SetAware(rule=RULE, when=moment, source="mail de l'hébergeur")
    assert filed(f"CNIL n° 12 {text}") == File(rule=RULE, reference="CNIL n° 12", when=moment)


@pytest.mark.parametrize(
    "source",
    [
        "mail de l'hébergeur reçu à 14:30",
        "le fournisseur a écrit",
        "dans un mail de l'hébergeur",
        "in the press",
        "3 mails de clients",
        "On nous a appelés",
        "Sam a appelé",
        "appel du 24/11",
        "à",
        "mars",
    ],
)
def test_what_does_not_begin_like_a_time_is_the_source(source: str) -> None:
    assert aware(source) == SetAware(rule=RULE, when=None, source=source)


def test_without_a_time_the_clock_starts_now() -> None:
    assert aware("") == SetAware(rule=RULE)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("03/04 14:30", Why.AMBIGUOUS_DATE),
        ("03/04/2026 14:30", Why.AMBIGUOUS_DATE),
        ("03/04/2026", Why.AMBIGUOUS_DATE),
        ("03/04", Why.AMBIGUOUS_DATE),
        ("24/11 14:30", Why.NOT_A_TIME),
        ("11/24/2026 14:30", Why.NOT_A_TIME),
        ("24/11/26 14:30", Why.NOT_A_TIME),
        ("31/02/2026 14:30", Why.NOT_A_TIME),
        ("45/45/2026 14:30", Why.NOT_A_TIME),
        ("2026-02-30 14:30", Why.NOT_A_TIME),
        ("2026-02-30", Why.NOT_A_TIME),
        ("1999-01-01 14:30", Why.NOT_A_TIME),
        ("25:00", Why.NOT_A_TIME),
        ("14:30pm", Why.NOT_A_TIME),
        ("14h30mn", Why.NOT_A_TIME),
        ("2pm", Why.NOT_A_TIME),
        ("2 pm", Why.NOT_A_TIME),
        ("14:30,", Why.NOT_A_TIME),
        ("14:30 hier", Why.NOT_A_TIME),
        ("14:30 24/11/2026", Why.NOT_A_TIME),
        ("24 novembre 14:30", Why.NOT_A_TIME),
        ("le 24 nov. à 14:30", Why.NOT_A_TIME),
        ("November 24th 14:30", Why.NOT_A_TIME),
        ("vendredi soir", Why.NOT_A_TIME),
        ("ven. 14:30", Why.NOT_A_TIME),
        ("Friday 18:00", Why.NOT_A_TIME),
        ("demain", Why.TIME_WITHOUT_HOUR),
        ("9:00 demain", Why.NOT_A_TIME),
        ("+2x", Why.NOT_A_TIME),
        ("+0h", Why.NOT_A_TIME),
        ("il y a 2 heures", Why.NOT_A_TIME),
        ("2 hours ago", Why.NOT_A_TIME),
        ("-0h", Why.NOT_A_TIME),
        ("-2x", Why.NOT_A_TIME),
        ("30min", Why.NOT_A_TIME),
        ("2h", Why.AMBIGUOUS_HOUR),
        ("2026-11-24", Why.TIME_WITHOUT_HOUR),
        ("24/11/2026", Why.TIME_WITHOUT_HOUR),
        ("hier", Why.TIME_WITHOUT_HOUR),
        ("2026-10-25 02:30", Why.TIME_TWICE),
        ("2027-03-28 02:30", Why.TIME_SKIPPED),
    ],
)
def test_a_time_that_is_none_or_two_is_never_taken_for_a_source(text: str, why: Why) -> None:
    assert refused(f"!connaissance GDPR-33-1 {text}").why is why
    assert refused(f"!connaissance GDPR-33-1 {text} mail").why is why


def test_an_ambiguous_date_is_answered_with_both_readings() -> None:
    details = refused("!connaissance GDPR-33-1 03/04/2026 14:30").details
    assert details == {"given": "03/04/2026 14:30", "first": "2026-04-03 14:30", "second": "2026-03-04 14:30"}


def test_an_hour_that_came_twice_is_answered_with_both_offsets() -> None:
    details = refused("!connaissance GDPR-33-1 2026-10-25 02:30").details
    assert (details["first"], details["second"]) == ("2026-10-25T02:30+02:00", "2026-10-25T02:30+01:00")
    for text, utc in ((details["first"], 0), (details["second"], 1)):
        assert aware(text).when == datetime(2026, 10, 25, utc, 30, tzinfo=UTC)


def test_an_hour_that_never_was_is_answered_with_its_neighbours() -> None:
    details = refused("!connaissance GDPR-33-1 2027-03-28 02:30").details
    assert (details["first"], details["second"]) == ("2027-03-28T01:30+01:00", "2027-03-28T03:30+02:00")


def test_yesterday_is_a_day_of_the_room_and_not_of_utc() -> None:
    after_midnight = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)  # the 24th in Paris
    parsed = read("!aware GDPR-33-1 yesterday 18:00", now=after_midnight)
    assert getattr(parsed, "command").when == paris("2026-11-23T18:00")  # noqa: B009 - a union


@pytest.mark.parametrize(
    ("now", "tomorrow"),
    [
        ("2026-10-24T12:00", "2026-10-25T08:00+00:00"),  # clocks go back that night: 9 h is an hour further off
        ("2027-03-27T12:00", "2027-03-28T07:00+00:00"),  # forward: an hour nearer
        ("2026-11-24T23:30", "2026-11-25T08:00+00:00"),
        ("2026-11-25T00:30", "2026-11-26T08:00+00:00"),  # a day of the room: in UTC it is still the 24th
    ],
)
def test_tomorrow_is_a_day_of_the_room_whatever_its_clocks_do_that_night(now: str, tomorrow: str) -> None:
    parsed = read("!clock add VAT tomorrow 9h", now=paris(now))
    assert isinstance(parsed, ParsedCommand)
    assert parsed.command == AddClock(name="VAT", due=datetime.fromisoformat(tomorrow))


def test_hours_from_now_are_elapsed_ones_though_clocks_change_in_between() -> None:
    parsed = read("!clock add VAT +24h", now=paris("2026-10-24T12:00"))
    assert isinstance(parsed, ParsedCommand)
    assert parsed.command == AddClock(name="VAT", due=paris("2026-10-25T11:00"))


@pytest.mark.parametrize("text", ["tomorrow 2:30", "demain 2h30"])
def test_an_hour_that_tomorrow_has_twice_or_never_is_asked_back(text: str) -> None:
    for now, why in (("2026-10-24T12:00", Why.TIME_TWICE), ("2027-03-27T12:00", Why.TIME_SKIPPED)):
        parsed = read(f"!clock add VAT {text}", now=paris(now))
        assert isinstance(parsed, UsageError)
        assert parsed.reason.why is why


@pytest.mark.parametrize(
    "reference", ["PV 2026/1234", "n° 12-34", "récépissé 24-11", "mail de 14:30 à Bob", "v1.2", "12.5"]
)
def test_a_reference_that_ends_like_no_time_is_kept(reference: str) -> None:
    assert filed(reference) == File(rule=RULE, reference=reference)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("2026-11-24 14:30", Why.MISSING),
        ("maintenant", Why.MISSING),
        ("PV 03/04", Why.AMBIGUOUS_DATE),
        ("récépissé du 24/11/2026", Why.TIME_WITHOUT_HOUR),
        ("ref 24/11/26 14:30", Why.NOT_A_TIME),
        ("ref 24 novembre 2026 14:30", Why.NOT_A_TIME),
        ("ref 24 novembre 14h30", Why.NOT_A_TIME),
        ("ref vendredi 14:30", Why.NOT_A_TIME),
        ("ref 2h", Why.AMBIGUOUS_HOUR),
    ],
)
def test_a_filing_is_refused_rather_than_dated_wrongly(text: str, why: Why) -> None:
    assert refused(f"!declare GDPR-33-1 {text}").why is why


def test_a_reference_that_ends_in_a_date_is_kept_when_a_time_follows() -> None:
    assert filed("récépissé du 24/11/2026 maintenant") == File(rule=RULE, reference="récépissé du 24/11/2026", when=NOW)


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("2h", timedelta(hours=2)),
        ("2 h", timedelta(hours=2)),
        ("2 heures", timedelta(hours=2)),
        ("30min", timedelta(minutes=30)),
        ("30 m", timedelta(minutes=30)),
        ("1h30", timedelta(minutes=90)),
        ("1h30min", timedelta(minutes=90)),
        ("1d", timedelta(days=1)),
        ("1j", timedelta(days=1)),
        ("2 jours", timedelta(days=2)),
        ("1d2h", timedelta(hours=26)),
    ],
)
def test_a_duration_is_read(text: str, span: timedelta) -> None:
    assert read_span(text) == span


@pytest.mark.parametrize("text", ["", "2", "0h", "-2h", "deux heures", "99999h", "1h99", "2h de plus"])
def test_no_other_duration_is(text: str) -> None:
    assert refused(f"!reporter GDPR-33-1 {text}").why in (Why.NOT_A_SPAN, Why.MISSING)
