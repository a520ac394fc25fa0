"""Alerts of other machines, as people answer them: shown, made an incident of, added to one, or dropped."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot import voice
from bot.core import alerts, commands, facts
from bot.core.alerts.waiting import Proposal
from bot.core.commands import Open
from bot.core.desk import open_incident
from bot.core.errors import NotAllowed
from bot.core.evolve import evolve
from bot.core.facts import AlertTaken, Opened
from bot.core.incident import Incident, Status
from bot.core.language import fold
from bot.core.names import InputId
from bot.core.people.roster import Right, has_right, roles_giving
from bot.core.replies.subjects import Choice
from bot.service.alerts.reported import choices
from bot.service.answers.sources import Sources
from bot.service.outcome import Outcome, Typed, answered
from bot.service.tasks import answer_task, incident_tasks


def only_one(sources: Sources, now: datetime) -> Choice | None:
    """Return what a bare number answers in the control room; None where not exactly one proposal waits there.

    It opens, and nothing else: which incidents can be added to may differ from what was shown.
    """
    told = [one for one in sources.books.desk.alerts.waiting(now) if one.is_told]
    if len(told) != 1:
        return None
    offered = choices(sources.house, sources.books)
    choice = voice.choice_of(told[0], offered)
    return replace(choice, ids=choice.ids[: len(offered.playbooks)])


def show(command: commands.ShowAlerts, asked: Typed, sources: Sources) -> Outcome:
    """Show what waits, or what can be done with one of it. Raises UnknownAlert."""
    known, language = sources.books.desk.alerts, asked.language
    if command.number is None:
        return answered(asked.input, asked.address, voice.proposals(known.waiting(asked.now), language))
    proposal, offered = alerts.named(known, command.number, asked.now), choices(sources.house, sources.books)
    return answered(asked.input, asked.address, voice.proposal(proposal, offered, language))


def settle(command: commands.SettleAlert, asked: Typed, sources: Sources) -> Outcome:
    """Do with alerts what somebody decided. Raises RuleError."""
    proposal = alerts.named(sources.books.desk.alerts, command.number, asked.now)
    if command.choice == voice.NO:
        fact = facts.AlertsDropped(at=asked.now, by=asked.by, number=proposal.number)
        said = answered(asked.input, asked.address, voice.alerts_dropped(proposal.number, asked.language))
        return replace(said, facts=(fact,))
    incident = _open_one(command.choice, asked, sources)
    return _opened(proposal, command.choice, asked, sources) if incident is None else _added(proposal, incident, asked)


def _open_one(codename: str, asked: Typed, sources: Sources) -> Incident | None:
    """Return the open incident of that name that the asker is in."""
    mine = sources.books.incidents_of(asked.by)
    return next((one for one in mine if one.status is Status.OPEN and fold(one.codename) == fold(codename)), None)


def _opened(proposal: Proposal, playbook: str, asked: Typed, sources: Sources) -> Outcome:
    """Open an incident with the words of the gravest alert as its title, in which nothing is a link."""
    first = max(proposal.alerts.values(), key=lambda alert: alert.severity.weight)
    command = Open(title=voice.alert_title(first), playbook=playbook, severity=first.severity)
    desk, house = sources.books.desk, sources.house
    fact = open_incident(desk, house, command, asked.around.asker, asked.input, asked.now)
    if not isinstance(fact, Opened):
        raise TypeError("a playbook was named")
    taken = alerts.taken(proposal, fact.incident, asked.by, asked.now)
    tasks = incident_tasks(asked.input, None, (fact,), asked.address, asked.now)
    return Outcome(
        stream=fact.incident,
        facts=(fact, *taken),
        tasks=(*tasks, *incident_tasks(_there(asked), evolve(None, fact), taken, None, asked.now)),
    )


def _added(proposal: Proposal, incident: Incident, asked: Typed) -> Outcome:
    """Add alerts to an incident, whose room hears them. Raises NotAllowed."""
    if not has_right(incident.roster[asked.by], Right.ACT):
        raise NotAllowed(roles_giving(Right.ACT))
    taken: tuple[AlertTaken, ...] = alerts.taken(proposal, incident.id, asked.by, asked.now)
    text = voice.alerts_added(proposal.number, incident.codename, asked.language)
    said = answer_task(asked.input, 0, asked.address, text)
    return Outcome(
        stream=incident.id,
        facts=taken,
        tasks=(said, *incident_tasks(_there(asked), incident, taken, None, asked.now)),
    )


def _there(asked: Typed) -> InputId:
    """Name what is said in the incident's room beside the answer."""
    return InputId(f"{asked.input}:alert")
