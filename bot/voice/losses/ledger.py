"""Costs in words: the sums with the latest, one with all that was said of it, and the answer to who noted it."""

from __future__ import annotations

from bot.core import facts
from bot.core.costs.amounts import CostKind
from bot.core.costs.ledger import Cost, standing
from bot.core.costs.totals import total, totals
from bot.core.incident import Incident
from bot.core.language import Language
from bot.voice.catalogue import say
from bot.voice.incident.happened import happened
from bot.voice.losses.amounts import amount_words, kind_word, total_words
from bot.voice.markup import Piece, Text, bullets, join, paragraphs, render
from bot.voice.times import moment
from bot.voice.wording import and_more, cut, person, short

_MOST = 8
"""How many of the latest are shown."""
_LONGEST = 80


def costs(incident: Incident) -> Text:
    """Return the sums by kind, and the latest costs, the newest last."""
    language, found = incident.language, tuple(incident.costs.values())
    if not found:
        return render(say(language, "costs.none"))
    latest = bullets(_line(cost, incident) for cost in found[-_MOST:])
    more = and_more("count.costs", len(found) - _MOST, language)
    how = say(language, "costs.how", number=str(found[-1].number))
    return render(paragraphs(sums(incident), say(language, "costs.latest"), more, latest, how))


def sums(incident: Incident) -> Piece:
    """Return what the costs that count add up to, in all and by kind."""
    language, found = incident.language, standing(incident.costs)
    if not found:
        return say(language, "costs.total.none")
    lines = (
        say(language, "costs.kind", kind=kind_word(kind, language), total=total_words(each, language))
        for kind, each in totals(found).items()
    )
    return paragraphs(say(language, "costs.total", total=total_words(total(found), language)), bullets(lines))


def cost(incident: Incident, found: Cost) -> Text:
    """Return a cost in full, with all that was said of it."""
    language, now = incident.language, found.now
    key = "cost.title" if found.cancelled is None else "cost.title.cancelled"
    head = say(
        language,
        key,
        number=str(found.number),
        amount=amount_words(now.amount, language, estimated=now.estimated),
        kind=kind_word(now.kind, language),
        evidence=evidence_words(now.evidence),
    )
    history = bullets(
        say(language, "cost.said", at=moment(fact.at, incident.zone, language), what=happened(fact, incident))
        for fact in found.said
    )
    text = say(language, "cost.text", text=cut(now.text)) if now.text else Piece("")
    return render(paragraphs(join((head, text)), history))


def noted(fact: facts.CostFact, after: Incident) -> Piece:
    """Return the answer to who noted a cost, said it anew or cancelled it, with what all add up to now."""
    language = after.language
    found = standing(after.costs)
    whole = say(language, "costs.total", total=total_words(total(found), language)) if found else Piece("")
    if isinstance(fact, facts.CostCancelled):
        return join((say(language, "confirm.CostCancelled", number=str(fact.number)), whole))
    is_new = isinstance(fact, facts.CostNoted)
    head = say(
        language,
        "confirm.CostNoted" if is_new else "confirm.CostCorrected",
        number=str(fact.number),
        amount=amount_words(fact.amount, language, estimated=fact.estimated),
        kind=kind_word(fact.kind, language),
        evidence=evidence_words(fact.evidence),
    )
    before = Piece("") if is_new else say(language, "confirm.CostCorrected.before")
    return join((head, _text(fact.text, language), before, whole, _which_kind(fact, language)))


def evidence_words(numbers: tuple[int, ...]) -> str:
    """Return which evidence proves it, each behind a dot; nothing where none was named."""
    return "".join(f" · E{number}" for number in numbers)


def _which_kind(fact: facts.CostNoted | facts.CostCorrected, language: Language) -> Piece:
    """Return how a kind is given, where nobody gave one."""
    if fact.kind is not CostKind.OTHER:
        return Piece("")
    kinds = ", ".join(kind_word(kind, language) for kind in CostKind if kind is not CostKind.OTHER)
    return say(language, "cost.which", number=str(fact.number), kinds=kinds)


def _line(cost: Cost, incident: Incident) -> Piece:
    language, now = incident.language, cost.now
    line = say(
        language,
        "cost.line" if cost.cancelled is None else "cost.line.cancelled",
        number=str(cost.number),
        amount=amount_words(now.amount, language, estimated=now.estimated),
        kind=kind_word(now.kind, language),
        evidence=evidence_words(now.evidence),
        by=person(incident, cost.said[0].by),
        at=moment(cost.said[0].at, incident.zone, language),
    )
    is_changed = len(cost.said) > 1 and cost.cancelled is None
    changed = say(language, "cost.corrected") if is_changed else Piece("")
    return join((line, changed, _text(now.text, language)), " · ")


def _text(text: str, language: Language) -> Piece:
    return say(language, "cost.text", text=short(text, _LONGEST)) if text else Piece("")
