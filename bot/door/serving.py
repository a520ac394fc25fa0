"""The door as it runs: its parts, one group of tasks, until it is told to stop."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
from collections.abc import Awaitable, Callable

import aiohttp

from bot.door.config import Door
from bot.door.doors import LOOK_EVERY_S, Doors
from bot.door.errors import AwayError, RightsError
from bot.door.homeserver import Homeserver
from bot.door.kept import opened
from bot.door.listener import Listener
from bot.door.mas import Mas
from bot.door.socket import DoorSocket
from bot.door.synapse import Synapse
from bot.host.clock import WallClock
from bot.host.disk import CannotKeepError
from bot.host.systemd import ServiceManager

_log = logging.getLogger(__name__)

_LONGEST_PAUSE_S = 30.0
Sleep = Callable[[float], Awaitable[None]]


async def serve(door: Door) -> None:
    """Serve until SIGTERM or SIGINT.

    Raises:
        RightsError: the homeserver answers, and does not let the door do its work.
        OpenAlreadyError, StateInUseError: another door runs.
        ShutError: an address or the socket cannot be listened on.
        DiskError: the tickets cannot be kept.
    """
    stopped, manager = _stop_on_signals(), ServiceManager(os.environ)
    async with opened(door.state) as kept, aiohttp.ClientSession() as session:
        doors = Doors(kept, _accounts(door, session), WallClock().now, other_servers=door.other_servers)
        await _first_look(doors)
        listener = Listener(door, doors, asyncio.get_running_loop().time)
        async with DoorSocket(doors, door.page).opened(door.socket), listener.opened():
            _log.info("the door is open: page on port %d", listener.port)
            manager.ready()
            async with asyncio.TaskGroup() as tasks:
                keeping = tasks.create_task(keep_up(doors, asyncio.sleep))
                await stopped.wait()
                keeping.cancel()
        manager.stopping()
    _log.info("the door is shut")


def _accounts(door: Door, session: aiohttp.ClientSession) -> Homeserver:
    """Return whoever has the accounts."""
    if door.mas is not None:
        return Mas(door.mas, session)
    return Synapse(door.homeserver, door.admin_token, session)


async def _first_look(doors: Doors) -> None:
    """Ask once before anybody may come; a homeserver that is away is asked again later."""
    try:
        await doors.look()
    except AwayError:
        _log.warning("the homeserver does not answer; it is asked again")


async def keep_up(doors: Doors, sleep: Sleep) -> None:
    """Ask the homeserver for its name until it answers, then look after what it has not settled. Raises RightsError."""
    pause = 1.0
    while not doors.server:
        await sleep(pause)
        pause = min(2 * pause, _LONGEST_PAUSE_S)
        try:
            await doors.look()
        except AwayError:
            continue
        _log.info("the homeserver answers the door")
    while True:
        await sleep(LOOK_EVERY_S)
        try:
            await doors.upkeep()
        except AwayError:
            _log.warning("the homeserver did not answer the door")
        except RightsError as refused:
            # It held them at the start: somebody takes them away, or gives another token, while people come.
            _log.error("the homeserver refuses the door: %s", refused)
        except CannotKeepError as fault:
            _log.error("what the door keeps is not looked after: %s", fault)


def _stop_on_signals() -> asyncio.Event:
    stopped, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    return stopped
