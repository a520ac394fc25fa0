"""Costs as a table for spreadsheets: every entry, also what was cancelled, each amount exactly."""

from __future__ import annotations

from collections.abc import Iterator

from bot.core.costs.amounts import Effort, Money
from bot.core.costs.ledger import Cost
from bot.core.incident import Incident
from bot.core.language import Language
from bot.sentences.money import plain
from bot.voice.catalogue import counted, say, word
from bot.voice.cells import as_table
from bot.voice.custody.things import numbers_of
from bot.voice.losses.amounts import kind_word
from bot.voice.markup import Text, render
from bot.voice.times import sortable
from bot.voice.wording import answer_word, person, role_word

_COLUMNS = (
    "number",
    "at",
    "by",
    "kind",
    "money",
    "currency",
    "minutes",
    "whose",
    "estimated",
    "text",
    "proof",
    "state",
)


def costs_note(incident: Incident, digest: str) -> Text:
    """Return what stands beside the table."""
    language = incident.language
    count = counted(language, "count.costs", len(incident.costs))
    return render(say(language, "costs.file", count=count, digest=digest))


def costs_table(incident: Incident) -> str:
    """Return all costs as a table."""
    heads = [word(incident.language, f"cost.column.{column}") for column in _COLUMNS]
    return as_table((heads, *(tuple(_cells(cost, incident)) for cost in incident.costs.values())), incident.language)


def _cells(cost: Cost, incident: Incident) -> Iterator[str]:
    language, now, first = incident.language, cost.now, cost.said[0]
    yield str(cost.number)
    yield sortable(first.at, incident.zone)
    yield person(incident, first.by)
    yield kind_word(now.kind, language)
    money, effort = (now.amount, None) if isinstance(now.amount, Money) else (None, now.amount)
    yield from ("", "") if money is None else (plain(money.units, money.digits, language), money.currency)
    yield from ("", "") if effort is None else (str(effort.minutes), _whose(effort, language))
    yield answer_word("yes" if now.estimated else "no", language)
    yield now.text
    yield numbers_of(now.evidence)
    yield _state(cost, language)


def _whose(effort: Effort, language: Language) -> str:
    return "" if effort.role is None else role_word(effort.role, language)


def _state(cost: Cost, language: Language) -> str:
    if cost.cancelled is not None:
        return word(language, "cost.state.cancelled", reason=cost.cancelled.reason)
    return word(language, "cost.corrected") if len(cost.said) > 1 else ""
