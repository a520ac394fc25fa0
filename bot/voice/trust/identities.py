"""Whose devices are trusted, and what to do when one is not."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.core.facts import IdentityConfirmed
from bot.core.incident import Incident
from bot.core.language import Language
from bot.core.names import DeviceId, UserId
from bot.core.people.guests import guest
from bot.core.people.naming import localpart
from bot.core.people.trust import Distrust, TheirIdentity
from bot.voice.catalogue import say, word
from bot.voice.markup import Piece, Text, bullets, join, paragraphs, render
from bot.voice.times import moment
from bot.voice.wording import people, person, role_words, short

_GROUP = 4


def distrusted(user: UserId, why: Distrust, language: Language) -> Text:
    """Return why what *user* typed was not heard, and how to mend it."""
    return render(say(language, f"distrusted.{why.value}", who=short(localpart(user), 60)))


def unreached(user: UserId, why: Distrust, language: Language) -> Text:
    """Return that *user* is in this room and can read nothing, and how to mend it."""
    return render(say(language, f"unreached.{why.value}", who=short(user, 80)))


def identity_changed(user: UserId, master: str | None, language: Language) -> Text:
    """Return the alarm that somebody's identity is another one; *master* is the new one, None when there is none."""
    key = "identity.changed" if master else "identity.gone"
    return render(
        say(language, key, who=short(user, 80), name=short(localpart(user), 60), master=grouped(master or ""))
    )


def identity(
    user: UserId, identity: TheirIdentity, confirmed: IdentityConfirmed | None, zone: ZoneInfo, language: Language
) -> Text:
    """Return by which master key *user* is known, who compared it, and which one they publish when it is another."""
    who, known = short(user, 80), identity.known
    if known is None:
        return render(say(language, "identity.none", who=who))
    head = say(language, "identity.known", who=who, master=grouped(known))
    standing = _compared(confirmed if confirmed and confirmed.master == known else None, zone, language)
    if not identity.is_changed:
        return render(join((head, standing)))
    now = _now(identity.published, short(localpart(user), 60), language)
    return render(paragraphs(join((head, standing)), now))


def _compared(confirmed: IdentityConfirmed | None, zone: ZoneInfo, language: Language) -> Piece:
    if confirmed is None:
        return say(language, "identity.seen")
    when = moment(confirmed.at, zone, language)
    if confirmed.by is None:
        return say(language, "identity.compared.operator", when=when)
    return say(language, "identity.compared", by=short(confirmed.by, 80), when=when)


def _now(published: str | None, name: str, language: Language) -> Piece:
    if published is None:
        return say(language, "identity.now.none")
    return say(language, "identity.now", name=name, master=grouped(published))


def identity_confirmed(user: UserId, language: Language) -> Text:
    """Return that *user* is known by their new identity."""
    return render(say(language, "identity.confirmed", who=short(user, 80)))


def device_came(user: UserId, device: DeviceId, fingerprint: str, language: Language, *, is_back: bool) -> Text:
    """Return that *user* has a device that is trusted on the homeserver's word: a new one, or one that was gone."""
    key = "device.back" if is_back else "device.came"
    return render(say(language, key, who=short(user, 80), device=short(device, 40), fingerprint=grouped(fingerprint)))


class Devices(StrEnum):
    """What can be said of somebody's devices, by its words."""

    VERIFIED = "who.verified"
    """One can read, and the identity behind it was compared with us."""
    SEEN = "who.seen"
    """One can read, and its owner is known since we saw them first."""
    CHANGED = "who.changed"
    NONE = "who.none"
    """None can read."""


def who(incident: Incident, present: Mapping[UserId, Devices]) -> Text:
    """Return who of the roster is here, and who is not."""
    language = incident.language
    lines = bullets(
        say(
            language,
            "who.person",
            name=_called(incident, user),
            roles=role_words(incident.roster[user], language),
            since=moment(incident.grants[user][0].at, incident.zone, language),
            devices=word(language, devices.value),
        )
        for user, devices in present.items()
    )
    away = [user for user in incident.roster if user not in present]
    absent = say(language, "who.away", people=people(incident, away)) if away else Piece("")
    return render(paragraphs(say(language, "who.title"), lines, absent))


def _called(incident: Incident, user: UserId) -> str | Piece:
    """Return the name of somebody on the roster, marked where they came by a door."""
    name, door = person(incident, user), guest(incident.doors, user)
    if door is None:
        return name
    return say(incident.language, "who.guest.proved" if door.is_proved else "who.guest", name=name)


def unheard(user: UserId, language: Language) -> Text:
    """Return that *user* wrote from a device that is not trusted, where nobody else sees it."""
    return render(say(language, "distrusted.elsewhere", who=short(user, 80)))


def stranger(user: UserId, language: Language) -> Text:
    """Return the alarm that somebody is in this room who should not be."""
    return render(say(language, "stranger.here", who=short(user, 80)))


def stranger_elsewhere(user: UserId, codename: str, language: Language) -> Text:
    """Return the same for the control room, about an incident's room."""
    return render(say(language, "stranger.elsewhere", who=short(user, 80), codename=codename))


def stranger_in_control(user: UserId, language: Language) -> Text:
    """Return the same about the control room itself."""
    return render(say(language, "stranger.control", who=short(user, 80)))


def too_many_come(codename: str | None, language: Language) -> Text:
    """Return the alarm that more people come and go in an incident's room, or in this one, than can be true."""
    if codename is None:
        return render(say(language, "comings.control"))
    return render(say(language, "comings.elsewhere", codename=codename))


def stays(user: UserId, language: Language) -> Text:
    """Return the alarm that the homeserver does not let us take somebody out of this room."""
    return render(say(language, "stays.here", who=short(user, 80)))


def stays_elsewhere(user: UserId, codename: str, language: Language) -> Text:
    """Return the same for the control room, about an incident's room."""
    return render(say(language, "stays.elsewhere", who=short(user, 80), codename=codename))


def grouped(key: str) -> str:
    """Return *key* in groups of four, as clients show it."""
    return " ".join(key[start : start + _GROUP] for start in range(0, len(key), _GROUP))
