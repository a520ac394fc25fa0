"""Decisions in words: all of them, one with what was known then, and the answer to who took it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bot.core import facts
from bot.core.clocks.rules import SetAside
from bot.core.facts import Certainty
from bot.core.incident import Incident
from bot.core.judging.decisions import Decision, has_authority
from bot.core.language import Language
from bot.core.names import UserId
from bot.voice.catalogue import counted, say, word
from bot.voice.custody.things import proofs_named
from bot.voice.details import certainty_word, label_of, question_name
from bot.voice.markup import Piece, Text, bullets, join, paragraphs, render
from bot.voice.times import moment
from bot.voice.wording import and_more, answer_word, cut, people, person, role_words, short

_MOST = 40
_MOST_NAMES = 8


def decisions(incident: Incident) -> Text:
    """Return every decision on a line, and what was decided with commands of its own."""
    language, listed = incident.language, tuple(incident.decisions.values())
    return render(
        paragraphs(
            say(language, "decisions.title"),
            lines(incident, listed) if listed else say(language, "decisions.none"),
            _others(incident),
            say(language, "decisions.how"),
        )
    )


def lines(incident: Incident, listed: Iterable[Decision]) -> Piece:
    """Return decisions on a line each; of very many the last ones."""
    found = list(listed)
    more = and_more("count.decisions", len(found) - _MOST, incident.language)
    return paragraphs(more, bullets(_line(incident, decision) for decision in found[-_MOST:]))


def _line(incident: Incident, decision: Decision) -> Piece:
    language, taken = incident.language, decision.taken
    line = say(
        language,
        "decisions.line",
        number=str(taken.number),
        at=moment(taken.at, incident.zone, language),
        by=person(incident, taken.by),
        text=short(taken.text, 160),
    )
    return join((line, _review(incident, decision)), " · ")


def _review(incident: Incident, decision: Decision) -> Piece:
    due = decision.review_due
    if due is None:
        return Piece("")
    return say(incident.language, "decisions.review", at=moment(due, incident.zone, incident.language))


def _others(incident: Incident) -> Piece:
    """Return what was decided by commands that the law hangs on: it stands where it was decided."""
    language = incident.language
    found = [*_asides(incident), *_answers(incident), *_risk(incident)]
    return paragraphs(say(language, "decisions.others"), bullets(found)) if found else Piece("")


def _asides(incident: Incident) -> Iterator[Piece]:
    for id, state in incident.clock_states.items():
        if isinstance(state, SetAside):
            yield say(incident.language, "decisions.aside", rule=id, who=_two(incident, state.by, state.confirmed_by))


def _answers(incident: Incident) -> Iterator[Piece]:
    for name, said in incident.decided_answers.items():
        value = answer_word(said.value, incident.language)
        who = _two(incident, said.by, said.confirmed_by)
        yield say(incident.language, "decisions.answer", name=question_name(name, incident), value=value, who=who)


def _risk(incident: Incident) -> Iterator[Piece]:
    if incident.risk is not None:
        decided = incident.risk
        level = word(incident.language, f"risk.level.{decided.level}")
        who = _two(incident, decided.by, decided.confirmed_by)
        yield say(incident.language, "decisions.risk", level=level, who=who)


def _two(incident: Incident, by: UserId, second: UserId | None) -> str:
    return people(incident, (by,) if second is None else (by, second))


# --- one ----------------------------------------------------------------------------------------------------------


def decision(incident: Incident, found: Decision) -> Text:
    """Return a decision in full, with what was known when it was taken."""
    language, taken = incident.language, found.taken
    head = say(
        language,
        "decision.title",
        number=str(taken.number),
        at=moment(taken.at, incident.zone, language),
        by=person(incident, taken.by),
        text=cut(taken.text),
    )
    why = (*_proofs(incident, found), _options(incident, found), authority(incident, found))
    return render(
        paragraphs(
            head,
            join((_reason(incident, found), *why)),
            _known(incident, found),
            join((_review(incident, found), *_reviews(incident, found))),
        )
    )


def _reason(incident: Incident, found: Decision) -> Piece:
    if not found.reason:
        return say(incident.language, "decision.reason.none", number=str(found.taken.number))
    return say(incident.language, "decision.reason", reason=cut(found.reason))


def _proofs(incident: Incident, found: Decision) -> tuple[Piece, ...]:
    return proofs_named(f"{found.taken.text} {found.reason}", incident)


def _options(incident: Incident, found: Decision) -> Piece:
    options = "; ".join(short(option, 160) for option in found.options)
    return say(incident.language, "decision.options", options=options) if options else Piece("")


def authority(incident: Incident, found: Decision) -> Piece:
    """Return in which role it was taken, and whether that role decides."""
    language, taken = incident.language, found.taken
    roles = role_words(taken.roles, language) or "–"
    if has_authority(taken.roles):
        return say(language, "decision.authority", roles=roles)
    if found.backed_by is None:
        return say(language, "decision.authority.none", roles=roles, number=str(taken.number))
    return say(language, "decision.authority.backed", roles=roles, by=person(incident, found.backed_by))


def _known(incident: Incident, found: Decision) -> Piece:
    """Return where the facts stood, and how sure the answers were; the names of those that were not established."""
    language, taken = incident.language, found.taken
    head = say(
        language,
        "decision.known",
        number=str(taken.known),
        answers=counted(language, "count.answers", len(found.answers)),
        counts=sureness(found, language),
    )
    when = say(language, "decision.known.how", at=f"{taken.at.astimezone(incident.zone):%Y-%m-%d %H:%M:%S}")
    return join((head, *doubts(incident, found), when))


def sureness(found: Decision, language: Language) -> str:
    """Return how many answers stood when it was taken that were established, not confirmed, supposed."""
    sure = [kept.certainty for kept in found.certain.values()]
    counts = (
        *(f"{sure.count(each)} {certainty_word(each, language)}" for each in Certainty if each in sure),
        counted(language, "count.unsaid", len(found.answers) - len(sure)),
    )
    return ", ".join(counts)


def doubts(incident: Incident, found: Decision) -> Iterator[Piece]:
    """Yield the names of the answers that stood then and were not established."""
    for certainty in (Certainty.UNCONFIRMED, Certainty.SUPPOSED):
        names = [label_of(name, incident) for name, kept in found.certain.items() if kept.certainty is certainty]
        if names:
            shown = ", ".join(names[:_MOST_NAMES]) + (f" +{len(names) - _MOST_NAMES}" if names[_MOST_NAMES:] else "")
            said = certainty_word(certainty, incident.language)
            yield say(incident.language, "decision.doubt", certainty=said, names=shown)


def _reviews(incident: Incident, found: Decision) -> Iterator[Piece]:
    for review in found.reviews:
        at = moment(review.at, incident.zone, incident.language)
        by = person(incident, review.by)
        yield say(incident.language, "decision.reviewed", at=at, by=by, text=short(review.text, 300))


# --- answers ------------------------------------------------------------------------------------------------------


def decided(fact: facts.DecisionFact, after: Incident) -> Piece:
    """Return the answer to who took a decision, said more of it, or looked at it again."""
    language, found = after.language, after.decisions[fact.number]
    number = str(fact.number)
    match fact:
        case facts.DecisionTaken():
            head = say(language, "confirm.decided", number=number, text=short(fact.text, 160))
            ask = Piece("") if fact.reason else say(language, "confirm.decided.why")
            return join((head, *_proofs(after, found), authority(after, found), _hour(after, found), ask))
        case facts.DecisionAmended():
            said = (_reason(after, found), *_proofs(after, found), _options(after, found), _hour(after, found))
            return join((say(language, "confirm.decided.more", number=number), *said))
        case facts.DecisionReviewed():
            head = say(language, "confirm.decided.reviewed", number=number, text=short(fact.text, 160))
            return join((head, authority(after, found), _hour(after, found)))


def _hour(incident: Incident, found: Decision) -> Piece:
    """Return when the decision rings; what is not asked for is not said."""
    due = found.review_due
    if due is None:
        return Piece("")
    return say(incident.language, "confirm.decided.review", at=moment(due, incident.zone, incident.language))
