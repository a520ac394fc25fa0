"""The measurements of answers and openings, each on a homeserver of its own with its limits lifted."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from bench import echo, opening
from bench.bots import BotFailedError, cellule, floor
from bench.echo import Contender
from bench.opening import Opener
from bench.people import Person, person
from bench.rivals import RIVALS, Rival, running
from bot.demo.homeserver import Homeserver, Limits

READERS = 8
CARD_SETTLES_S = 4.0
"""Longer than Cellule's first edit of the card waits."""

Tell = Callable[[str], None]
Times = Mapping[str, Sequence[float]]


@asynccontextmanager
async def _server(folder: Path) -> AsyncIterator[Homeserver]:
    (folder / "server").mkdir(parents=True)
    async with Homeserver(folder / "server", limits=Limits.LIFTED) as homeserver:
        yield homeserver


async def measure_echo(folder: Path, turns: int, tell: Tell, database: str | None = None) -> Times:
    """Cellule against the floor: a note that is durable, as its answer is, before the answer leaves; and an echo.

    With a *database*, one more Cellule, which keeps all there.
    """
    async with AsyncExitStack() as stack:
        homeserver = await stack.enter_async_context(_server(folder))
        alice = await stack.enter_async_context(person(homeserver, "alice", folder))
        contenders = {
            "cellule": await _cellule_in_an_incident(stack, homeserver, alice, folder),
            "bare": await _bare_echo(stack, homeserver, alice, folder),
        }
        if database is not None:
            contenders["database"] = await _cellule_in_an_incident(
                stack, homeserver, alice, folder, "database", database
            )
        for contender in contenders.values():
            await echo.greet(alice, contender)
        return await echo.measure(alice, contenders, turns, tell)


async def measure_peers(folder: Path, turns: int, tell: Tell) -> tuple[Times, Mapping[str, str]]:
    """Cellule against the peers; also returned: which of them could not take part, and why."""
    left_out: dict[str, str] = {}
    async with AsyncExitStack() as stack:
        homeserver = await stack.enter_async_context(_server(folder))
        alice = await stack.enter_async_context(person(homeserver, "alice", folder))
        contenders = {"cellule": await _cellule_in_an_incident(stack, homeserver, alice, folder)}
        await echo.greet(alice, contenders["cellule"])
        for rival in RIVALS:
            tell(f"  {rival.name} {rival.version}")
            try:
                contenders[rival.name] = await _peer(stack, rival, homeserver, alice, folder)
            except (BotFailedError, TimeoutError) as failure:
                left_out[rival.name] = str(failure) or "it did not join the room"
                tell(f"  {rival.name} takes no part: {left_out[rival.name]}")
        return await echo.measure(alice, contenders, turns, tell), left_out


async def measure_opening(folder: Path, turns: int, tell: Tell, database: str | None = None) -> Times:
    """From `!open` to eight readers of the first step, against the calls that it cannot do without.

    With a *database*, one more Cellule, which keeps all there.
    """
    async with AsyncExitStack() as stack:
        homeserver = await stack.enter_async_context(_server(folder))
        people = [
            await stack.enter_async_context(person(homeserver, f"responder{number}", folder))
            for number in range(READERS)
        ]
        users = [someone.user for someone in people]
        roles = {user: ["admin", "coordinator"] if user == users[0] else ["it"] for user in users}
        openers = dict[str, Opener]()
        for name, address in {"cellule": None, **({} if database is None else {"database": database})}.items():
            bot = await stack.enter_async_context(cellule(homeserver, folder / name, roles, name, address))
            lobby = await people[0].wait_room(with_user=bot)
            openers[name] = Opener(user=bot, room=lobby, command="!open {} --playbook provider-hit")
        bare = await stack.enter_async_context(floor(homeserver, "bench.bare_opener", "bare", folder / "bare", *users))
        openers["bare"] = Opener(user=bare, room=await people[0].make_room(bare), command="!open {}")
        await asyncio.sleep(CARD_SETTLES_S)
        return await opening.measure(people, openers, turns, tell)


async def _cellule_in_an_incident(
    stack: AsyncExitStack,
    homeserver: Homeserver,
    alice: Person,
    folder: Path,
    name: str = "cellule",
    database: str | None = None,
) -> Contender:
    roles = {alice.user: ("admin", "coordinator")}
    bot = await stack.enter_async_context(cellule(homeserver, folder / name, roles, name, database))
    lobby = await alice.wait_room(with_user=bot)
    await alice.wait_message(bot, "", mark=0, room=lobby)
    mark = len(alice.read)
    await alice.send(lobby, "!open Exercise --playbook provider-hit")
    step = await alice.wait_message(bot, opening.FIRST_STEP, mark=mark)
    await asyncio.sleep(CARD_SETTLES_S)
    return Contender(user=bot, room=step.room, command="!note {}", answer="Noted")


async def _bare_echo(stack: AsyncExitStack, homeserver: Homeserver, alice: Person, folder: Path) -> Contender:
    bare = await stack.enter_async_context(floor(homeserver, "bench.bare_echo", "bare", folder / "bare"))
    return Contender(user=bare, room=await alice.make_room(bare), command="!note {}", answer="!note {}")


async def _peer(stack: AsyncExitStack, rival: Rival, homeserver: Homeserver, alice: Person, folder: Path) -> Contender:
    async with AsyncExitStack() as attempt:
        user = await attempt.enter_async_context(running(rival, homeserver, folder / rival.name))
        room = await alice.make_room(user)
        contender = Contender(user=user, room=room, command=rival.command, answer=rival.answer)
        await echo.greet(alice, contender)
        # It answered: it stays up for the measurement. One that does not is stopped here.
        stack.push_async_exit(attempt.pop_all())
    return contender
