"""What somebody asked, and what an input leads to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.core.facts import DeskFact, Fact
from bot.core.incident import Incident
from bot.core.names import InputId, UserId
from bot.core.playbook import Language
from bot.ports import DESK, Task
from bot.service.tasks import Place, answer_task
from bot.voice import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Who asked, where the answer goes, and in which language."""

    input: InputId
    by: UserId
    place: Place
    language: Language
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Facts at the end of one stream, and rows for the outbox."""

    stream: str = DESK
    facts: tuple[Fact | DeskFact, ...] = ()
    tasks: tuple[Task, ...] = ()
    once: InputId | None = None
    """What all this happens once for; nothing does when it did before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Later:
    """What an input leads to takes too long for the event loop: it is made in a thread, while others are served."""

    sender: UserId
    stream: str
    """The incident it is about, or the desk."""
    make: Callable[[Incident | None], Outcome]
    """From the incident as it stands when it begins; None for the desk. It raises nothing."""


class Commit(Protocol):
    """Makes what an input leads to durable, and takes it in. Called while decisions are held."""

    async def __call__(self, input: InputId, outcome: Outcome, *, done: Task | None = None) -> object:
        """Do it once for *input*, whatever is replayed; with it settle the row that is *done*."""


NOTHING = Outcome()


def answered(input: InputId, place: Place, text: Text) -> Outcome:
    """Return an answer and nothing else."""
    return Outcome(tasks=(answer_task(input, 0, place, text),))
