"""Doors: somebody vouches for a person without an account, ends what they opened, or looks who came."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from bot import ports, voice
from bot.core import commands, facts
from bot.core.errors import IncidentClosed
from bot.core.incident import Status
from bot.core.people import doors
from bot.core.people.errors import NoDoors
from bot.core.people.guests import Doors
from bot.service.answers.sources import Sources
from bot.service.outcome import Outcome, Typed, answered
from bot.service.tasks import DOORS_LANE, incident_tasks, task_id


def open_(command: commands.OpenDoor, asked: Typed, sources: Sources) -> Outcome:
    """Ask the door for a link, which answers. Raises RuleError."""
    incident = asked.around.incident
    if incident is not None and incident.status is Status.CLOSED:
        raise IncidentClosed
    if not sources.has_door:
        raise NoDoors
    doors.may_open(_doors(asked, sources), command)
    action = ports.OpenDoor(
        incident=incident.id if incident else None,
        role=command.role,
        name=command.name,
        until=doors.until(command, asked.now),
        by=asked.by,
        language=asked.language,
        room=asked.around.asker.room,
        readers=asked.address.readers,
        thread=asked.address.thread,
    )
    return Outcome(tasks=(ports.Task(id=task_id(asked.input, 0), lane=DOORS_LANE, action=action),))


def end(command: commands.EndDoor, asked: Typed, sources: Sources) -> Outcome:
    """Put an end to a door. Raises RuleError."""
    incident, known = asked.around.incident, _doors(asked, sources)
    fact = doors.end(known, command, asked.by, asked.now)
    if incident is not None:
        tasks = incident_tasks(asked.input, incident, (fact,), asked.address, asked.now)
        return Outcome(stream=incident.id, facts=(fact,), tasks=tasks)
    text = voice.guest_news(fact, known[command.number], ZoneInfo(sources.house.zone), asked.language)
    done = answered(asked.input, asked.address, text)
    return Outcome(facts=(facts.OfHouseDoor(at=asked.now, fact=fact),), tasks=done.tasks)


def show(_: commands.ShowDoors, asked: Typed, sources: Sources) -> voice.Text:
    """Show who was let in here, and who has not come."""
    incident = asked.around.incident
    zone = ZoneInfo(sources.house.zone) if incident is None else incident.zone
    return voice.doors(_doors(asked, sources), asked.now, zone, asked.language)


def ask_to_prove(command: commands.AskToProve, asked: Typed, sources: Sources) -> Outcome:
    """Ask the app of a guest to compare emoji once more. Raises NoGuest."""
    user, door = doors.to_prove(command.who, _doors(asked, sources))
    sources.verifications.begin(user)
    return answered(asked.input, asked.address, voice.asked_to_prove(door, asked.language))


def _doors(asked: Typed, sources: Sources) -> Doors:
    incident = asked.around.incident
    return sources.books.desk.doors if incident is None else incident.doors
