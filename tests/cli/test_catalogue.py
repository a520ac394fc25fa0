"""The catalogue on the console: the list, and what a person may call a row."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot import cli
from bot.cli.catalogue import find, ids_on, to_json, to_lines
from bot.cli.compute import UnknownRuleError, ask, compute
from bot.cli.compute import to_json as clock_json
from bot.cli.compute import to_lines as clock_lines
from bot.config import ConfigError
from bot.core.clocks.lengths import EarlierOf, Elapsed, Months, WithoutDelay
from bot.core.clocks.rules import Rule, in_force
from bot.core.language import Language, Words
from bot.core.names import RuleId
from bot.host.shipped import playbooks_folder
from bot.library import rules
from bot.library.moments import MomentError
from bot.library.rules import switched
from tests.core.build import rule

PARIS = ZoneInfo("Europe/Paris")
TODAY = date(2026, 11, 24)
SHIPPED = rules.load(playbooks_folder())
NIS2 = frozenset({"NIS2-24", "NIS2-72"})

OLD = rule(RuleId("A-1"), Elapsed(hours=1), valid_to=date(2025, 12, 31), version="old")
NEW = rule(RuleId("A-1"), Elapsed(hours=2), valid_from=date(2026, 1, 1))
DRAFT = rule(RuleId("A-1"), Elapsed(hours=3), valid_from=None, version="draft")
OFF = rule(RuleId("B-1"), Elapsed(hours=4), why_off=Words(fr="non", en="no"), called={Language("fr"): "Éteinte"})
ROWS = (OLD, NEW, DRAFT, OFF)


@pytest.mark.parametrize(
    ("name", "day", "found"),
    [
        ("A-1", TODAY, NEW),
        ("a-1", date(2025, 6, 1), OLD),
        ("A-1@draft", TODAY, DRAFT),
        ("a-1@OLD", TODAY, OLD),
        ("B-1", TODAY, OFF),
        ("eteinte", TODAY, OFF),
        ("B-1", date(2001, 1, 1), None),
        ("draft", TODAY, None),
        ("A-1@", TODAY, None),
        ("", TODAY, None),
    ],
)
def test_a_row_is_found_by_the_day_or_by_its_whole_name(name: str, day: date, found: object) -> None:
    assert find(ROWS, name, day) is found


def test_the_ids_of_a_day_hold_what_is_off_and_no_proposal() -> None:
    assert ids_on(ROWS, TODAY) == ("A-1", "B-1")
    assert ids_on((DRAFT,), TODAY) == ()


def test_a_row_in_json_has_every_part_in_both_languages() -> None:
    found = {row["id"]: row for row in (to_json(row, TODAY) for row in SHIPPED) if not row["version"]}
    warning = json.loads(json.dumps(found["NIS2-24"]))

    assert (warning["state"], warning["regime"], warning["role"]) == ("off", "nis2", "essential-entity")
    assert warning["why"]["fr"].startswith("La loi qui transpose NIS2")
    assert warning["length"] == {
        "fr": "24\u00a0h, nuits et week-ends compris",
        "en": "24 h, nights and weekends included",
    }
    assert (warning["valid_from"], warning["valid_to"]) == ("2024-10-18", None)
    assert (warning["aim"], found["FR-AP-15"]["aim"]) == ("12 h", None)
    assert found["NIS2-FIN"]["after"] == "NIS2-72"
    assert found["GDPR-33-1"]["why"] is None
    assert found["FR-AP-15"]["needs"] is None


OF_THE_LAW = {
    **{id: (id,) for id in ("GDPR-33-1", "GDPR-33-2", "GDPR-33-4", "GDPR-33-5", "GDPR-34")},
    **{id: (id,) for id in ("FR-LOPMI", "FR-INS-5", "FR-INS-2", "FR-AP-30", "FR-AP-CSE", "FR-AP-15", "FR-SANTE")},
    **{id: (id,) for id in ("FR-FSN", "FR-OSE", "FR-OIV", "FR-EDITEUR", "FR-TELECOM")},
    **{id: (id,) for id in ("NIS2-24", "NIS2-72", "NIS2-INT", "NIS2-FIN", "NIS2-FIN-2", "NIS2-TSP-24", "NIS2-REC")},
    **{id: (id,) for id in ("DORA-72", "DORA-1M", "DORA-CLI", "CRA-USERS", "UK-72", "CH-LPD", "QC-25")},
    **{id: (id,) for id in ("EIDAS-24", "CER-24", "CER-1M", "MAR-17", "SEC-8K")},
    "TELECOM": ("TELECOM-24", "TELECOM-72", "TELECOM-ABO"),
    "DORA-4/24": ("DORA-4/24",),
    "CRA-24/72/14": ("CRA-24", "CRA-72", "CRA-14"),
    "CRA-INC": ("CRA-INC-24", "CRA-INC-72", "CRA-INC-1M"),
    "CH-24": ("CH-24", "CH-14"),
}
"""The duties as the law groups them, and the rows that keep them: a row is one timer."""


def test_every_duty_has_its_rows_and_every_row_its_duty_and_its_source() -> None:
    listed = {row["id"]: row for row in (to_json(rule, TODAY) for rule in SHIPPED)}

    assert {id for ids in OF_THE_LAW.values() for id in ids} == set(listed)
    assert {row["duty"] for row in listed.values()} == set(OF_THE_LAW)
    for id, row in listed.items():
        assert all(row[key] for key in ("source", "source_url", "read_on", "proof", "state", "length")), id


@pytest.mark.parametrize("row", SHIPPED, ids=lambda row: row.name)
def test_every_row_is_computed_by_its_name_on_the_console(row: Rule, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["clock", row.name.lower(), "--aware", "2026-11-24T14:30", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["rule"], told["source"]) == (row.id, row.source)
    assert (told["due"] is None) == isinstance(row.length, WithoutDelay)
    assert cli.main(["clock", row.name, "--aware", "2026-11-24T14:30"]) == 0
    assert row.source in capsys.readouterr().out


def test_a_proposal_in_json_has_no_day() -> None:
    (found,) = (row for row in (to_json(row, TODAY) for row in SHIPPED) if row["version"])

    assert (found["id"], found["version"], found["state"]) == ("GDPR-33-1", "omnibus", "pending")
    assert (found["valid_from"], found["valid_to"]) == (None, None)


def test_lines_say_how_a_row_stands_and_why() -> None:
    lines = list(to_lines(ROWS, TODAY))

    assert lines[3] == "    no longer valid, since 2018-05-25 until 2025-12-31"
    assert lines[7] == "    in force, since 2026-01-01"
    assert lines[11] == "    pending, no day is known; only `clocks: {enable: [A-1@draft]}` switches it on"
    assert lines[15] == "    off (valid since 2018-05-25): no"


def test_lines_say_what_starts_a_row_and_what_is_no_limit() -> None:
    soft = replace(NEW, soft=True, regime="gdpr", role="controller", length=Months(months=2))
    chained = replace(soft, after=RuleId("B-1"))

    aimed = replace(soft, soft=False, aim=timedelta(days=7))

    assert list(to_lines((soft, chained, aimed), TODAY))[1::4] == [
        "    gdpr, controller: 2 months, to the same date; not a legal limit",
        "    gdpr, controller: 2 months, to the same date, after B-1 is filed; not a legal limit",
        "    gdpr, controller: 2 months, to the same date; our aim 168 h",
    ]


def test_a_question_with_two_moments_is_read() -> None:
    asked = ask(SHIPPED, "dora-4/24", "2026-11-23T08:00", "2026-11-24T06:00", PARIS)
    computed = compute(asked.rule, asked.aware, PARIS, frozenset(), asked.classified)

    assert isinstance(asked.rule.length, EarlierOf)
    assert clock_json(computed)["due_local"] == "2026-11-24T08:00:00+01:00"
    assert clock_json(computed)["classified"] == "2026-11-24T05:00:00Z"
    assert "classified   Tue 2026-11-24 06:00+01:00" in clock_lines(computed)


@pytest.mark.parametrize(
    ("name", "classified", "told"),
    [
        ("GDPR-33-1", "2026-11-24T06:00", "--classified: GDPR-33-1 runs from one moment only; leave it out"),
        ("DORA-4/24", "2026-11-23T07:59", "--classified: it lies before --aware"),
        ("DORA-4/24", "soon", "--classified: `soon` is not a time"),
    ],
)
def test_a_classification_that_does_not_fit_is_refused(name: str, classified: str, told: str) -> None:
    with pytest.raises(MomentError) as refused:
        ask(SHIPPED, name, "2026-11-23T08:00", classified, PARIS)

    assert told in str(refused.value)


def test_an_unknown_rule_is_answered_with_those_of_the_day() -> None:
    with pytest.raises(UnknownRuleError, match="known are: A-1, B-1"):
        ask(ROWS, "C-1", "2026-11-23T08:00", None, PARIS)


def test_a_row_that_is_off_or_a_proposal_is_computed_and_says_so() -> None:
    off, draft = (ask(ROWS, name, "2026-11-23T08:00", None, PARIS) for name in ("B-1", "A-1@draft"))
    first, second = (compute(asked.rule, asked.aware, PARIS, frozenset()) for asked in (off, draft))

    assert clock_json(first)["off"] == "no"
    assert "off          no" in clock_lines(first)
    assert clock_json(second)["pending"] == "a proposal, not in force; no day is known"
    assert clock_lines(second)[1].startswith("pending      a proposal")
    assert not {"off", "pending", "classified"} & clock_json(compute(NEW, off.aware, PARIS, frozenset())).keys()


def test_the_configuration_switches_rows_on() -> None:
    on = in_force(switched(SHIPPED, NIS2), TODAY)

    assert on.keys() >= NIS2
    assert "NIS2-FIN" not in on
    assert switched(SHIPPED, frozenset()) == SHIPPED


def test_no_configuration_puts_a_proposal_in_the_place_of_the_law() -> None:
    rows = switched(SHIPPED, frozenset({"GDPR-33-1@omnibus"}))

    assert in_force(rows, TODAY)[RuleId("GDPR-33-1")].length == Elapsed(hours=72)
    assert rows == SHIPPED


def test_a_clock_that_nobody_knows_is_refused_with_the_nearest() -> None:
    with pytest.raises(ConfigError) as refused:
        switched(SHIPPED, frozenset({"NIS2-42", "XYZZY"}))

    assert str(refused.value).splitlines() == [
        "clocks.enable: no clock of `cellule clocks list` is called NIS2-42; did you mean NIS2-72?",
        "clocks.enable: no clock of `cellule clocks list` is called XYZZY",
    ]
