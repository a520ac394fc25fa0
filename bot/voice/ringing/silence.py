"""What cannot be said where it belongs, and who is told instead."""

from __future__ import annotations

from collections.abc import Sequence

from bot.core.facts import Rang, Reminder
from bot.core.incident import Incident
from bot.core.language import Language
from bot.core.names import UserId
from bot.core.ringing.silence import Silence, SilentRoom
from bot.voice.catalogue import say, word
from bot.voice.incident.happened import happened
from bot.voice.markup import Piece, Text, bullets, join, paragraphs, render
from bot.voice.ringing.reminders import in_words
from bot.voice.times import moment
from bot.voice.wording import short

_MOST_ROOMS, _MOST_REMINDERS = 8, 6
_EXPOSED = frozenset({Silence.NOT_ENCRYPTED, Silence.WORLD_READABLE})


def silent_rooms(rooms: Sequence[SilentRoom], language: Language) -> Text:
    """Return the alarm for the control room: which rooms are silent, why, and what was to ring there."""
    shown = [_room(room, language) for room in rooms[:_MOST_ROOMS]]
    return render(paragraphs(*shown, *_rest(rooms, language), say(language, "silence.waits")))


def told_alone(rooms: Sequence[SilentRoom], language: Language) -> Text:
    """Return what one person is told in a room of their own: the reminders in full."""
    shown = [_told(room, language) for room in rooms[:_MOST_ROOMS]]
    return render(paragraphs(*shown, *_rest(rooms, language), say(language, "silence.alone")))


def not_invited(user: UserId, code: str, language: Language) -> Text:
    """Return that the homeserver does not let us invite *user*."""
    return render(say(language, "refused.invite", who=short(user, 80), code=code))


def not_invited_yet(user: UserId, language: Language) -> Text:
    """Return that the homeserver does not take the invitation of *user*, and is asked again and again."""
    return render(say(language, "stuck.invite", who=short(user, 80)))


def not_pinned(code: str, language: Language) -> Text:
    """Return that the card is not pinned."""
    return render(say(language, "refused.pin", code=code))


def not_said(code: str, reference: str, language: Language) -> Text:
    """Return that an answer was not sent; *reference* is where the log says more."""
    return render(say(language, "refused.say", code=code, reference=reference))


def not_said_alone(user: UserId, code: str, reference: str, language: Language) -> Text:
    """Return the same of an answer to *user* alone."""
    return render(say(language, "refused.say.alone", who=short(user, 80), code=code, reference=reference))


def _rest(rooms: Sequence[SilentRoom], language: Language) -> list[Piece]:
    rest = len(rooms) - _MOST_ROOMS
    return [say(language, "silence.more", count=str(rest))] if rest > 0 else []


def _room(room: SilentRoom, language: Language) -> Piece:
    if room.incident is None or not room.reminders:
        return _head(room, language)
    lines = bullets(_line(reminder, room.incident, language) for reminder in room.reminders[:_MOST_REMINDERS])
    return paragraphs(_head(room, language), lines)


def _line(reminder: Reminder, incident: Incident, language: Language) -> Piece:
    """Return a reminder as a line of the control room: what, and until when."""
    what = happened(reminder, incident)
    if not isinstance(reminder, Rang) or reminder.due is None:
        return what
    return join((what, say(language, "silence.due", due=moment(reminder.due, incident.zone, language))), "")


def _told(room: SilentRoom, language: Language) -> Piece:
    if room.incident is None or not room.reminders:
        return _head(room, language)
    return paragraphs(_head(room, language), in_words(room.reminders, room.incident))


def _head(room: SilentRoom, language: Language) -> Piece:
    name = word(language, "silence.control") if room.incident is None else room.incident.codename
    head = say(language, "silence.head", room=name, why=word(language, _why(room.why)))
    if room.why in _EXPOSED:
        return join((head, say(language, "silence.exposed")))
    return join((head, say(language, "silence.shut"))) if room.why is Silence.SHUT else head


def _why(why: Silence) -> str:
    return f"silence.why.{why.name.lower()}"
