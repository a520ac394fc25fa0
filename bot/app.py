"""The composition root: the only place that builds the parts and the only one that starts tasks."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime

from bot.alarm_clock import SchedulerAlarmClock
from bot.clock import WallClock
from bot.config import Config
from bot.core.alarms import alarms
from bot.core.desk import House
from bot.core.incident import Status
from bot.health import HealthPage, Vitals
from bot.library import playbooks, rules
from bot.library.calendar import closed_days
from bot.matrix.gateway import Gateway
from bot.ports import Clock
from bot.service import Service
from bot.service.books import Books
from bot.store import SqliteStore, open_store

_log = logging.getLogger(__name__)


def build_house(config: Config, now: datetime) -> House:
    """Read the content files and join them with the configuration.

    Raises:
        bot.library.ContentError: a playbook or the catalogue of clocks is not as it must be.
    """
    folder = config.playbooks.folder
    return House(
        people=config.people,
        playbooks=playbooks.load(folder),
        rules=rules.in_force(rules.load(folder), now.astimezone(config.locale.timezone).date()),
        closed_days=tuple(sorted(closed_days(now, config.locale.timezone))),
        language=config.locale.language,
        zone=config.locale.timezone.key,
        drill_pace=config.drill.pace,
    )


async def run(config: Config, *, stop: asyncio.Event | None = None, ready: Callable[[], None] | None = None) -> None:
    """Run the bot until *stop* is set, or until SIGTERM or SIGINT when it is None; *ready* is called once it listens.

    Raises:
        bot.library.ContentError: a content file is wrong.
        bot.store.StateInUseError: another instance holds the state folder.
        bot.matrix.session.LoginRefusedError: the homeserver does not let us in.
        bot.matrix.signing.IdentityRefusedError: the server shows an identity that is not ours.
    """
    clock = WallClock()
    house = build_house(config, clock.now())
    stopped = stop or _stop_on_signals()
    async with open_store(config.state.folder, config.state.key.reveal()) as store:
        async with _gateway(config, store) as gateway:
            await _run_parts(config, house, store, gateway, clock, stopped, ready)


@asynccontextmanager
async def _gateway(config: Config, store: SqliteStore) -> AsyncIterator[Gateway]:
    gateway = Gateway(config=config, store=store)
    try:
        await gateway.start()
        yield gateway
    finally:
        await gateway.close()


async def _run_parts(  # noqa: PLR0913, PLR0917 - the parts
    config: Config,
    house: House,
    store: SqliteStore,
    gateway: Gateway,
    clock: Clock,
    stopped: asyncio.Event,
    ready: Callable[[], None] | None,
) -> None:
    alarm_clock = SchedulerAlarmClock()
    service = Service(
        house=house,
        books=await Books.load(store),
        store=store,
        chat=gateway.chat,
        alarm_clock=alarm_clock,
        clock=clock,
        identity=gateway.identity,
    )
    page = HealthPage(lambda: _vitals(service, gateway, clock))
    async with contextlib.AsyncExitStack() as closing:
        if config.health is not None:
            await page.open(config.health.listen.host, config.health.listen.port)
            closing.push_async_callback(page.close)
        alarm_clock.start(service.ring)
        closing.callback(alarm_clock.stop)
        await service.start()
        _log.info("started: %d incidents, %d rows waiting", len(service.books.incidents()), service.drain.waiting)
        if ready is not None:
            ready()
        await _run_tasks(service, gateway, stopped)
    _log.info("stopped")


async def _run_tasks(service: Service, gateway: Gateway, stopped: asyncio.Event) -> None:
    async with asyncio.TaskGroup() as tasks:
        parts = (
            tasks.create_task(gateway.run(service.receive), name="sync"),
            tasks.create_task(service.run(), name="inbox"),
            tasks.create_task(service.drain.run(), name="outbox"),
        )
        await stopped.wait()
        for part in parts:
            part.cancel()


def _stop_on_signals() -> asyncio.Event:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    return stopped


def _vitals(service: Service, gateway: Gateway, clock: Clock) -> Vitals:
    now = clock.now()
    incidents = service.books.incidents()
    return Vitals(
        seconds_since_sync=gateway.seconds_since_sync(),
        rows_waiting=service.drain.waiting,
        overdue_alarms=sum(alarm.at < now for incident in incidents for alarm in alarms(incident, now)),
        open_incidents=sum(incident.status is Status.OPEN for incident in incidents),
    )
