"""The composition root: the only place that builds the parts and the only one that starts tasks."""

from __future__ import annotations

import asyncio
import logging
import os
import resource
import signal
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import datetime

from bot.config import Config, ConfigError, Problem
from bot.config.organisation import profile_of
from bot.console import cascades, verifications
from bot.console.socket import ConsoleSocket
from bot.core.desk import House
from bot.host.alarm_clock import SchedulerAlarmClock
from bot.host.clock import WallClock
from bot.host.garbage import short_collections
from bot.host.health import HealthPage
from bot.host.heartbeat import Heartbeat
from bot.host.systemd import ServiceManager
from bot.library import dates, drafts, playbooks, rules
from bot.library.calendar import days_of
from bot.library.dates import dates_of
from bot.library.rules import switched
from bot.matrix.account.device_policy import policy_for
from bot.matrix.gateway import Gateway, Surroundings, open_gateway
from bot.matrix.http.connection import open_session
from bot.ports import Clock
from bot.service import Identity, Service
from bot.service.books import Books
from bot.service.watchdog import Watchdog
from bot.store.sqlite import SqliteStore, open_store

_log = logging.getLogger(__name__)


def build_house(config: Config, now: datetime) -> House:
    """Read the content files and join them with the configuration. Blocks on files.

    Raises:
        bot.library.problems.ContentError: a playbook or the catalogue of clocks is not as it must be.
        bot.config.ConfigError: a clock or a date is named that there is not, or no holidays are known of a place.
    """
    folder, zone = config.playbooks.folder, config.locale.timezone
    return House(
        people=config.people,
        playbooks=playbooks.load(folder),
        rules=switched(rules.load(folder), config.clocks.enable),
        closed_days=tuple(sorted(days_of(config.organisation, now, zone))),
        language=config.locale.language,
        zone=zone.key,
        drill_pace=config.drill.pace,
        drafts=drafts.load(folder),
        profile=replace(profile_of(config.organisation), calendar=dates_of(config.organisation, dates.load(folder))),
        quiet=config.reminders.quiet,
        retention=config.retention.closed_after,
    )


async def run(config: Config, *, stop: asyncio.Event | None = None, ready: Callable[[], None] | None = None) -> None:
    """Run the bot until *stop* is set, or until SIGTERM or SIGINT when it is None; *ready* is called once it listens.

    Raises:
        ExceptionGroup: a part failed. Inside, among others: `ContentError` (a content file is wrong), `StateInUseError`
            (another instance holds the state folder), `LoginRefusedError` (the homeserver does not let us in),
            `IdentityRefusedError` (the server shows an identity that is not ours).
    """
    # What a crash would write down holds every key.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    stopped = stop or _stop_on_signals()
    manager = ServiceManager(os.environ)
    async with asyncio.TaskGroup() as tasks:
        life = tasks.create_task(_live(config, ready, manager), name="cellule")
        told = tasks.create_task(manager.run(), name="systemd")
        await stopped.wait()
        manager.stopping()
        life.cancel()
        told.cancel()
    _log.info("stopped")


async def _live(config: Config, ready: Callable[[], None] | None, manager: ServiceManager) -> None:
    clock = WallClock()
    house = await asyncio.to_thread(build_house, config, clock.now())
    store = await open_store(config.state.folder, config.state.key.reveal())
    async with store:
        books = await Books.load(store)
        manager.ready()
        async with open_gateway(_surroundings(config, house, store, books, clock)) as gateway:
            with short_collections():
                await _Parts(config=config, house=house, store=store, books=books, gateway=gateway, clock=clock).run(
                    ready, manager
                )


def _surroundings(config: Config, house: House, store: SqliteStore, books: Books, clock: Clock) -> Surroundings:
    return Surroundings(
        account=config.matrix,
        folder=config.state.folder,
        secret=config.state.key.reveal(),
        vault=store,
        sealed=store,
        sync_token=store.sync_token,
        people=frozenset(house.people),
        knows=lambda user: user in house.people or books.is_on_a_roster(user),
        holds=books.holds,
        policy=policy_for(config.trust.devices.value),
        clock=clock,
        federate=config.rooms.federate,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parts:
    """What stands once the homeserver has let us in."""

    config: Config
    house: House
    store: SqliteStore
    books: Books
    gateway: Gateway
    clock: Clock

    async def run(self, ready: Callable[[], None] | None, manager: ServiceManager) -> None:
        alarm_clock = SchedulerAlarmClock()
        service = self._service(alarm_clock)
        async with AsyncExitStack() as closing:
            watchdog = await self._watchdog(service, closing)
            await self._open_page(watchdog, closing)
            alarm_clock.start(service.ring)
            closing.callback(alarm_clock.stop)
            await service.start()
            # Only now: what it orders must not be taken in beside what an earlier run left.
            await self._open_console(service, closing)
            _log.info(
                "started: %d incidents, %d rows waiting", len(self.books.incidents()), service.drain.lanes.waiting
            )
            manager.watch(watchdog.vitals)
            if ready is not None:
                ready()
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self.gateway.run(service.hear), name="sync")
                tasks.create_task(service.run(), name="inbox")
                tasks.create_task(service.worker.run(), name="worker")
                tasks.create_task(service.drain.run(), name="outbox")
                tasks.create_task(service.bulletins.run(), name="bulletins")
                tasks.create_task(service.cascades.feeder.run(), name="cascades")
                tasks.create_task(watchdog.run(), name="watchdog")

    def _service(self, alarm_clock: SchedulerAlarmClock) -> Service:
        identity = self.gateway.identity
        return Service(
            house=self.house,
            books=self.books,
            store=self.store,
            chat=self.gateway.chat,
            alarm_clock=alarm_clock,
            clock=self.clock,
            verifications=self.gateway.verifications,
            identity=Identity(
                user=self.config.matrix.user_id,
                fingerprint=identity.fingerprint,
                master_key=identity.master_key,
                policy=self.config.trust.devices,
            ),
        )

    async def _watchdog(self, service: Service, closing: AsyncExitStack) -> Watchdog:
        session = await closing.enter_async_context(open_session(self.config.matrix.proxy))
        heartbeat = Heartbeat(session, url=self.config.heartbeat.url, file=self.config.heartbeat.file)
        return Watchdog(
            service=service,
            clock=self.clock,
            seconds_since_sync=lambda: self.gateway.seconds_since_sync,
            beat=heartbeat.beat,
        )

    async def _open_page(self, watchdog: Watchdog, closing: AsyncExitStack) -> None:
        if self.config.health is not None:
            page, listen = HealthPage(watchdog.vitals), self.config.health.listen
            try:
                await page.open(listen.host, listen.port)
            except OSError as refused:
                text = f"{listen.host}:{listen.port} is taken or not ours ({os.strerror(refused.errno or 0)})"
                raise ConfigError((Problem("health.listen", f"{text}; write another address"),)) from None
            closing.push_async_callback(page.close)

    async def _open_console(self, service: Service, closing: AsyncExitStack) -> None:
        console = ConsoleSocket(
            verifications.answers(self.gateway.verifications), cascades.answers(service.cascades, self.house.zone)
        )
        await console.open(self.config.state.folder)
        closing.push_async_callback(console.close)


def _stop_on_signals() -> asyncio.Event:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    return stopped
