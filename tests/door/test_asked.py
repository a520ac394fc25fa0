"""The real door as the bot asks it: `bot.bridges.door` over its socket."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.bridges.door import AskedDoor
from bot.core.people.guests import Passage, WayIn
from bot.demo.homeserver import Homeserver
from bot.ports import DoorSilentError
from tests.door import people
from tests.door.running import a_door


@pytest.mark.slow
async def test_with_the_real_door_a_way_in_is_made_used_and_ended(open_homeserver: Homeserver, tmp_path: Path) -> None:
    until = datetime.now(UTC) + timedelta(hours=1)
    async with a_door(tmp_path, open_homeserver) as running:
        door = AskedDoor(running.folder / "door.sock", running.page)
        link = await door.open("incident:1", until)
        page, _, secret = link.partition("#")
        assert page == running.page
        assert await door.look(["incident:1", "unknown"]) == [
            WayIn(id="incident:1", passage=Passage.OPEN, user=None, made=True, again=0)
        ]
        again = await door.open("incident:1", until)
        assert again != link
        status, _ = await running.claim(secret)
        assert status != 200
        _, claim = await running.claim(again.partition("#")[2])
        await people.sign_up(running.session, claim["homeserver"], claim["token"], claim["name"], password="five words")
        await running.came(again.partition("#")[2])
        (way,) = await door.look(["incident:1"])
        user = f"@{claim['name']}:{open_homeserver.server_name}"
        assert (way.passage, way.made, way.user) == (Passage.COME, True, user)
        assert await door.end("incident:1")
        assert await door.end("incident:1")
        assert [way.passage for way in await door.look(["incident:1"])] == [Passage.OVER]
        assert await door.end("nobody-made-this")
        with pytest.raises(DoorSilentError):
            await door.open("incident:1", until)
        with pytest.raises(DoorSilentError):
            await door.open("too-late", datetime.now(UTC) - timedelta(hours=1))
