"""The composition root: the only place that builds the parts and the only one that starts tasks."""

from __future__ import annotations

import asyncio
import logging
import math
import os
import random
import resource
import signal
import ssl
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from functools import partial
from pathlib import Path

from aiohttp import ClientSession

from bot import __version__
from bot.backup.making import last_made, note_made
from bot.bridges.alerts.listener import Listener
from bot.bridges.api.server import ApiPage
from bot.bridges.channels.building import pagers
from bot.bridges.door import AskedDoor
from bot.bridges.hooks import HookCaller
from bot.bridges.stamping import TimestampAuthority
from bot.config import Config, ConfigError, mistake
from bot.config.api import Api
from bot.config.organisation import profile_of
from bot.config.values import Listen
from bot.console import cascades, doors, running, saving, trusting, verifications
from bot.console.socket import ConsoleSocket
from bot.core.desk import House
from bot.core.evidence.items import Limits
from bot.host.alarm_clock import SchedulerAlarmClock
from bot.host.clock import WallClock
from bot.host.disk import CannotKeepError, free_bytes
from bot.host.garbage import short_collections
from bot.host.health import HealthPage
from bot.host.heartbeat import Heartbeat
from bot.host.metrics import Kept, Metrics
from bot.host.systemd import ServiceManager
from bot.library import dates, drafts, playbooks, rules
from bot.library.calendar import days_of
from bot.library.dates import dates_of
from bot.library.rules import switched
from bot.matrix.account.device_policy import policy_for
from bot.matrix.gateway import Gateway, Surroundings, first_of, open_gateway
from bot.matrix.http.backoff import Backoff
from bot.matrix.http.connection import open_session
from bot.papers.record.keys import RecordKey
from bot.ports import NO_STAMPS, Clock, Vault
from bot.sentences.told import Told
from bot.service import Identity, Service
from bot.service.books import Books
from bot.service.household import Household
from bot.service.upkeep.sealing import record_key as kept_key
from bot.service.watchdog import Vitals, Watchdog
from bot.store.errors import StoreError
from bot.store.opening import OpenState, open_state
from bot.store.postgres.elapsed import elapsed_s
from bot.store.sqlite import SqliteStore

_log = logging.getLogger(__name__)

_SIGNALS = (signal.SIGTERM, signal.SIGINT)
"""What tells us to stop."""


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
        points=config.points.by_severity(),
        retention=config.retention.closed_after,
        evidence=Limits(keep=config.evidence.keep, largest=config.evidence.largest),
        contacts=config.contacts,
        page_after=None if config.channels is None else config.channels.after,
        rotas=config.duty,
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
        life = tasks.create_task(_lives(config, ready or (lambda: None), manager), name="cellule")
        told = tasks.create_task(manager.run(), name="systemd")
        await stopped.wait()
        manager.stopping()
        life.cancel()
        told.cancel()
    _log.info("stopped")


@dataclass(slots=True, kw_only=True)
class _Seen:
    """What is seen from outside of one life after the other."""

    config: Config
    closing: AsyncExitStack = field(default_factory=AsyncExitStack)
    """Ends with the last life."""
    metrics: Metrics = field(default_factory=Metrics)
    watchdog: Watchdog | None = None
    """None until the homeserver has let us in."""
    vault: Vault | None = None
    """None until then."""
    books: Books | None = None
    """None until they are read."""
    state: OpenState | None = None
    """None while none is open."""
    answered_at: float | None = None
    """When the database of a former life last answered; None where there was none."""
    is_shown: bool = False
    has_lived: bool = False

    async def show(self) -> None:
        """Serve the health page and the API, if there are to be any, from before the homeserver is asked anything."""
        if self.is_shown:
            return
        if self.config.health is not None:
            page = HealthPage(self.metrics, self.vitals, self.kept)
            await self._open(page, self.config.health.listen, "health.listen")
        if self.config.api is not None:
            await self._open(self._api(self.config.api), self.config.api.listen, "api.listen")
        self.is_shown = True

    async def _open(self, page: HealthPage | ApiPage, listen: Listen, key: str) -> None:
        try:
            await page.open(listen.host, listen.port)
        except OSError as refused:
            address, why = f"{listen.host}:{listen.port}", os.strerror(refused.errno or 0)
            raise ConfigError(mistake(key, Told("mistake.taken", address=address, why=why))) from None
        self.closing.push_async_callback(page.close)

    def _api(self, settings: Api) -> ApiPage:
        language = self.config.locale.language
        return ApiPage(
            settings=settings, books=lambda: self.books, language=language, clock=WallClock(), counts=self.metrics
        )

    def vitals(self) -> Vitals:
        """Return how Cellule is doing; of one that is not in yet nothing is known."""
        vitals = Vitals() if self.watchdog is None else self.watchdog.vitals()
        if self.state is not None:
            return replace(vitals, **asdict(self.state.turn()))
        if self.answered_at is not None:
            return replace(vitals, seconds_since_database=elapsed_s() - self.answered_at)
        return vitals

    async def kept(self) -> Kept:
        """Return how the state folder is doing."""
        return await look_at_state(self.vault, self.config.state.folder)

    def nothing(self) -> None:
        """A life is over: nothing of it is known any more, but when its database last answered."""
        if self.state is not None and (silent_s := self.state.turn().seconds_since_database) is not None:
            self.answered_at = elapsed_s() - silent_s
        self.state, self.watchdog, self.vault, self.books = None, None, None, None


