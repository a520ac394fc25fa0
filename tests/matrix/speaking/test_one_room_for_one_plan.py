"""A homeserver that gives one room for two plans."""

from __future__ import annotations

import asyncio
import json

from aiohttp import web

from bot.ports import RefusedError
from tests.fakes.vault import MemoryVault
from tests.matrix.between import Between
from tests.matrix.people import Town, plan


class Slow(MemoryVault):
    """Lets others have their turn, as every real one does."""

    async def put(self, name: str, value: bytes) -> None:
        await asyncio.sleep(0)
        await super().put(name, value)

    async def named(self, prefix: str) -> dict[str, bytes]:
        await asyncio.sleep(0)
        return await super().named(prefix)


class Twin(Between):
    """A homeserver that answers two requests for a room with one, and shows it to each under the name they want."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.wanted: list[str] = []
        self.reads = 0
        self.first_reads, self.second_reads = asyncio.Event(), asyncio.Event()

    async def _forward(self, request: web.Request, data: bytes) -> web.Response:
        if request.path.endswith("/createRoom"):
            self.wanted.append(json.loads(data)["name"])
            if len(self.wanted) == 1:
                self.made = (await super()._forward(request, data)).body
            else:
                await self.first_reads.wait()
            return web.Response(body=self.made, content_type="application/json")
        answer = await super()._forward(request, data)
        if not request.path.endswith("/state"):
            return answer
        number, self.reads = self.reads, self.reads + 1
        (self.second_reads if number else self.first_reads).set()
        await self.second_reads.wait()
        events = json.loads(answer.body)  # type: ignore[arg-type]
        name = {"name": self.wanted[min(number, 1)]}
        return web.json_response([{**one, "content": name} if one["type"] == "m.room.name" else one for one in events])


async def test_one_room_in_answer_to_two_plans_at_once_is_taken_for_one_of_them(town: Town) -> None:
    async with Twin(town.homeserver.url) as between:
        bot = await town.bot(url=between.url)
        bot.vault = Slow()
        bot.open_chat()
        tried = (bot.chat.create_room(plan()), bot.chat.create_room(plan()))
        made = await asyncio.gather(*tried, return_exceptions=True)
    taken = [one for one in made if isinstance(one, str)]
    assert [one.code for one in made if isinstance(one, RefusedError)] == ["NOT_OURS"]
    assert sorted(bot.vault.kept.values()) == sorted([b"asked", *(room.encode() for room in taken)])
