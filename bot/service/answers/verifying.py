"""Who is let in, and whether it is them: doors, and people's apps that compare emoji with us."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from bot import ports, voice
from bot.core import commands, facts
from bot.core.commands import SettleVerification
from bot.core.errors import IncidentClosed, NobodyVerifies, OtherVerification, OwnVerification
from bot.core.facts import IdentityConfirmed
from bot.core.incident import Status
from bot.core.language import Language
from bot.core.names import InputId, UserId
from bot.core.people import doors
from bot.core.people.doors import to_prove
from bot.core.people.errors import NoDoors
from bot.core.people.guests import Door, Doors, to_be_proved, unproved
from bot.core.people.naming import find_person
from bot.core.people.roster import Right, Role, has_right, holders
from bot.ports import Say, Task, VerificationEnd, VerificationEnded, VerificationShown, Verify
from bot.service.answers.sources import Sources
from bot.service.outcome import Outcome, Typed, answered, decided
from bot.service.tasks import (
    DOORS_LANE,
    Address,
    answer_task,
    incident_address,
    ring_task,
    room_address,
    task_id,
)

LANE = "verifications"
"""Verdicts wait for no room."""

People = Mapping[UserId, frozenset[Role]]


def compared(shown: VerificationShown, people: People, address: Address, language: Language) -> Outcome:
    """Ask whoever leads, but for the person themselves, to compare."""
    comparison, input = shown.comparison, shown.id
    leaders = tuple(user for user, roles in sorted(people.items()) if has_right(roles, Right.LEAD))
    others = tuple(user for user in leaders if user != comparison.user)
    if not others:
        return answered(input, address, voice.comparison_elsewhere(comparison.user, language))
    line = voice.to_compare(comparison.emoji, comparison.numbers, language)
    text = voice.comparison(comparison.user, line, comparison.code, tuple(people), language)
    return Outcome(tasks=(ring_task(input, 0, address, text, others),))


def ended(news: VerificationEnded, led_to: Outcome, address: Address | None, language: Language) -> Outcome:
    """Tell how it ended beside what it *led_to*, where it was asked for as well; whoever refused it knows already.

    The control room hears of those only that somebody was to compare.
    """
    is_known_by_it = any(isinstance(fact, IdentityConfirmed) for fact in led_to.facts)
    text = voice.verification_ended(news.user, news.end, language, is_known_by_it=is_known_by_it)
    tasks = []
    if address is not None and news.was_shown and news.end is not VerificationEnd.REFUSED:
        tasks.append(answer_task(news.id, 0, address, text))
    if news.room is not None and (address is None or news.room != address.room):
        tasks.append(answer_task(InputId(f"{news.id}:there"), 0, room_address(news.room, (news.user,)), text))
    return replace(led_to, tasks=(*tasks, *led_to.tasks))


@dataclass(frozen=True, slots=True, kw_only=True)
class Proving:
    """A place where somebody who came by a door is still to be proved."""

    door: Door
    address: Address
    language: Language
    leaders: tuple[UserId, ...]


def proving(user: UserId, sources: Sources) -> tuple[Proving, ...]:
    """Return where *user* is to be proved: in rooms of incidents, and in the control room who came into the house."""
    desk, house = sources.books.desk, sources.house
    places = [
        Proving(door=door, address=incident_address(incident), language=incident.language, leaders=incident.leaders())
        for incident in sources.books.incidents_of(user)
        if (door := to_be_proved(user, incident.doors)) is not None
    ]
    door = to_be_proved(user, desk.doors)
    if door is not None and desk.control_room is not None:
        address, admins = room_address(desk.control_room, house.people), holders(house.people, Role.ADMIN)
        places.append(Proving(door=door, address=address, language=house.language, leaders=admins))
    return tuple(places)


def compared_with_guest(shown: VerificationShown, places: Sequence[Proving]) -> Outcome:
    """Ask whoever vouched for a guest, and all who lead there, to compare, in each place where it is still open."""
    comparison, tasks = shown.comparison, list[Task]()
    for number, place in enumerate(places):
        line = voice.to_compare(comparison.emoji, comparison.numbers, place.language)
        text = voice.comparison_with_guest(comparison.user, place.door, line, comparison.code, place.language)
        vouched = () if place.door.opened.by is None else (place.door.opened.by,)
        others = tuple(user for user in dict.fromkeys((*vouched, *place.leaders)) if user != comparison.user)
        tasks.append(ring_task(shown.id, number, place.address, text, others))
    return Outcome(tasks=tuple(tasks))


def ended_for_guest(news: VerificationEnded, told: Outcome, places: Sequence[Proving]) -> Outcome:
    """Tell where a guest is to be proved that it did not succeed; that it did is said by what follows from it."""
    tasks = [task for task in told.tasks if not isinstance(task.action, Say)]
    if news.was_shown and news.end not in (VerificationEnd.VERIFIED, VerificationEnd.REFUSED):
        for number, place in enumerate(places):
            text = voice.verification_ended(news.user, news.end, place.language, is_known_by_it=False)
            tasks.append(answer_task(InputId(f"{news.id}:{number}"), 0, place.address, text))
    return replace(told, tasks=tuple(tasks))


def settle(command: SettleVerification, asked: Typed, sources: Sources) -> Outcome:
    """Take a verdict; raises RuleError."""
    incident, desk = asked.around.incident, sources.books.desk
    if incident is not None:
        user, _ = to_prove(command.who, incident.doors)
    else:
        user = find_person(command.who, {*sources.house.people, *unproved(desk.doors)})
    comparison = next((waiting for waiting in sources.verifications.waiting() if waiting.user == user), None)
    if comparison is None:
        raise NobodyVerifies(user)
    if command.same and user == asked.by:
        raise OwnVerification
    if command.same and command.code != comparison.code:
        raise OtherVerification(user)
    answer = answer_task(asked.input, 0, asked.address, voice.verdict(user, asked.language, same=command.same))
    verdict = Verify(comparison=comparison.id, same=command.same, by=asked.by)
    act = Task(id=task_id(asked.input, 1), lane=LANE, action=verdict)
    return Outcome(tasks=(act, answer))


# --- doors ----------------------------------------------------------------------------------------------------------


def open_door(command: commands.OpenDoor, asked: Typed, sources: Sources) -> Outcome:
    """Ask the door for a link, which answers. Raises RuleError."""
    incident = asked.around.incident
    if incident is not None and incident.status is Status.CLOSED:
        raise IncidentClosed
    if not sources.has_door:
        raise NoDoors
    doors.may_open(_doors(asked, sources), command)
    action = ports.OpenDoor(
        incident=incident.id if incident else None,
        role=command.role,
        name=command.name,
        until=doors.until(command, asked.now),
        by=asked.by,
        language=asked.language,
        room=asked.around.asker.room,
        readers=asked.address.readers,
        thread=asked.address.thread,
    )
    return Outcome(tasks=(ports.Task(id=task_id(asked.input, 0), lane=DOORS_LANE, action=action),))


def end_door(command: commands.EndDoor, asked: Typed, sources: Sources) -> Outcome:
    """Put an end to a door. Raises RuleError."""
    incident, known = asked.around.incident, _doors(asked, sources)
    fact = doors.end(known, command, asked.by, asked.now)
    if incident is not None:
        return decided(asked, fact)
    text = voice.guest_news(fact, known[command.number], ZoneInfo(sources.house.zone), asked.language)
    done = answered(asked.input, asked.address, text)
    return Outcome(facts=(facts.OfHouseDoor(at=asked.now, fact=fact),), tasks=done.tasks)


def show_doors(_: commands.ShowDoors, asked: Typed, sources: Sources) -> voice.Text:
    """Show who was let in here, and who has not come."""
    incident = asked.around.incident
    zone = ZoneInfo(sources.house.zone) if incident is None else incident.zone
    return voice.doors(_doors(asked, sources), asked.now, zone, asked.language)


def ask_to_prove(command: commands.AskToProve, asked: Typed, sources: Sources) -> Outcome:
    """Ask the app of a guest to compare emoji once more. Raises NoGuest."""
    user, door = doors.to_prove(command.who, _doors(asked, sources))
    sources.verifications.begin(user)
    return answered(asked.input, asked.address, voice.asked_to_prove(door, asked.language))


def _doors(asked: Typed, sources: Sources) -> Doors:
    incident = asked.around.incident
    return sources.books.desk.doors if incident is None else incident.doors
