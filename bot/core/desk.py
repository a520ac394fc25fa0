"""The desk: what belongs to no incident: the control room, which incidents there are, who was offered a list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import assert_never
from zoneinfo import ZoneInfo

from bot.core import facts
from bot.core.alerts.waiting import Alerts, evolve_alerts
from bot.core.clocks.rules import Rule, in_force
from bot.core.codenames import pick_codename
from bot.core.commands import Asker, Choose, Open
from bot.core.documents.drafts import DraftTemplate
from bot.core.duty.contacts import Checks, Round, evolve_checks
from bot.core.duty.plan import Kept, Plan, evolve_duty
from bot.core.duty.rota import Rota
from bot.core.errors import JustOpened, NoChoiceOffered, UnknownPlaybook
from bot.core.evidence.items import Limits
from bot.core.incident import Incident
from bot.core.language import ENGLISH, Language
from bot.core.names import DraftId, EventId, IncidentId, InputId, RoomId, UserId, name_of
from bot.core.people.contacts import Contact
from bot.core.people.guests import Doors, doors_after, guests, shut
from bot.core.people.profile import Profile, catalogue, prefill, widen
from bot.core.people.quiet import QuietHours
from bot.core.people.roster import ALWAYS_INVITED, Role
from bot.core.people.trial import Trial, trial_after
from bot.core.playbook import Playbook

SAME_TITLE = timedelta(minutes=1)
"""The same title within this time is taken for a message sent twice."""
OFFER_LASTS = timedelta(hours=1)
"""A number typed later than this after the list means something else."""
FILE_LASTS = timedelta(days=7)
"""So long a purge of something else leaves it known what a file was that may still become evidence."""
KEPT_FILES = 1_000
"""How many of the newest files of all rooms can be replied to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """What the operator configured: the ground every new incident stands on."""

    people: Mapping[UserId, frozenset[Role]]
    playbooks: Mapping[tuple[str, Language], Playbook]
    rules: tuple[Rule, ...]
    """Every row of the catalogue, past and future ones too; an opening takes what is in force that day."""
    closed_days: tuple[date, ...]
    """Public holidays around now, for clocks in working days."""
    language: Language
    zone: str
    drill_pace: float
    profile: Profile = field(default_factory=Profile)
    quiet: QuietHours | None = None
    """When reminders that can wait do wait."""
    points: Mapping[facts.Severity, timedelta] = field(default_factory=dict)
    """After how long a situation point follows the one before; none of a severity that is not in it."""
    drafts: Mapping[tuple[DraftId, Language], DraftTemplate] = field(default_factory=dict)
    retention: timedelta | None = None
    """How long after its closing an incident is purged; None: never."""
    contacts: Mapping[UserId, Contact] = field(default_factory=dict)
    """Where each is reached outside the rooms."""
    page_after: timedelta | None = None
    """How long a reminder waits before whom it called is paged there; None: nobody is."""
    rotas: Mapping[Role, Rota] = field(default_factory=dict)
    """By week, who is on duty for a role; everybody is for one that has none."""
    evidence: Limits = field(default_factory=Limits)


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """The fold of the desk's own facts and of the opening of every incident."""

    control_room: RoomId | None = None
    direct_rooms: Mapping[UserId, RoomId] = field(default_factory=dict)
    """Rooms of our own with one person."""
    direct_codenames: Mapping[UserId, str] = field(default_factory=dict)
    """What those rooms are called, or will be."""
    opened: Mapping[IncidentId, facts.Opened] = field(default_factory=dict)
    offers: Mapping[tuple[UserId, RoomId], facts.ChoiceOffered] = field(default_factory=dict)
    """Lists of playbooks that wait for a number."""
    files: Mapping[tuple[UserId, RoomId], facts.FileOffered] = field(default_factory=dict)
    """The last list of organisations of each person in each room."""
    enclosures: Mapping[tuple[UserId, RoomId], facts.FileOffered] = field(default_factory=dict)
    """The last file of any kind, likewise."""
    sent: Mapping[EventId, facts.FileOffered] = field(default_factory=dict)
    """Files by the message that names each, the newest last: a reply may take one as evidence."""
    changed: Mapping[UserId, str | None] = field(default_factory=dict)
    """Whose identity changed, with the master key that was told; None when that changed once more, or is gone."""
    shown: Mapping[tuple[UserId, UserId], str] = field(default_factory=dict)
    """Which changed master key an admin was shown last, by the admin and whose it is."""
    asked: tuple[facts.HouseConfirmationAsked, ...] = ()
    """What waits for a second person of the house, the oldest first; some may have lapsed."""
    asked_so_far: int = 0
    confirmed: Mapping[UserId, facts.IdentityConfirmed] = field(default_factory=dict)
    """Whose identity was compared with them, and the last time that it was."""
    trial: Trial | None = None
    """The last trial of the second channels."""
    duty: Kept = field(default_factory=Kept)
    checks: Checks = field(default_factory=Checks)
    alerts: Alerts = field(default_factory=Alerts)
    """What other machines reported."""
    doors: Doors = field(default_factory=dict)
    """Of the house: who comes by them belongs to it once they are proved."""
    guests: Mapping[UserId, frozenset[Role]] = field(default_factory=dict)
    """Who is of the house by a door, with their roles; beside those that the configuration names."""

    def compared(self, admin: UserId, user: UserId) -> str | None:
        """Return the changed master key of *user* that *admin* can have compared with them; None when there is none.

        The one they asked for themselves, or that of the alarm: a homeserver that changes it once more in between
        must not have another one confirmed than was compared.
        """
        return self.shown.get((admin, user), self.changed.get(user))

    def codenames(self) -> frozenset[str]:
        """Return every codename ever used."""
        return frozenset([*self.direct_codenames.values(), *(opened.codename for opened in self.opened.values())])


