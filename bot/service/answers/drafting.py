"""Drafts: listed, made from the facts, reviewed, frozen; as a message and as files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches

from bot import voice
from bot.core.commands import FreezeDraft, MakeDraft, ReviewDraft, ShowDrafts
from bot.core.decide import drafts
from bot.core.desk import House
from bot.core.documents.compose import Composed, compose
from bot.core.documents.drafts import DraftTemplate
from bot.core.errors import IncidentClosed, UnknownDraft
from bot.core.evolve import evolve
from bot.core.facts import DraftFrozen, DraftMade, DraftReviewed
from bot.core.incident import Incident, Status
from bot.core.language import fold
from bot.core.names import DraftId, name_of
from bot.papers import docx
from bot.ports import Attachment, Task
from bot.service.answers.sources import Sources
from bot.service.outcome import Asked, Later, Outcome, Typed, answered
from bot.service.tasks import answer_task, answer_tasks, file_task


def show_drafts(_: ShowDrafts, asked: Typed, sources: Sources) -> Later:
    """List the drafts."""

    def shown(now: Incident | None) -> Outcome:
        incident = now or asked.here
        text = voice.draft_list(
            [_listed(template, incident) for template in _written(incident, sources.house)], incident
        )
        return answered(asked.input, asked.address, text)

    return sources.later(asked.here.id, asked, shown)


def make_draft(command: MakeDraft, asked: Typed, sources: Sources) -> Later:
    """Write a draft, or show it as it stands."""
    return _with_draft(command.draft, asked, sources, lambda draft: draft.make(again=command.again))


def review_draft(command: ReviewDraft, asked: Typed, sources: Sources) -> Later:
    """Record that a draft was found right."""
    return _with_draft(command.draft, asked, sources, _Draft.review)


def freeze_draft(command: FreezeDraft, asked: Typed, sources: Sources) -> Later:
    """Let a draft stand as it is."""
    return _with_draft(command.draft, asked, sources, _Draft.freeze)


def _with_draft(id: DraftId, asked: Typed, sources: Sources, act: Callable[[_Draft], Outcome]) -> Later:
    def acted(now: Incident | None) -> Outcome:
        incident = now or asked.here
        template = template_of(id, incident, sources.house)
        return act(_Draft(draft=compose(template, incident), incident=incident, asked=asked))

    return sources.later(asked.here.id, asked, acted)


def template_of(id: DraftId, incident: Incident, house: House) -> DraftTemplate:
    """Return a draft in the incident's language; raises UnknownDraft."""
    template = house.drafts.get((id, incident.language))
    if template is None:
        raise UnknownDraft(id, _known(id, _written(incident, house)))
    return template


def _written(incident: Incident, house: House) -> list[DraftTemplate]:
    """Return the drafts there are in the incident's language, in their order."""
    templates = (one for (_, language), one in house.drafts.items() if language == incident.language)
    return sorted(templates, key=lambda template: (template.rank, template.id))


def _listed(template: DraftTemplate, incident: Incident) -> voice.Listed:
    composed, state = compose(template, incident), incident.drafts.get(template.id)
    return voice.Listed(
        draft=composed, is_outdated=state is not None and state.digest != voice.draft_digest(composed, incident)
    )


def _known(typed: DraftId, drafts: Sequence[DraftTemplate]) -> tuple[str, ...]:
    """Return what the drafts are called whose id or name, in any language, is much like *typed*; all when none is."""
    shown = {draft.id: name_of(draft.id, draft.called, draft.language) for draft in drafts}
    spelt = {fold(name): draft.id for draft in drafts for name in (draft.id, *draft.called.values())}
    near = dict.fromkeys(spelt[word] for word in get_close_matches(typed, spelt))
    return tuple(shown[id] for id in near or shown)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Draft:
    """One draft of one incident, and who asks for it."""

    draft: Composed
    incident: Incident
    asked: Asked

    @property
    def _id(self) -> DraftId:
        return self.draft.template.id

    @property
    def _digest(self) -> str:
        return voice.draft_digest(self.draft, self.incident)

    def make(self, *, again: bool) -> Outcome:
        """Write a version if the facts say something new; a frozen one stays, unless another is asked for."""
        state = self.incident.drafts.get(self._id)
        if state is not None and state.frozen is not None and not again:
            return self._hand_out(())
        template = self.draft.template
        return self._hand_out(drafts.make(self.incident, template, self._digest, self.asked.by, self.asked.now))

    def review(self) -> Outcome:
        """Record that the last version was found right."""
        self._refuse_closed()
        fact = drafts.review(self.incident, self._id, self._digest, self.asked.by, self.asked.now)
        text = voice.draft_reviewed(self.draft, evolve(self.incident, fact))
        return self._outcome((fact,), (answer_task(self.asked.input, 0, self.asked.address, text),))

    def freeze(self) -> Outcome:
        """Let the last version stand, with all its text."""
        self._refuse_closed()
        fact = drafts.freeze(self.incident, self._id, self._digest, "", self.asked.by, self.asked.now)
        after = evolve(self.incident, fact)
        whole = replace(
            fact,
            text=voice.draft_file(self.draft, after, self.asked.now),
            holes=voice.client_holes(self.draft, self.incident.language),
            missing=voice.missing_labels(self.draft, self.incident),
        )
        return self._hand_out((whole,))

    def _hand_out(self, facts: tuple[DraftMade | DraftFrozen, ...]) -> Outcome:
        """Answer with the draft as it stands after *facts*: the message and two files.

        Of a frozen one, the file for a word processor is the clean copy, which goes out.
        """
        if facts:
            self._refuse_closed()
        after = self.incident
        for fact in facts:
            after = evolve(after, fact)
        state, input, address, now = after.drafts[self._id], self.asked.input, self.asked.address, self.asked.now
        frozen = state.frozen
        file = frozen.text if frozen else voice.draft_file(self.draft, after, now)
        text = voice.frozen_text(file) if frozen else voice.draft_text(self.draft, after, now)
        shown = voice.draft_shown(self.draft, after, text, is_outdated=state.digest != self._digest)
        markdown = Attachment(name=self._whole_name(state.version, "md"), mime="text/markdown", data=file.encode())
        label, paper = voice.clean_paper(self.draft.template, file, after) if frozen else voice.draft_paper(file)
        data = docx.docx_file(paper, label=label, tag=voice.language_tag(after.language), now=now)
        name = (
            self._name(voice.clean_name(self.draft.template), "docx")
            if frozen
            else self._whole_name(state.version, "docx")
        )
        word = Attachment(name=name, mime=docx.MIME, data=data)
        files = (file_task(input, number, address, made) for number, made in enumerate((markdown, word), start=1))
        return self._outcome(facts, (*answer_tasks(input, 0, address, shown), *files))

    def _outcome(self, facts: tuple[DraftMade | DraftReviewed | DraftFrozen, ...], tasks: tuple[Task, ...]) -> Outcome:
        return Outcome(stream=self.incident.id, facts=facts, tasks=tasks)

    def _refuse_closed(self) -> None:
        if self.incident.status is Status.CLOSED:
            raise IncidentClosed

    def _whole_name(self, version: int, kind: str) -> str:
        codename = self.incident.codename.lower().replace(" ", "-")
        return self._name(f"{self._id}-v{version}-{codename}", kind)

    def _name(self, stem: str, kind: str) -> str:
        return f"{voice.file_mark(self.incident)}{stem}.{kind}"
