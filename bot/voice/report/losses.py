"""What it cost and what was out of reach, in the report: the sums, then each as it was said last."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from bot.core.costs.ledger import Cost, Outage, counted, standing, time_down
from bot.core.costs.totals import total, totals
from bot.core.incident import Incident
from bot.core.report.pages import Block, Pairs, Table
from bot.voice.catalogue import word
from bot.voice.custody.things import numbers_of
from bot.voice.losses.amounts import amount_words, kind_word, length_words, total_words
from bot.voice.times import moment
from bot.voice.wording import cut, person

_OF_COSTS = ("number", "noted", "amount", "kind", "what", "proof")
_OF_OUTAGES = ("number", "system", "from", "to", "length")
_LONGEST = 300


def figures(incident: Incident, at: datetime) -> Iterator[tuple[str, str]]:
    """Yield what all costs add up to, and for how long something was out of reach, up to *at*."""
    language = incident.language
    if found := standing(incident.costs):
        yield word(language, "report.costs"), total_words(total(found), language)
    if outages := counted(incident.outages):
        yield word(language, "report.outages"), length_words(time_down(outages, at), language)


def losses(incident: Incident, at: datetime) -> Iterator[Block]:
    """Yield the sums by kind and the tables; nothing where nothing was noted."""
    language = incident.language
    if incident.costs:
        kinds = totals(standing(incident.costs)).items()
        yield Pairs(rows=tuple((kind_word(kind, language), total_words(sums, language)) for kind, sums in kinds))
        head = tuple(word(language, f"report.loss.{column}") for column in _OF_COSTS)
        rows = tuple(_cost(cost, incident) for cost in incident.costs.values())
        yield Table(title=word(language, "report.costs"), head=head, widths=(1, 4, 3, 3, 5, 2), rows=rows)
    if outages := counted(incident.outages):
        head = tuple(word(language, f"report.loss.{column}") for column in _OF_OUTAGES)
        rows = tuple(_outage(outage, incident, at) for outage in outages)
        yield Table(title=word(language, "report.outages"), head=head, widths=(1, 5, 4, 4, 3), rows=rows)


def _cost(cost: Cost, incident: Incident) -> tuple[str, ...]:
    language, now, first = incident.language, cost.now, cost.said[0]
    cancelled = cost.cancelled and word(language, "cost.state.cancelled", reason=cost.cancelled.reason)
    return (
        str(cost.number),
        f"{moment(first.at, incident.zone, language)}\n{person(incident, first.by)}",
        amount_words(now.amount, language, estimated=now.estimated),
        kind_word(now.kind, language),
        "\n".join(text for text in (cut(now.text, _LONGEST), cancelled) if text),
        numbers_of(now.evidence),
    )


def _outage(outage: Outage, incident: Incident, at: datetime) -> tuple[str, ...]:
    language, zone = incident.language, incident.zone
    return (
        str(outage.number),
        cut(outage.noted.system, _LONGEST),
        moment(outage.begin, zone, language),
        word(language, "report.loss.on") if outage.end is None else moment(outage.end, zone, language),
        length_words(outage.lasts(at), language),
    )