def evolve_desk(desk: Desk, fact: facts.DeskFact | facts.Fact) -> Desk:  # noqa: C901, PLR0911, PLR0912 - a table
    """Return the desk after *fact*; of an incident's facts only its opening and its alerts matter here."""
    match fact:
        case facts.ControlRoomReady(room=room):
            return replace(desk, control_room=room)
        case facts.ChannelsTried() | facts.TrialAnswered() | facts.ChannelsReported():
            return replace(desk, trial=trial_after(desk.trial, fact))
        case facts.DirectRoomAsked(user=user, codename=codename):
            return replace(desk, direct_codenames={**desk.direct_codenames, user: codename})
        case facts.DirectRoomReady(user=user, room=room):
            return replace(desk, direct_rooms={**desk.direct_rooms, user: room})
        case facts.ChoiceOffered(by=by, room=room):
            # At a start streams are read one after the other: the opening that settled this offer may be known already.
            settled = any(
                opened.by == by and opened.at > fact.at and opened.parent is None for opened in desk.opened.values()
            )
            return desk if settled else replace(desk, offers={**desk.offers, (by, room): fact})
        case facts.Opened(incident=incident, parent=parent) if parent is not None:
            return replace(desk, opened={**desk.opened, incident: fact})
        case facts.Opened(incident=incident, by=by, at=at):
            left = {key: offer for key, offer in desk.offers.items() if offer.by != by or offer.at > at}
            return replace(desk, opened={**desk.opened, incident: fact}, offers=left)
        case facts.AlertReceived() | facts.AlertsTold() | facts.AlertsDropped():
            return replace(desk, alerts=evolve_alerts(desk.alerts, fact))
        case facts.AlertTaken() | facts.AlertChanged():
            return replace(desk, alerts=evolve_alerts(desk.alerts, fact))
        case facts.FileOffered(by=by, room=room):
            lists = {**desk.files, (by, room): fact} if fact.is_list else desk.files
            return replace(desk, files=lists, enclosures={**desk.enclosures, (by, room): fact}, sent=_sent(desk, fact))
        case facts.HouseConfirmationAsked(number=number):
            return replace(desk, asked=(*desk.asked, fact), asked_so_far=max(number, desk.asked_so_far))
        case facts.HouseConfirmationGiven(number=number):
            left_over = tuple(asked for asked in desk.asked if asked.number != number)
            return replace(desk, asked=left_over, asked_so_far=max(number, desk.asked_so_far))
        case facts.DutyChanged() | facts.DutyHoleTold():
            return replace(desk, duty=evolve_duty(desk.duty, fact))
        case facts.ContactAsked() | facts.ContactAnswered() | facts.ContactSilenceTold():
            return replace(desk, checks=evolve_checks(desk.checks, fact))
        case facts.OfHouseDoor(fact=of_door):
            doors = doors_after(desk.doors, of_door)
            return replace(desk, doors=doors, guests=guests(doors))
        case facts.HouseRelocated(at=at):
            return _relocated(desk, at)
        case facts.IdentityChangeSeen(user=user, master=master):
            told = master if desk.changed.get(user, master) == master else None
            return replace(desk, changed={**desk.changed, user: told})
        case facts.IdentityShown(by=by, user=user, master=master):
            return replace(desk, shown={**desk.shown, (by, user): master})
        case facts.IdentityConfirmed(user=user):
            return replace(
                desk,
                changed={other: told for other, told in desk.changed.items() if other != user},
                shown={key: master for key, master in desk.shown.items() if key[1] != user},
                confirmed={**desk.confirmed, user: fact},
            )
        case _:
            return desk


