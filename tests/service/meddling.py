"""Rooms that misbehave at the worst moment, and houses with other people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot.core.desk import House
from bot.core.names import EventId, RoomId, UserId
from bot.core.people.roster import Role
from bot.ports import Batch, Content, RefusedError, RoomPlan
from tests.core.build import HOUSE
from tests.fakes.chat import FakeChat
from tests.service.shell import Shell


def with_people(people: Mapping[UserId, frozenset[Role]]) -> House:
    return replace(HOUSE, people=people)


class SameRooms(FakeChat):
    """Another view of the rooms there are."""

    def __init__(self, shell: Shell) -> None:
        super().__init__()
        self.rooms = shell.chat.rooms
        self.media = shell.chat.media
        self._numbers = shell.chat._numbers
        self._shell = shell


class NoRooms(SameRooms):
    """Makes no rooms."""

    async def create_room(self, plan: RoomPlan) -> RoomId:
        raise RefusedError("M_FORBIDDEN")


class NoWayOut(SameRooms):
    """Takes nobody out of a room."""

    async def remove(self, room: RoomId, user: UserId) -> None:
        raise RefusedError("M_FORBIDDEN")


class Meddling(SameRooms):
    """Lets somebody finish a step while the card is being sent."""

    _meddled = False

    async def say(self, room: RoomId, content: Content, *, txn: str, readers: frozenset[UserId]) -> EventId:
        if content.replaces and not self._meddled:
            self._meddled = True
            message = self._shell.message("!done D2", room=room)
            await self._shell.service.receive(Batch(events=(message,), token="s-meddled"))
        return await super().say(room, content, txn=txn, readers=readers)
