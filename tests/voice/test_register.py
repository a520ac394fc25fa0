"""The register word for word, and its files read back by what reads such files."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from io import StringIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import voice
from bot.core.documents.register import RegisterEntry, entries, entry
from bot.core.facts import (
    Answered,
    ClockFiled,
    ClockSetAside,
    Closed,
    Fact,
    RiskDecided,
    RiskWeighed,
    SeverityScored,
    StepDone,
)
from bot.core.language import Language
from bot.core.names import IncidentId, Question, StepId
from bot.core.risk import RiskFactor, RiskLevel, Score
from bot.sentences import languages
from bot.voice import Text
from bot.voice.cells import as_cell
from bot.voice.documents import paper
from bot.voice.documents.register_fields import fields
from tests.voice.story import ALICE, BOB, CNIL, HOUR, OPENED, build, facts, incident, opened

Golden = Callable[[str, Text], None]
EN = Language("en")
each = pytest.mark.parametrize("language", languages())
NOW = OPENED + 100 * HOUR
N1 = StepId("N1")
DANGEROUS = re.compile(r"(?:^|[\r\n\t;])[ \"]*[=+\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r\n]")


def answered(name: str, value: str) -> Answered:
    return Answered(at=OPENED, by=BOB, question=Question(name), value=value)


PAYROLL = Score(context=300, identification=100, confidentiality=50, integrity=0, availability=25, malice=50)


def told(language: Language) -> tuple[Fact, ...]:
    """Return a breach that was notified, with nearly everything that can be said of it."""
    return (
        *facts(language),
        StepDone(at=OPENED + 24 * HOUR, by=BOB, step=N1, result=""),
        answered("nature", "confidentiality, availability"),
        answered("attack-start", "2026-11-23T22:00:00+00:00"),
        answered("data-kinds", "paie *et* RIB"),
        answered("people-count", "about 1,200"),
        RiskWeighed(at=OPENED, by=BOB, factor=RiskFactor.DATA, level=RiskLevel.HIGH, reason="=SUM(A1)\n- RIB"),
        SeverityScored(at=OPENED + HOUR, by=BOB, score=PAYROLL, reason="=SUM(A1) *paie*"),
        RiskDecided(at=OPENED + 2 * HOUR, by=BOB, level=RiskLevel.HIGH, reason="paie & <RIB>"),
        Closed(at=OPENED + 90 * HOUR, by=ALICE, summary="tout est rétabli"),
    )


@pytest.mark.parametrize(("language", "told"), [("fr", "assure"), ("en", "insured")])
def test_a_question_that_is_not_known_is_called_as_in_its_language(language: str, told: str) -> None:
    began = opened(Language("fr"))
    asked = tuple(replace(one, called={Language("fr"): "assure"}) for one in began.playbook.questions)
    one = entry(build((replace(began, playbook=replace(began.playbook, questions=asked)),)), NOW)
    assert told in [part for _, text in fields(one, Language(language)) for part in re.split(r"\s?; ", text)]


def waived(language: Language) -> RegisterEntry:
    """Return a later breach that somebody decided not to notify."""
    began = replace(opened(language), at=OPENED + 48 * HOUR, incident=IncidentId("f" * 16), codename="brisk-otter")
    aside = ClockSetAside(at=OPENED + 50 * HOUR, by=BOB, rule=CNIL, reason="rien n'est sorti")
    return entry(build((began, answered("personal-data", "yes"), aside)), NOW)


def notified(language: Language) -> RegisterEntry:
    return entry(build(told(language)), NOW)


def both_entries(language: Language) -> list[RegisterEntry]:
    return [waived(language), notified(language)]


def with_title(title: str, count: int = 1) -> list[RegisterEntry]:
    whole = build((replace(opened(EN), title=title), ClockSetAside(at=OPENED, by=BOB, rule=CNIL, reason=title)))
    return [entry(whole, NOW)] * count


def rows(table: str, delimiter: str = ",") -> list[list[str]]:
    return list(csv.reader(StringIO(table, newline=""), strict=True, delimiter=delimiter))


@each
def test_the_register_as_a_message(golden: Golden, language: Language) -> None:
    golden(f"register.{language}", voice.register(both_entries(language), language))


@each
def test_the_register_as_a_table(golden: Golden, language: Language) -> None:
    table = voice.register_table(both_entries(language), language)
    golden(f"register-table.{language}", Text(body=table.replace("\r\n", "\n"), html=""))


@each
def test_the_register_as_pages(golden: Golden, language: Language) -> None:
    golden(f"register-pages.{language}", Text(body=voice.register_pages(both_entries(language), language), html=""))


@each
def test_what_is_said_beside_the_file(golden: Golden, language: Language) -> None:
    golden(f"register-note.{language}", voice.register_note(both_entries(language), language))


@each
def test_an_empty_register_says_so(language: Language) -> None:
    assert voice.register([], language).body


@each
def test_the_decision_not_to_notify_is_somebodys_with_its_reason(language: Language) -> None:
    said = {
        Language("en"): "not notified because rien n'est sorti",
        Language("fr"): "non notifié, car rien n'est sorti",
    }[language]
    table = voice.register_table([waived(language)], language)
    pages = voice.register_pages([waived(language)], language)
    assert all(said in form for form in (voice.register([waived(language)], language).body, table, pages))
    assert f"{BOB}" in table


def test_an_incident_without_personal_data_shows_the_answer() -> None:
    none = entry(build((opened(EN), answered("personal-data", "no"))), NOW)
    assert "GDPR-33-1 is not watched (personal-data: no)" in voice.register([none], EN).body
    assert "GDPR-33-1 is not watched (personal-data: no)" in voice.register_table([none], EN)


def test_an_incident_is_told_in_the_language_of_the_house() -> None:
    french = voice.register([notified(Language("fr"))], EN).body
    assert "confidentiality" in voice.register_table([notified(Language("fr"))], EN)
    assert "Not known" in french


def test_a_late_filing_is_called_late() -> None:
    filed_at = OPENED + timedelta(hours=72)
    late = ClockFiled(at=filed_at, by=BOB, rule=CNIL, reference="n° 7", filed_at=filed_at)
    table = voice.register_table([entry(build((*facts(EN)[:7], late)), NOW)], EN)
    assert "reference n° 7, late" in table
    assert "the reasons for the delay" in table


def test_every_entry_has_the_same_fields_in_the_same_order() -> None:
    bare = entry(incident(EN, 2), NOW)
    labels = [[label for label, _ in fields(found, EN)] for found in (bare, *both_entries(EN))]
    assert labels[0] == labels[1] == labels[2]
    assert len(set(labels[0])) == len(labels[0])


def test_the_table_is_a_line_of_labels_and_a_line_an_entry() -> None:
    table = voice.register_table(both_entries(EN), EN)
    labels, *found = rows(table)
    assert labels[:2] == ["Codename", "Incident"]
    assert [row[0] for row in found] == ["brisk-otter", "amber-heron"]
    assert {len(row) for row in found} == {len(labels)}
    assert table.endswith("\r\n")


def test_what_begins_like_a_formula_does_not_begin_so_in_a_cell() -> None:
    reasons = dict(zip(*rows(voice.register_table([notified(EN)], EN)), strict=True))["Reasons on the risk"]
    assert reasons == "2 data: high risk, by @bob:example.org, because =SUM(A1)\n'- RIB"


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r1", "x;=1", 'x\n "=1', "\uff1d1"])
def test_every_known_way_to_begin_a_formula_is_taken(text: str) -> None:
    assert DANGEROUS.search(text)
    assert not DANGEROUS.search(as_cell(text))


@pytest.mark.parametrize("text", ["", "1 - 1 = 0", "a@example.org", "n° 2026-1234", "'=1"])
def test_what_is_no_formula_stays_as_it_is(text: str) -> None:
    assert as_cell(text) == text


SIGNS = st.sampled_from("=+-@'\"\t\r\n; ,a\uff1dé\U0001f512*_<&#[]\\`|1.")
TEXTS = st.text(SIGNS | st.characters(exclude_categories=["Cs"]))


@settings(max_examples=200, deadline=None)
@given(TEXTS)
def test_a_cell_is_read_back_as_it_was_but_for_apostrophes_and_never_as_a_formula(text: str) -> None:
    labels, row = rows(voice.register_table(with_title(text), EN))
    cell = row[labels.index("Incident")]
    assert cell.replace("'", "") == text.replace("'", "")
    assert not any(DANGEROUS.search(found) for found in row)


@settings(max_examples=100, deadline=None)
@given(TEXTS)
def test_what_people_typed_is_on_the_pages_as_they_typed_it(text: str) -> None:
    pages = paper.read(voice.register_pages(with_title(f"<{text}>"), EN))
    said = ["".join(run.text for run in paragraph.runs) for paragraph in pages]
    typed = " ".join(f"<{text}>".split())
    assert any(" ".join(line.split()) == f"Incident {typed}" for line in said)


@settings(max_examples=20, deadline=None)
@given(st.sampled_from(['"', "<b>", "\n", "\U0001f512", "é ", "a"]), st.sampled_from(languages()))
def test_no_message_is_too_large_and_what_is_left_out_is_counted(unit: str, language: Language) -> None:
    said = voice.register(with_title((unit * 48_000)[:48_000] + ".", 30), language)
    assert len(said.body.encode()) + len(said.html.encode()) < 20_000
    left = re.search(r"(?:And|Et) (\d+) ", said.body)
    assert left is not None
    assert int(left[1]) >= 20
    assert set(re.findall(r"</?([a-zA-Z][a-zA-Z0-9]*)", said.html)) <= {"p", "br", "strong", "em", "code"}


def test_entries_of_one_house_make_one_register() -> None:
    whole = [build(told(EN)), build((replace(opened(EN), drill=True),))]
    assert len(entries(whole, NOW)) == 1


def test_the_table_is_for_the_spreadsheets_of_the_language_and_its_times_can_be_sorted() -> None:
    french = Language("fr")
    labels, _, row = rows(voice.register_table(both_entries(french), french), ";")
    told = dict(zip(labels, row, strict=True))
    assert told["Connaissance, triable (Europe/Paris)"] == "2026-11-24 14:12"
    assert told["Notifié le, triable (Europe/Paris)"] == "2026-11-25 14:24"
    assert list(told.values())[-5] == "2026-11-24 14:30"
    assert len(rows(voice.register_table(both_entries(EN), EN))[0]) == len(labels)
