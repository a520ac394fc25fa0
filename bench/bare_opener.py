"""The floor of an opening: hears `!open` in an encrypted room, then makes the calls that an opening cannot do without.

`python -m bench.bare_opener URL USER PASSWORD FOLDER READER...`. One creation that invites every reader, one sharing of
the room key, two messages of the size of Cellule's, one pin. No wait for a sync in between: what the room is like is
taken for granted. Nothing is kept, checked, decided or asked back from the homeserver.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence

from nio import (
    AsyncClient,
    AsyncClientConfig,
    InviteMemberEvent,
    MatrixRoom,
    RoomCreateResponse,
    RoomMessageText,
    RoomPreset,
)

from bench.opening import FIRST_STEP
from bench.people import initial_state

CARD = "x" * 1_900
STEPS = f"{FIRST_STEP} {'x' * 3_000}"
"""Both about as long as what Cellule says, its HTML included."""
STATE = {
    "m.room.history_visibility": {"history_visibility": "invited"},
    "m.room.guest_access": {"guest_access": "forbidden"},
    "m.room.join_rules": {"join_rule": "invite"},
}


async def open_room(client: AsyncClient, readers: Sequence[str]) -> None:
    """Make the room, say two things in it, pin the first."""
    answer = await client.room_create(
        preset=RoomPreset.private_chat, name="Bare Room", invite=readers, initial_state=initial_state(STATE)
    )
    if not isinstance(answer, RoomCreateResponse):
        raise RuntimeError("no room")  # noqa: TRY004 - the server's answer, not an argument
    _take_for_granted(client, answer.room_id, readers)
    card = await say(client, answer.room_id, CARD)
    await say(client, answer.room_id, STEPS)
    await client.room_put_state(answer.room_id, "m.room.pinned_events", {"pinned": [card]})


def _take_for_granted(client: AsyncClient, id: str, readers: Sequence[str]) -> None:
    """Tell nio what the next sync will: who is in the room, and that it is encrypted."""
    room = client.rooms.setdefault(id, MatrixRoom(id, client.user_id, encrypted=True))
    room.encrypted = room.members_synced = True
    room.add_member(client.user_id, None, None)
    for reader in readers:
        room.add_member(reader, None, None, invited=True)
    assert client.olm is not None
    client.olm.update_tracked_users(room)


async def say(client: AsyncClient, room: str, body: str) -> str:
    """Say *body* encrypted and return its event."""
    if client.should_query_keys:
        await client.keys_query()
    content = {"msgtype": "m.notice", "body": body}
    answer = await client.room_send(room, "m.room.message", content, ignore_unverified_devices=True)
    return str(answer.event_id)


async def main(url: str, user: str, password: str, folder: str, *readers: str) -> None:
    client = AsyncClient(url, user, store_path=folder, config=AsyncClientConfig(encryption_enabled=True))
    await client.login(password)

    async def hear(_room: MatrixRoom, event: RoomMessageText) -> None:
        if event.sender != client.user_id and event.body.startswith("!open"):
            await open_room(client, readers)

    async def join(room: MatrixRoom, _event: InviteMemberEvent) -> None:
        await client.join(room.room_id)

    await client.sync(timeout=0, full_state=True)
    await client.keys_upload()
    client.add_event_callback(hear, RoomMessageText)  # type: ignore[arg-type]
    client.add_event_callback(join, InviteMemberEvent)  # type: ignore[arg-type]
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    await client.sync_forever(timeout=30_000)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
