"""The firm's calendar of taxes and payroll: what is to come, and what was added to the clocks."""

from __future__ import annotations

from collections.abc import Sequence

from bot.core.clocks.dates import AHEAD
from bot.core.clocks.lengths import Until
from bot.core.clocks.rules import Rule
from bot.core.facts import DatesAdded
from bot.core.incident import Incident
from bot.voice.catalogue import own, say
from bot.voice.markup import Piece, Text, bullets, paragraphs, render
from bot.voice.times import moment


def dates(coming: Sequence[Rule], incident: Incident) -> Text:
    """Return the dates that could be added, earliest first, and how."""
    language = incident.language
    head = say(language, "dates.title", days=str(AHEAD.days))
    return render(paragraphs(head, _list(coming, incident), say(language, "dates.end", first=coming[0].id)))


def dates_added(fact: DatesAdded, after: Incident) -> Piece:
    """Return the answer to dates that were added: until when each runs."""
    language, first = after.language, fact.dates[0].id
    end = say(language, "confirm.DatesAdded.end", rule=first)
    return paragraphs(say(language, "confirm.DatesAdded"), _list(fact.dates, after), end)


def _list(coming: Sequence[Rule], incident: Incident) -> Piece:
    return bullets(_line(rule, rule.length, incident) for rule in coming if isinstance(rule.length, Until))


def _line(rule: Rule, length: Until, incident: Incident) -> Piece:
    language, due = incident.language, moment(length.at, incident.zone, incident.language)
    return say(language, "dates.line", rule=rule.id, title=own(rule.title, language), due=due)
