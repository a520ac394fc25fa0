"""What a message asks for that stands under one of ours: as a reply to it, or in the place of a guide.

The answer only writes the command: its rights, its second person and its refusals are those of the command.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot import commands, ports, voice
from bot.commands import Called, NotACommand, UnknownWord
from bot.commands.names import NO_NAMES, names_in
from bot.commands.parse import find_row, seen
from bot.commands.replies import NotAnAnswer, Which, is_verb, read_reply, verb_of
from bot.commands.table import OPEN_ROW
from bot.commands.words import words
from bot.core import errors
from bot.core.desk import contact_round
from bot.core.incident import Incident, Status
from bot.core.language import fold
from bot.core.names import EventId, InputId
from bot.core.people.guests import to_be_proved
from bot.core.replies.subjects import About, Guided, OwnContact, Playbooks
from bot.service.alerts.answering import only_one
from bot.service.answers import guiding
from bot.service.answers.sources import Sources
from bot.service.outcome import Outcome, Surroundings, answered, refuse_without_right

_LATER = words("guide.later")
_LONGEST_LATER = 40
Heard = Called | NotACommand | UnknownWord


@dataclass(frozen=True, slots=True, kw_only=True)
class Meant:
    """What is asked for, and where: an answer to the guide is given in its incident, wherever it was typed."""

    called: Heard
    around: Surroundings
    guided: Guided | None = None
    """The question that is answered; None when there is no guide."""


async def heard(message: ports.Message, typed: Heard, around: Surroundings, sources: Sources) -> Meant | Outcome:
    """Return what *message*, which was *typed* so, asks for where it stands.

    Of a reply to somebody else's message nothing counts but a command. Raises RuleError.
    """
    as_typed = Meant(called=typed, around=around)
    if message.reply_to is None and (bare := _bare(message, typed, around, sources)) is not None:
        return bare
    if isinstance(typed, Called) and typed.number is None and not is_verb(typed.row):
        return as_typed
    about = await _about(message, around, sources)
    guided = _guided(about, around)
    if guided is not None and message.reply_to is None and message.is_late:
        raise errors.CameLate  # it may be the answer to an earlier question
    if guided is not None:
        return _to_guide(message, about or (), guided, around, sources)
    if about is not None and message.reply_to is not None:
        return _to_reply(message, message.reply_to, about, around, sources)
    is_talk = isinstance(typed, NotACommand) or (isinstance(typed, Called) and typed.number is not None)
    if message.reply_to is not None and message.replies_to_us and is_talk:
        return _gone(message, message.reply_to, around)
    return _to_contact(message, around, sources) or as_typed


def _bare(message: ports.Message, typed: Heard, around: Surroundings, sources: Sources) -> Meant | None:
    """Return what a bare number or `!open` alone asks for: of a list of playbooks that waits for it, or of alerts.

    Alerts are meant in the control room, while one proposal waits there and no other.
    """
    if _is_chosen(typed, around, sources):
        return Meant(called=typed, around=around)
    is_bare = isinstance(typed, Called) and (typed.number is not None or (typed.row is OPEN_ROW and not typed.rest))
    waits = only_one(sources, message.received_at) if is_bare and around.room is commands.Place.CONTROL else None
    if waits is None or not isinstance(typed, Called):
        return None
    number = "" if typed.number is None else str(typed.number)
    text = number or f"!{waits.word} {waits.rest}"
    read = read_reply((waits,), text, language=around.language, names=names_in(sources.house, None))
    return Meant(called=read, around=around) if isinstance(read, Called) else None


def _is_chosen(typed: Heard, around: Surroundings, sources: Sources) -> bool:
    """Say whether it is a bare number for which a list of playbooks waits."""
    is_number = isinstance(typed, Called) and typed.number is not None
    return is_number and (around.asker.user, around.asker.room) in sources.books.desk.offers


def _to_contact(message: ports.Message, around: Surroundings, sources: Sources) -> Meant | None:
    """Return what *message* says of its sender's addresses, if they are alone with us and were asked about them."""
    is_alone = around.room is commands.Place.DIRECT and message.reply_to is None and not message.is_late
    if not is_alone or not contact_round(sources.house, sources.books.desk).waits_for(around.asker.user):
        return None
    read = read_reply((OwnContact(),), message.body, language=around.language, names=NO_NAMES)
    return Meant(called=read, around=around) if isinstance(read, Called) else None


