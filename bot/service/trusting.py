"""Whose devices are trusted: what is said when one is not, and how a changed identity is confirmed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bot import voice
from bot.core.commands import ConfirmIdentity, ShowTrust
from bot.core.errors import NothingToConfirm, NotOneself
from bot.core.facts import IdentityConfirmed
from bot.core.incident import Incident, Status
from bot.core.names import InputId, UserId
from bot.core.people import find_person
from bot.core.playbook import Language
from bot.core.roster import Role
from bot.ports import DESK, Chat, Distrusted, IdentityChanged, Task, TaskKind
from bot.service.outcome import Asked, Outcome
from bot.service.tasks import Place, answer_task, incident_place, ring_task, task_id

People = Mapping[UserId, frozenset[Role]]


def distrusted(event: Distrusted, place: Place, language: Language) -> Outcome:
    """Say why a message was not heard; once for each room, person and reason, however often they type."""
    once = InputId(f"distrusted:{event.room}:{event.sender}:{event.device}:{event.why}")
    return Outcome(tasks=(answer_task(once, 0, place, voice.distrusted(event.sender, event.why, language)),))


def identity_changed(
    event: IdentityChanged,
    incidents: Iterable[Incident],
    control: Place | None,
    admins: Iterable[UserId],
    language: Language,
) -> Outcome:
    """Ring in the control room and in every open room where the person is."""
    input = InputId(event.id)
    tasks: list[Task] = []
    if control is not None:
        text = voice.identity_changed(event.user, event.master, language)
        tasks.append(ring_task(input, 0, control, text, tuple(admins)))
    for incident in incidents:
        if event.user in incident.roster and incident.status is Status.OPEN:
            text = voice.identity_changed(event.user, event.master, incident.language)
            tasks.append(ring_task(input, len(tasks), incident_place(incident), text, incident.leaders()))
    return Outcome(tasks=tuple(tasks))


def trust(command: ShowTrust | ConfirmIdentity, people: Iterable[UserId], chat: Chat, asked: Asked) -> Outcome:
    """Show an identity, or know its owner by it from now on. Raises RuleError."""
    user = find_person(command.who, people)
    identity = chat.identity_of(user)
    if isinstance(command, ShowTrust):
        text = voice.identity(user, identity.known, identity.published, asked.language)
        return Outcome(tasks=(answer_task(asked.input, 0, asked.place, text),))
    if user == asked.by:
        raise NotOneself
    if identity.published is None or not identity.is_changed:
        raise NothingToConfirm(user)
    fact = IdentityConfirmed(at=asked.now, by=asked.by, user=user, master=identity.published)
    confirmed = Task(id=task_id(asked.input, 0), lane=DESK, kind=TaskKind.TRUST, user=user, master=identity.published)
    answer = answer_task(asked.input, 1, asked.place, voice.identity_confirmed(user, asked.language))
    return Outcome(facts=(fact,), tasks=(confirmed, answer))
