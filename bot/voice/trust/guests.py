"""What is said of doors: who was let in without an account, whether they are proved, and how it ended."""

from __future__ import annotations

from datetime import datetime
from typing import assert_never
from zoneinfo import ZoneInfo

from bot.core import facts
from bot.core.language import Language
from bot.core.names import UserId
from bot.core.people.guests import Door, Doors
from bot.core.people.naming import localpart
from bot.voice.catalogue import say, word
from bot.voice.markup import Piece, Text, bullets, paragraphs, render
from bot.voice.times import moment
from bot.voice.wording import guest_name, role_words, short

_MOST_SHOWN = 30


def door_opened(door: facts.DoorOpened, link: str, zone: ZoneInfo, language: Language) -> Text:
    """Return the link of a door, and what to say on the phone to whom it is for."""
    return render(
        say(
            language,
            "door.opened",
            number=str(door.number),
            who=_name(door.name, language),
            roles=role_words(door.roles, language),
            until=moment(door.until, zone, language),
            link=link,
        )
    )


def door_picture(number: int, language: Language) -> str:
    """Return what the picture of a link is called, without its ending."""
    return word(language, "door.picture", number=str(number))


def guest_news(fact: facts.DoorFact, door: Door, zone: ZoneInfo, language: Language, *, is_house: bool = False) -> Text:
    """Return what became of *door*, be it one of the house, which is as *fact* left it."""
    return render(
        say(
            language,
            _news(fact, door, is_house=is_house),
            number=str(door.opened.number),
            who=_name(door.opened.name, language),
            roles=role_words(door.opened.roles, language),
            user=short(door.user or "", 80),
            account=localpart(door.user or UserId("")),
            by=voucher(fact.by if isinstance(fact, facts.GuestProved | facts.DoorEnded) else door.opened.by, language),
            until=moment(door.opened.until, zone, language),
        )
    )


def _news(fact: facts.DoorFact, door: Door, *, is_house: bool) -> str:  # noqa: C901, PLR0911 - a table
    match fact:
        case facts.GuestCame() if door.opened.stays:
            return "door.came.house"
        case facts.GuestCame():
            return "door.came.house.unproved" if is_house else "door.came"
        case facts.GuestProved():
            return "door.proved"
        case facts.DoorTried():
            return "door.tried"
        case facts.DoorAstray():
            return "door.astray" if door.user is None else "door.astray.inside"
        case facts.DoorEnded() if door.is_astray and door.user is not None:
            return "door.ended.astray"
        case facts.DoorEnded(by=by):
            ended = "door.ended.unused" if door.user is None else "door.ended.inside"
            closed = "door.closed.unused" if door.user is None else "door.closed.inside"
            return ended if by is None else closed
        case facts.DoorOpened() | facts.DoorSettled():
            raise ValueError("the answer has the link, and the end was told")
        case _:
            assert_never(fact)


def doors(known: Doors, now: datetime, zone: ZoneInfo, language: Language) -> Text:
    """Return who was let in, and who has not come: those whose link works or who are inside, then the others."""
    if not known:
        return render(say(language, "door.none"))
    newest = sorted(known.values(), key=lambda door: (door.is_shut, -door.opened.number))
    lines = bullets(_line(door, now, zone, language) for door in newest[:_MOST_SHOWN])
    rest = len(newest) - _MOST_SHOWN
    more = say(language, "door.more", count=str(rest)) if rest > 0 else Piece("")
    return render(paragraphs(say(language, "door.title"), lines, more))


def _line(door: Door, now: datetime, zone: ZoneInfo, language: Language) -> Piece:
    line = say(
        language,
        "door.line",
        number=str(door.opened.number),
        who=_name(door.opened.name, language),
        roles=role_words(door.opened.roles, language),
        by=voucher(door.opened.by, language),
        state=say(language, _state(door, now), until=moment(door.opened.until, zone, language)),
    )
    return say(language, "door.line.tried", line=line) if door.is_tried else line


def _state(door: Door, now: datetime) -> str:
    if door.is_astray:
        return "door.state.astray"
    if door.ended is not None or door.is_over(now):
        return "door.state.unused" if door.came is None else "door.state.over"
    if door.came is None:
        return "door.state.waiting"
    if door.opened.stays:
        return "door.state.house"
    return "door.state.proved" if door.is_proved else "door.state.unproved"


def guest_greeting(door: Door, language: Language) -> Text:
    """Return the first words to somebody who came into the house by *door*, in a room of their own."""
    roles, by = role_words(door.opened.roles, language), voucher(door.opened.by, language)
    return render(
        say(language, "door.greeting", roles=roles)
        if door.is_proved
        else say(language, "door.greeting.unproved", by=by)
    )


def asked_to_prove(door: Door, language: Language) -> Text:
    """Return that the app of a guest was asked to compare emoji."""
    return render(say(language, "door.asked", who=guest_name(door)))


def voucher(by: UserId | None, language: Language) -> str:
    """Return who vouched, or compared, or closed."""
    return word(language, "door.operator") if by is None else localpart(by)


def _name(name: str, language: Language) -> str:
    return short(name, 60) or word(language, "door.somebody")