def _sent(desk: Desk, fact: facts.FileOffered) -> Mapping[EventId, facts.FileOffered]:
    if fact.event is None:
        return desk.sent
    return dict([*desk.sent.items(), (fact.event, fact)][-KEPT_FILES:])


def _relocated(desk: Desk, at: datetime) -> Desk:
    """Return the desk without what was on the homeserver that is gone: rooms, files in them, people and their doors."""
    return replace(
        desk,
        control_room=None,
        direct_rooms={},
        offers={},
        files={},
        enclosures={},
        sent={},
        changed={},
        shown={},
        asked=(),
        doors=shut(desk.doors, at),
        guests={},
    )


def duty_plan(house: House, desk: Desk) -> Plan:
    """Return who is on duty when, by the configuration and by what was changed in chat."""
    return Plan(
        rotas=house.rotas,
        people=house.people,
        zone=ZoneInfo(house.zone),
        changes=desk.duty.changes,
        deputies={user: contact.deputy for user, contact in house.contacts.items() if contact.deputy},
    )


def contact_round(house: House, desk: Desk) -> Round:
    """Return whom of the house to ask for their addresses, and who has not answered.

    Nobody where there are no second channels: people are told that they are reached there.
    """
    asked = {} if house.page_after is None else house.contacts
    contacts = {user: contact for user, contact in asked.items() if user in house.people}
    return Round(contacts=contacts, checks=desk.checks, closed_days=house.closed_days, zone=ZoneInfo(house.zone))


def as_of_duty(incident: Incident, house: House, desk: Desk, now: datetime) -> Incident:
    """Return *incident* with who is on duty *now*; as it is where the house has no rotas, or another firm's room.

    Who has not come to the room yet hears nothing there; before it is made, that is nobody's fault.
    """
    if not house.rotas or incident.parent is not None:
        return incident
    found = duty_plan(house, desk).everybody_on_duty(now)
    here = {role: user for role, user in found.items() if incident.room is None or user in incident.joined}
    return replace(incident, on_duty=here)


def open_incident(
    desk: Desk, house: House, command: Open | Choose, asker: Asker, input: InputId, now: datetime
) -> facts.Opened | facts.ChoiceOffered:
    """Open an incident, or offer the list of playbooks when none is named.

    Raises:
        UnknownPlaybook: no playbook of that name in that language.
        JustOpened: the same title was opened within a minute.
        NoChoiceOffered: a number came, but no list waits for it, or no longer.
    """
    match command:
        case Open():
            _refuse_twice(desk, command.title, now)
            return _open_or_offer(desk, house, command, asker, input, now)
        case Choose(number=number):
            chosen = _chosen(desk, asker, number, now)
            _refuse_twice(desk, chosen.title, now)
            return _open(desk, house, chosen, asker, input, now)
        case _:
            assert_never(command)


def playbooks_in(house: House, language: Language) -> tuple[Playbook, ...]:
    """Return the playbooks in *language*, in the order they are offered: by rank, then by id."""
    found = (playbook for key, playbook in house.playbooks.items() if key[1] == language)
    return tuple(sorted(found, key=lambda playbook: (playbook.rank, playbook.id)))


def playbook_names(house: House, language: Language) -> tuple[str, ...]:
    """Return what the playbooks in *language* are called there."""
    return tuple(name_of(known.id, known.called, language) for known in playbooks_in(house, language))


