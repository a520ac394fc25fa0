"""What somebody asked, and what an input leads to."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot import voice
from bot.core.decide import happen
from bot.core.decide.house import second_persons
from bot.core.desk import Desk, House
from bot.core.facts import DeskFact, Fact, HouseConfirmationAsked
from bot.core.happenings import Happening
from bot.core.incident import Incident
from bot.core.names import InputId, UserId
from bot.core.playbook import Language
from bot.ports import DESK, Task
from bot.service.tasks import Place, answer_task, incident_place, incident_tasks, reference, ring_task, room_place

_log = logging.getLogger(__name__)


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


NOTHING = Outcome()


def answered(input: InputId, place: Place, text: voice.Text) -> Outcome:
    """Return an answer and nothing else."""
    return Outcome(tasks=(answer_task(input, 0, place, text),))


def happened(
    incident: Incident, happening: Happening, input: InputId, now: datetime, *, policy: str | None = None
) -> Outcome:
    """Return what something that no person typed leads to. *policy* is needed where a room was made."""
    facts = happen(incident, happening, now)
    try:
        tasks = incident_tasks(input, incident, facts, None, now, policy=policy)
    except Exception:  # noqa: BLE001 - what cannot be put into words rings all the same, for the whole room
        known_by = reference(input)
        _log.exception("could not word what happened, reference %s", known_by)
        tasks = (ring_task(input, 0, incident_place(incident), voice.fault(known_by, incident.language), ()),)
    return Outcome(stream=incident.id, facts=facts, tasks=tasks)


def asked_of_the_house(fact: HouseConfirmationAsked, house: House, desk: Desk, input: InputId, place: Place) -> Outcome:
    """Return that a second person is asked: it rings for them in the control room, and answers where it was typed."""
    others = second_persons(house.people, fact.by, fact.act)
    text = voice.house_asked(fact, others, house.language, ZoneInfo(house.zone))
    control = desk.control_room
    if control is None or place.room == control:
        return Outcome(facts=(fact,), tasks=(ring_task(input, 0, place, text, others),))
    ring = ring_task(input, 1, room_place(control, house.people), text, others)
    return Outcome(facts=(fact,), tasks=(answer_task(input, 0, place, text), ring))
