"""A reply to a message of ours: the command it means, or what is said instead. The reply only writes the command."""

from __future__ import annotations

from bot import ports, voice
from bot.commands import Called, NotACommand, UnknownWord
from bot.commands.names import names_in
from bot.commands.parse import find_row, seen
from bot.commands.replies import NotAnAnswer, Which, is_verb, read_reply, verb_of
from bot.core import errors
from bot.core.names import EventId, InputId
from bot.core.replies.subjects import About, Playbooks
from bot.service.answers.sources import Sources
from bot.service.outcome import Outcome, Surroundings, answered, refuse_without_right

Heard = Called | NotACommand | UnknownWord


async def heard(message: ports.Message, typed: Heard, around: Surroundings, sources: Sources) -> Heard | Outcome:
    """Return what *message*, which was *typed* so, asks for when it replies to something.

    Of a reply to somebody else's message nothing counts but a command. Raises RuleError.
    """
    if message.reply_to is None or (isinstance(typed, Called) and not _may_lack_an_id(typed)):
        return typed
    about = await _about(message, message.reply_to, around, sources)
    if about is not None:
        return _read(message, about, around, sources)
    is_talk = isinstance(typed, NotACommand) or (isinstance(typed, Called) and typed.number is not None)
    return _gone(message, message.reply_to, around) if is_talk and message.replies_to_us else typed


async def _about(
    message: ports.Message, answered_event: EventId, around: Surroundings, sources: Sources
) -> About | None:
    """Return what the message of ours is about that is answered; None when none of ours in that room is known so.

    The card is one for good, however much was said since.
    """
    spoken = await sources.store.spoken(message.room, answered_event)
    incident = around.incident
    if spoken is None and incident is not None and answered_event == incident.card:
        return voice.card(incident, message.received_at).about
    return None if spoken is None else spoken.about


def _may_lack_an_id(typed: Called) -> bool:
    return typed.number is not None or is_verb(typed.row)


def _read(message: ports.Message, about: About, around: Surroundings, sources: Sources) -> Heard | Outcome:
    names = names_in(sources.house, around.incident)
    match read_reply(about, message.body, language=around.language, names=names):
        case Called(number=int()) as chosen:
            _refuse_old_list(about, around, sources)
            return chosen
        case Which(choice=choice) if around.incident is not None and (row := find_row(choice.word)) is not None:
            refuse_without_right(row.right, around)
            text = voice.which(choice, row.words[around.language][0], around.incident)
            return answered(message.id, around.answers, text)
        case NotAnAnswer() | Which():
            return _once(message, message.reply_to or EventId(""), voice.answers_here(about, around.language), around)
        case read:
            return read


def _refuse_old_list(about: About, around: Surroundings, sources: Sources) -> None:
    """Refuse a number for a list of playbooks in whose place a newer one stands, or that is somebody else's."""
    offer = sources.books.desk.offers.get((around.asker.user, around.asker.room))
    offered = [subject.offered_at for subject in about if isinstance(subject, Playbooks)]
    if offer is None or offer.at not in offered:
        raise errors.NoChoiceOffered(0)


def _gone(message: ports.Message, answered_event: EventId, around: Surroundings) -> Outcome:
    verb = verb_of(seen(message.body))
    usage = verb[0].row.usage if verb is not None else None
    return _once(message, answered_event, voice.gone(usage, around.language), around)


def _once(message: ports.Message, event: EventId, text: voice.Text, around: Surroundings) -> Outcome:
    """Say *text* to each person once for each message of ours, so that people can talk beside it."""
    said = answered(message.id, around.answers, text)
    return Outcome(tasks=said.tasks, once=InputId(f"said:{message.sender}:{message.room}:{event}"))
