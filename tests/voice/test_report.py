"""The report in words: what each section says, and what it leaves out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from bot import voice
from bot.core import facts
from bot.core.costs.amounts import CostKind, Effort
from bot.core.evolve import fold
from bot.core.language import Language
from bot.core.names import DraftId, Question, RuleId
from bot.core.report.entries import Contents, Entry
from bot.core.report.pages import Block, Code, Event, Heading, Pairs, Picture, Prose, Report, Table, Timeline
from bot.core.risk import RiskLevel
from bot.voice.report.lines import LONGEST
from tests.core.build import ALICE, BOB, HOUR, NOW, OPENED, ROOM

EN, FR = Language("en"), Language("fr")
RULE = RuleId("GDPR-33-1")
NOTICE, FROZEN = DraftId("notice"), "TLP:AMBER\n\n# Notice\n\n- one\n\nText"
STORY: tuple[facts.Fact, ...] = (
    OPENED,
    facts.RoomReady(at=NOW, room=ROOM),
    facts.Joined(at=NOW, user=ALICE),
    facts.Answered(
        at=NOW + HOUR,
        by=BOB,
        question=Question("insured"),
        value="yes",
        certainty=facts.Certainty.SUPPOSED,
    ),
    facts.RiskDecided(at=NOW + HOUR, by=ALICE, level=RiskLevel.RISK, reason="a copy is not ruled out"),
    facts.ClockSetAside(at=NOW + 2 * HOUR, by=ALICE, rule=RULE, reason="no personal data", confirmed_by=BOB),
    facts.DraftMade(at=NOW + HOUR, by=BOB, draft=NOTICE, version=1, digest="ab"),
    facts.DraftFrozen(at=NOW + 2 * HOUR, by=BOB, draft=NOTICE, version=1, text=FROZEN),
    facts.Held(at=NOW + 3 * HOUR, by=ALICE, reason="the insurer asks"),
)


def told(story: Sequence[facts.Fact | None], language: Language = EN) -> Report:
    """Return the report of what happened; None for what was purged."""
    readable = [fact for fact in story if fact is not None]
    incident = fold(readable if len(readable) == len(story) else STORY)
    assert incident is not None
    entries = tuple(Entry(number=number, fact=fact) for number, fact in enumerate(story, 1))
    incident = replace(incident, language=language)
    contents = Contents(incident=incident, entries=entries, root="ab" * 32, key="k" * 43)
    return voice.report(contents)


def blocks(report: Report) -> Iterator[Block]:
    yield from report.cover.blocks
    for section in report.sections:
        yield from section.blocks


def events(report: Report) -> list[Event]:
    return [
        event for block in blocks(report) if isinstance(block, Timeline) for day in block.days for event in day.events
    ]


def words(report: Report) -> str:
    said: list[str] = []
    for block in blocks(report):
        match block:
            case Heading(text=text) | Prose(text=text):
                said.append(text)
            case Code(lines=lines):
                said += lines
            case Pairs(rows=rows):
                said += [cell for row in rows for cell in row]
            case Table(head=head, rows=rows):
                said += [*head, *(cell for row in rows for cell in row)]
            case Timeline(days=days):
                said += [event.text for day in days for event in day.events]
            case Picture(drawing=drawing):
                said.append(drawing.label)
    return "\n".join(said)


def titles(report: Report) -> list[str]:
    return [section.title for section in report.sections]


def test_every_entry_stands_in_the_timeline_by_its_number() -> None:
    found = events(told(STORY))
    assert [event.number for event in found] == list(range(1, len(STORY) + 1))
    assert all(event.text and event.kind for event in found)


def test_what_was_purged_stands_as_purged_and_its_words_nowhere() -> None:
    secret = "Quetzalcoatlus"
    left = told([None, None, *STORY[2:], None])
    found = events(left)
    assert [event.number for event in found if event.kind is None] == [1, 2, len(STORY) + 1]
    assert {event.text for event in found if event.kind is None} == {"Purged. Its hash stands in the record."}
    assert {event.hour for event in found if event.kind is None} == {""}
    assert secret not in words(left)


def test_a_supposition_is_told_as_one_wherever_it_stands() -> None:
    report = told(STORY)
    tables = [block for section in report.sections for block in section.blocks if isinstance(block, Table)]
    answers = [row[1] for table in tables for row in table.rows if table.head[0] == "Question"]
    assert len(answers) >= 2
    assert set(answers) == {"yes · supposed"}


def test_decisions_stand_with_their_reasons_and_who_confirmed_them() -> None:
    said = words(told(STORY))
    assert "no personal data\nalice, bob, " in said
    assert "a copy is not ruled out" in said
    assert "GDPR-33-1 set aside" in said


def test_a_legal_hold_and_a_frozen_text_stand_in_it() -> None:
    report = told(STORY)
    said = words(report)
    assert "the insurer asks" in said
    assert "• one" in said
    assert any("notice, version 1" in block.text for block in blocks(report) if isinstance(block, Heading))


def test_a_long_text_is_cut_and_says_where_the_rest_is() -> None:
    note = facts.Noted(at=NOW + HOUR, by=ALICE, text="word\n" * 9_400)
    report = told((*STORY, note))
    last = events(report)[-1]
    assert LONGEST < len(last.text) < LONGEST + 200
    assert last.text.endswith(f"[the rest: record.json, entry {len(STORY) + 1}]")


def test_sections_that_would_say_nothing_are_left_out() -> None:
    bare = titles(told(STORY[:3]))
    assert not {"Decisions", "Evidence", "Costs and outages"} & set(bare)
    assert "Decisions" in titles(told(STORY))


def test_costs_stand_in_it_once_there_are_some() -> None:
    noted = facts.CostNoted(
        at=NOW,
        by=ALICE,
        number=1,
        amount=Effort(minutes=720),
        estimated=False,
        kind=CostKind.RECONSTRUCTION,
        text="payroll anew",
        evidence=(1,),
    )
    dropped = facts.CostNoted(
        at=NOW, by=ALICE, number=2, amount=Effort(minutes=60), estimated=False, kind=CostKind.LEGAL, text="twice"
    )
    cancelled = facts.CostCancelled(at=NOW, by=ALICE, number=2, reason="noted twice")
    down = facts.OutageNoted(at=NOW, by=ALICE, number=1, system="payroll", begin=NOW - HOUR, end=None)
    back = facts.OutageNoted(at=NOW, by=ALICE, number=2, system="mail", begin=NOW - HOUR, end=NOW)
    report = told((*STORY, noted, dropped, cancelled, down, back))
    said = words(report)
    assert "Costs and outages" in titles(report)
    assert said.replace("\N{NO-BREAK SPACE}", " ").count("12 h") >= 3
    for text in ("payroll anew", "E1", "cancelled: noted twice", "goes on"):
        assert text in said
    only = told((*STORY, down))
    assert "payroll" in words(only)
    assert "Costs and outages" in titles(only)


def test_a_drill_says_so_on_its_cover_and_stands_in_no_register() -> None:
    drill = (replace(OPENED, drill=True), *STORY[1:])
    report = told(drill)
    assert report.title.startswith("[DRILL]")
    assert "Entry in the register of breaches" not in titles(report)
    assert "Entry in the register of breaches" in titles(told(STORY))


@pytest.mark.parametrize(("language", "mark", "begins"), [(EN, "[DRILL] ", "drill-"), (FR, "[EXERCICE] ", "exercice-")])
def test_a_drill_says_so_on_the_page_of_a_part_and_in_the_names_of_files(
    language: Language, mark: str, begins: str
) -> None:
    stood = fold(STORY)
    assert stood is not None
    real = replace(stood, language=language)
    drill = replace(real, drill=True)
    titles = [voice.record_cover(one, shown=1, size=2, key="k" * 43).title for one in (real, drill)]
    assert titles[1] == mark + titles[0]
    entries = tuple(Entry(number=number, fact=fact) for number, fact in enumerate(STORY, 1))
    stems = [voice.report_stem(Contents(incident=one, entries=entries, root="", key="")) for one in (real, drill)]
    assert stems[1] == begins + stems[0]


@pytest.mark.parametrize("language", [EN, FR])
def test_the_label_is_never_translated_and_what_it_means_is(language: Language) -> None:
    report = told(STORY, language=language)
    assert report.mark == "TLP:AMBER+STRICT"
    assert (report.tag[:2], report.language) == (language, language)
    assert ("organisation alone" in report.mark_means) is (language == EN)


def test_the_name_of_its_files_says_the_hour_and_nothing_of_the_incident() -> None:
    incident = fold(STORY)
    assert incident is not None
    entries = tuple(Entry(number=number, fact=fact) for number, fact in enumerate(STORY, 1))
    contents = Contents(incident=incident, entries=entries, root="", key="")
    at = (NOW + timedelta(hours=3)).astimezone(incident.zone)
    assert voice.report_stem(contents) == f"record-{at:%Y-%m-%d-%H%M}"
