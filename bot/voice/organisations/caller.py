"""Who had the room of an organisation opened, why, and who reads there: the first words that its people read."""

from __future__ import annotations

from collections.abc import Iterable

from bot.core.facts import BulletinReceived
from bot.core.incident import Incident
from bot.core.names import UserId
from bot.voice.catalogue import say
from bot.voice.markup import Piece, join
from bot.voice.times import moment
from bot.voice.wording import SHORT, short, title_of


def called_in(incident: Incident) -> Piece:
    """Return who opened the room, why, who reads along, and what is asked first; empty where nobody called."""
    if incident.caller is None:
        return Piece("")
    language, people = incident.language, _names(incident.caller.people)
    opened = say(
        language,
        "called.by",
        who=author(incident, incident.opened_by),
        organisation=short(incident.organisation),
        title=title_of(incident),
    )
    readers = say(language, "called.along", people=people) if people else say(language, "called.alone")
    return join((opened, readers, say(language, "called.first")))


def card_line(incident: Incident) -> Piece:
    """Return for whom the room is, and who opened it; empty where nobody called."""
    if incident.caller is None:
        return Piece("")
    who = short(incident.caller.organisation or incident.opened_by)
    return say(incident.language, "card.called", organisation=short(incident.organisation), who=who)


def author(child: Incident, user: UserId) -> str:
    """Return the body that speaks, where it is known, and the person by the full id: nobody else has it."""
    body = child.caller.organisation if child.caller else ""
    return f"{short(body)} ({short(user)})" if body else short(user)


def signature(fact: BulletinReceived, child: Incident) -> Piece:
    """Return who wrote a bulletin and when, in the organisation's zone, and whom to call, as far as that was kept."""
    call = say(child.language, "bulletin.hotline", number=short(fact.hotline)) if fact.hotline else Piece("")
    if fact.by is None or fact.sent_at is None:
        return call
    at = moment(fact.sent_at, child.zone, child.language)
    return join((say(child.language, "bulletin.from", who=author(child, fact.by), at=at), call))


def how_to_answer(child: Incident) -> Piece:
    """Return who reads what is answered in the room; empty where only a reply to the bulletin is read."""
    there = _names(user for user in child.caller.people if user in child.joined) if child.caller else ""
    return say(child.language, "bulletin.here", people=there) if there else Piece("")


def _names(people: Iterable[UserId]) -> str:
    return short(", ".join(people), 3 * SHORT)
