"""What needs two people of the house: asked where all of them see it, and carried out when another confirms."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from bot import voice
from bot.core.decide.house import second_persons
from bot.core.desk import Desk, House
from bot.core.facts import HouseConfirmationAsked
from bot.core.names import InputId
from bot.service.outcome import Outcome
from bot.service.tasks import Place, answer_task, ring_task, room_place


def asked_of_the_house(fact: HouseConfirmationAsked, house: House, desk: Desk, input: InputId, place: Place) -> Outcome:
    """Return that a second person is asked: it rings for them in the control room, and answers where it was typed."""
    others = second_persons(house.people, fact.by, fact.act)
    text = voice.house_asked(fact, others, house.language, ZoneInfo(house.zone))
    control = desk.control_room
    if control is None or place.room == control:
        return Outcome(facts=(fact,), tasks=(ring_task(input, 0, place, text, others),))
    ring = ring_task(input, 1, room_place(control, house.people), text, others)
    return Outcome(facts=(fact,), tasks=(answer_task(input, 0, place, text), ring))
