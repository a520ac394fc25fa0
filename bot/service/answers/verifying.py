"""People's apps verify us: who compares, what they say of it, and how it ended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot import voice
from bot.core.commands import SettleVerification
from bot.core.errors import NobodyVerifies, OtherVerification, OwnVerification
from bot.core.facts import IdentityConfirmed
from bot.core.incident import Incident
from bot.core.language import Language
from bot.core.names import InputId, UserId
from bot.core.people.doors import to_prove
from bot.core.people.guests import unproved
from bot.core.people.naming import find_person
from bot.core.people.roster import Right, Role, has_right
from bot.ports import Say, Task, VerificationEnd, VerificationEnded, VerificationShown, Verify
from bot.service.answers.sources import Sources
from bot.service.outcome import Outcome, Typed, answered
from bot.service.tasks import Address, answer_task, incident_address, ring_task, room_address, task_id

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


def compared_with_guest(shown: VerificationShown, rooms: Sequence[Incident]) -> Outcome:
    """Ask whoever vouched for a guest, and all who lead there, to compare, in each room where it is still open."""
    comparison, tasks = shown.comparison, list[Task]()
    for number, incident in enumerate(rooms):
        door, language = unproved(incident.doors)[comparison.user], incident.language
        line = voice.to_compare(comparison.emoji, comparison.numbers, language)
        text = voice.comparison_with_guest(comparison.user, door, line, comparison.code, language)
        vouched = () if door.opened.by is None else (door.opened.by,)
        others = tuple(dict.fromkeys((*vouched, *incident.leaders())))
        tasks.append(ring_task(shown.id, number, incident_address(incident), text, others))
    return Outcome(tasks=tuple(tasks))


def ended_for_guest(news: VerificationEnded, told: Outcome, rooms: Sequence[Incident]) -> Outcome:
    """Tell the rooms of a guest that it did not succeed; that it did is said by what follows from it."""
    if news.end in (VerificationEnd.VERIFIED, VerificationEnd.REFUSED) or not news.was_shown:
        return replace(told, tasks=tuple(task for task in told.tasks if not isinstance(task.action, Say)))
    tasks = [task for task in told.tasks if not isinstance(task.action, Say)]
    for number, incident in enumerate(rooms):
        text = voice.verification_ended(news.user, news.end, incident.language, is_known_by_it=False)
        tasks.append(answer_task(InputId(f"{news.id}:{number}"), 0, incident_address(incident), text))
    return replace(told, tasks=tuple(tasks))


def settle(command: SettleVerification, asked: Typed, sources: Sources) -> Outcome:
    """Take a verdict; raises RuleError."""
    incident = asked.around.incident
    if incident is not None:
        user, _ = to_prove(command.who, incident.doors)
    else:
        user = find_person(command.who, sources.house.people)
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
