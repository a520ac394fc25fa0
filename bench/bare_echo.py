"""The floor: the shortest encrypted echo bot that nio allows. It keeps nothing, checks nothing and decides nothing.

Run as a process of its own: `python -m bench.bare_echo URL USER PASSWORD FOLDER`. Prints `ready` once it listens.
"""

from __future__ import annotations

import asyncio
import sys

from nio import AsyncClient, AsyncClientConfig, InviteMemberEvent, MatrixRoom, RoomMessageText


async def main(url: str, user: str, password: str, folder: str) -> None:
    client = AsyncClient(url, user, store_path=folder, config=AsyncClientConfig(encryption_enabled=True))
    await client.login(password)

    async def echo(room: MatrixRoom, event: RoomMessageText) -> None:
        if event.sender != client.user_id:
            content = {"msgtype": "m.notice", "body": event.body}
            await client.room_send(room.room_id, "m.room.message", content, ignore_unverified_devices=True)

    async def join(room: MatrixRoom, _event: InviteMemberEvent) -> None:
        await client.join(room.room_id)

    await client.sync(timeout=0, full_state=True)
    await client.keys_upload()
    client.add_event_callback(echo, RoomMessageText)  # type: ignore[arg-type]
    client.add_event_callback(join, InviteMemberEvent)  # type: ignore[arg-type]
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    await client.sync_forever(timeout=30_000)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
