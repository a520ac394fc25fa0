"""Who is on duty: shown, and changed."""

from __future__ import annotations

from bot import voice
from bot.core.commands import ChangeDuty, ShowDuty
from bot.core.desk import duty_plan, evolve_desk
from bot.core.duty import changing
from bot.service.answers.sources import Sources
from bot.service.outcome import Outcome, Typed
from bot.service.tasks import answer_task, room_address


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
