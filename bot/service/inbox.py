"""What comes in, and what it leads to: nothing, an answer, facts and rows. Commands go on to the table of answers."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never
from zoneinfo import ZoneInfo

from bot import commands, ports, voice
from bot.commands import ACK_ROW, EVIDENCE_ROW, Called
from bot.commands.names import names_in
from bot.commands.replies import means_seen
from bot.core import errors
from bot.core.commands import Asker
from bot.core.decide.absent import why_absent
from bot.core.facts import FileOffered
from bot.core.incident import Incident
from bot.core.language import Language
from bot.core.names import DeviceId, EventId, InputId, RoomId, UserId
from bot.core.people.errors import NotProved
from bot.core.people.guests import to_be_proved
from bot.core.people.roster import Right, Role
from bot.core.replies.subjects import incident_of
from bot.service import addressing
from bot.service.answers import guiding, tapping, verifying
from bot.service.answers.sources import Sources
from bot.service.answers.table import ANSWERS
from bot.service.answers.views import is_elsewhere, refuse_elsewhere
from bot.service.outcome import NOTHING, Asked, Later, Outcome, Surroundings, Typed, answered, refuse_without_right
from bot.service.replying import Meant, heard
from bot.service.tasks import Address, Asking, end_task, incident_address, reference, reply_task, room_address
from bot.service.upkeep.budget import RateLimit, Taken
from bot.service.upkeep.doors import Doors
from bot.service.upkeep.presence import came_back

_log = logging.getLogger(__name__)

FromPerson = ports.Message | ports.Edited | ports.FileSent | ports.Unreadable | ports.Misnamed | ports.Distrusted


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbox:
    """Turns inputs into outcomes. Pure but for reading the timeline when somebody asks for it."""

    sources: Sources
    doors: Doors
    limit: RateLimit

    async def outcome(self, incoming: ports.Incoming, now: datetime) -> Outcome | Later:  # noqa: C901, PLR0911, PLR0912 - a table
        """Return what *incoming* leads to. A failure of ours becomes a fixed sentence with a reference number."""
        try:
            match incoming:
                case ports.Message():
                    return await self._ending(await self._message(incoming, now), incoming, now)
                case ports.Voted():
                    return await self._vote(incoming, now)
                case ports.Reacted():
                    return await self._reaction(incoming)
                case ports.Edited():
                    return self._edited(incoming)
                case ports.CalledIn():
                    return self._greeted(incoming)
                case ports.FileSent():
                    return await self._file(incoming, now)
                case ports.Unreadable():
                    return self._unheard(incoming, voice.unreadable)
                case ports.Misnamed():
                    return self._unheard(incoming, voice.misnamed)
                case ports.Distrusted():
                    return self._distrusted(incoming)
                case ports.Unreached() | ports.IdentityChanged() | ports.DeviceCame():
                    return self.doors.told(incoming)
                case ports.ReaderCame():
                    return self.doors.reader_came(incoming)
                case ports.Membership():
                    return self._moved(incoming, now)
                case ports.VerificationShown() | ports.VerificationEnded():
                    return self._verification(incoming)
                case ports.CameBack():
                    return self._back(incoming, now)
                case _:
                    assert_never(incoming)
        except Exception:  # noqa: BLE001 - the one broad handler: the room hears a sentence, the log has the rest
            known_by = reference(incoming.id)
            _log.exception("could not handle an input, reference %s", known_by)
            return self._fault(incoming, known_by)

    def _moved(self, event: ports.Membership, now: datetime) -> Outcome:
        """Take in who comes and goes; who comes though they could not be invited makes another progress."""
        outcome, incident = self.doors.moved(event, now), self.sources.books.incident_in(event.room)
        came = event.present and bool(outcome.facts)
        if incident is None or not came or event.user not in incident.uninvited:
            return outcome
        return self.sources.cascades.feeder.with_progress(outcome, incident, event.id)

    # --- a message ------------------------------------------------------------------------------------------------

    def acknowledges(self, message: ports.Message) -> Incident | None:
        """Return the incident whose reminders *message* says were seen; None if it says no such thing."""
        incident = self.sources.books.incident_in(message.room)
        if incident is None:
            return None
        if message.reply_to is not None and means_seen(message.body):
            return incident
        called = commands.recognise(message.body, language=incident.language)
        return incident if isinstance(called, Called) and called.row is ACK_ROW else None

    async def _message(self, message: ports.Message, now: datetime) -> Outcome | Later:
        around = self._surroundings(message)
        if not around.roles:
            _log.info("a message of somebody without a role was ignored")
            return NOTHING
        own, is_direct = self.sources.identity.user, around.room is commands.Place.DIRECT
        typed, to_us = addressing.recognised(message, own, around.language, is_direct=is_direct)
        try:
            meant = await heard(message, typed, around, self.sources)
        except errors.RuleError as refusal:
            meant = _say(message.id, around, self._refusal(refusal, around))
        if isinstance(meant, Outcome):
            return self._too_fast(message, around) or meant
        if isinstance(meant.called, commands.NotACommand):
            return NOTHING if to_us is None else self._hint(message, to_us, around, now)
        return await self._carried_out(message, meant.called, meant, now)

    async def _carried_out(
        self, message: ports.Message, called: Called | commands.UnknownWord, meant: Meant, now: datetime
    ) -> Outcome | Later:
        around = meant.around
        if self._is_mere_number(called, around):
            return NOTHING
        if isinstance(called, commands.UnknownWord):
            row = called.nearest
            near = (row.words, row.usage) if row and not is_elsewhere(row, around.incident) else None
            text = voice.unknown_word(called.word, near, meant.around.language)
            unknown = _say(message.id, around, text, ports.Ended.UNCLEAR)
            return self._too_fast(message, around) or unknown
        if called.row is not ACK_ROW:
            return self._too_fast(message, around) or await self._answered(called, meant, message.id, now)
        seen = await self._answered(called, meant, message.id, now)
        # A reminder that rings can always be answered; what acknowledges nothing counts like any other command.
        is_answered = isinstance(seen, Outcome) and seen.facts
        return seen if is_answered else self._too_fast(message, around) or seen

    async def _answered(self, called: Called, meant: Meant, input: InputId, now: datetime) -> Outcome | Later:
        """Answer a command where it counts; the guide goes on after it."""
        around, guided = meant.around, meant.guided
        outcome = await self._called(called, around, input, now)
        if guided is None or around.incident is None or not isinstance(outcome, Outcome):
            return outcome
        return guiding.go_on(outcome, guided, around.incident, around.answers, input)

    def _hint(self, message: ports.Message, text: str, around: Surroundings, now: datetime) -> Outcome:
        """Say what can be typed here to somebody who spoke to us; once a minute, for more of it is talk."""
        hint = addressing.hint(text, around.language, in_incident=around.incident is not None)
        said = self._too_fast(message, around) or _say(message.id, around, hint)
        return replace(said, once=InputId(f"hint:{message.room}:{message.sender}:{now:%Y-%m-%dT%H:%M}"))

    def _edited(self, edited: ports.Edited) -> Outcome:
        """Say that what somebody changed into a command is not carried out: the room would show it as if it were."""
        around = self._surroundings(edited)
        text, _ = commands.addressed(edited.body, addressing.names_of(self.sources.identity.user))
        called = commands.recognise(text, language=around.language)
        is_talk = isinstance(called, commands.NotACommand) or self._is_mere_number(called, around)
        return NOTHING if is_talk else self._unheard(edited, voice.edited)

    def _greeted(self, event: ports.CalledIn) -> Outcome:
        """Say who we are in a room that somebody opened for us."""
        house, books = self.sources.house, self.sources.books
        if event.user not in house.people or books.holds(event.room):
            return NOTHING
        text = voice.hint(None, house.language, in_incident=False)
        return answered(event.id, room_address(event.room, (event.user,)), text)

    def _is_mere_number(self, called: Called | commands.UnknownWord, around: Surroundings) -> bool:
        """Say whether it is talk: among responders a bare number is, unless a list waits for one."""
        is_number = isinstance(called, Called) and called.number is not None
        asker = around.asker
        return (
            is_number and around.incident is not None and (asker.user, asker.room) not in self.sources.books.desk.offers
        )

    async def _called(self, called: Called, around: Surroundings, input: InputId, now: datetime) -> Outcome | Later:
        """Answer a command. The right to it is checked before anything of its arguments is read."""
        row = called.row
        try:
            refuse_elsewhere(row, around.incident)
            if around.room in row.rooms:
                refuse_without_right(row.right, around)
            if around.unproved is not None and row.name not in commands.OF_ANYBODY:
                raise NotProved(around.unproved.opened.by)
            if row.only_in_order and around.is_late:
                raise errors.CameLate
            names = names_in(self.sources.house, around.incident)
            parsed = commands.read(called, place=around.room, now=now, zone=self._zone(around), names=names)
            if isinstance(parsed, commands.UsageError):
                text = voice.usage(row.usage, parsed.reason, around.language)
                return _say(input, around, text, ports.Ended.UNCLEAR)
            by, address = around.asker.user, around.answers
            asked = Typed(input=input, by=by, address=address, language=around.language, now=now, around=around)
            outcome = await ANSWERS[type(parsed.command)](parsed.command, asked, self.sources)
        except errors.RuleError as refusal:
            return _say(input, around, self._refusal(refusal, around), ports.Ended.REFUSED)
        return replace(outcome, command=ports.Ended.DONE) if isinstance(outcome, Outcome) else outcome

    def _zone(self, around: Surroundings) -> ZoneInfo:
        return around.incident.zone if around.incident else ZoneInfo(self.sources.house.zone)

    def _refusal(self, refusal: errors.RuleError, around: Surroundings) -> voice.Text:
        incident = around.incident
        if isinstance(refusal, errors.UnknownClock) and incident is not None:
            refusal = why_absent(refusal, incident, self.sources.house.rules)
        return voice.refusal(refusal, around.language, self._zone(around))

    # --- what is tapped -------------------------------------------------------------------------------------------

    async def _vote(self, vote: ports.Voted, now: datetime) -> Outcome | Later:
        """Take a vote for the reply it stands for. Of polls that are not ours nothing is known, and nothing is said."""
        spoken = await self.sources.store.spoken(vote.room, vote.poll)
        message = tapping.as_typed(vote, spoken)
        around = self._surroundings(message)
        if spoken is None or not around.roles:
            return NOTHING
        guided = incident_of(spoken.about)
        incident = self.sources.books.incident(guided) if guided else around.incident
        if vote.is_late:
            # It would undo what its sender chose since.
            said: str | voice.Text | None = self._refusal(errors.CameLate(), around)
        else:
            said = tapping.read_vote(vote, spoken, incident, around.language)
        match said:
            case None:
                return NOTHING
            case str(word):
                typed = tapping.as_typed(vote, spoken, word)
                return await self._ending(await self._message(typed, now), typed, now)
            case text:
                return self._too_fast(message, around) or _say(vote.id, around, text)

    async def _ending(self, outcome: Outcome | Later, message: ports.Message, now: datetime) -> Outcome | Later:
        """Let the polls end that *outcome* answers, where it was typed and in the incident's own room."""
        if isinstance(outcome, Later) or not any(isinstance(fact, tapping.ANSWERING) for fact in outcome.facts):
            return outcome
        around, books = self._surroundings(message), self.sources.books
        incident = books.incident(outcome.stream)
        places = [around.answers, *([incident_address(incident)] if incident else [])]
        by_room = {place.room: place for place in places if place.room is not None}
        offer = books.desk.offers.get((message.sender, message.room))
        ends = [
            end_task(poll, place, around.language, now)
            for room, place in by_room.items()
            for poll in await self.sources.store.open_polls(room)
            if tapping.is_answered(poll, outcome, () if offer is None else (offer,))
        ]
        return replace(outcome, tasks=(*outcome.tasks, *ends))

    async def _reaction(self, reacted: ports.Reacted) -> Outcome:
        """Ask what a tick means, once for each message of ours: it proves nothing, so it does nothing."""
        around = self._surroundings(tapping.as_typed(reacted))
        if around.incident is None or not around.roles or reacted.event == around.incident.card:
            return NOTHING
        spoken = await self.sources.store.spoken(reacted.room, reacted.event)
        text = voice.ticked(spoken.about, around.incident) if spoken else None
        if spoken is None or text is None or self.limit.charge(reacted, around.answers.lane) is not Taken.YES:
            return NOTHING
        once = InputId(f"ticked:{reacted.event}")
        task = reply_task(once, replace(around.answers, thread=spoken.thread), text, reacted.event)
        return Outcome(tasks=(task,), once=once)

    # --- where it stands ------------------------------------------------------------------------------------------

    def _surroundings(self, message: FromPerson) -> Surroundings:
        incident = self.sources.books.incident_in(message.room)
        said = message if isinstance(message, ports.Message | ports.FileSent) else None
        thread, under = said.thread if said else None, _under(message)
        roster: Mapping[UserId, frozenset[Role]] = incident.roster if incident else self.sources.house.people
        language = incident.language if incident else self.sources.house.language
        door = to_be_proved(message.sender, self.sources.books.desk.doors, incident.doors if incident else {})
        # Of the house they are not yet; alone with us they are told why nothing is done.
        alone = frozenset(door.opened.roles) if door is not None and incident is None else frozenset[Role]()
        return Surroundings(
            asker=Asker(
                user=message.sender,
                device=said.device if said else DeviceId(""),
                room=message.room,
                thread=thread,
            ),
            incident=incident,
            room=self._kind_of_room(message, incident),
            roles=roster.get(message.sender, alone),
            unproved=door,
            house_roles=self.sources.house.people.get(message.sender, frozenset()),
            language=language,
            answers=self._answers(message, incident, thread, language),
            is_late=said is not None and said.is_late,
            under=under,
            file=self._file_of(under, message.room),
        )

    def _file_of(self, event: EventId | None, room: RoomId) -> FileOffered | None:
        found = None if event is None else self.sources.books.desk.sent.get(event)
        return found if found is not None and found.room == room else None

    def _kind_of_room(self, message: FromPerson, incident: Incident | None) -> commands.Place:
        if incident is not None:
            return commands.Place.INCIDENT
        return commands.Place.CONTROL if message.room == self.sources.books.desk.control_room else commands.Place.DIRECT

    def _answers(
        self, message: FromPerson, incident: Incident | None, thread: EventId | None, language: Language
    ) -> Address:
        """Return where an answer goes; outside incidents the configured people, or the asker alone, can read it."""
        if incident is not None:
            address = incident_address(incident)
        else:
            control = message.room == self.sources.books.desk.control_room
            address = room_address(message.room, self.sources.house.people if control else (message.sender,))
        # Of what was typed the input's id is the event's own.
        asked = None
        if isinstance(message, ports.Message | ports.FileSent):
            asked = Asking(event=EventId(message.id), language=language, at=message.received_at)
        return replace(address, thread=thread, asker=message.sender, asked=asked)

    # --- what else comes in ---------------------------------------------------------------------------------------

    async def _file(self, sent: ports.FileSent, now: datetime) -> Outcome | Later:
        """Take a file where a command for it would be; who sends too many is told when they type.

        What is written below it is read as a command on evidence, and as no other.
        """
        around = self._surroundings(sent)
        right, roles = (Right.REVIEW, around.roles) if around.incident else (Right.LEAD, around.house_roles)
        offered = None
        if around.unproved is None:
            offered = self.sources.cascades.offered(sent, roles, right, around.incident)
        called = commands.recognise(sent.caption, language=around.language)
        if around.roles and isinstance(called, Called) and called.row is EVIDENCE_ROW:
            below = replace(around, file=offered)
            answer = self._too_fast(sent, around) or await self._called(called, below, sent.id, now)
            return answer if offered is None else _kept_too(answer, offered)
        is_taken = offered is not None and self.limit.charge(sent, around.answers.lane) is Taken.YES
        return Outcome(facts=(offered,)) if offered is not None and is_taken else NOTHING

    def _unheard(
        self, event: ports.Unreadable | ports.Misnamed | ports.Edited, word: Callable[[Language], voice.Text]
    ) -> Outcome:
        """Tell somebody that a message of theirs was not carried out."""
        around = self._surroundings(event)
        if not around.roles:
            return NOTHING
        return self._too_fast(event, around) or _say(event.id, around, word(around.language))

    def _too_fast(
        self,
        event: ports.Message | ports.FileSent | ports.Unreadable | ports.Misnamed | ports.Edited,
        around: Surroundings,
    ) -> Outcome | None:
        """Return what is done instead when somebody asks for too much at once; None when it is not too much."""
        match self.limit.charge(event, around.answers.lane):
            case Taken.YES:
                return None
            case Taken.WARNED:
                _log.warning("somebody sends too many commands; those over the budget are dropped")
                return _say(event.id, around, voice.too_fast(around.language))
            case Taken.NO:
                return NOTHING

    def _distrusted(self, event: ports.Distrusted) -> Outcome:
        around = self._surroundings(event)
        return self.doors.distrusted(event, around.answers, around.language) if around.roles else NOTHING

    def _verification(self, news: ports.VerificationShown | ports.VerificationEnded) -> Outcome:
        """Tell the control room, and know who was verified. What was shown before a restart is over."""
        control, house = self.sources.books.desk.control_room, self.sources.house
        people, language = house.people, house.language
        address = room_address(control, people) if control else None
        user = news.user if isinstance(news, ports.VerificationEnded) else news.comparison.user
        proving = verifying.proving(user, self.sources)
        if isinstance(news, ports.VerificationEnded):
            ended = verifying.ended(news, self.doors.verified(news), address, language)
            return verifying.ended_for_guest(news, ended, proving) if proving else ended
        if news.comparison not in self.sources.verifications.waiting():
            return NOTHING
        if proving:
            return verifying.compared_with_guest(news, proving)
        return NOTHING if address is None else verifying.compared(news, people, address, language)

    def _back(self, event: ports.CameBack, now: datetime) -> Outcome | Later:
        """Tell the control room what an absence of ours cost; very many incidents may be looked at for it."""
        books, house = self.sources.books, self.sources.house
        room, incidents = books.desk.control_room, books.incidents()
        if room is None:
            return NOTHING
        address = room_address(room, house.people)
        asked = Asked(input=event.id, by=self.sources.identity.user, address=address, language=house.language, now=now)
        return self.sources.later(ports.DESK, asked, lambda _: came_back(event, incidents, address, house))

    def _fault(self, incoming: ports.Incoming, known_by: str) -> Outcome:
        if isinstance(incoming, ports.Voted):
            incoming = tapping.as_typed(incoming)
        if not isinstance(incoming, ports.Message | ports.Unreadable | ports.Misnamed | ports.Edited):
            return NOTHING
        around = self._surroundings(incoming)
        if not around.roles:
            return NOTHING
        return _say(incoming.id, around, voice.fault(known_by, around.language), ports.Ended.FAILED)


def _under(message: FromPerson) -> EventId | None:
    """Return the message that *message* replies to, or itself where it is a file."""
    match message:
        case ports.Message(reply_to=event):
            return event
        case ports.FileSent(id=id):
            return EventId(id)
        case _:
            return None


def _kept_too(answer: Outcome | Later, offered: FileOffered) -> Outcome | Later:
    """Return *answer* with where the file lies that it is about, unless it says something in another stream."""
    if not isinstance(answer, Outcome) or answer.facts:
        return answer
    return replace(answer, stream=ports.DESK, facts=(offered,))


def _say(input: InputId, around: Surroundings, text: voice.Text, command: ports.Ended | None = None) -> Outcome:
    return replace(answered(input, around.answers, text), command=command)
