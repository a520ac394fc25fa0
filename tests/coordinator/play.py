"""A parent and its organisations in memory, opened by a list; every message is looked at that leaves for any room."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from bot.core.incident import Incident
from bot.core.names import EventId, RoomId, UserId
from bot.host.shipped import playbooks_folder
from bot.library import playbooks, rules
from bot.ports import Content, RoomPlan
from tests.coordinator.marks import Firm, strange
from tests.core.build import ALICE, DAVE, HOUSE
from tests.fakes.chat import FakeChat
from tests.service.cascades import order, send
from tests.service.shell import Shell

SHIPPED = replace(HOUSE, playbooks=playbooks.load(playbooks_folder()), rules=rules.load(playbooks_folder()))
COLUMNS = ("organisation", "people", "langue", "Ville", "Contact", "Téléphone", "Données personnelles", "Conseiller")
AGENT = UserId("@agent:house.example")
"""Somebody of the house who reads in every room."""
_TITLE = "Host down"


def person(firm: Firm, number: int = 1) -> UserId:
    return UserId(f"@{firm.mark}.{number}:firm.example")


@dataclass(frozen=True, slots=True)
class Sent:
    """What left for a room, and who can read it; a person who is let in can read what comes."""

    room: RoomId
    text: str
    readers: frozenset[UserId]


class Noting(FakeChat):
    """Rooms in memory that keep what was sent, also what is erased later."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[Sent] = []

    async def create_room(self, plan: RoomPlan) -> RoomId:
        room = await super().create_room(plan)
        self.sent.append(Sent(room, " ".join((plan.name, *plan.invite)), frozenset(plan.invite)))
        return room

    async def invite(self, room: RoomId, user: UserId) -> None:
        await super().invite(room, user)
        self.sent.append(Sent(room, user, frozenset({user})))

    async def say(self, room: RoomId, content: Content, *, txn: str, readers: frozenset[UserId]) -> EventId:
        event = await super().say(room, content, txn=txn, readers=readers)
        (said,) = (one for one in self.rooms[room].said if one.event == event)
        self.sent.append(Sent(room, text_of(content), said.holders))
        return event


def text_of(content: Content) -> str:
    """Return all that can be read of a message, its file and its poll too."""
    file = content.file
    inside = "" if file is None else f"{file.name} {file.data.decode(errors='ignore')}"
    return "\n".join((content.body, content.html, inside, repr(content.poll), *content.mentions))


class Coordination(Shell):
    """A shell with a cascade of organisations whose words are marked."""

    def __init__(self, firms: Iterable[Firm]) -> None:
        super().__init__(SHIPPED)
        self.firms = list(firms)
        self.chat: Noting = Noting()

    async def begin(self) -> Incident:
        """Send the list, have it opened, and let the first person of each come into their room."""
        await self.send_list(as_list(self.firms))
        for firm in self.firms:
            await self.move(person(firm), room=self.room_of(firm), present=True)
        return self.parent()

    async def send_list(self, text: str) -> str:
        """Send a list in the control room, have it opened by two, and return the last answer."""
        await send(self, text)
        return await order(self, f"!cascade open {_TITLE}")

    def parent(self) -> Incident:
        return next(one for one in self.service.books.incidents() if one.cascade is not None)

    def child(self, firm: Firm) -> Incident:
        return next(one for one in self.service.books.incidents() if one.organisation == firm.name)

    def room_of(self, firm: Firm) -> RoomId:
        room = self.child(firm).room
        assert room is not None
        return room

    async def lead(self, body: str) -> str:
        """Type *body* in the parent's room, have it confirmed if need be, and return the last answer."""
        room = self.parent().room
        assert room is not None
        answer = await self.type(body, room=room)
        asked = re.search(r"!confirm \d+", answer)
        who = DAVE if "second person" in answer else ALICE
        return await self.type(asked[0], room=room, sender=who) if asked else answer

    def told(self, firm: Firm) -> EventId | None:
        """Return the last of our messages in the room of *firm* that asks for a reply."""
        said = self.chat.rooms[self.room_of(firm)].said
        heads = ("Bulletin", "Answer", "Réponse")
        return next((one.event for one in reversed(said) if one.content.body.startswith(heads)), None)

    def leaks(self) -> list[str]:
        """Return what was sent, since this was last asked, to somebody whose organisation it is none of."""
        children = [one for one in self.service.books.incidents() if one.organisation]
        marks = {firm.name: firm.mark for firm in self.firms}
        codenames = {one.codename: marks[one.organisation] for one in children}
        rooms = {one.room: marks[one.organisation] for one in children}
        sent, self.chat.sent = self.chat.sent, []
        return [f"{told} in {one}" for one in sent if (told := _strange(one, rooms, codenames))]


def _strange(sent: Sent, rooms: dict[RoomId | None, str], codenames: dict[str, str]) -> set[str]:
    """Hold a message to the organisation of its room, and to that of each person who can read it."""
    owners = {rooms[sent.room]} if sent.room in rooms else set()
    readers = {user.partition(".")[0][1:] for user in sent.readers if user.endswith(":firm.example")}
    return {told for own in owners | readers for told in strange(sent.text, own, codenames)}


def as_list(firms: Iterable[Firm], *, seed: int | None = None) -> str:
    """Return the list of *firms*, every cell marked; in another order with a *seed*."""
    rows = [";".join(_cells(firm)) for firm in firms]
    if seed is not None:
        random.Random(seed).shuffle(rows)
    return "\n".join((";".join(COLUMNS), *rows))


def _cells(firm: Firm) -> tuple[str, ...]:
    mark, language = firm.mark, ("en", "fr")[firm.number % 2]
    people = f"{person(firm)} coordinator dpo, {person(firm, 2)} management, {AGENT} observer"
    return (firm.name, people, language, f"Ville {mark}", f"Madame {mark}", f"01 {mark}", "inconnu", f"Avis {mark}")
