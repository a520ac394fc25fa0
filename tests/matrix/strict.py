"""A bot and a foreign client in one room."""

from __future__ import annotations

from bot.core.names import EventId, RoomId, UserId
from bot.ports import Content, RoomPlan
from tests.matrix.people import Bot
from tests.peers.peer import Peer


async def room_with(bot: Bot, peer: Peer) -> RoomId:
    # The client has met us: it knows our device before the first message comes.
    bot.open_chat(key_delay_s=None)
    room = await bot.chat.create_room(RoomPlan(name="amber heron", invite=(UserId(peer.user),), admins=()))
    await peer.wait_room(inviter=bot.user)
    bot.chat.invalidate(room)
    return room


async def say(bot: Bot, peer: Peer, room: RoomId, content: Content, txn: str) -> EventId:
    return await bot.chat.say(room, content, txn=txn, readers=frozenset({UserId(peer.user)}))
