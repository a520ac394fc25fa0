"""Costs, sums and outages as papers have them: in full, each on a line."""

from __future__ import annotations

from datetime import datetime

from bot.core.costs.amounts import CostKind
from bot.core.costs.ledger import Cost, Outage
from bot.core.costs.totals import Total
from bot.core.incident import Incident
from bot.core.language import Language
from bot.voice.catalogue import say
from bot.voice.custody.things import numbers_of
from bot.voice.losses.amounts import amount_words, kind_word, length_words, total_words
from bot.voice.markup import HOLE, Piece, join
from bot.voice.times import letter_moment
from bot.voice.wording import person


def expense(cost: Cost, incident: Incident) -> Piece:
    """Return a cost: when it was noted first and by whom, how much, its kind, what for and its proof."""
    language, now = incident.language, cost.now
    line = say(
        language,
        "draft.value.cost",
        number=str(cost.number),
        at=letter_moment(cost.said[0].at, incident.zone, language),
        by=person(incident, cost.said[0].by),
        amount=amount_words(now.amount, language, estimated=now.estimated),
        kind=kind_word(now.kind, language),
    )
    proofs = numbers_of(now.evidence)
    proof = say(language, "draft.value.cost.proof", proofs=proofs) if proofs else Piece("")
    last = cost.said[-1]
    changed = say(
        language,
        "draft.value.cost.corrected",
        at=letter_moment(last.at, incident.zone, language),
        by=person(incident, last.by),
    )
    text = Piece(HOLE, (now.text,)) if now.text else Piece("")
    return join((line, text, proof, changed if len(cost.said) > 1 else Piece("")), " · ")


def sum_line(kind: CostKind | None, total: Total, language: Language) -> Piece:
    """Return what costs add up to, with their kind where it is those of one."""
    words = total_words(total, language)
    if kind is None:
        return Piece(HOLE, (words,))
    return say(language, "costs.kind", kind=kind_word(kind, language), total=words)


def downtime(outage: Outage, incident: Incident, now: datetime | None) -> Piece:
    """Return an outage; how long one that goes on lasts is said as of *now*, and not without it."""
    language, end = incident.language, outage.end
    begin = letter_moment(outage.begin, incident.zone, language)
    system = outage.noted.system
    if end is not None:
        length = length_words(outage.lasts(end), language)
        until = letter_moment(end, incident.zone, language)
        return say(language, "draft.value.outage", system=system, begin=begin, end=until, length=length)
    ongoing = say(language, "draft.value.outage.ongoing", system=system, begin=begin)
    if now is None:
        return ongoing
    so_far = say(language, "draft.value.outage.so_far", length=length_words(outage.lasts(now), language))
    return join((ongoing, so_far), ", ")
