"""Drafts in the room: the list, a draft with what is missing first, what to do with it next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.core.documents.compose import Composed, Missing, Need
from bot.core.documents.drafts import DraftTemplate, Layout
from bot.core.documents.paper import Paragraph
from bot.core.incident import DraftState, Incident
from bot.core.names import Question, name_of
from bot.sentences.typography import typeset
from bot.voice.catalogue import say
from bot.voice.details import typed_name
from bot.voice.documents import paper
from bot.voice.documents.draft_text import facts_of, label, review, reviewers
from bot.voice.incident.contradictions import all_contradictions
from bot.voice.markup import Piece, Text, bullets, join, paragraphs, render
from bot.voice.times import moment
from bot.voice.wording import role_word

_ASKS: Mapping[Need, str] = {
    Need.FACT: "draft.open.fact",
    Need.AWARE: "draft.open.aware",
    Need.FILED: "draft.open.filed",
    Need.RISK: "draft.open.risk",
    Need.STEP: "draft.open.step",
    Need.COST: "draft.open.cost",
    Need.OUTAGE: "draft.open.outage",
    Need.HAND: "draft.open.hand",
}
MOST_SHOWN = 3_500
"""How long a message with the text in it may be; the text of a longer one is read in its file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A draft in the list."""

    draft: Composed
    is_outdated: bool
    """Facts changed since its last version."""


def draft_list(listed: Sequence[Listed], incident: Incident) -> Text:
    """Return every draft: those that were written with where they stand, the others by name."""
    language = incident.language
    if not listed:
        return render(say(language, "draft.list.none"))
    written = [entry for entry in listed if entry.draft.template.id in incident.drafts]
    lines = bullets(_line(entry, incident) for entry in written)
    names = ", ".join(_name(entry.draft.template, incident) for entry in listed if entry not in written)
    rest = say(language, "draft.list.rest", names=names) if names else Piece("")
    return render(paragraphs(say(language, "draft.list"), lines, rest, say(language, "draft.list.how")))


def draft_shown(draft: Composed, incident: Incident, text: Sequence[Paragraph], *, is_outdated: bool) -> Text:
    """Return a draft as it stands: its label, what is missing, its *text* when that is short, what comes next."""
    template = draft.template
    state = incident.drafts[template.id]
    head = join((Piece(f"[{template.tlp}]"), *_head(draft, incident, state)))
    gaps = _sent_as(text, incident) if state.frozen else _before(draft, incident)
    end = join((_next(draft, incident, is_outdated=is_outdated), _sending(draft, incident)))
    whole = render(paragraphs(head, gaps, paper.show(text), end))
    if len(whole.body) <= MOST_SHOWN:
        return whole
    return render(paragraphs(head, gaps, say(incident.language, "draft.whole"), end))


def draft_reviewed(draft: Composed, incident: Incident) -> Text:
    """Confirm that a version was found right."""
    id, language = _name(draft.template, incident), incident.language
    state = incident.drafts[draft.template.id]
    who, version = reviewers(incident, state), str(state.version)
    done = say(language, "draft.reviewed", draft=id, version=version, who=who)
    return render(paragraphs(done, say(language, "draft.how.freeze", draft=id)))


def _line(entry: Listed, incident: Incident) -> Piece:
    template, language = entry.draft.template, incident.language
    state, count = incident.drafts[template.id], len(entry.draft.missing)
    gaps = say(language, "draft.line.open", count=str(count)) if count and not state.frozen else Piece("")
    stands = join((_standing(entry, incident, state), gaps), ", ")
    name, title = _name(template, incident), typeset(template.title, language)
    return say(language, "draft.line", draft=name, title=title, state=stands)


def _name(template: DraftTemplate, incident: Incident) -> str:
    """Return what people type for a draft in the language of *incident*."""
    return name_of(template.id, template.called, incident.language)


def _standing(entry: Listed, incident: Incident, state: DraftState) -> Piece:
    language = incident.language
    version = str(state.version)
    if state.frozen:
        return say(language, "draft.state.frozen", version=version)
    if entry.is_outdated:
        return say(language, "draft.state.outdated", version=version)
    if state.reviewed_by:
        return say(language, "draft.state.read", version=version, who=reviewers(incident, state))
    return say(language, "draft.state.made", version=version)


def _head(draft: Composed, incident: Incident, state: DraftState) -> Iterator[Piece]:
    template, language = draft.template, incident.language
    at = moment(state.made_at, incident.zone, language)
    title = typeset(template.title, language)
    yield say(language, "draft.title", title=title, version=str(state.version), at=at)
    yield from facts_of(template, incident)
    yield review(incident, state)


def _before(draft: Composed, incident: Incident) -> Piece:
    """Return what to look at before the text: what is missing, each with its command, and what contradicts itself."""
    language, missing = incident.language, draft.missing
    if not missing:
        return all_contradictions(incident)
    title = say(language, "draft.open", count=str(len(missing)))
    asks = bullets(_ask(gap, incident) for gap in missing)
    return paragraphs(title, asks, say(language, "draft.open.unknown"), all_contradictions(incident))


def _ask(gap: Missing, incident: Incident) -> Piece:
    language = incident.language
    name = typed_name(Question(gap.name), incident)
    return say(language, _ASKS[gap.need], label=label(gap, incident), name=name)


def _sent_as(text: Sequence[Paragraph], incident: Incident) -> Piece:
    """Return which file goes out, and how much is to be written on it."""
    return join((say(incident.language, "draft.clean"), _left(text, incident)))


def _left(text: Sequence[Paragraph], incident: Incident) -> Piece:
    """Return how many places of a frozen text nobody filled."""
    count = sum(run.is_gap for paragraph in text for run in paragraph.runs if paragraph.layout is not Layout.NOTE)
    return say(incident.language, "draft.open.left", count=str(count)) if count else Piece("")


def _next(draft: Composed, incident: Incident, *, is_outdated: bool) -> Piece:
    id, language = _name(draft.template, incident), incident.language
    state = incident.drafts[draft.template.id]
    if state.frozen and not is_outdated and state.frozen.holes:
        return join((say(language, "draft.how.frozen"), say(language, "draft.how.letters", draft=id)))
    if state.frozen:
        return say(language, "draft.how.new", draft=id) if is_outdated else say(language, "draft.how.frozen")
    return say(language, "draft.how.freeze" if state.reviewed_by else "draft.how.read", draft=id)


def _sending(draft: Composed, incident: Incident) -> Piece:
    """Return who sends it, and how its clock is stopped then."""
    language, id = incident.language, draft.template.clock
    rule = incident.rules.get(id) if id else None
    if rule is None:
        return say(language, "draft.send")
    return say(language, "draft.send.clock", role=role_word(rule.owner, language), rule=rule.id)
