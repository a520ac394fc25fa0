"""Who is on duty: shown, and changed; and whether people's addresses hold."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from bot import voice
from bot.core.commands import AnswerContact, ChangeDuty, ShowContact, ShowDuty
from bot.core.desk import duty_plan, evolve_desk
from bot.core.duty import changing
from bot.core.duty.contacts import NoContact, is_asked, quarter_of
from bot.core.facts import ContactAnswered
from bot.core.people.contacts import Contact
from bot.core.people.roster import Role, holders
from bot.service.answers.sources import Sources
from bot.service.outcome import Outcome, Typed
from bot.service.tasks import answer_task, ring_task, room_address


def show(command: ShowDuty, asked: Typed, sources: Sources) -> voice.Text:
    """Show who is on duty. Raises NoRota."""
    plan = duty_plan(sources.house, sources.books.desk)
    role = None if command.role is None else changing.rota_of(plan, command.role)
    return voice.duty(plan, role, asked.now, asked.language)


def change(command: ChangeDuty, asked: Typed, sources: Sources) -> Outcome:
    """Change who is on duty; the control room reads of it, wherever it was typed. Raises RuleError."""
    house, desk = sources.house, sources.books.desk
    plan = duty_plan(house, desk)
    fact = changing.change(plan, command, asked.by, asked.now)
    after = duty_plan(house, evolve_desk(desk, fact))
    tasks = [answer_task(asked.input, 0, asked.address, voice.duty_changed(fact, plan, after, asked.language))]
    if (control := desk.control_room) is not None and control != asked.address.room:
        address = room_address(control, house.people)
        tasks.append(answer_task(asked.input, 1, address, voice.duty_changed(fact, plan, after, house.language)))
    return Outcome(facts=(fact,), tasks=tuple(tasks))


def contact(_: ShowContact, asked: Typed, sources: Sources) -> voice.Text:
    """Show whoever asks at which addresses they are reached. Raises NoContact."""
    return voice.contact(_contact(asked, sources), asked.language)


def answer_contact(command: AnswerContact, asked: Typed, sources: Sources) -> Outcome:
    """Note whether addresses hold; the admins are told of those that do not. Raises NoContact."""
    known, desk, house = _contact(asked, sources), sources.books.desk, sources.house
    quarter = quarter_of(asked.now, ZoneInfo(house.zone))
    fact = ContactAnswered(at=asked.now, by=asked.by, quarter=quarter, holds=command.holds)
    tasks = [answer_task(asked.input, 0, asked.address, voice.contact_answered(fact, asked.language))]
    if not command.holds and desk.control_room is not None:
        text = voice.contact_wrong(asked.by, known, command.words, house.language)
        address = room_address(desk.control_room, house.people)
        tasks.append(ring_task(asked.input, 1, address, text, holders(house.people, Role.ADMIN)))
    return Outcome(facts=(fact,), tasks=tuple(tasks))


def _contact(asked: Typed, sources: Sources) -> Contact:
    known = sources.house.contacts.get(asked.by) if asked.by in sources.house.people else None
    if known is None or not is_asked(known):
        raise NoContact
    return known
