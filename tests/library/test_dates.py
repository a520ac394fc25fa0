"""The calendar of taxes and payroll as content: strict, sourced, and named by the configuration."""

from __future__ import annotations

from datetime import date, time
from pathlib import Path

import pytest

from bot.config import ConfigError
from bot.config.organisation import LegalRole, Organisation
from bot.core.clocks.lengths import END_OF_DAY
from bot.core.clocks.rules import Proof
from bot.core.people.roster import Role
from bot.host.shipped import playbooks_folder
from bot.library.dates import FILE_NAME, dates_of, load, parse
from bot.library.lint import check
from bot.library.problems import ContentError
from bot.sentences import languages

DATES = """\
dates:
  - id: dsn
    called: {fr: dsn, en: payroll}
    title: {fr: Déposer la DSN, en: File the DSN}
    days: [5, 15]
    at: "12:00"
    owner: hr
    source: art. R133-14
    source_url: https://example.org/dsn
    read_on: 2026-11-28
    proof: S
  - id: cfe
    title: {fr: Payer la CFE, en: Pay the CFE}
    days: [15]
    months: [12]
    owner: coordinator
    source: art. 1679 quinquies
    source_url: https://example.org/cfe
    read_on: 2026-11-28
    proof: S
"""


def firm(*names: str) -> Organisation:
    return Organisation(roles=frozenset({LegalRole.CONTROLLER}), calendar=names)


def problems_of(text: str) -> list[str]:
    with pytest.raises(ContentError) as refused:
        parse(text)
    return [problem.message for problem in refused.value.problems]


def test_a_date_with_several_days_is_named_with_its_day() -> None:
    dates = parse(DATES)
    assert list(dates) == ["dsn-5", "dsn-15", "cfe"]
    payroll, tax = dates["dsn-15"], dates["cfe"]
    assert (payroll.name, payroll.day, payroll.at, payroll.owner) == ("dsn", 15, time(12), Role.HR)
    assert payroll.months == tuple(range(1, 13))
    assert (payroll.source, payroll.proof, payroll.read_on) == ("art. R133-14", Proof.SECONDARY, date(2026, 11, 28))
    assert payroll.called == {"fr": "dsn", "en": "payroll"}
    assert (tax.day, tax.months, tax.at, tax.called) == (15, (12,), END_OF_DAY, {})


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("[5, 15]", "[0, 15]", "`0` is no whole number from 1 to 28"),
        ("[5, 15]", "[5, 29]", "`29` is no whole number from 1 to 28"),
        ("    days: [5, 15]\n", "", "`days` must list at least one day of the month"),
        ("months: [12]", "months: [13]", "`13` is no whole number from 1 to 12"),
        ('"12:00"', "noon", "`noon` is no hour; write it as 12:00"),
        ('"12:00"', '"25:00"', "`25:00` is no hour; write it as 12:00"),
        ("id: cfe", "id: CFE", "`id` is lower-case words joined by hyphens, as in `corporate-tax`; not `CFE`"),
        ("id: cfe", "id: dsn-5", "another date is called `dsn-5` too"),
        ("owner: hr", "owner: boss", "unknown role `boss`; known: admin, coordinator, management"),
        ("    source: art. R133-14\n", "", "`source` is missing"),
        ("read_on: 2026-11-28\n    proof: S\n  - id", "read_on: soon\n    proof: S\n  - id", "`soon` is not a date"),
        ("proof: S\n  - id", "proof: X\n  - id", "unknown `proof` `X`; known: P, S, M, C"),
        ("owner: hr", "owner: hr\n    moves: true", "unknown key `moves`"),
    ],
)
def test_what_is_not_understood_is_refused(old: str, new: str, message: str) -> None:
    assert old in DATES
    (problem,) = problems_of(DATES.replace(old, new))
    assert problem.startswith(message)


def test_what_is_no_calendar_is_refused() -> None:
    assert "unknown key `rules`" in problems_of("rules: []")[0]
    assert "expected `key: value` lines" in problems_of("- a")[0]


def test_a_folder_without_a_calendar_has_no_dates(tmp_path: Path) -> None:
    assert load(tmp_path) == {}
    with pytest.raises(ConfigError, match=r"there is no date dsn-15; known: none, calendar.yaml is not in the folder"):
        dates_of(firm("dsn-15"), {})


def test_the_linter_names_what_is_wrong_with_its_line(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_text(DATES.replace('"12:00"', "noon"), "utf-8")
    found = [str(problem) for problem in check([tmp_path / FILE_NAME])]
    assert found == [f"{tmp_path / FILE_NAME}:6: `noon` is no hour; write it as 12:00"]


def test_an_organisation_has_the_dates_it_named_once_each() -> None:
    dates = parse(DATES)
    assert dates_of(firm("cfe", "dsn-5", "cfe"), dates) == (dates["cfe"], dates["dsn-5"])
    assert dates_of(firm(), dates) == dates_of(None, dates) == ()


def test_a_date_that_there_is_not_is_told_with_the_nearest_one() -> None:
    with pytest.raises(ConfigError) as refused:
        dates_of(firm("dsn", "zzz"), parse(DATES))
    assert [str(problem) for problem in refused.value.problems] == [
        "organisation.calendar: there is no date dsn; did you mean dsn-5?",
        "organisation.calendar: there is no date zzz; known: dsn-5, dsn-15, cfe",
    ]


def test_every_date_that_is_shipped_says_itself_in_each_language_with_a_source_and_the_day_it_was_read() -> None:
    dates = load(playbooks_folder())
    assert {"dsn-5", "dsn-15", "vat-15", "vat-24", "is", "cfe"} <= set(dates)
    for row in dates.values():
        assert set(row.title.texts) == set(languages())
        assert row.source_url.startswith("https://")
        assert row.read_on == date(2026, 11, 28)
    assert dates["is"].months == (3, 6, 9, 12)
    assert (dates["cfe"].day, dates["cfe"].months) == (15, (12,))
