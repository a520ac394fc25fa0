"""`ports.Chat` on a real homeserver: its parts, put together."""

from __future__ import annotations

from collections.abc import Callable

from bot.core.names import RoomId, UserId
from bot.core.people.trust import Distrust
from bot.matrix.guard.client import GuardedClient
from bot.matrix.http.wire import Wire
from bot.matrix.speaking.accounts import Accounts
from bot.matrix.speaking.devices import Devices
from bot.matrix.speaking.erasing import Eraser
from bot.matrix.speaking.key_delay import KEY_DELAY_S, KeyDelay
from bot.matrix.speaking.key_sharing import KeySharing, Withheld
from bot.matrix.speaking.media import Media
from bot.matrix.speaking.promised_keys import PromisedKeys
from bot.matrix.speaking.room_keys import RoomKeys
from bot.matrix.speaking.room_state import RoomStates
from bot.matrix.speaking.rooms import Rooms
from bot.matrix.speaking.sending import Sender
from bot.matrix.speaking.strangers import Sightings, Strangers
from bot.ports import Vault


class MatrixChat:
    """The rooms, through a client whose login is restored and whose store is loaded.

    Each method of the port is one of a part. Whoever reads the sync calls `invalidate` for every state event of a
    room, and `deliver_owed_keys` now and then.
    """

    def __init__(
        self,
        client: GuardedClient,
        vault: Vault,
        *,
        holds: Callable[[RoomId], bool],
        federate: bool,
        key_delay_s: float | None = KEY_DELAY_S,
    ) -> None:
        """*holds* says whether a room is used already.

        With *key_delay_s* None nobody's client is given time to learn our device before it gets a key.
        """
        wire, me = Wire(client), UserId(client.user_id)
        delay = KeyDelay(client, wait_s=key_delay_s)
        states, devices, files = RoomStates(wire, delay), Devices(client, wire), Media(wire)
        keys = RoomKeys(client, KeySharing(client, wire, devices, delay), delay, PromisedKeys(vault))
        rooms = Rooms(wire, states, keys, vault, me=me, holds=holds, federate=federate)
        self.strangers = Strangers(me)
        """Who is in rooms that are not for them."""
        self.unreached: Sightings[Distrust] = Sightings()
        """Who is in rooms that are for them and cannot read."""
        sender = Sender(
            me=me,
            wire=wire,
            states=states,
            devices=devices,
            files=files,
            trust=client.trust,
            keys=keys,
            withheld=Withheld(client, wire),
            strangers=self.strangers,
            unreached=self.unreached,
        )

        self.create_room, self.pin = rooms.create_room, rooms.pin
        self.uninvited = rooms.uninvited
        self.invite, self.remove = rooms.invite, rooms.remove
        self.say, self.was_said, self.doubt = sender.say, sender.was_said, sender.doubt
        self.identity_of, self.trust, self.reads = devices.identity_of, devices.trust, devices.reads
        self.look_up = Accounts(client, wire).look_up
        self.fetch, self.erase = files.fetch, Eraser(client, wire, states, keys).erase

        # For verifications, and for whoever reads the sync.
        self.tell, self.invalidate = sender.tell, states.invalidate
        self.deliver_owed_keys, self.next_owed_in = sender.deliver_owed_keys, sender.next_owed_in
