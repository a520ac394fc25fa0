"""Who and what is trusted: what is said when somebody or something is not, and how a changed identity is confirmed."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never
from zoneinfo import ZoneInfo

from bot import voice
from bot.core.decide import house
from bot.core.desk import Desk, House
from bot.core.facts import DeskFact, IdentityChangeSeen, IdentityConfirmed, IdentityShown, StrangerCame, Trusting
from bot.core.incident import Incident, Status
from bot.core.names import InputId, RoomId, UserId
from bot.core.people import find_person
from bot.core.playbook import Language
from bot.core.roster import Role, holders
from bot.core.trust import ConfirmIdentity, Distrust, IdentityNotChanged, NotCompared, NotOneself, ShowTrust
from bot.ports import (
    DESK,
    Chat,
    DeviceCame,
    Distrusted,
    IdentityChanged,
    Membership,
    RemovePerson,
    Task,
    Trust,
    Unreached,
    VerificationEnded,
)
from bot.service.books import Books
from bot.service.outcome import NOTHING, Asked, Outcome, asked_of_the_house
from bot.service.tasks import Place, answer_task, incident_place, ring_task, room_place, task_id

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """Stands at the doors: of the rooms, and of what people say from which device."""

    house: House
    books: Books
    chat: Chat

    # --- what comes in unasked ------------------------------------------------------------------------------------

    def distrusted(self, event: Distrusted, place: Place, language: Language) -> Outcome:
        """Say why a message was not heard; once for each room, device and reason, however often they type.

        In a direct room nobody else would see it, and its owner may have no device that can read it.
        """
        once = InputId(f"distrusted:{event.room}:{event.sender}:{event.device}:{event.why}")
        tasks = [answer_task(once, 0, place, voice.distrusted(event.sender, event.why, language))]
        control = self._control()
        if control is not None and event.room != control.room and self.books.incident_in(event.room) is None:
            tasks.append(answer_task(once, 1, control, voice.unheard(event.sender, self.house.language)))
        return Outcome(tasks=tuple(tasks), once=once)

    def told(self, event: Unreached | IdentityChanged | DeviceCame) -> Outcome:
        """Return what follows from news that nobody typed."""
        match event:
            case Unreached():
                return self._unreached(event)
            case IdentityChanged():
                return self._identity_changed(event)
            case DeviceCame():
                return self._device_came(event)
            case _:
                assert_never(event)

    def _unreached(self, event: Unreached) -> Outcome:
        """Tell those who lead that somebody reads nothing in their room. A changed identity rings by itself."""
        incident, control = self.books.incident_in(event.room), self._control()
        if event.why is Distrust.IDENTITY_CHANGED:
            return NOTHING
        if incident is not None and event.user in incident.roster:
            text = voice.unreached(event.user, event.why, incident.language)
            place, people = incident_place(incident), incident.leaders()
        elif control is not None and event.room == control.room:
            text = voice.unreached(event.user, event.why, self.house.language)
            place, people = control, holders(self.house.people, Role.ADMIN)
        else:
            return NOTHING
        return Outcome(tasks=(ring_task(event.id, 0, place, text, people),))

    def _identity_changed(self, event: IdentityChanged) -> Outcome:
        """Ring in the control room and in every open room where the person is."""
        if not self._is_ours(event.user):
            return NOTHING
        tasks = self._alarm(event.id, lambda to: voice.identity_changed(event.user, event.master, to))
        for incident in self.books.incidents_of(event.user):
            if incident.status is Status.OPEN:
                text = voice.identity_changed(event.user, event.master, incident.language)
                place, leaders = incident_place(incident), incident.leaders()
                tasks.append(ring_task(event.id, len(tasks), place, text, leaders))
        fact = IdentityChangeSeen(at=event.received_at, user=event.user, master=event.master)
        return Outcome(facts=(fact,), tasks=tuple(tasks))

    def _device_came(self, event: DeviceCame) -> Outcome:
        """Say in the control room that a device is trusted on the homeserver's word alone."""
        if not self._is_ours(event.user):
            return NOTHING

        def word(to: Language) -> voice.Text:
            return voice.device_came(event.user, event.device, event.fingerprint, to, is_back=event.is_back)

        return Outcome(tasks=tuple(self._alarm(event.id, word)))

    def verified(self, event: VerificationEnded) -> Outcome:
        """Know a person by the master key that a comparison proved to be theirs; ring when they are known by another.

        That it is another one an admin settles, as after every change: whoever leads may compare emoji.
        """
        if event.master is None:
            return NOTHING
        if self.chat.identity_of(event.user).known not in {None, event.master}:
            id = InputId(f"{event.id}:identity")
            return self._identity_changed(
                IdentityChanged(id=id, user=event.user, master=event.master, received_at=event.received_at)
            )
        fact = IdentityConfirmed(at=event.received_at, by=event.by, user=event.user, master=event.master)
        return Outcome(facts=(fact,), tasks=(_settled(InputId(f"{event.id}:identity"), event.user, event.master),))

    def stranger_came(self, outcome: Outcome, incident: Incident, input: InputId) -> Outcome:
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

    def too_many_come(self, room: RoomId, incident: Incident | None, now: datetime) -> Outcome:
        """Say once an hour that more come and go in a room than can be true, and that it is not looked at any more."""
        if not self.books.holds(room):
            return NOTHING
        once = InputId(f"comings:{room}:{now:%Y-%m-%dT%H}")
        name = incident.codename if incident else None
        alarm = self._alarm(once, lambda to: voice.too_many_come(name, to))
        return Outcome(tasks=tuple(alarm), once=once)

    def came_to_control(self, event: Membership) -> Outcome:
        """Take out of the control room whom the configuration does not name, and ring."""
        control = self._control()
        if control is None or event.room != control.room or event.user in self.house.people:
            return NOTHING
        if not (event.present or event.invited):
            return NOTHING
        input = event.id
        remove = Task(id=task_id(input, 0), lane=control.lane, action=RemovePerson(user=event.user))
        alarm = self._alarm(input, lambda to: voice.stranger_in_control(event.user, to), first=1)
        return Outcome(tasks=(remove, *alarm))

    def stays(self, task: Task, user: UserId) -> tuple[Task, ...]:
        """Tell those who lead in a room, and the admins, that the homeserver does not let us take *user* out of it.

        Nothing of ours can be read by them; what the others say there may be.
        """
        incident, input = self.books.incident(task.lane), InputId(f"stays:{task.id}")
        if incident is None:
            return tuple(self._alarm(input, lambda to: voice.stays(user, to)))
        text = voice.stays(user, incident.language)
        here = ring_task(input, 0, incident_place(incident), text, incident.leaders())
        above = self._alarm(input, lambda to: voice.stays_elsewhere(user, incident.codename, to), first=1)
        return (here, *above)

    # --- what admins ask ------------------------------------------------------------------------------------------

    def answer(self, command: ShowTrust | ConfirmIdentity, asked: Asked) -> Outcome:
        """Show an identity, or know its owner by it from now on. Raises RuleError."""
        user = find_person(command.who, self.books.people().union(self.house.people))
        return self._show(user, asked) if isinstance(command, ShowTrust) else self._confirm(user, asked)

    def _show(self, user: UserId, asked: Asked) -> Outcome:
        identity, facts = self.chat.identity_of(user), list[DeskFact]()
        if identity.is_changed and identity.published is not None:
            facts.append(IdentityShown(at=asked.now, by=asked.by, user=user, master=identity.published))
        zone, confirmed = ZoneInfo(self.house.zone), self._desk.confirmed.get(user)
        text = voice.identity(user, identity, confirmed, zone, asked.language)
        return Outcome(facts=tuple(facts), tasks=(answer_task(asked.input, 0, asked.place, text),))

    def _confirm(self, user: UserId, asked: Asked) -> Outcome:
        identity = self.chat.identity_of(user)
        if user == asked.by:
            raise NotOneself
        if not identity.is_changed or identity.published is None:
            raise IdentityNotChanged(user)
        if self._desk.compared(asked.by, user) != identity.published:
            raise NotCompared(user)
        act = Trusting(user=user, master=identity.published)
        if not house.second_persons(self.house.people, asked.by, act):
            # The only one who may say so; nobody else here is asked for a key that is not theirs.
            return self._known_by(act, asked.by, asked)
        fact = house.ask(self._desk, self.house.people, act, asked.by, asked.now)
        return asked_of_the_house(fact, self.house, self._desk, asked.input, asked.place)

    def confirmed(self, act: Trusting, asked_by: UserId, asked: Asked) -> Outcome:
        """Know somebody by the identity that two admins say is theirs, if it is still the one they publish."""
        if self.chat.identity_of(act.user).published != act.master:
            raise IdentityNotChanged(act.user)
        return self._known_by(act, asked_by, asked)

    def _known_by(self, act: Trusting, by: UserId, asked: Asked) -> Outcome:
        fact = IdentityConfirmed(at=asked.now, by=by, user=act.user, master=act.master)
        settled = _settled(asked.input, act.user, act.master)
        answer = answer_task(asked.input, 1, asked.place, voice.identity_confirmed(act.user, asked.language))
        return Outcome(facts=(fact,), tasks=(settled, answer))

    # --- where and to whom ----------------------------------------------------------------------------------------

    @property
    def _desk(self) -> Desk:
        return self.books.desk

    def _is_ours(self, user: UserId) -> bool:
        return user in self.house.people or self.books.is_on_a_roster(user)

    def _control(self) -> Place | None:
        room = self._desk.control_room
        return room_place(room, self.house.people) if room else None

    def _alarm(self, input: InputId, word: Callable[[Language], voice.Text], *, first: int = 0) -> list[Task]:
        """Return the row that rings for the admins in the control room, if there is one."""
        control, admins = self._control(), holders(self.house.people, Role.ADMIN)
        return [ring_task(input, first, control, word(self.house.language), admins)] if control else []


def _settled(input: InputId, user: UserId, master: str) -> Task:
    """Return the row by which *user* is known by *master* from now on; it is the first of its input."""
    return Task(id=task_id(input, 0), lane=DESK, action=Trust(user=user, master=master))
