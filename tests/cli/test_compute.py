"""One clock on the console: moments as people type them, and the answer of the contract."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cli.compute import Computed, compute, to_json, to_lines
from bot.core.clocks.rules import Rule, in_force
from bot.core.names import RuleId
from bot.host.shipped import playbooks_folder
from bot.library import rules
from bot.library.calendar import closed_days, public_holidays
from bot.library.moments import MomentError, read_moment

PARIS = ZoneInfo("Europe/Paris")
RULES = in_force(rules.load(playbooks_folder()), date(2026, 11, 24))
ZONES = st.sampled_from([ZoneInfo(key) for key in ("Europe/Paris", "Indian/Reunion", "America/Guadeloupe", "UTC")])
KEYS = {"rule", "aware", "due", "due_local", "legal_limit", "reminders", "source"}
"""What every answer has; a soft line adds `aim`, an end that rests for some only adds `limit_note`."""


def answer(rule: str, aware: str, zone: ZoneInfo = PARIS) -> Computed:
    moment = read_moment(aware, zone)
    return compute(RULES[RuleId(rule)], moment, zone, closed_days(moment, zone))


@pytest.mark.parametrize(
    ("aware", "due", "limit"),
    [
        ("2026-11-24T14:30", "2026-11-27T14:30:00+01:00", "2026-11-27T15:00:00+01:00"),
        ("2020-12-22 12:17", "2020-12-25T12:17:00+01:00", "2020-12-25T13:00:00+01:00"),
        ("2027-03-27T10:00", "2027-03-30T11:00:00+02:00", "2027-03-30T12:00:00+02:00"),
        ("2026-10-23T16:00", "2026-10-26T15:00:00+01:00", "2026-10-26T16:00:00+01:00"),
        ("2023-12-08T18:00", "2023-12-11T18:00:00+01:00", "2023-12-11T19:00:00+01:00"),
    ],
)
def test_the_vectors_of_the_data_protection_clock(aware: str, due: str, limit: str) -> None:
    found = to_json(answer("GDPR-33-1", aware))

    assert (found["due_local"], found["legal_limit"]) == (due, limit)


@pytest.mark.parametrize(
    ("aware", "due"),
    [
        ("2023-12-08T18:00", "2023-12-15T23:59:00+01:00"),
        ("2025-12-24T18:00", "2026-01-02T23:59:00+01:00"),
        ("2026-04-30T18:00", "2026-05-11T23:59:00+02:00"),
    ],
)
def test_the_vectors_of_the_insurer_clock_use_the_holidays_of_france(aware: str, due: str) -> None:
    found = to_json(answer("FR-INS-5", aware))

    assert (found["due_local"], found["legal_limit"]) == (due, None)


def test_the_answer_is_that_of_the_contract() -> None:
    found = to_json(answer("GDPR-33-1", "2026-11-24T14:30"))

    assert json.loads(json.dumps(found)) == {
        "rule": "GDPR-33-1",
        "aware": "2026-11-24T13:30:00Z",
        "due": "2026-11-27T13:30:00Z",
        "due_local": "2026-11-27T14:30:00+01:00",
        "legal_limit": "2026-11-27T15:00:00+01:00",
        "reminders": [
            "2026-11-25T13:30:00Z",
            "2026-11-26T13:30:00Z",
            "2026-11-27T01:30:00Z",
            "2026-11-27T07:30:00Z",
            "2026-11-27T10:30:00Z",
            "2026-11-27T12:30:00Z",
            "2026-11-27T13:30:00Z",
        ],
        "source": "RGPD (GDPR) art.\u00a033(1)",
        "aim": "2026-11-26T13:30:00Z",
    }


def test_a_duty_without_a_figure_has_no_due_time_and_no_reminders() -> None:
    found = to_json(answer("GDPR-33-2", "2026-11-24T14:30"))

    assert (found["due"], found["due_local"], found["legal_limit"], found["reminders"]) == (None, None, None, [])
    assert found["aim"] == "2026-11-25T13:30:00Z"
    assert found.keys() == KEYS | {"aim"}


def test_an_aim_that_would_come_after_the_due_time_is_left_out() -> None:
    late = replace(RULES[RuleId("GDPR-33-1")], aim=timedelta(hours=72))
    moment = read_moment("2026-11-24T14:30", PARIS)
    assert to_json(compute(late, moment, PARIS, frozenset())).keys() == KEYS


def test_the_complaint_has_no_later_reading_and_the_complement_no_legal_limit() -> None:
    assert to_json(answer("FR-LOPMI", "2026-11-24T14:30"))["legal_limit"] == "2026-11-27T14:30:00+01:00"
    assert to_json(answer("GDPR-33-4", "2026-11-24T14:30"))["legal_limit"] is None


def test_lines_give_local_time_and_say_what_the_law_leaves_open() -> None:
    lines = to_lines(answer("GDPR-33-2", "2026-11-24T14:30"))

    assert lines[0].startswith("rule         GDPR-33-2  ")
    assert lines[1:6] == (
        "aware        Tue 2026-11-24 14:30+01:00",
        "due          none: the law gives no figure",
        "our aim      Wed 2026-11-25 14:30+01:00 (no limit of the law)",
        "legal limit  -",
        "reminders    -",
    )
    assert lines[7] == "             https://eur-lex.europa.eu/eli/reg/2016/679/oj (read on 2026-11-24, proof P)"


def test_every_reminder_has_a_line_and_all_values_stand_in_one_column() -> None:
    lines = to_lines(answer("FR-LOPMI", "2026-11-24T14:30"))

    assert lines[5:7] == (
        "reminders    T-48 Wed 2026-11-25 14:30+01:00",
        "             T-24 Thu 2026-11-26 14:30+01:00",
    )
    assert {line[12] for line in lines} == {" "}
    assert all(line[13] != " " for line in lines)


@given(
    rule=st.sampled_from(list(RULES.values())),
    aware=st.datetimes(
        min_value=datetime.fromisoformat("2000-01-01"),
        max_value=datetime.fromisoformat("2098-01-01"),
        timezones=st.just(UTC),
    ),
    zone=ZONES,
)
def test_every_answer_can_be_read_back_and_its_times_are_in_order(rule: Rule, aware: datetime, zone: ZoneInfo) -> None:
    computed = compute(rule, aware, zone, closed_days(aware, zone))
    found = to_json(computed)

    assert found.keys() - {"aim", "limit_note"} == KEYS
    assert datetime.fromisoformat(str(found["aware"])) == aware
    if computed.due is not None:
        assert datetime.fromisoformat(str(found["due"])) == computed.due
        assert datetime.fromisoformat(str(found["due_local"])) == computed.due
        rings = [at for _, at in computed.reminders]
        assert rings == sorted(rings)
        assert rings[-1] == computed.due
        assert aware < rings[0]
    if computed.legal_limit is not None:
        assert computed.due is not None
        assert computed.due <= computed.legal_limit
        assert computed.legal_limit <= computed.due + timedelta(hours=1) or not rule.counts_in_full_hours


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-24T14:30", "2026-11-24T13:30:00+00:00"),
        ("2026-11-24 14:30:15", "2026-11-24T13:30:15+00:00"),
        (" 2026-11-24T14:30Z ", "2026-11-24T14:30:00+00:00"),
        ("2026-11-24T14:30+04:00", "2026-11-24T10:30:00+00:00"),
        ("2026-10-25T02:30+01:00", "2026-10-25T01:30:00+00:00"),
        ("2026-07-14T00:00", "2026-07-13T22:00:00+00:00"),
    ],
)
def test_a_moment_is_read_in_the_zone_or_with_its_offset(text: str, moment: str) -> None:
    assert read_moment(text, PARIS).isoformat() == moment


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is not a time; write year-month-day"),
        ("03/04", "`03/04` is not a time"),
        ("03/04/2026 14:30", "write year-month-day and hour: 2026-11-24T14:30"),
        ("2026-11-24", "is not a time"),
        ("20261124T1430", "is not a time"),
        ("2026-11-24T14:30+1", "is not a time"),
        ("2026-02-29T10:00", "does not exist"),
        ("2026-11-24T24:30", "does not exist"),
        ("2026-11-24T14:30+25:00", "does not exist"),
        ("0001-01-01T00:00", "outside the years 1990 to 2100"),
        ("9999-12-31T23:59", "outside the years 1990 to 2100"),
        (
            "2026-03-29T02:30",
            "2026-03-29 02:30 does not exist in Europe/Paris: the clocks change; "
            "write 2026-03-29T01:30+01:00 or 2026-03-29T03:30+02:00",
        ),
        (
            "2026-10-25T02:30",
            "2026-10-25 02:30 happens twice in Europe/Paris: the clocks change; "
            "write 2026-10-25T02:30+01:00 or 2026-10-25T02:30+02:00",
        ),
    ],
)
def test_a_text_that_names_no_moment_or_two_is_refused_with_what_to_write(text: str, message: str) -> None:
    with pytest.raises(MomentError) as refused:
        read_moment(text, PARIS)

    assert message in str(refused.value)


@given(st.text(max_size=40), ZONES)
def test_any_other_text_is_refused_and_nothing_else(text: str, zone: ZoneInfo) -> None:
    with pytest.raises(MomentError):
        read_moment(text, zone)


def test_france_has_eleven_holidays_a_year() -> None:
    for year in range(2020, 2031):
        assert len(public_holidays([year])) == 11
    assert date(2026, 5, 14) in public_holidays([2026])
    assert date(2026, 12, 26) not in public_holidays([2026])


def test_the_closed_days_around_a_moment_reach_as_far_as_a_process_may_run() -> None:
    new_year_in_paris = datetime(2025, 12, 31, 23, 30, tzinfo=UTC)

    assert {day.year for day in closed_days(new_year_in_paris, PARIS)} == set(range(2025, 2032))


def test_an_end_that_rests_is_no_legal_limit_for_a_bank_that_reads_the_console() -> None:
    rested, unmoved = (answer("DORA-4/24", f"2026-11-{day} 08:00") for day in (27, 23))

    assert "later end    Mon 2026-11-30 12:00+01:00 (not for all whom it binds, see the source)" in to_lines(rested)
    assert to_json(rested)["limit_note"] == "not for all whom it binds, see the source"
    assert "legal limit  Tue 2026-11-24 08:00+01:00" in to_lines(unmoved)
    assert "limit_note" not in to_json(unmoved)


def test_the_end_of_a_month_is_the_limit_of_the_law_where_it_falls_on_a_working_day() -> None:
    computed = answer("DORA-1M", "2026-10-27 08:00")

    assert any(line.startswith("legal limit  Fri 2026-11-27 23:59") for line in to_lines(computed))