async def _about(message: ports.Message, around: Surroundings, sources: Sources) -> About | None:
    """Return what the message of ours is about that is answered; None when there is none of that room.

    The card is one for good, however much was said since; and in a thread or a direct room a guide may wait.
    """
    incident, event = around.incident, message.reply_to
    if event is not None:
        spoken = await sources.store.spoken(message.room, event)
        if spoken is None and incident is not None and event == incident.card:
            return voice.card(incident, message.received_at).about
    elif message.is_placed and (message.thread is not None or around.room is commands.Place.DIRECT):
        spoken = await sources.store.last_of_guide(message.room, message.thread)
    else:
        return None
    return None if spoken is None else spoken.about


# --- a reply --------------------------------------------------------------------------------------------------


def _to_reply(
    message: ports.Message, event: EventId, about: About, around: Surroundings, sources: Sources
) -> Meant | Outcome:
    names = names_in(sources.house, around.incident)
    match read_reply(about, message.body, language=around.language, names=names):
        case Called(number=int()) as chosen:
            _refuse_old_list(about, around, sources)
            return Meant(called=chosen, around=around)
        case Which(choice=choice) if around.incident is not None and (row := find_row(choice.word)) is not None:
            refuse_without_right(row.right, around)
            text = voice.which(choice, row.words[around.language][0], around.incident)
            return answered(message.id, around.answers, text)
        case NotAnAnswer() | Which():
            return _once(message, event, voice.answers_here(about, around.language), around)
        case read:
            return Meant(called=read, around=around)


def _refuse_old_list(about: About, around: Surroundings, sources: Sources) -> None:
    """Refuse a number for a list of playbooks in whose place a newer one stands, or that is somebody else's."""
    offer = sources.books.desk.offers.get((around.asker.user, around.asker.room))
    offered = [subject.offered_at for subject in about if isinstance(subject, Playbooks)]
    if offer is None or offer.at not in offered:
        raise errors.NoChoiceOffered(0)


def _gone(message: ports.Message, event: EventId, around: Surroundings) -> Outcome:
    verb = verb_of(seen(message.body))
    usage = verb[0].row.usage if verb is not None else None
    return _once(message, event, voice.gone(usage, around.language), around)


def _once(message: ports.Message, event: EventId, text: voice.Text, around: Surroundings) -> Outcome:
    """Say *text* to each person once for each message of ours, so that people can talk beside it."""
    said = answered(message.id, around.answers, text)
    return Outcome(tasks=said.tasks, once=InputId(f"said:{message.sender}:{message.room}:{event}"))


# --- the guide ------------------------------------------------------------------------------------------------


def _guided(about: About | None, around: Surroundings) -> Guided | None:
    """Return the question of the guide that waits for whoever typed; what it asks others is nothing to them."""
    asked = [subject for subject in about or () if isinstance(subject, Guided)]
    return asked[-1] if asked and asked[-1].user == around.asker.user else None


def _to_guide(
    message: ports.Message, about: About, guided: Guided, around: Surroundings, sources: Sources
) -> Meant | Outcome:
    """Carry out an answer to the guide, ask the next, or end it at any other word."""
    if guided.incident is None:
        return _to_start(message, about, around, sources)
    incident = sources.books.incident(guided.incident)
    if incident is None or incident.status is Status.CLOSED or guided.user not in incident.roster:
        return answered(message.id, around.answers, voice.guide_over(around.language))
    there = _in_incident(around, incident)
    if len(message.body) <= _LONGEST_LATER and fold(seen(message.body)).strip(" .!") in _LATER:
        return answered(message.id, there.answers, guiding.later(guided, incident))
    read = read_reply(about, message.body, language=there.language, names=names_in(sources.house, incident))
    if isinstance(read, Called | UnknownWord):
        return Meant(called=read, around=there, guided=guided)
    return answered(message.id, there.answers, voice.guide_over(there.language))


def _to_start(message: ports.Message, about: About, around: Surroundings, sources: Sources) -> Meant | Outcome:
    read = read_reply(about, message.body, language=around.language, names=names_in(sources.house, None))
    if isinstance(read, Called | UnknownWord):
        return Meant(called=read, around=around)
    return answered(message.id, around.answers, voice.guide_over(around.language))


def _in_incident(around: Surroundings, incident: Incident) -> Surroundings:
    """Return where an answer counts: in the incident, with what its sender is there; it is answered where it stands."""
    return replace(
        around,
        incident=incident,
        room=commands.Place.INCIDENT,
        roles=incident.roster.get(around.asker.user, frozenset()),
        unproved=to_be_proved(around.asker.user, incident.doors) or around.unproved,
        language=incident.language,
    )