async def _lives(config: Config, ready: Callable[[], None], manager: ServiceManager) -> None:
    """Live; after a fault of the disk live again, from what is durable, as after a kill, until it can be written."""
    seen, rest = _Seen(config=config), Backoff(random.random)
    async with AsyncExitStack() as seen.closing:
        while True:
            try:
                await _live(config, seen, ready, manager)
            except* CannotKeepError as refused:
                if not seen.has_lived:
                    raise
                _log.error("%s; everything waits for that", first_of(refused))
            seen.nothing()
            await asyncio.sleep(rest.fail())


async def _live(config: Config, seen: _Seen, ready: Callable[[], None], manager: ServiceManager) -> None:
    clock = WallClock()
    house = await asyncio.to_thread(build_house, config, clock.now())
    async with open_state(config.state) as state:
        # Who goes through a proxy may not want a name in a log that somebody else collects.
        homeserver = config.matrix.homeserver if config.matrix.proxy is None else "beyond the proxy"
        _log.info("Cellule %s starts: homeserver %s, state in %s", __version__, homeserver, config.state.folder)
        seen.state = state
        await seen.show()
        manager.ready()
        manager.watch(seen.vitals)
        await _lead(state, seen, clock.now())
        async with asyncio.TaskGroup() as tasks:
            holding = tasks.create_task(state.hold(), name="lease")
            await _speak(config, house, state, seen, ready, clock)
            holding.cancel()


async def _lead(state: OpenState, seen: _Seen, since: datetime) -> None:
    """Wait until it is our turn to speak; who asks at the console meanwhile is told so."""
    if not await state.lead(waits=False):
        seen.has_lived = True
        _log.info("another Cellule holds this database; standing by")
        async with ConsoleSocket(running.answers_while_standing_by(seen.vitals, since)).opened(
            seen.config.state.folder
        ):
            await state.lead()
        _log.info("this Cellule speaks now")


async def _speak(
    config: Config, house: House, state: OpenState, seen: _Seen, ready: Callable[[], None], clock: Clock
) -> None:
    store = state.store
    seen.books = books = await Books.load(store)
    people = Household(config.people, books)
    house = replace(house, people=people)
    given = replace(_surroundings(config, people, store, books, clock, seen.metrics), marks=state.marks)
    async with open_gateway(given) as gateway:
        parts = _Parts(seen=seen, house=house, store=store, books=books, gateway=gateway, clock=clock)
        with short_collections():
            await parts.run(ready)


