"""Rooms of organisations are mended from the parent's: what is asked for and answered there, and read in each room."""

from __future__ import annotations

from typing import assert_never

from bot.core import facts
from bot.core.incident import Incident
from bot.core.language import Language
from bot.core.names import UserId
from bot.core.organisations.questions import unanswered
from bot.voice.catalogue import say, word
from bot.voice.markup import Piece, Text, join, paragraphs, render
from bot.voice.wording import person, short

Asked = facts.Merging | facts.RemovingBelow


def organisation_of(key: str, parent: Incident) -> str:
    """Return the organisation of a key; the key itself where the list has it no more."""
    row = parent.cascade.rows.get(key) if parent.cascade is not None else None
    return short(key if row is None else row.organisation, 60)


def invited_below(fact: facts.PersonInvited, child: Incident, language: Language) -> Text:
    """Return that somebody is invited into the room of an organisation, for whoever did it from the parent's."""
    roles = ", ".join(word(language, f"role.{role}") for role in fact.roles)
    organisation = short(child.organisation, 80)
    key = "below.invited"
    return render(say(language, key, organisation=organisation, codename=child.codename, user=fact.user, roles=roles))


def reopened_below(child: Incident, language: Language) -> Text:
    """Return that the incident of an organisation is open again, for whoever did it from the parent's room."""
    return render(say(language, "below.reopened", organisation=short(child.organisation, 80), codename=child.codename))


def repair_asked(act: Asked, by: UserId, parent: Incident) -> Piece:
    """Return what is mended if a second person confirms it."""
    language, holes = parent.language, {"who": person(parent, by), **_holes(act, parent)}
    if isinstance(act, facts.RemovingBelow):
        last = say(language, "asked.removing.last") if act.is_last else Piece("")
        return paragraphs(say(language, _either(act, "asked.removing", "asked.removing.new"), **holes), last)
    rules = say(language, "asked.merging.rules", rules=", ".join(act.rules)) if act.rules else Piece("")
    people = say(language, "asked.merging.people", into=holes["into"], count=str(act.people))
    return paragraphs(
        say(language, "asked.merging", **holes),
        join((people, rules)),
        say(language, "asked.merging.room", merged=holes["merged"]),
    )


def repair_words(act: Asked, parent: Incident) -> Piece:
    """Return the same in the middle of a sentence."""
    if isinstance(act, facts.Merging):
        return say(parent.language, "act.merging", **_holes(act, parent))
    return say(parent.language, _either(act, "act.removing", "act.removing.new"), **_holes(act, parent))


def _either(act: facts.RemovingBelow, alone: str, replaced: str) -> str:
    return alone if act.new is None else replaced


def _holes(act: Asked, parent: Incident) -> dict[str, str]:
    if isinstance(act, facts.Merging):
        return {"into": organisation_of(act.into, parent), "merged": organisation_of(act.merged, parent)}
    holes = {"user": person(parent, act.user), "firm": organisation_of(act.key, parent)}
    return holes if act.new is None else {**holes, "new": person(parent, act.new)}


def rooms_joined(fact: facts.FirmTookIn | facts.FirmMoved, incident: Incident) -> Piece:
    """Return what it means for a room that it and another one are one from now on."""
    language = incident.language
    match fact:
        case facts.FirmTookIn(filed=rules):
            head, key = say(language, "confirm.FirmTookIn"), "confirm.FirmTookIn.rules"
        case facts.FirmMoved(waits=rules, codename=codename):
            head, key = say(language, "confirm.FirmMoved", codename=codename), "confirm.FirmMoved.rules"
        case _:
            assert_never(fact)
    of_clocks = say(language, key, rules=", ".join(rules)) if rules else Piece("")
    is_asking = isinstance(fact, facts.FirmMoved) and bool(unanswered(incident))
    return paragraphs(head, of_clocks, say(language, "confirm.FirmMoved.asked") if is_asking else Piece(""))
