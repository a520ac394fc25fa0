"""The catalogue of clocks: what the loader reads and refuses, and what the shipped one says."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot.core.clocks.lengths import CalendarDays, EarlierOf, Elapsed, Length, Months, WithoutDelay, WorkingDays
from bot.core.clocks.rules import Proof, Rule, in_force
from bot.core.language import Words
from bot.core.names import RuleId
from bot.core.people.roster import Right, Role, has_right
from bot.host.shipped import playbooks_folder
from bot.library.problems import Problem, RulesError
from bot.library.rules import load, parse, read_rows
from tests.library.texts import RULES, line_of

SECOND = RULES.removeprefix("rules:\n")
PROPOSED = RULES.replace("valid_from: 2023-04-24", "pending: true\n    version: draft")


def problems_of(text: str) -> tuple[Problem, ...]:
    with pytest.raises(RulesError) as refused:
        parse(text, file="clocks.yaml")
    return refused.value.problems


def shipped() -> dict[str, Rule]:
    return {rule.name: rule for rule in load(playbooks_folder())}


def test_a_row_is_read_as_it_is_written() -> None:
    (rule,) = parse(RULES)

    assert rule.id == "FR-LOPMI"
    assert rule.title == Words(fr="Déposer plainte", en="File a complaint")
    assert (rule.length, rule.owner, rule.proof) == (Elapsed(hours=72), Role.COORDINATOR, Proof.PRIMARY)
    assert (rule.read_on, rule.valid_from, rule.valid_to) == (date(2026, 11, 24), date(2023, 4, 24), None)
    assert (rule.channel, rule.after, rule.soft, rule.counts_in_full_hours) == ("", None, False, False)


@pytest.mark.parametrize(
    ("old", "new", "part", "message"),
    [
        ("id: FR-LOPMI", "id: lopmi", "id: lopmi", "a rule's id is capitals and figures"),
        ("title: {fr: Déposer plainte, en: File a complaint}", "title: x", "title: x", "must be made of `key: value`"),
        ("title: {fr: Déposer plainte, en: File a complaint}", "channel: x", "id: FR", "`title` is missing"),
        ("title: {fr: Déposer plainte, en: File a complaint}", "title: {fr: x}", "title: {fr", "`en` is missing"),
        ("title: {fr: Déposer plainte,", "title: {fr: x, de: y,", "title:", "unknown key `de`; known: fr, en"),
        ("length: 72 h", "length: 72 hours", "72 hours", "bad `length` `72 hours`"),
        ("length: 72 h", "length: 0 h", "0 h", "bad `length` `0 h`"),
        ("length: 72 h", "length: 72 h\n    aim: 2 days", "aim: 2 days", "bad `aim` `2 days`; write `48 h`"),
        ("length: 72 h", "length: 72 h\n    aim: 72 h", "id: FR", "`aim` of `FR-LOPMI` does not come before the end"),
        ("length: 72 h", "length: 2 working days\n    aim: 48 h", "id: FR", "does not come before the end"),
        ("length: 72 h", "length: 1 month\n    aim: 672 h", "id: FR", "does not come before the end"),
        ("length: 72 h", "length: 72 h\n    aim: 48 h\n    soft: true", "aim: 48 h", "a `soft` row is a target itself"),
        ("owner: coordinator", "owner: boss", "owner: boss", "unknown role `boss`"),
        ("source: C. assur. L12-10-1", "sauce: x", "sauce: x", "unknown key `sauce`; known: id, called, title"),
        ("    source: C. assur. L12-10-1\n", "", "id: FR", "`source` is missing"),
        ("https://example.org/law", "example.org", "source_url", "`source_url` must be an address"),
        ("read_on: 2026-11-24", "read_on: 24/11/2026", "read_on", "is not a date; write it as 2026-11-24"),
        ("proof: P", "proof: X", "proof: X", "unknown `proof` `X`; known: P, S, M, C"),
        ("proof: P", "proof: P\n    soft: perhaps", "soft: perhaps", "neither `true` nor `false`"),
        ("proof: P", "proof: P\n    after: FR-OTHER", "id: FR", "starts after `FR-OTHER`, which has no row"),
        ("proof: P", "proof: P\n    after: FR-LOPMI", "id: FR", "waits for itself"),
        ("proof: P", "proof: P\n    valid_to: 2020-01-01", "id: FR", "ends before it begins"),
        ("    regime: fr-lopmi\n", "", "id: FR", "`regime` is missing"),
        ("role: victim", "role: The Victim", "role: The", "`role` is one lower-case word, with hyphens"),
        ("length: 72 h", "length: 1 months and 2 days", "length: 1", "`30 calendar days`, `1 month`"),
        ("valid_from: 2023-04-24", "pending: true", "id: FR", "a pending row needs a `version`"),
        ("proof: P", "proof: P\n    pending: true\n    version: a", "id: FR", "has no `valid_from` and no `valid_to`"),
        ("proof: P", "proof: P\n    enabled: false", "id: FR", "`enabled: false` and `why_off`"),
        ("proof: P", "proof: P\n    why_off: {fr: a, en: b}", "id: FR", "`enabled: false` and `why_off`"),
        ("{aware: 2023-12-08 18:00,", "{aware: Friday,", "example: ", "`Friday` is not a time"),
        ("{aware: 2023-12-08 18:00,", "{", "example: ", "`aware` is missing"),
        ("{aware: 2023-12-08 18:00, due: 2023-12-11 18:00}", "today", "example: ", "made of `key: value` lines"),
    ],
)
def test_a_faulty_row_is_refused_with_its_line(old: str, new: str, part: str, message: str) -> None:
    text = RULES.replace(old, new, 1)
    line = line_of(text, part)

    assert any(p.line == line and message in p.message for p in problems_of(text)), problems_of(text)


@pytest.mark.parametrize(
    ("written", "length"),
    [
        ("5 working days", WorkingDays(days=5)),
        ("30 calendar days", CalendarDays(days=30)),
        ("1 month", Months(months=1)),
        ("2 months", Months(months=2)),
        ("24 h, or 4 h after classification", EarlierOf(hours_after_aware=24, hours_after_second=4)),
        ("none", WithoutDelay()),
    ],
)
def test_a_length_is_read_as_it_is_written(written: str, length: Length) -> None:
    assert parse(RULES.replace("72 h", written))[0].length == length


@pytest.mark.parametrize(("length", "aim"), [("72 h", "71 h"), ("none", "9999 h"), ("1 month", "671 h")])
def test_a_soft_line_is_hours_after_awareness_and_before_the_end(length: str, aim: str) -> None:
    rule = parse(RULES.replace("72 h", f"{length}\n    aim: {aim}"))[0]
    assert rule.aim == timedelta(hours=int(aim.removesuffix(" h")))
    assert parse(RULES)[0].aim is None


def test_switches_are_read() -> None:
    more = "soft: true\n    counts_in_full_hours: false\n    rests_on_closed_days: true"
    (rule,) = parse(RULES.replace("proof: P", f"proof: P\n    {more}"))

    assert (rule.soft, rule.counts_in_full_hours, rule.rests_on_closed_days) == (True, False, True)


def test_the_body_of_law_the_quality_and_the_documents_are_read() -> None:
    (bare,) = parse(RULES)
    (rule,) = parse(RULES.replace("proof: P", "proof: P\n    needs: {fr: un pouvoir, en: a power}"))

    assert (rule.regime, rule.role, rule.needs) == ("fr-lopmi", "victim", Words(fr="un pouvoir", en="a power"))
    assert bare.needs is None


def test_a_row_that_is_off_says_why() -> None:
    (rule,) = parse(RULES.replace("proof: P", "proof: P\n    enabled: false\n    why_off: {fr: non, en: no}"))
    (on,) = parse(RULES.replace("proof: P", "proof: P\n    enabled: true"))

    assert rule.why_off == Words(fr="non", en="no")
    assert on.why_off is None


def test_a_proposal_has_a_version_and_no_day() -> None:
    (rule,) = parse(PROPOSED)

    assert (rule.valid_from, rule.valid_to, rule.name) == (None, None, "FR-LOPMI@draft")
    assert len(parse(RULES + PROPOSED.removeprefix("rules:\n"))) == 2


def test_two_rows_that_the_configuration_could_not_tell_apart_are_refused() -> None:
    twice = problems_of(PROPOSED + PROPOSED.removeprefix("rules:\n"))

    assert [p.message for p in twice] == ["another row is called `FR-LOPMI@draft` too; give this one a `version`"] * 2


def test_an_id_of_a_contract_is_none_of_the_catalogue() -> None:
    (problem,) = problems_of(RULES.replace("FR-LOPMI", "C-1"))

    assert problem.message == "ids that begin with `C-` are those of contracts of the configuration"


def test_an_example_is_read_in_paris_time() -> None:
    (row,) = read_rows(RULES, file="clocks.yaml")
    (bare,) = read_rows(RULES.replace("    example: {aware: 2023-12-08 18:00, due: 2023-12-11 18:00}\n", ""), file="x")

    assert row.example is not None
    assert (row.example.aware, row.example.classified) == (datetime(2023, 12, 8, 17, tzinfo=UTC), None)
    assert bare.example is None


def test_an_id_may_come_twice_when_the_texts_follow_each_other() -> None:
    old = RULES.replace("proof: P", "proof: S\n    valid_to: 2027-12-31")
    new = SECOND.replace("2023-04-24", "2028-01-01")

    rules = parse(old + new)

    assert in_force(rules, date(2027, 12, 31))[RuleId("FR-LOPMI")].proof is Proof.SECONDARY
    assert in_force(rules, date(2028, 1, 1))[RuleId("FR-LOPMI")].proof is Proof.PRIMARY
    assert in_force(rules, date(2020, 1, 1)) == {}


def test_two_rows_of_one_id_valid_on_the_same_day_are_refused() -> None:
    assert "valid on the same day" in problems_of(RULES + SECOND)[0].message


def test_a_chain_that_comes_back_is_refused_and_one_that_ends_is_not() -> None:
    first = RULES.replace("proof: P", "proof: P\n    after: FR-B")
    second = SECOND.replace("FR-LOPMI", "FR-B")

    assert len(parse(first + second)) == 2
    looping = problems_of(first + second.replace("proof: P", "proof: P\n    after: FR-LOPMI"))
    assert [problem.message for problem in looping] == [
        "`FR-LOPMI` waits for itself: its chain of `after` never ends",
        "`FR-B` waits for itself: its chain of `after` never ends",
    ]


def test_a_rule_that_only_leads_to_a_loop_is_refused_and_does_not_hang() -> None:
    leading = RULES.replace("proof: P", "proof: P\n    after: FR-B")
    looping = SECOND.replace("FR-LOPMI", "FR-B").replace("proof: P", "proof: P\n    after: FR-B")

    assert len(problems_of(leading + looping)) == 2


def test_what_is_no_catalogue_is_refused() -> None:
    assert "must list at least one clock" in problems_of("rules: []")[0].message
    assert "unknown key `clocks`" in problems_of("clocks: []")[-1].message
    assert "is not YAML" in problems_of("rules: [")[0].message
    assert "expected `key: value` lines" in problems_of("- a")[0].message
    assert "is nested too deeply" in problems_of("[" * 100_000)[0].message


def test_a_catalogue_is_loaded_from_its_file_or_its_folder(tmp_path: Path) -> None:
    (tmp_path / "clocks.yaml").write_text(RULES, encoding="utf-8")

    assert load(tmp_path) == load(tmp_path / "clocks.yaml") == parse(RULES)
    with pytest.raises(RulesError, match="cannot be read"):
        load(tmp_path / "absent.yaml")


def test_the_shipped_clocks_have_the_lengths_of_the_law() -> None:
    rules = shipped()

    assert rules["GDPR-33-1"].length == Elapsed(hours=72)
    assert rules["GDPR-33-2"].length == WithoutDelay()
    assert rules["FR-INS-5"].length == WorkingDays(days=5)
    assert rules["FR-AP-30"].length == CalendarDays(days=30)
    assert rules["NIS2-FIN"].length == Months(months=1)
    assert rules["DORA-4/24"].length == EarlierOf(hours_after_aware=24, hours_after_second=4)
    assert {id for id, rule in rules.items() if rule.soft} == {"GDPR-33-4", "FR-AP-15"}
    full_hours = {id for id, rule in rules.items() if rule.counts_in_full_hours}
    assert full_hours == {"GDPR-33-1", "GDPR-33-1@omnibus", "TELECOM-24"}
    assert {id for id, rule in rules.items() if rule.rests_on_closed_days} == {"DORA-4/24", "DORA-72", "DORA-1M"}


def test_the_shipped_clocks_say_where_they_come_from() -> None:
    for rule in shipped().values():
        assert rule.read_on in {date(2026, 11, 24), date(2026, 11, 28)}
        assert rule.source_url.startswith("https://")
        assert rule.valid_from is None or rule.valid_from < rule.read_on


def test_the_shipped_clocks_are_owned_by_roles_that_may_stop_them() -> None:
    for rule in shipped().values():
        assert has_right(frozenset({rule.owner}), Right.CLOCK), rule.name
