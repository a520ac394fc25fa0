"""What somebody asked, and what an input leads to."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bot import commands, voice
from bot.core.commands import Asker
from bot.core.decide import happen
from bot.core.decide.house import second_persons
from bot.core.desk import Desk, House
from bot.core.errors import GuestOfTheHouse, NotAllowed, RuleError, WrongRoom
from bot.core.facts import DeskFact, Fact, FileOffered, HouseConfirmationAsked
from bot.core.happenings import Happening
from bot.core.incident import Incident
from bot.core.language import Language
from bot.core.names import EventId, InputId, UserId
from bot.core.people.guests import Door
from bot.core.people.roster import OF_THE_HOUSE, Right, Role, has_right, roles_for, roles_giving
from bot.ports import DESK, Ended, Task
from bot.service.tasks import (
    Address,
    answer_task,
    answer_tasks,
    incident_address,
    incident_tasks,
    poll_task,
    reference,
    result_input,
    ring_task,
    room_address,
)

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Who asked, where the answer goes, and in which language."""

    input: InputId
    by: UserId
    address: Address
    language: Language
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """Where a message stands and what its sender is there."""

    asker: Asker
    incident: Incident | None
    room: commands.Place
    roles: frozenset[Role]
    """What they are here; nobody at all when there is none."""
    house_roles: frozenset[Role]
    """What the configuration makes them; none for a guest."""
    unproved: Door | None
    """The door by which they came, while nobody has proved who they are."""
    language: Language
    answers: Address
    is_late: bool
    """The message came after later ones of the same device."""
    under: EventId | None = None
    """The message that it replies to, or, of what is written below a file, that of the file."""
    file: FileOffered | None = None
    """The file of that message; None where none is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed(Asked):
    """A command that somebody typed who has the right to it there."""

    around: Surroundings

    @property
    def here(self) -> Incident:
        """The incident in whose room it was typed. Raises WrongRoom."""
        if self.around.incident is None:
            raise WrongRoom(incident_room=True)
        return self.around.incident


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Facts at the end of one stream, and rows for the outbox."""

    stream: str = DESK
    facts: tuple[Fact | DeskFact, ...] = ()
    tasks: tuple[Task, ...] = ()
    once: InputId | None = None
    """What all this happens once for; nothing does when it did before."""
    command: Ended | None = None
    """How the command ended that leads to it; None where nobody gave one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Later:
    """What an input leads to takes too long for the event loop: it is made in a thread, while others are served."""

    sender: UserId
    stream: str
    """The incident it is about, or the desk."""
    make: Callable[[Incident | None], Outcome]
    """From the incident as it stands when it begins; None for the desk. It raises nothing."""


NOTHING = Outcome()


def refuse_without_right(right: Right, around: Surroundings) -> None:
    """Raise GuestOfTheHouse or NotAllowed when whoever typed has not *right* there."""
    if right in OF_THE_HOUSE and not around.house_roles:
        raise GuestOfTheHouse
    if not has_right(roles_for(right, around.roles, around.house_roles), right):
        raise NotAllowed(roles_giving(right))


def answered(input: InputId, address: Address, text: voice.Text) -> Outcome:
    """Return an answer and nothing else but the poll that goes with it."""
    answer = answer_tasks(input, 0, address, text)
    return Outcome(tasks=(*answer, poll_task(input, 1, address, text, text.ballot)) if text.ballot else answer)


def decided(asked: Typed, *found: Fact) -> Outcome:
    """Return *found*, which was decided in the incident's room, with what is to be done about it."""
    incident = asked.here
    tasks = incident_tasks(asked.input, incident, found, asked.address, asked.now)
    return Outcome(stream=incident.id, facts=found, tasks=tasks)


def made_later(stream: str, asked: Asked, make: Callable[[Incident | None], Outcome], house_zone: str) -> Later:
    """Have *make* called in a thread; what it refuses, and what it fails at, becomes a sentence."""

    def made(incident: Incident | None) -> tuple[Outcome, Ended]:
        zone = incident.zone if incident else ZoneInfo(house_zone)
        try:
            return make(incident), Ended.DONE
        except RuleError as refusal:
            return answered(asked.input, asked.address, voice.refusal(refusal, asked.language, zone)), Ended.REFUSED
        except Exception:  # noqa: BLE001 - as for what is answered at once
            known_by = reference(asked.input)
            _log.exception("could not handle an input, reference %s", known_by)
            return answered(asked.input, asked.address, voice.fault(known_by, asked.language)), Ended.FAILED

    def counted(incident: Incident | None) -> Outcome:
        outcome, ended = made(incident)
        return replace(outcome, command=ended) if isinstance(asked, Typed) else outcome

    return Later(sender=asked.by, stream=stream, make=counted)


def worded(row: Task, language: Language, make: Callable[[], voice.Text]) -> voice.Text:
    """Return what *make* puts into words; where it fails, a reference stands: the row would come at every start."""
    try:
        return make()
    except Exception:  # noqa: BLE001 - whatever it is, the room hears a sentence, and nothing else stops
        known_by = reference(result_input(row))
        _log.exception("could not word what row %s says, reference %s", row.id, known_by)
        return voice.unworded(known_by, language)


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
        tasks = (ring_task(input, 0, incident_address(incident), voice.unworded(known_by, incident.language), ()),)
    return Outcome(stream=incident.id, facts=facts, tasks=tasks)


def asked_of_the_house(
    fact: HouseConfirmationAsked,
    house: House,
    desk: Desk,
    input: InputId,
    address: Address,
    *,
    read: voice.Understood | None = None,
) -> Outcome:
    """Return that a second person is asked: it rings for them in the control room, and answers where it was typed."""
    others = second_persons(house.people, fact.by, fact.act)
    text = voice.house_asked(fact, others, house.language, ZoneInfo(house.zone), read)
    control = desk.control_room
    if control is None or address.room == control:
        return Outcome(facts=(fact,), tasks=(ring_task(input, 0, address, text, others),))
    ring = ring_task(input, 1, room_address(control, house.people), text, others)
    return Outcome(facts=(fact,), tasks=(answer_task(input, 0, address, text), ring))
