"""Rooms of organisations are mended from the parent's: what is asked for there, and what is answered there."""

from __future__ import annotations

from bot import voice
from bot.core import commands, facts
from bot.core.decide import cascade
from bot.core.decide.asking import need
from bot.core.errors import AlreadyOnRoster
from bot.core.incident import Incident
from bot.core.names import InputId, UserId
from bot.core.people.roster import Right
from bot.service.answers.sources import Sources
from bot.service.outcome import Outcome, Typed, decided
from bot.service.tasks import answer_task, incident_tasks


def invite(command: commands.InviteBelow, asked: Typed, sources: Sources) -> Outcome:
    """Invite somebody into the room of an organisation, of which nobody may be there any more. Raises RuleError."""
    children = _below(asked, sources)
    child, fact = cascade.invite_below(asked.here, children, command, asked.by, asked.now)
    _refuse_own(fact.user, sources)
    return _done_there(child, fact, voice.invited_below(fact, child, asked.language), asked)


def reopen(command: commands.ReopenBelow, asked: Typed, sources: Sources) -> Outcome:
    """Open the incident of an organisation again. Raises RuleError."""
    child, fact = cascade.reopen_below(asked.here, _below(asked, sources), command, asked.by, asked.now)
    return _done_there(child, fact, voice.reopened_below(child, asked.language), asked)


def remove(command: commands.RemoveBelow, asked: Typed, sources: Sources) -> Outcome:
    """Take somebody out of the room of an organisation, and perhaps invite another instead. Raises RuleError."""
    fact = cascade.remove_below(asked.here, _below(asked, sources), command, asked.by, asked.now)
    act = fact.act if isinstance(fact, facts.ConfirmationAsked) else fact
    if isinstance(act, facts.RemovedBelow | facts.RemovingBelow) and act.new is not None:
        _refuse_own(act.new, sources)
    return decided(asked, fact)


def merge(command: commands.MergeFirms, asked: Typed, sources: Sources) -> Outcome:
    """Take two organisations of the list for one. Raises RuleError."""
    return decided(asked, cascade.merge(asked.here, _below(asked, sources), command, asked.by, asked.now))


def _below(asked: Typed, sources: Sources) -> tuple[Incident, ...]:
    """Return the incidents of organisations, for whoever leads here. Raises NotAllowed."""
    need(asked.here, asked.by, Right.LEAD)
    return sources.books.children(asked.here.id)


def _refuse_own(user: UserId, sources: Sources) -> None:
    if user == sources.identity.user:
        raise AlreadyOnRoster(user)


def _done_there(child: Incident, fact: facts.Fact, text: voice.Text, asked: Typed) -> Outcome:
    """Return what is done in the room of *child*, where they read who did it, and the answer where it was typed."""
    tasks = incident_tasks(asked.input, child, (fact,), None, asked.now)
    answer = answer_task(InputId(f"{asked.input}:below"), 0, asked.address, text)
    return Outcome(stream=child.id, facts=(fact,), tasks=(answer, *tasks))
