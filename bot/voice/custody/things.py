"""Evidence: what was taken in, what there is, and the custody of one thing by the words of ISO/IEC 27037."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import assert_never

from bot.core import facts
from bot.core.evidence.items import Item, cited, cited_in_vain
from bot.core.incident import Incident, StepStatus
from bot.core.language import Language
from bot.core.replies.subjects import About, Handed, RestOf
from bot.voice.catalogue import say, word
from bot.voice.markup import Piece, Text, bullets, join, paragraphs, render
from bot.voice.times import moment
from bot.voice.wording import and_more, cut, person, printed, short

_MOST, _MOST_STEPS = 30, 12
_LONGEST_NAME = 80
_STEP, _UNITS = 1000, ("b", "kb", "mb", "gb")


def size_words(size: int, language: Language) -> str:
    """Return a number of bytes as people read it: `1.2 MB`, `1,2 Mo`."""
    amount, unit = float(size), 0
    while amount >= _STEP and unit < len(_UNITS) - 1:
        amount, unit = amount / _STEP, unit + 1
    whole = f"{amount:.0f}" if unit == 0 or amount >= 10 else f"{amount:.1f}"
    return word(language, f"size.{_UNITS[unit]}", size=whole.replace(".", word(language, "size.point")))


def taken(fact: facts.EvidenceTaken, incident: Incident) -> Piece:
    """Return what was taken in or named, and the question whence it is."""
    language = incident.language
    head = say(language, "evidence.head", number=str(fact.number), name=short(fact.name, _LONGEST_NAME))
    ask = say(language, "evidence.whence", number=str(fact.number)) if not fact.source else Piece("")
    return paragraphs(
        join((head, _fingerprint(fact, language), _sent(fact, incident))),
        _where(fact, incident),
        ask,
    )


def handed(fact: facts.EvidenceHanded, incident: Incident) -> Piece:
    """Return what was handed to whom, and how they acknowledge it."""
    by, to = person(incident, fact.by), person(incident, fact.to)
    name = short(incident.evidence[fact.number].taken.name, _LONGEST_NAME)
    return say(incident.language, "evidence.handed", number=str(fact.number), name=name, by=by, to=to)


def evidence_list(incident: Incident) -> Text:
    """Return all evidence, the newest last, and which steps ask for a proof that nobody named."""
    language, items = incident.language, tuple(incident.evidence.values())
    if not items:
        return render(paragraphs(say(language, "evidence.none"), _missing(incident)))
    lines = bullets(_line(item, incident) for item in items[-_MOST:])
    rest = and_more("count.evidence", len(items) - _MOST, language)
    how = say(language, "evidence.how", number=str(items[-1].number))
    return render(paragraphs(say(language, "evidence.title"), lines, rest, _missing(incident), how))


def evidence(item: Item, incident: Incident) -> Text:
    """Return one thing in full: what it is, whence, who had it when, and the steps that name it."""
    language, fact, number = incident.language, item.taken, str(item.number)
    head = say(language, "evidence.head", number=number, name=short(fact.name, _LONGEST_NAME))
    key = "evidence.source" if item.source else "evidence.source.none"
    source = say(language, key, source=cut(item.source, 300), number=number)
    named = [step.id for step in incident.playbook.steps() if item.number in incident.step_state(step.id).evidence]
    cited = say(language, "evidence.cited", steps=", ".join(named)) if named else Piece("")
    words = (join((head, _fingerprint(fact, language), source)), bullets(_custody(item, incident)), cited)
    return render(paragraphs(*words), *_about(item))


def proof_of_step(text: str, named: tuple[int, ...], incident: Incident) -> Piece:
    """Return which evidence the result of a done step names that asks for a proof, or that it names none."""
    if named:
        numbers = numbers_of(named)
        return say(incident.language, "step.evidence.named", numbers=numbers)
    return say(incident.language, "step.evidence.missing") if text else Piece("")


def _about(item: Item) -> About:
    if item.handed is not None:
        return (Handed(number=item.number),)
    return () if item.source else (RestOf(word="evidence", begun=f"{item.number} from"),)


def _line(item: Item, incident: Incident) -> Piece:
    language, fact = incident.language, item.taken
    size = size_words(fact.size, language) if fact.size is not None else word(language, "evidence.elsewhere")
    key = "evidence.line.handed" if item.handed else "evidence.line"
    return say(
        language,
        key,
        number=str(item.number),
        name=short(fact.name, _LONGEST_NAME),
        size=size,
        holder=person(incident, item.holder),
        to=person(incident, item.handed.to) if item.handed else "",
        at=moment(fact.at, incident.zone, language),
    )


def _missing(incident: Incident) -> Piece:
    """Return which done steps ask for a proof though no evidence is named for them."""
    states = ((step, incident.step_state(step.id)) for step in incident.needed_steps() if step.evidence)
    open_ = [step.id for step, state in states if state.status is StepStatus.DONE and not state.evidence]
    if not open_:
        return Piece("")
    more = " …" if len(open_) > _MOST_STEPS else ""
    steps = ", ".join(open_[:_MOST_STEPS]) + more
    return say(incident.language, "evidence.missing", steps=steps, step=open_[0])


def _fingerprint(fact: facts.EvidenceTaken, language: Language) -> Piece:
    if fact.size is None:
        return say(language, "evidence.fingerprint", digest=fact.digest)
    return say(language, "evidence.fingerprint.size", digest=fact.digest, size=size_words(fact.size, language))


def _sent(fact: facts.EvidenceTaken, incident: Incident) -> Piece:
    if fact.origin is None:
        return Piece("")
    return say(
        incident.language,
        "evidence.sent",
        who=person(incident, fact.origin.sender),
        at=moment(fact.origin.sent_at, incident.zone, incident.language),
        device=short(fact.origin.device, 40),
        proof=word(incident.language, f"evidence.proof.{fact.origin.proof}"),
    )


def _where(fact: facts.EvidenceTaken, incident: Incident) -> Piece:
    holder = person(incident, fact.origin.sender if fact.origin else fact.by)
    return say(incident.language, f"evidence.where.{fact.keeping}", holder=holder)


def custody_lines(item: Item, incident: Incident, language: Language) -> tuple[str, ...]:
    """Return what happened to a thing, a line each, as plain text in *language*."""
    spoken = replace(incident, language=language)
    return tuple(printed(line) for piece in _custody(item, spoken) for line in render(piece).body.splitlines())


def _custody(item: Item, incident: Incident) -> Iterator[Piece]:
    """Yield what happened to it, each under its word of the standard."""
    language, fact = incident.language, item.taken
    at, by = moment(fact.at, incident.zone, language), person(incident, fact.by)
    yield say(language, "custody.identified", by=by, at=at)
    if fact.origin is not None:
        yield join((say(language, "custody.acquired", at=at), _sent(fact, incident)))
    else:
        yield say(language, "custody.collected", by=by)
    yield say(language, f"custody.preserved.{fact.keeping}", holder=person(incident, item.holder))
    for event in item.custody[1:]:
        yield _transfer(event, incident)


def _transfer(event: facts.EvidenceFact, incident: Incident) -> Piece:
    language = incident.language
    at, by = moment(event.at, incident.zone, language), person(incident, event.by)
    match event:
        case facts.EvidenceTaken():
            raise ValueError("a thing is taken in once")
        case facts.EvidenceSourced(source=source):
            return say(language, "custody.sourced", by=by, at=at, source=short(source, 160))
        case facts.EvidenceHanded(to=to):
            return say(language, "custody.handed", by=by, at=at, to=person(incident, to))
        case facts.EvidenceReceived(device=device, proof=proof):
            how = word(language, f"evidence.proof.{proof}")
            return say(language, "custody.received", by=by, at=at, device=short(device, 40), proof=how)
        case _:
            assert_never(event)


def numbers_of(evidence: Iterable[int]) -> str:
    """Return numbers of evidence as people read them: `E1, E7`."""
    return ", ".join(f"E{number}" for number in evidence)


def proofs_named(text: str, incident: Incident) -> tuple[Piece, ...]:
    """Return which evidence *text* names, and which numbers in it are none."""
    known, unknown = cited(text, incident.evidence), cited_in_vain(text, incident.evidence)
    lines = (("evidence.named", known), ("evidence.named.none", unknown))
    return tuple(say(incident.language, key, numbers=numbers_of(some)) for key, some in lines if some)
