"""People at clients of another make, a proxy that makes the weather, and a bot that is to be killed."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from bot.demo.homeserver import Homeserver
from tests.bots import Bot
from tests.chaos.episode import Stage
from tests.chaos.killing import Reaper
from tests.chaos.model import House
from tests.chaos.pair import Pair
from tests.chaos.weather import Weather
from tests.databases import Postgres
from tests.peers.peer import Peer
from tests.servers import Account, register
from tests.talks import Talk

ROLES = {"alice": ["admin", "coordinator"], "bob": ["admin", "dpo", "it"], "carol": ["legal", "comms"]}
"""Each circle of a reminder of the breach is another: bob, then carol too, then alice too, then everybody."""

People = Mapping[str, Peer]


@asynccontextmanager
async def people(homeserver: Homeserver, bots: Iterable[Account]) -> AsyncIterator[People]:
    """Let them come, who are to meet these bots."""
    async with AsyncExitStack() as stack:
        met = [bot.user for bot in bots]
        accounts = {name: await register(homeserver, name) for name in ROLES}
        yield {
            name: await stack.enter_async_context(Peer(homeserver, account, meet=met))
            for name, account in accounts.items()
        }


@asynccontextmanager
async def stage(
    homeserver: Homeserver,
    folder: Path,
    people: People,
    account: Account,
    *,
    pace: int,
    seed: str,
    module: str = "bot",
    database: Postgres | None = None,
) -> AsyncIterator[Stage]:
    """Let a bot live among *people*, two of them beside a *database*; all chance comes from *seed*."""
    roles = {people[name].user: roles for name, roles in ROLES.items()}
    async with Weather(homeserver.url, random.Random(f"{seed} weather")) as weather:
        address, chance = None if database is None else database.new_state(), random.Random(f"{seed} kills")
        bot = Bot(folder, homeserver, account, roles, pace=pace, url=weather.url, module=module, database=address)
        async with Reaper(bot, chance) if database is None else Pair(bot, database, chance) as reaper:
            alice = people["alice"]
            yield Stage(
                reaper=reaper,
                weather=weather,
                control=Talk(peer=alice, room=(await alice.wait_room(inviter=bot.user)).id, bot=bot.user),
                bob=people["bob"],
                carol=people["carol"],
                house=House(roster={user: frozenset(has) for user, has in roles.items()}, pace=pace),
                chance=random.Random(f"{seed} people"),
            )