def _open_or_offer(
    desk: Desk, house: House, command: Open, asker: Asker, input: InputId, now: datetime
) -> facts.Opened | facts.ChoiceOffered:
    if command.playbook is not None:
        return _open(desk, house, command, asker, input, now)
    language = command.language or house.language
    return facts.ChoiceOffered(
        at=now,
        by=asker.user,
        room=asker.room,
        title=command.title,
        severity=command.severity or facts.Severity.HIGH,
        language=language,
        drill=command.drill,
        playbooks=tuple(playbook.id for playbook in playbooks_in(house, language)),
    )


def _chosen(desk: Desk, asker: Asker, number: int, now: datetime) -> Open:
    offer = desk.offers.get((asker.user, asker.room))
    if offer is None or now - offer.at >= OFFER_LASTS:
        raise NoChoiceOffered(0)
    if not 1 <= number <= len(offer.playbooks):
        raise NoChoiceOffered(len(offer.playbooks))
    return Open(
        title=offer.title,
        playbook=offer.playbooks[number - 1],
        severity=offer.severity,
        language=offer.language,
        drill=offer.drill,
    )


def _open(desk: Desk, house: House, command: Open, asker: Asker, input: InputId, now: datetime) -> facts.Opened:
    language = command.language or house.language
    playbook = house.playbooks.get((command.playbook or "", language))
    if playbook is None:
        known = playbook_names(house, language)
        raise UnknownPlaybook(command.playbook or "", known)
    playbook = widen(playbook, house.profile, house.rules)
    return facts.Opened(
        at=now,
        by=asker.user,
        incident=incident_id(input),
        codename=pick_codename(input, desk.codenames(), language),
        title=command.title,
        severity=command.severity or facts.Severity.HIGH,
        language=language,
        zone=house.zone,
        pace=house.drill_pace if command.drill else 1,
        drill=command.drill,
        playbook=playbook,
        rules=rules_for(house, playbook, now),
        closed_days=house.closed_days,
        members=_first_roster(house, playbook, asker.user),
        prefilled=prefill(house.profile, playbook),
        quiet=house.quiet,
        points=house.points,
        has_calendar=bool(house.profile.calendar),
    )


def ask_for_direct_room(
    desk: Desk, user: UserId, now: datetime, language: Language = ENGLISH
) -> facts.DirectRoomAsked | None:
    """Ask for a room with *user* alone; None when it was asked for."""
    if user in desk.direct_codenames:
        return None
    codename = pick_codename(InputId(f"direct:{user}"), desk.codenames(), language)
    return facts.DirectRoomAsked(at=now, user=user, codename=codename)


def incident_id(input: InputId) -> IncidentId:
    """Name the incident that *input* opens."""
    return IncidentId(sha256(f"incident:{input}".encode()).hexdigest()[:16])


def rules_for(house: House, playbook: Playbook, now: datetime) -> tuple[Rule, ...]:
    """Return the clocks that *playbook* watches and that are in force, as they are for *house*."""
    watched = {watched.rule for watched in playbook.clocks}
    today = now.astimezone(ZoneInfo(house.zone)).date()
    rules = in_force(catalogue(house.rules, house.profile), today).values()
    return tuple(rule for rule in rules if rule.id in watched)


def _first_roster(house: House, playbook: Playbook, opener: UserId) -> tuple[facts.Member, ...]:
    """Return the opener, the admins, the management and the holders of the playbook's roles; those who lead first."""
    wanted = ALWAYS_INVITED.union(playbook.roles)
    chosen = [user for user, roles in house.people.items() if user == opener or roles & wanted]
    order = list(Role)
    chosen.sort(key=lambda user: (min(order.index(role) for role in house.people[user]), user))
    return tuple(facts.Member(user=user, roles=tuple(sorted(house.people[user]))) for user in chosen)


def _refuse_twice(desk: Desk, title: str, now: datetime) -> None:
    for opened in desk.opened.values():
        # The rooms of organisations have the title of their parent, and may be made for hours.
        if opened.parent is None and opened.title.casefold() == title.casefold() and now - opened.at < SAME_TITLE:
            raise JustOpened(opened.codename)