def _surroundings(
    config: Config, people: Household, store: SqliteStore, books: Books, clock: Clock, metrics: Metrics
) -> Surroundings:
    return Surroundings(
        account=config.matrix,
        crypto=store.crypto,
        vault=store,
        sealed=store,
        sync_token=store.sync_token,
        people=people.keys(),
        may_verify=people.may_verify,
        knows=lambda user: people.may_verify(user) or books.is_on_a_roster(user),
        holds=books.holds,
        policy=policy_for(config.trust.devices.value),
        clock=clock,
        federate=config.rooms.federate,
        counts=metrics,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parts:
    """What stands once the homeserver has let us in."""

    seen: _Seen
    house: House
    store: SqliteStore
    books: Books
    gateway: Gateway
    clock: Clock

    async def run(self, ready: Callable[[], None]) -> None:
        alarm_clock = SchedulerAlarmClock()
        async with AsyncExitStack() as closing:
            outside = await closing.enter_async_context(open_session(self.seen.config.matrix.proxy))
            service = self._service(alarm_clock, outside, await kept_key(self.store))
            watchdog = await self._watchdog(service, closing)
            self.seen.watchdog, self.seen.vault = watchdog, self.store
            alarm_clock.start(service.ring)
            closing.callback(alarm_clock.stop)
            await service.start()
            # Only now: what it orders must not be taken in beside what an earlier run left.
            await self._open_console(service, watchdog, closing)
            listener = await self._listen(service, closing)
            _log.info(
                "started: %d incidents, %d rows waiting", len(self.books.incidents()), service.drain.lanes.waiting
            )
            self.seen.has_lived = True
            ready()
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self.gateway.run(service.hear), name="sync")
                tasks.create_task(service.run(), name="inbox")
                tasks.create_task(service.worker.run(), name="worker")
                tasks.create_task(service.drain.run(), name="outbox")
                tasks.create_task(service.pages.run(), name="pages")
                tasks.create_task(service.calling.run(), name="hooks")
                tasks.create_task(service.bulletins.run(), name="bulletins")
                tasks.create_task(service.cascades.feeder.run(), name="cascades")
                tasks.create_task(service.guests.run(), name="guests")
                tasks.create_task(watchdog.run(), name="watchdog")
                tasks.create_task(self.gateway.keep_marked(), name="mark")
                if listener is not None:
                    tasks.create_task(listener.run(), name="alerts")

    def _service(self, alarm_clock: SchedulerAlarmClock, outside: ClientSession, record_key: RecordKey) -> Service:
        identity, config = self.gateway.identity, self.seen.config
        authority = config.record.timestamp_authority
        return Service(
            house=self.house,
            books=self.books,
            store=self.store,
            vault=self.store,
            records=self.store,
            chat=self.gateway.chat,
            alarm_clock=alarm_clock,
            clock=self.clock,
            verifications=self.gateway.verifications,
            identity=Identity(
                user=config.matrix.user_id,
                fingerprint=identity.fingerprint,
                master_key=identity.master_key,
                record_key=record_key,
                policy=config.trust.devices,
            ),
            pagers=pagers(config.channels, outside),
            counts=self.seen.metrics,
            keeper=None if config.doors is None else AskedDoor(config.doors.socket, config.doors.page),
            hooks=HookCaller(outside, config.hooks),
            stamps=NO_STAMPS if authority is None else TimestampAuthority(outside, authority),
        )

    async def _watchdog(self, service: Service, closing: AsyncExitStack) -> Watchdog:
        session = await closing.enter_async_context(open_session(self.seen.config.matrix.proxy))
        heartbeat = Heartbeat(session, url=self.seen.config.heartbeat.url, file=self.seen.config.heartbeat.file)
        return Watchdog(
            service=service,
            clock=self.clock,
            seconds_since_sync=lambda: self.gateway.seconds_since_sync,
            beat=heartbeat.beat,
        )

    async def _listen(self, service: Service, closing: AsyncExitStack) -> Listener | None:
        """Let alerts of other machines in, where any may come. Raises ConfigError."""
        door = self.seen.config.alerts
        if door is None:
            return None
        loop = asyncio.get_running_loop()
        listener = Listener(door, service.reported, self.seen.metrics, lambda: self.clock.now().timestamp(), loop.time)
        closing.push_async_callback(listener.close)
        try:
            await listener.open()
        except ssl.SSLError as unfit:
            raise ConfigError(
                mistake("alerts.certificate_file", Told("mistake.certificate", why=unfit.reason))
            ) from None
        except OSError as refused:
            address, why = f"{door.listen.host}:{door.listen.port}", os.strerror(refused.errno or 0)
            raise ConfigError(mistake("alerts.listen", Told("mistake.taken", address=address, why=why))) from None
        return listener

    async def _open_console(self, service: Service, watchdog: Watchdog, closing: AsyncExitStack) -> None:
        console = ConsoleSocket(
            verifications.answers(self.gateway.verifications),
            cascades.answers(service.cascades, self.house.zone),
            running.answers(self.books, watchdog.vitals, self.clock.now()),
            saving.answers(partial(note_made, self.store)),
            trusting.answers(service.introducing),
            doors.answers(service.links),
        )
        await closing.enter_async_context(console.opened(self.seen.config.state.folder))


async def look_at_state(vault: Vault | None, folder: Path) -> Kept:
    """Say how what is kept is doing; what cannot be found out is not a number."""
    try:
        made = None if vault is None else await last_made(vault)
        free = await asyncio.to_thread(free_bytes, folder)
    except (OSError, CannotKeepError, StoreError):
        return Kept(free_bytes=math.nan, backup_at=math.nan)
    never = math.nan if vault is None else 0.0
    return Kept(free_bytes=free, backup_at=never if made is None else made.timestamp())


def _stop_on_signals() -> asyncio.Event:
    """Return what the first signal sets. Those after it are ignored to the very end: pressed twice is not a failure."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()

    # Not the loop's own: as it closes it gives back the handler that raises.
    def stop(*_: object) -> None:
        for number in _SIGNALS:
            signal.signal(number, signal.SIG_IGN)
        loop.call_soon_threadsafe(stopped.set)

    for number in _SIGNALS:
        signal.signal(number, stop)
    return stopped
