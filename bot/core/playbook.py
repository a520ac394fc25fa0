"""A playbook: the questions it asks, the clocks it watches, its phases and steps.

Types only, frozen, and pure questions about them. Files become these in `bot.library`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta

from bot.core.conditions import ALWAYS, Condition
from bot.core.language import Language
from bot.core.names import Called, Question, RuleId, StepId
from bot.core.people.roster import Role

UNRANKED = 1000
"""The rank of a playbook that names none: behind those that do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One question of a playbook, answered by `!fact NAME VALUE`."""

    name: Question
    text: str
    values: tuple[str, ...] = ("yes", "no", "unknown")
    """Accepted answers, in the canonical (English) spelling that conditions use."""
    when: Condition = ALWAYS
    """Asked only while this holds of the answers to the others."""
    called: Called = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """A legal clock the playbook brings in, suspected from the start or once *when* holds."""

    rule: RuleId
    when: Condition = ALWAYS


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing to do. Markdown in *action*, plain text elsewhere."""

    id: StepId
    title: str
    action: str
    role: Role
    evidence: str
    """What proof to keep; empty when there is none."""
    target: timedelta | None = None
    """Aim after the opening of the incident; None when the step has no time target."""
    target_text: str = ""
    """The target as the author wrote it, for display: `within 24 h, legal limit 72 h`."""
    again: timedelta | None = None
    """How long after it was done it rings, to be done once more, until it is left out; None: it is done once."""
    when: Condition = ALWAYS
    mandatory: bool = False
    clock: RuleId | None = None
    """The legal clock this step serves, if any."""
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """Steps that belong together, in order."""

    name: str
    steps: tuple[Step, ...]
    intro: str = ""
    """What the phase is for, in a sentence or two."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Playbook:
    """A whole playbook in one language. An incident keeps the one it started with."""

    id: str
    language: Language
    title: str
    summary: str
    version: str
    roles: tuple[Role, ...]
    """Roles whose holders are invited at the opening (admins and the opener always are)."""
    questions: tuple[Asked, ...] = ()
    clocks: tuple[Watched, ...] = ()
    phases: tuple[Phase, ...] = field(default=())
    rank: int = UNRANKED
    """Its place in the offered list, lowest first."""
    repeat: timedelta | None = None
    """How long after its closing it should be run again; None for what no one plans."""
    sha256: str = ""
    """Digest of the file it was read from: what was in force stays provable."""
    called: Called = field(default_factory=dict)

    def steps(self) -> Iterator[Step]:
        """Yield every step in the order of the file."""
        for phase in self.phases:
            yield from phase.steps

    def step(self, id: StepId) -> Step | None:
        """Return the step named *id*, or None."""
        return next((step for step in self.steps() if step.id == id), None)

    def question(self, name: Question) -> Asked | None:
        """Return the question named *name*, or None."""
        return next((asked for asked in self.questions if asked.name == name), None)
