"""The management's one page: known, not known, decided, due, cost. It fits the screen of a phone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from bot.core.clocks.rules import Clock, Running
from bot.core.conditions import UNKNOWN
from bot.core.costs.ledger import counted, standing
from bot.core.costs.totals import total
from bot.core.incident import Incident
from bot.core.names import Question
from bot.voice.catalogue import say
from bot.voice.details import certainty_word, label_of, question_name, value_words
from bot.voice.incident.standing import standing_line
from bot.voice.losses.amounts import total_words
from bot.voice.losses.outages import outage_line
from bot.voice.markup import Piece, Text, bullets, join, paragraphs, render
from bot.voice.times import moment
from bot.voice.wording import and_more, answer_word, person, severity_word, short, title_of

_TOLD, _UNTOLD = Question("known"), Question("not-known")
"""What people wrote for their bulletins."""
_FACTS = tuple(map(Question, ("services-down", "nature", "data-kinds", "people-count", "records")))
_LONGEST = 120
_MOST_FACTS, _MOST_DECISIONS, _MOST_CLOCKS, _MOST_OUTAGES, _MOST_NAMES = 3, 2, 3, 2, 5


def one_page(incident: Incident, now: datetime) -> Text:
    """Return what whoever decides for the organisation reads first, each part in a few lines."""
    language = incident.language
    head = say(
        language,
        "board.title",
        title=title_of(incident),
        severity=severity_word(incident.severity, language),
        at=moment(incident.opened_at, incident.zone, language),
    )
    return render(
        paragraphs(
            head,
            _part("board.known", incident, list(_known(incident))),
            _part("board.unknown", incident, list(_unknown(incident))),
            _part("board.decided", incident, list(_decided(incident))),
            _part("board.due", incident, list(_due(incident, now))),
            _part("board.cost", incident, list(_cost(incident, now))),
        )
    )


def _part(key: str, incident: Incident, lines: list[Piece]) -> Piece:
    """Return a part under its title; that there is nothing in it is said too."""
    title = say(incident.language, key)
    nothing = say(incident.language, "board.nothing")
    return paragraphs(title, bullets(lines)) if lines else join((title, nothing), " ")


def _known(incident: Incident) -> Iterator[Piece]:
    """Yield what is known: in the words of a bulletin, then as it was answered, and not what is in doubt."""
    language, answers = incident.language, incident.answers
    if (told := answers.get(_TOLD, UNKNOWN)) != UNKNOWN:
        yield say(language, "board.text", text=short(told, _LONGEST))
    facts = [name for name in _FACTS if answers.get(name, UNKNOWN) != UNKNOWN and incident.doubt(name) is None]
    for name in facts[:_MOST_FACTS]:
        value = short(value_words(name, answers[name], incident), _LONGEST)
        yield say(language, "known.detail", label=label_of(name, incident), value=value)
    sure = [
        f"{question_name(asked.name, incident)} = {answer_word(answers[asked.name], language)}"
        for asked in incident.playbook.questions
        if answers.get(asked.name, UNKNOWN) != UNKNOWN and incident.doubt(asked.name) is None
    ]
    if sure:
        yield say(language, "board.text", text=_some(sure))


def _unknown(incident: Incident) -> Iterator[Piece]:
    """Yield what is not known: in the words of a bulletin, what nobody answered, and what is in doubt."""
    language, answers = incident.language, incident.answers
    if (told := answers.get(_UNTOLD, UNKNOWN)) != UNKNOWN:
        yield say(language, "board.text", text=short(told, _LONGEST))
    open_ = [asked.name for asked in incident.open_questions()]
    open_ += [name for name, value in answers.items() if value == UNKNOWN]
    if open_:
        names = [label_of(name, incident) for name in open_]
        yield say(language, "board.text", text=_some(names))
    doubts = [
        f"{label_of(name, incident)} ({certainty_word(given.certainty, language)})"
        for name, given in incident.certain.items()
        if given.certainty is not None and given.certainty.is_open
    ]
    if doubts:
        yield say(language, "board.text", text=_some(doubts))


def _decided(incident: Incident) -> Iterator[Piece]:
    """Yield the latest decisions, the newest last."""
    found = list(incident.decisions.values())
    more = and_more("count.decisions", len(found) - _MOST_DECISIONS, incident.language)
    if more.source:
        yield more
    for decision in found[-_MOST_DECISIONS:]:
        yield say(
            incident.language,
            "board.decision",
            number=str(decision.taken.number),
            text=short(decision.taken.text, _LONGEST),
            by=person(incident, decision.taken.by),
        )


def _due(incident: Incident, now: datetime) -> Iterator[Piece]:
    """Yield the clocks that end first: those that run, and those that would if they counted from the first hour."""
    found = [clock for clock in incident.clocks() if _runs(incident, clock)]
    for clock in found[:_MOST_CLOCKS]:
        yield standing_line(incident, clock, now)
    more = and_more("count.clocks", len(found) - _MOST_CLOCKS, incident.language)
    if more.source:
        yield more


def _runs(incident: Incident, clock: Clock) -> bool:
    return isinstance(clock.state, Running) or clock.rule.id in incident.supposed


def _cost(incident: Incident, now: datetime) -> Iterator[Piece]:
    """Yield what it costs so far, and what is out of reach now."""
    language, costs = incident.language, standing(incident.costs)
    if costs:
        yield say(language, "board.text", text=total_words(total(costs), language))
    down = [outage for outage in counted(incident.outages) if outage.end is None]
    for outage in down[:_MOST_OUTAGES]:
        yield outage_line(outage, incident, now)
    more = and_more("count.outages", len(down) - _MOST_OUTAGES, language)
    if more.source:
        yield more


def _some(names: list[str]) -> str:
    rest = len(names) - _MOST_NAMES
    return ", ".join(names[:_MOST_NAMES]) + (f" +{rest}" if rest > 0 else "")
