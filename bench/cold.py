"""From the start of the process to the first answer, with very many rooms; against downloading them.

What a bot that keeps no place would download is its first sync from nothing, with Cellule's own filter. Cellule goes on
from the place it kept, which is measured as well. Both are asked for by hand, with nothing done to what comes.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable
from contextlib import AsyncExitStack
from pathlib import Path
from statistics import median
from typing import Any

import aiohttp
from nio.crypto import InboundGroupSession, OutboundGroupSession

from bench import echo
from bench.bots import cpu_s, rss_mb, started
from bench.growth import LATER, opened
from bench.many import ADMIN, Many, Tell, many, pending, state_of
from bench.people import person
from bot.demo.homeserver import Homeserver
from bot.matrix.account.session import LOGIN, Login
from bot.matrix.guard.crypto_store import open_crypto
from bot.matrix.hearing.sync import TIMELINE_LIMIT, sync_filter

STARTS = 5
KEYS_OF_A_ROOM = 5
ANSWER_S = 120.0


async def measure(folder: Path, rooms: int, tell: Tell, database: str | None = None) -> dict[str, Any]:
    """Return how long starts take, in seconds and against the download."""
    first, resumed, starts, rss = list[float](), list[float](), list[float](), 0.0
    cores = list[float]()
    async with AsyncExitStack() as stack:
        made = await stack.enter_async_context(many(folder / "many", rooms, tell, database))
        incidents = await made.fill([LATER] * rooms)
        alice = await stack.enter_async_context(person(made.homeserver, ADMIN, folder))
        async with started(made.config):
            contender = await opened(alice, made.crowd.bot)
            await echo.greet(alice, contender)
        login = await _login(made)
        await _fill_with_keys(made, login)
        for number in range(STARTS):
            async with state_of(made.config.parent) as store:
                place = await store.sync_token()
            resumed.append(await _download(made.homeserver, login.token, place, number))
            first.append(await _download(made.homeserver, login.token, None, number))
            mark = len(alice.read)
            await alice.send(contender.room, f"!note start {number}")
            begun = time.perf_counter()
            async with started(made.config) as running:
                read = await alice.wait_message(
                    contender.user, contender.answer, mark=mark, room=contender.room, timeout_s=ANSWER_S
                )
                rss = max(rss, rss_mb(running.pid))
                cores.append(cpu_s(running.pid))
            starts.append(read.at - begun)
            tell(f"  start {number + 1}: {starts[-1]:.2f} s; first sync {first[-1]:.2f} s, resumed {resumed[-1]:.2f} s")
    return {
        "cold_start_ratio": round(median(starts) / median(first), 3),
        "cold": {
            "rooms": rooms,
            "alarms": pending(incidents),
            "rss_mb": rss,
            "starts_s": _rounded(starts),
            "starts_cpu_s": cores,
            "first_syncs_s": _rounded(first),
            "resumed_syncs_s": _rounded(resumed),
        },
    }


async def _login(made: Many) -> Login:
    async with state_of(made.config.parent) as store:
        return Login.load(await store.get(LOGIN) or b"")


async def _fill_with_keys(made: Many, login: Login) -> None:
    """Give the bot the room keys it would hold if people had spoken in every room."""
    async with state_of(made.config.parent) as store:
        keys = await open_crypto(store.crypto, login.device)
        for number, room in enumerate(made.crowd.rooms):
            for device in range(KEYS_OF_A_ROOM):
                key = OutboundGroupSession().session_key
                keys.save_inbound_group_session(
                    InboundGroupSession(key, "ed25519", f"curve25519-{number}-{device}", room)
                )
        await keys.settle()


async def _download(homeserver: Homeserver, token: str, since: str | None, number: int) -> float:
    asked = sync_filter(whole_rooms=since is None)
    # The homeserver keeps an answer for a while: no two of ours are the same question.
    asked["room"]["timeline"]["limit"] = TIMELINE_LIMIT + number
    parameters = {"timeout": "0", "filter": json.dumps(asked)} | ({"since": since} if since else {})
    async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {token}"}) as session:
        begun = time.perf_counter()
        async with session.get(f"{homeserver.url}/_matrix/client/v3/sync", params=parameters) as answer:
            answer.raise_for_status()
            await answer.read()
        return time.perf_counter() - begun


def _rounded(seconds: Iterable[float]) -> list[float]:
    return [round(value, 3) for value in seconds]
