"""One input, one transaction: decide, append the facts, queue the rows, mark the input as applied."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never
from zoneinfo import ZoneInfo

from bot import commands, voice
from bot.commands import ACK_ROW, Called, NotACommand, ParsedCommand, UnknownWord, UsageError
from bot.commands import Place as Room
from bot.core.cascade_errors import NotOfTheHouse
from bot.core.commands import (
    Asker,
    Choose,
    GiveConfirmation,
    IncidentCommand,
    ListIncidents,
    Open,
    OpenCascade,
    SendBulletin,
    SettleVerification,
    ShowAbout,
    ShowHelp,
    ShowRegister,
    ShowRollup,
    ShowTimeline,
)
from bot.core.decide import Act, decide, house
from bot.core.decide.absent import why_absent
from bot.core.desk import House, open_incident
from bot.core.errors import AlreadyOnRoster, CameLate, GuestOfTheHouse, NotAllowed, RuleError, UnknownClock, WrongRoom
from bot.core.facts import CascadeOpening, ChoiceOffered, DeskFact, Fact, Opened, PersonInvited, Recorded, Trusting
from bot.core.happenings import Happening, PersonCalled, PersonCame, PersonWent
from bot.core.incident import Incident
from bot.core.names import DeviceId, EventId, InputId, UserId
from bot.core.playbook import Language
from bot.core.roster import OF_THE_HOUSE, Right, Role, has_right, roles_for, roles_giving
from bot.core.trust import ConfirmIdentity, ShowTrust
from bot.ports import (
    DESK,
    CameBack,
    DeviceCame,
    Distrusted,
    FileSent,
    IdentityChanged,
    Incoming,
    Membership,
    Message,
    Misnamed,
    Store,
    Unreached,
    Unreadable,
    VerificationEnded,
    Verifications,
    VerificationShown,
)
from bot.service.answers import verifying
from bot.service.answers.papers import Paper, paper
from bot.service.answers.registering import register
from bot.service.answers.rolling import rollup
from bot.service.answers.trusting import Guard
from bot.service.answers.views import AnywhereView, Identity, IncidentView, show, show_anywhere
from bot.service.books import Books
from bot.service.organisations.bulletins import send, sent_by_two
from bot.service.organisations.cascading import Cascades, Steering
from bot.service.outcome import NOTHING, Asked, Later, Outcome, answered, happened
from bot.service.tasks import Place, answer_task, incident_place, incident_tasks, room_place
from bot.service.tasks import reference as reference_of
from bot.service.upkeep.budget import RateLimit, Taken
from bot.service.upkeep.comings import Comings
from bot.service.upkeep.presence import came_back

_log = logging.getLogger(__name__)

FromPerson = Message | FileSent | Unreadable | Misnamed | Distrusted


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """Where a message stands and what its sender is there."""

    asker: Asker
    incident: Incident | None
    room: Room
    roles: frozenset[Role]
    """What they are here; nobody at all when there is none."""
    house_roles: frozenset[Role]
    """What the configuration makes them; none for a guest."""
    language: Language
    answers: Place
    is_late: bool
    """The message came after later ones of the same device."""


class Inbox:
    """Turns inputs into outcomes. Pure but for reading the timeline when somebody asks for it."""

    def __init__(  # noqa: PLR0913 - its ports, named
        self,
        *,
        house: House,
        books: Books,
        store: Store,
        guard: Guard,
        identity: Identity,
        verifications: Verifications,
        limit: RateLimit,
        cascades: Cascades,
    ) -> None:
        self._house = house
        self._books = books
        self._store = store
        self._guard = guard
        self._identity = identity
        self._verifications = verifications
        self._limit = limit
        self._cascades = cascades
        self._comings = Comings()

    async def outcome(self, incoming: Incoming, now: datetime) -> Outcome | Later:  # noqa: C901, PLR0911 - a table
        """Return what *incoming* leads to. A failure of ours becomes a fixed sentence with a reference number."""
        input = incoming.id
        try:
            match incoming:
                case Message():
                    return await self._message(incoming, input, now)
                case FileSent():
                    return self._file(incoming)
                case Unreadable():
                    return self._unheard(incoming, input, voice.unreadable)
                case Misnamed():
                    return self._unheard(incoming, input, voice.misnamed)
                case Distrusted():
                    return self._distrusted(incoming)
                case Unreached() | IdentityChanged() | DeviceCame():
                    return self._guard.told(incoming)
                case Membership():
                    return self._membership(incoming, input, now)
                case VerificationShown() | VerificationEnded():
                    return self._verification(incoming)
                case CameBack():
                    return self._back(incoming, now)
                case _:
                    assert_never(incoming)
        except Exception:  # noqa: BLE001 - the one broad handler: the room hears a sentence, the log has the rest
            reference = reference_of(input)
            _log.exception("could not handle an input, reference %s", reference)
            return self._fault(incoming, input, reference)

    def acknowledges(self, message: Message) -> Incident | None:
        """Return the incident whose reminders *message* says were seen; None if it says no such thing."""
        incident = self._books.incident_in(message.room)
        if incident is None:
            return None
        called = commands.recognise(message.body, language=incident.language)
        return incident if isinstance(called, Called) and called.row is ACK_ROW else None

    async def _message(self, message: Message, input: InputId, now: datetime) -> Outcome | Later:
        around = self._surroundings(message)
        if not around.roles:
            _log.info("a message of somebody without a role was ignored")
            return NOTHING
        called = commands.recognise(message.body, language=around.language)
        if isinstance(called, NotACommand) or self._is_mere_number(called, around):
            return NOTHING
        if isinstance(called, Called) and called.row is ACK_ROW:
            seen = await self._called(called, around, input, now)
            # A reminder that rings can always be answered; what acknowledges nothing counts like any other command.
            is_answered = isinstance(seen, Outcome) and seen.facts
            return seen if is_answered else self._too_fast(message, around, input) or seen
        return self._too_fast(message, around, input) or await self._answer(called, around, input, now)

    async def _answer(
        self, called: Called | UnknownWord, around: Surroundings, input: InputId, now: datetime
    ) -> Outcome | Later:
        if isinstance(called, UnknownWord):
            near = (called.nearest.words, called.nearest.usage) if called.nearest else None
            return _say(input, around, voice.unknown_word(called.word, near, around.language))
        return await self._called(called, around, input, now)

    def _is_mere_number(self, called: Called | UnknownWord, around: Surroundings) -> bool:
        """Say whether it is talk: among responders a bare number is, unless a list waits for one."""
        is_number = isinstance(called, Called) and called.number is not None
        asker = around.asker
        return is_number and around.incident is not None and (asker.user, asker.room) not in self._books.desk.offers

    async def _called(self, called: Called, around: Surroundings, input: InputId, now: datetime) -> Outcome | Later:
        """Check the right before anything of the arguments is read."""
        row = called.row
        try:
            if around.room in row.rooms:
                self._refuse_without_right(row.right, around)
            if row.only_in_order and around.is_late:
                raise CameLate
            parsed = commands.read(called, place=around.room, now=now, zone=self._zone(around))
            if isinstance(parsed, UsageError):
                return _say(input, around, voice.usage(row.usage, parsed.reason, around.language))
            return await self._allowed(parsed, around, input, now)
        except RuleError as refusal:
            return _say(input, around, self._refusal(refusal, around))

    def _refuse_without_right(self, right: Right, around: Surroundings) -> None:
        if right in OF_THE_HOUSE and not around.house_roles:
            raise GuestOfTheHouse
        if not has_right(roles_for(right, around.roles, around.house_roles), right):
            raise NotAllowed(roles_giving(right))

    def _zone(self, around: Surroundings) -> ZoneInfo:
        return around.incident.zone if around.incident else ZoneInfo(self._house.zone)

    def _for_the_house(
        self, command: ShowTrust | ConfirmIdentity | ShowRegister | SettleVerification, asked: Asked
    ) -> Outcome | Later:
        if isinstance(command, ShowTrust | ConfirmIdentity):
            return self._guard.answer(command, asked)
        if isinstance(command, ShowRegister):
            incidents = self._books.incidents()
            return self._later(DESK, asked, lambda _: register(command, incidents, asked))
        return verifying.settle(command, self._verifications.waiting(), self._house.people, asked)

    def _back(self, event: CameBack, now: datetime) -> Outcome | Later:
        """Tell the control room what an absence of ours cost; very many incidents may be looked at for it."""
        room, incidents = self._books.desk.control_room, self._books.incidents()
        if room is None:
            return NOTHING
        place = room_place(room, self._house.people)
        asked = Asked(input=event.id, by=self._identity.user, place=place, language=self._house.language, now=now)
        return self._later(DESK, asked, lambda _: came_back(event, incidents, place, self._house))

    def _refusal(self, refusal: RuleError, around: Surroundings) -> voice.Text:
        incident = around.incident
        if isinstance(refusal, UnknownClock) and incident is not None:
            refusal = why_absent(refusal, incident, self._house.rules)
        return voice.refusal(refusal, around.language, self._zone(around))

    async def _allowed(
        self, parsed: ParsedCommand, around: Surroundings, input: InputId, now: datetime
    ) -> Outcome | Later:
        command = parsed.command
        if isinstance(command, Open | Choose):
            return self._open(command, around, input, now)
        if isinstance(command, ListIncidents | ShowHelp | ShowAbout):
            return _say(input, around, self._show_anywhere(command, around, now))
        asked = Asked(input=input, by=around.asker.user, place=around.answers, language=around.language, now=now)
        if isinstance(command, ShowTrust | ConfirmIdentity | ShowRegister | SettleVerification):
            return self._for_the_house(command, asked)
        if isinstance(command, OpenCascade):
            return self._cascades.ask_for_list(command, around.incident, around.asker.room, asked)
        if around.incident is None and isinstance(command, GiveConfirmation):
            return self._confirmed_by_the_house(command, asked)
        if around.incident is None:
            raise WrongRoom(incident_room=True)
        return await self._in_incident(command, around.incident, around, asked)

    def _confirmed_by_the_house(self, command: GiveConfirmation, asked: Asked) -> Outcome:
        given = house.confirm(self._books.desk, self._house.people, command.number, asked.by, asked.now)
        match given.act:
            case CascadeOpening():
                done = Outcome(tasks=(self._cascades.confirmed(given.act, asked.by, given.asked_by, asked),))
            case Trusting():
                done = self._guard.confirmed(given.act, given.asked_by, asked)
            case _:
                assert_never(given.act)
        return replace(done, facts=(given, *done.facts))

    async def _in_incident(
        self, command: IncidentCommand, incident: Incident, around: Surroundings, asked: Asked
    ) -> Outcome | Later:
        if isinstance(command, IncidentView):
            return _say(asked.input, around, await self._show(command, incident, around.asker, asked.now))
        if isinstance(command, Steering):
            return self._cascades.answer(command, incident, asked)
        if isinstance(command, SendBulletin):
            return send(command, incident, self._books.children(incident.id), asked)
        if isinstance(command, ShowRollup):
            children = self._books.children(incident.id)
            return self._later(incident.id, asked, lambda now: rollup(command, now or incident, children, asked))
        if isinstance(command, Paper):
            return self._later(incident.id, asked, lambda now: paper(command, now or incident, self._house, asked))
        return self._act(command, incident, around, asked)

    def _later(self, stream: str, asked: Asked, make: Callable[[Incident | None], Outcome]) -> Later:
        """Have *make* called in a thread; what it refuses, and what it fails at, becomes a sentence."""

        def made(incident: Incident | None) -> Outcome:
            zone = incident.zone if incident else ZoneInfo(self._house.zone)
            try:
                return make(incident)
            except RuleError as refusal:
                return answered(asked.input, asked.place, voice.refusal(refusal, asked.language, zone))
            except Exception:  # noqa: BLE001 - as for what is answered at once
                reference = reference_of(asked.input)
                _log.exception("could not handle an input, reference %s", reference)
                return answered(asked.input, asked.place, voice.fault(reference, asked.language))

        return Later(sender=asked.by, stream=stream, make=made)

    def _act(self, command: Act, incident: Incident, around: Surroundings, asked: Asked) -> Outcome:
        # Whom the house has is nothing of an organisation's, nor of a guest's.
        people = self._house.people if incident.parent is None and around.house_roles else {}
        facts = decide(incident, command, asked.by, asked.now, people)
        if any(isinstance(fact, PersonInvited) and fact.user == self._identity.user for fact in facts):
            raise AlreadyOnRoster(self._identity.user)
        tasks = incident_tasks(asked.input, incident, facts, asked.place, asked.now)
        outcome = Outcome(stream=incident.id, facts=facts, tasks=tasks)
        return sent_by_two(outcome, incident, self._books.children(incident.id), asked)

    def _open(self, command: Open | Choose, around: Surroundings, input: InputId, now: datetime) -> Outcome:
        if around.incident is not None and around.incident.parent is not None:
            raise NotOfTheHouse
        fact = open_incident(self._books.desk, self._house, command, around.asker, input, now)
        match fact:
            case Opened(incident=incident):
                tasks = incident_tasks(input, None, (fact,), around.answers, now)
                return Outcome(stream=incident, facts=(fact,), tasks=tasks)
            case ChoiceOffered(playbooks=ids, language=language):
                playbooks = tuple(self._house.playbooks[id, language] for id in ids)
                text = voice.choice(playbooks, around.language)
                return Outcome(facts=(fact,), tasks=(answer_task(input, 0, around.answers, text),))
            case _:
                assert_never(fact)

    async def _show(self, view: IncidentView, incident: Incident, asker: Asker, now: datetime) -> voice.Text:
        history: tuple[Recorded[Fact | DeskFact], ...] = ()
        if isinstance(view, ShowTimeline):
            history = await self._store.history(incident.id, last=view.count)
        return show(view, incident, asker, history, now)

    def _show_anywhere(self, view: AnywhereView, around: Surroundings, now: datetime) -> voice.Text:
        return show_anywhere(
            view,
            incidents=self._listed(around),
            place=around.room,
            incident=around.incident,
            roles=around.roles,
            house_roles=around.house_roles,
            language=around.language,
            identity=self._identity,
            now=now,
        )

    def _listed(self, around: Surroundings) -> tuple[Incident, ...]:
        """Return what a list shows; in the room of one incident nothing is said of the others."""
        return self._books.incidents_of(around.asker.user) if around.incident is None else (around.incident,)

    def _surroundings(self, message: FromPerson) -> Surroundings:
        incident = self._books.incident_in(message.room)
        device = message.device if isinstance(message, Message) else DeviceId("")
        thread = message.thread if isinstance(message, Message) else None
        roster: Mapping[UserId, frozenset[Role]] = incident.roster if incident else self._house.people
        return Surroundings(
            asker=Asker(user=message.sender, device=device, room=message.room, thread=thread),
            incident=incident,
            room=self._kind_of_room(message, incident),
            roles=roster.get(message.sender, frozenset()),
            house_roles=self._house.people.get(message.sender, frozenset()),
            language=incident.language if incident else self._house.language,
            answers=self._answers(message, incident, thread),
            is_late=isinstance(message, Message) and message.is_late,
        )

    def _kind_of_room(self, message: FromPerson, incident: Incident | None) -> Room:
        if incident is not None:
            return Room.INCIDENT
        return Room.CONTROL if message.room == self._books.desk.control_room else Room.DIRECT

    def _answers(self, message: FromPerson, incident: Incident | None, thread: EventId | None) -> Place:
        """Return where an answer goes; outside incidents the configured people, or the asker alone, can read it."""
        if incident is not None:
            place = incident_place(incident)
        else:
            control = message.room == self._books.desk.control_room
            place = room_place(message.room, self._house.people if control else (message.sender,))
        return replace(place, thread=thread, asker=message.sender)

    def _verification(self, news: VerificationShown | VerificationEnded) -> Outcome:
        """Tell the control room, and know who was verified. What was shown before a restart is over."""
        control, people, language = self._books.desk.control_room, self._house.people, self._house.language
        place = room_place(control, people) if control else None
        if isinstance(news, VerificationEnded):
            return verifying.ended(news, self._guard.verified(news), place, language)
        if place is None or news.comparison not in self._verifications.waiting():
            return NOTHING
        return verifying.compared(news, people, place, language)

    def _file(self, sent: FileSent) -> Outcome:
        """Take a list where its command would be; who sends too many is told when they type."""
        around = self._surroundings(sent)
        if (
            around.incident is not None
            or not around.roles
            or self._limit.charge(sent, around.answers.lane) is not Taken.YES
        ):
            return NOTHING
        return self._cascades.offered(sent, around.house_roles)

    def _unheard(self, event: Unreadable | Misnamed, input: InputId, word: Callable[[Language], voice.Text]) -> Outcome:
        """Tell somebody that a message of theirs was not carried out."""
        around = self._surroundings(event)
        if not around.roles:
            return NOTHING
        return self._too_fast(event, around, input) or _say(input, around, word(around.language))

    def _too_fast(self, event: Message | Unreadable | Misnamed, around: Surroundings, input: InputId) -> Outcome | None:
        """Return what is done instead when somebody asks for too much at once; None when it is not too much."""
        match self._limit.charge(event, around.answers.lane):
            case Taken.YES:
                return None
            case Taken.WARNED:
                _log.warning("somebody sends too many commands; those over the budget are dropped")
                return _say(input, around, voice.too_fast(around.language))
            case Taken.NO:
                return NOTHING

    def _distrusted(self, event: Distrusted) -> Outcome:
        around = self._surroundings(event)
        return self._guard.distrusted(event, around.answers, around.language) if around.roles else NOTHING

    def _membership(self, event: Membership, input: InputId, now: datetime) -> Outcome:
        incident = self._books.incident_in(event.room)
        if self._comings.are_too_many(event.room, now):
            return self._guard.too_many_come(event.room, incident, now)
        if incident is None:
            return self._guard.came_to_control(event)
        happening: Happening = PersonCame(user=event.user) if event.present else PersonWent(user=event.user)
        if event.invited:
            happening = PersonCalled(user=event.user)
        return self._guard.stranger_came(happened(incident, happening, input, now), incident, input)

    def _fault(self, incoming: Incoming, input: InputId, reference: str) -> Outcome:
        if not isinstance(incoming, Message | Unreadable | Misnamed):
            return NOTHING
        around = self._surroundings(incoming)
        if not around.roles:
            return NOTHING
        return _say(input, around, voice.fault(reference, around.language))


def _say(input: InputId, around: Surroundings, text: voice.Text) -> Outcome:
    return answered(input, around.answers, text)
