"""What people may type instead of ids, in one room: content has a name in each language beside its id."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from bot.core.clocks.rules import Rule
from bot.core.desk import House
from bot.core.documents.drafts import DraftTemplate
from bot.core.incident import Incident
from bot.core.names import DraftId, Question, RuleId, StepId, meant
from bot.core.playbook import Asked, Playbook


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """The content that can be typed. Each method returns the id that a word means, or None."""

    rules: Collection[Rule] = ()
    questions: Collection[Asked] = ()
    drafts: Collection[DraftTemplate] = ()
    playbooks: Collection[Playbook] = ()
    steps: Collection[StepId] = ()

    def rule(self, word: str) -> RuleId | None:
        """Find a clock."""
        return meant(word, ((rule.id, rule.called) for rule in self.rules))

    def question(self, word: str) -> Question | None:
        """Find a question; details are found elsewhere."""
        return meant(word, ((asked.name, asked.called) for asked in self.questions))

    def draft(self, word: str) -> DraftId | None:
        """Find a draft."""
        return meant(word, ((draft.id, draft.called) for draft in self.drafts))

    def playbook(self, word: str) -> str | None:
        """Find a playbook."""
        return meant(word, ((playbook.id, playbook.called) for playbook in self.playbooks))


NO_NAMES = Names()


def names_in(house: House, incident: Incident | None) -> Names:
    """Return what can be typed in the room of *incident*, or outside of any; what the incident keeps goes first."""
    asked = (asked for book in house.playbooks.values() for asked in book.questions)
    return Names(
        rules=(*(incident.rules.values() if incident else ()), *house.rules),
        questions=(*incident.playbook.questions, *asked) if incident else (),
        drafts=house.drafts.values(),
        playbooks=house.playbooks.values(),
        steps=tuple(step.id for step in incident.playbook.steps()) if incident else (),
    )
