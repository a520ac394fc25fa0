"""At the doors: who comes and goes, what is said when somebody is not trusted, and when an identity changes."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import assert_never

from bot import ports, voice
from bot.core.desk import House
from bot.core.facts import IdentityChangeSeen, IdentityConfirmed, StrangerCame
from bot.core.happenings import Happening, PersonCalled, PersonCame, PersonWent
from bot.core.incident import Incident, Status
from bot.core.language import Language
from bot.core.names import InputId, RoomId, UserId
from bot.core.people.roster import Role, holders
from bot.core.people.trust import Distrust
from bot.service.books import Books
from bot.service.outcome import NOTHING, Outcome, happened
from bot.service.tasks import (
    GATHERING,
    Address,
    answer_task,
    incident_address,
    move_task,
    ring_task,
    room_address,
    task_id,
    trust_task,
)

_log = logging.getLogger(__name__)
MOST_COMINGS = 200
"""More in one hour and room are a homeserver's making, or somebody's who can have them made."""
MOST_CARDS = 20
"""How many rooms show somebody with a new device their cards anew: a coordinator of many is in more than they read."""
_HOUR = timedelta(hours=1)


class Comings:
    """How many comings and goings of a room are believed: the homeserver alone says that they happened.

    Counted by the hour, in memory only: a restart begins anew.
    """

    def __init__(self) -> None:
        self._began: datetime | None = None
        self._counts: dict[RoomId, int] = {}

    def are_too_many(self, room: RoomId, at: datetime) -> bool:
        """Count one more in *room*; say whether it is over what is believed."""
        if self._began is None or not self._began <= at < self._began + _HOUR:
            self._began, self._counts = at, {}
        self._counts[room] = self._counts.get(room, 0) + 1
        return self._counts[room] > MOST_COMINGS


@dataclass(frozen=True, slots=True, kw_only=True)
class Doors:
    """Says who has to hear of people at the doors of rooms, and of their devices and identities."""

    house: House
    books: Books
    chat: ports.Chat
    comings: Comings

    def distrusted(self, event: ports.Distrusted, address: Address, language: Language) -> Outcome:
        """Say why a message was not heard; once for each room, device and reason, however often they type.

        In a direct room nobody else would see it, and its owner may have no device that can read it.
        """
        once = InputId(f"distrusted:{event.room}:{event.sender}:{event.device}:{event.why}")
        tasks = [answer_task(once, 0, address, voice.distrusted(event.sender, event.why, language))]
        control = self._control()
        if control is not None and event.room != control.room and self.books.incident_in(event.room) is None:
            tasks.append(answer_task(once, 1, control, voice.unheard(event.sender, self.house.language)))
        return Outcome(tasks=tuple(tasks), once=once)

    def told(self, event: ports.Unreached | ports.IdentityChanged | ports.DeviceCame) -> Outcome:
        """Return what follows from news that nobody typed."""
        match event:
            case ports.Unreached():
                return self._unreached(event)
            case ports.IdentityChanged():
                return self._identity_changed(event)
            case ports.DeviceCame():
                return self._device_came(event)
            case _:
                assert_never(event)

    def _unreached(self, event: ports.Unreached) -> Outcome:
        """Tell those who lead that somebody reads nothing in their room. A changed identity rings by itself."""
        incident, control = self.books.incident_in(event.room), self._control()
        if event.why is Distrust.IDENTITY_CHANGED:
            return NOTHING
        if incident is not None and event.user in incident.roster:
            text = voice.unreached(event.user, event.why, incident.language)
            address, people = incident_address(incident), incident.leaders()
        elif control is not None and event.room == control.room:
            text = voice.unreached(event.user, event.why, self.house.language)
            address, people = control, holders(self.house.people, Role.ADMIN)
        else:
            return NOTHING
        return Outcome(tasks=(ring_task(event.id, 0, address, text, people),))

    def _identity_changed(self, event: ports.IdentityChanged) -> Outcome:
        """Ring in the control room and in every open room where the person is."""
        if not self._is_ours(event.user):
            return NOTHING
        tasks = self._alarm(event.id, lambda to: voice.identity_changed(event.user, event.master, to))
        for incident in self.books.incidents_of(event.user):
            if incident.status is Status.OPEN:
                text = voice.identity_changed(event.user, event.master, incident.language)
                address, leaders = incident_address(incident), incident.leaders()
                tasks.append(ring_task(event.id, len(tasks), address, text, leaders))
        fact = IdentityChangeSeen(at=event.received_at, user=event.user, master=event.master)
        return Outcome(facts=(fact,), tasks=tuple(tasks))

    def _device_came(self, event: ports.DeviceCame) -> Outcome:
        """Say in the control room that a device is trusted on the homeserver's word alone."""
        if not self._is_ours(event.user):
            return NOTHING

        def word(to: Language) -> voice.Text:
            return voice.device_came(event.user, event.device, event.fingerprint, to, is_back=event.is_back)

        return Outcome(tasks=tuple(self._alarm(event.id, word)))

    def reader_came(self, event: ports.ReaderCame) -> Outcome:
        """Post the cards anew of the rooms somebody is in, of many the newest: a new device cannot read the old."""
        at, open_rooms = event.received_at, [one for one in self.books.incidents_of(event.user) if _is_in(one, event)]
        tasks = (
            move_task(task_id(event.id, number), incident, at + GATHERING, bulk=incident.parent is not None)
            for number, incident in enumerate(reversed(open_rooms[-MOST_CARDS:]))
        )
        return Outcome(tasks=tuple(tasks))

    def verified(self, event: ports.VerificationEnded) -> Outcome:
        """Know a person by the master key that a comparison proved to be theirs; ring when they are known by another.

        That it is another one an admin settles, as after every change: whoever leads may compare emoji.
        """
        if event.master is None:
            return NOTHING
        if self.chat.identity_of(event.user).known not in {None, event.master}:
            id = InputId(f"{event.id}:identity")
            return self._identity_changed(
                ports.IdentityChanged(id=id, user=event.user, master=event.master, received_at=event.received_at)
            )
        fact = IdentityConfirmed(at=event.received_at, by=event.by, user=event.user, master=event.master)
        return Outcome(facts=(fact,), tasks=(trust_task(InputId(f"{event.id}:identity"), 0, event.user, event.master),))

    def moved(self, event: ports.Membership, now: datetime) -> Outcome:
        """Return what somebody's coming or going leads to; in the control room and in those of incidents only."""
        incident = self.books.incident_in(event.room)
        if self.comings.are_too_many(event.room, now):
            return self._too_many_come(event.room, incident, now)
        if incident is None:
            return self._came_to_control(event)
        happening: Happening = PersonCame(user=event.user) if event.present else PersonWent(user=event.user)
        if event.invited:
            happening = PersonCalled(user=event.user)
        return self._stranger_came(happened(incident, happening, event.id, now), incident, event.id)

    def _stranger_came(self, outcome: Outcome, incident: Incident, input: InputId) -> Outcome:
        """Add to what somebody's coming led to in *incident* that the control room hears of a stranger."""
        strangers = [fact.user for fact in outcome.facts if isinstance(fact, StrangerCame)]
        if not strangers:
            return outcome
        _log.warning("somebody who is not on the roster came into a room, or was invited")
        (user,) = strangers
        alarm = self._alarm(
            input, lambda to: voice.stranger_elsewhere(user, incident.codename, to), first=len(outcome.tasks)
        )
        return replace(outcome, tasks=(*outcome.tasks, *alarm))

    def _too_many_come(self, room: RoomId, incident: Incident | None, now: datetime) -> Outcome:
        """Say once an hour that more come and go in a room than can be true, and that it is not looked at any more."""
        if not self.books.holds(room):
            return NOTHING
        once = InputId(f"comings:{room}:{now:%Y-%m-%dT%H}")
        name = incident.codename if incident else None
        alarm = self._alarm(once, lambda to: voice.too_many_come(name, to))
        return Outcome(tasks=tuple(alarm), once=once)

    def _came_to_control(self, event: ports.Membership) -> Outcome:
        """Take out of the control room whom the configuration does not name, and ring."""
        control = self._control()
        if control is None or event.room != control.room or event.user in self.house.people:
            return NOTHING
        if not (event.present or event.invited):
            return NOTHING
        input = event.id
        remove = ports.Task(id=task_id(input, 0), lane=control.lane, action=ports.RemovePerson(user=event.user))
        alarm = self._alarm(input, lambda to: voice.stranger_in_control(event.user, to), first=1)
        return Outcome(tasks=(remove, *alarm))

    def stays(self, task: ports.Task, user: UserId) -> tuple[ports.Task, ...]:
        """Tell those who lead in a room, and the admins, that the homeserver does not let us take *user* out of it.

        Nothing of ours can be read by them; what the others say there may be.
        """
        incident, input = self.books.incident(task.lane), InputId(f"stays:{task.id}")
        if incident is None:
            return tuple(self._alarm(input, lambda to: voice.stays(user, to)))
        text = voice.stays(user, incident.language)
        here = ring_task(input, 0, incident_address(incident), text, incident.leaders())
        above = self._alarm(input, lambda to: voice.stays_elsewhere(user, incident.codename, to), first=1)
        return (here, *above)

    # --- where and to whom ----------------------------------------------------------------------------------------

    def _is_ours(self, user: UserId) -> bool:
        return user in self.house.people or self.books.is_on_a_roster(user)

    def _control(self) -> Address | None:
        room = self.books.desk.control_room
        return room_address(room, self.house.people) if room else None

    def _alarm(self, input: InputId, word: Callable[[Language], voice.Text], *, first: int = 0) -> list[ports.Task]:
        """Return the row that rings for the admins in the control room, if there is one."""
        control, admins = self._control(), holders(self.house.people, Role.ADMIN)
        return [ring_task(input, first, control, word(self.house.language), admins)] if control else []


def _is_in(incident: Incident, event: ports.ReaderCame) -> bool:
    return incident.status is Status.OPEN and event.user in incident.joined
