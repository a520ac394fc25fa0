"""`ports.Chat` on a real homeserver."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from bot.core.facts import EncryptedFile
from bot.core.names import EventId, RoomId, UserId
from bot.core.trust import Distrust, TheirIdentity
from bot.matrix.guard.client import GuardedClient
from bot.matrix.http.errors import JsonObject
from bot.matrix.http.wire import Wire
from bot.matrix.speaking.acquaintance import ACQUAINTANCE_S, Acquaintance
from bot.matrix.speaking.courier import Courier
from bot.matrix.speaking.devices import Devices
from bot.matrix.speaking.erasing import Eraser
from bot.matrix.speaking.promises import Promises
from bot.matrix.speaking.room_keys import RoomKeys
from bot.matrix.speaking.room_state import RoomStates
from bot.matrix.speaking.rooms import Rooms
from bot.matrix.speaking.sending import Sender
from bot.matrix.speaking.sightings import Sightings, Strangers
from bot.matrix.speaking.withheld import Withheld
from bot.ports import Content, RefusedError, RoomPlan, Vault


class MatrixChat:
    """The rooms, through a client whose login is restored and whose store is loaded.

    Whoever reads the sync calls `invalidate` for every state event of a room, and `deliver_owed_keys` now and then.
    """

    def __init__(
        self,
        client: GuardedClient,
        vault: Vault,
        *,
        holds: Callable[[RoomId], bool],
        federate: bool,
        acquaintance_s: float | None = ACQUAINTANCE_S,
    ) -> None:
        """*holds* says whether a room is used already.

        With *acquaintance_s* None nobody's client is given time to learn our device before it gets a key.
        """
        wire = Wire(client)
        self._client = client
        acquaintance = Acquaintance(client, wait_s=acquaintance_s)
        self._states = RoomStates(wire, acquaintance)
        self._devices = Devices(client, wire)
        courier = Courier(client, wire, self._devices, acquaintance)
        keys = RoomKeys(client, courier, acquaintance, Promises(vault))
        self._me = UserId(client.user_id)
        self._rooms = Rooms(wire, self._states, keys, vault, me=self._me, holds=holds, federate=federate)
        self.strangers = Strangers(UserId(client.user_id))
        """Who is in rooms that are not for them."""
        self.unreached: Sightings[Distrust] = Sightings()
        """Who is in rooms that are for them and cannot read."""
        self._sender = Sender(
            me=self._me,
            wire=wire,
            states=self._states,
            devices=self._devices,
            trust=client.trust,
            keys=keys,
            withheld=Withheld(client, wire),
            strangers=self.strangers,
            unreached=self.unreached,
        )
        self._eraser = Eraser(client, wire, self._states, keys)

    async def create_room(self, plan: RoomPlan) -> RoomId:
        """Create the room and check it, or find the one an unconfirmed earlier try made. Invites the first ten."""
        return await self._rooms.create(plan)

    async def invite(self, room: RoomId, user: UserId) -> None:
        """Invite *user*; nothing happens if they are in the room or invited."""
        await self._rooms.invite(room, user)

    async def remove(self, room: RoomId, user: UserId) -> None:
        """Take *user* out and rotate the room's session; only the rotation happens if they are not there."""
        await self._rooms.remove(room, user)

    async def say(self, room: RoomId, content: Content, *, txn: str, readers: frozenset[UserId]) -> EventId:
        """Send encrypted, once for each *txn*, readable by devices of *readers* in the room and by nothing else."""
        return await self._sender.say(room, content, txn=txn, readers=readers)

    async def was_said(self, room: RoomId, txn: str) -> bool:
        """Say whether *txn*, which was sent and not confirmed, stands in the room; nothing is asked of another."""
        return await self._sender.recall(room, txn) is not None

    def doubt(self, txns: Iterable[str]) -> None:
        """Look for these in their rooms before they are said: an earlier run may have said them, however long ago."""
        self._sender.doubt(txns)

    async def pin(self, room: RoomId, event: EventId) -> None:
        """Make *event* the room's only pinned one."""
        await self._rooms.pin(room, event)

    async def fetch(self, file: EncryptedFile) -> bytes:
        """Get an encrypted file and open it; refuses with TOO_LARGE or DAMAGED."""
        return await self._sender.files.fetch(file)

    def identity_of(self, user: UserId) -> TheirIdentity:
        """Return what is known of the identity of *user*."""
        person = self._client.machine.identities.person(user)
        return TheirIdentity(known=person.pinned, published=person.published)

    def reads(self, user: UserId) -> bool:
        """Say whether any device of *user* may get our keys, as far as we know it."""
        return bool(self._client.trust.admitted((user,)))

    async def trust(self, user: UserId, master: str) -> None:
        """Know *user* by *master* from now on; whatever else is published of them is a change."""
        identities = self._client.machine.identities
        if identities.person(user).published != master:
            # What is known of them may be older than what was compared.
            await self._devices.refresh(frozenset({user}), untold=frozenset({user}))
        identities.confirm(user, master)

    async def erase(self, room: RoomId) -> int:
        """Delete every message, put everybody out, leave, and forget the keys; return how many messages are left."""
        return await self._eraser.erase(room)

    # --- for verifications --------------------------------------------------------------------------------------

    async def tell(self, room: RoomId, user: UserId, kind: str, content: JsonObject, *, txn: str) -> None:
        """Send an encrypted event of any *kind*, once for each *txn*, into a room of *user* and us alone.

        Refuses with NOT_DIRECT where others are: they could not read it, and would see a hole.
        """
        state = await self._states.read(room)
        if not state.present <= {user, self._me}:
            raise RefusedError("NOT_DIRECT")
        await self._sender.send(room, kind, content, txn=txn, readers=frozenset({user}))

    # --- for whoever reads the sync -----------------------------------------------------------------------------

    def invalidate(self, room: RoomId, events: frozenset[EventId] | None = None) -> None:
        """Take notice of state *events* that the sync brought; None when it said that some were left out."""
        self._states.invalidate(room, events)

    async def deliver_owed_keys(self) -> None:
        """Try again to reach the devices that are owed a room key."""
        await self._sender.deliver_owed()

    def next_owed_in(self) -> float | None:
        """Return after how many seconds `deliver_owed_keys` can reach somebody else; None when nobody can say."""
        return self._sender.next_owed_in()
