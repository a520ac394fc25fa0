"""The axis of time put into words: the name of each clock, step, decision and thing of evidence where it happened."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from bot.core import facts
from bot.core.incident import Incident
from bot.core.report.axis import Axis, Mark, Row, drawn, reach, ticks
from bot.core.report.drawing import Ink
from bot.core.report.entries import Contents
from bot.core.report.pages import Block, Picture, Prose
from bot.voice.catalogue import counted, word
from bot.voice.incident.clock_chart import clocks_chart
from bot.voice.times import day_words, moment, weekday_hour

_MOST_CLOCKS = 14
_LONGEST_TITLE = 62


def axis(contents: Contents, at: datetime) -> Iterator[Block]:
    """Yield the drawing and how it is read."""
    incident, language = contents.incident, contents.incident.language
    spans = clocks_chart(incident, at, _LONGEST_TITLE).spans[:_MOST_CLOCKS]
    began = min(entry.fact.at for entry in contents.entries if entry.fact is not None)
    begin, end = reach(began, at, spans)
    rows = tuple(row for row in _rows(contents) if row.marks)
    named = tuple(_tick(incident, tick, is_day=is_day) for tick, is_day in ticks(begin, end, incident.zone))
    label = word(
        language,
        "report.axis.label",
        begin=moment(begin, incident.zone, language),
        end=moment(end, incident.zone, language),
        clocks=counted(language, "count.clocks", len(spans)),
        marks=sum(len(row.marks) for row in rows),
    )
    drawing = drawn(Axis(begin=begin, end=end, ticks=named, spans=spans, rows=rows, label=label))
    yield Picture(drawing=drawing)
    yield Prose(text=word(language, "report.axis.note", zone=incident.zone.key), is_aside=True)


def _tick(incident: Incident, at: datetime, *, is_day: bool) -> Mark:
    if is_day:
        name = day_words(at, incident.language, has_year=at.year != incident.opened_at.year)
    else:
        name = weekday_hour(at, incident.zone, incident.language)
    return Mark(at=at, name=name)


def _rows(contents: Contents) -> Iterator[Row]:
    language = contents.incident.language
    told = [entry.fact for entry in contents.entries if entry.fact is not None]
    steps = tuple(Mark(at=fact.at, name=fact.step) for fact in told if isinstance(fact, facts.StepDone))
    yield Row(title=word(language, "report.axis.steps"), ink=Ink.STEP, marks=steps)
    decisions = tuple(_decisions(contents.incident, told))
    yield Row(title=word(language, "report.axis.decisions"), ink=Ink.DECISION, marks=decisions)
    things = tuple(Mark(at=fact.at, name=f"E{fact.number}") for fact in told if isinstance(fact, facts.EvidenceTaken))
    yield Row(title=word(language, "report.axis.evidence"), ink=Ink.EVIDENCE, marks=things)


def _decisions(incident: Incident, told: list[facts.Fact]) -> Iterator[Mark]:
    """Yield what was decided, by whichever command: a number, or the rule that was set aside, or the risk."""
    for fact in told:
        match fact:
            case facts.DecisionTaken(number=number):
                yield Mark(at=fact.at, name=str(number))
            case facts.ClockSetAside(rule=rule):
                yield Mark(at=fact.at, name=rule)
            case facts.RiskDecided():
                yield Mark(at=fact.at, name=word(incident.language, "report.axis.risk"))
            case _:
                pass
