"""`cellule check`: it changes nothing, and logs in only where it is told to try the password."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

from bot.backup.making import last_made
from bot.bridges.alerts.listener import tls_of
from bot.cli.checks.bridges import look_at_door, look_at_machines
from bot.cli.checks.channels import look_at_channels
from bot.cli.checks.duty import look_at_duty
from bot.cli.checks.findings import Finding, error, ok, warning
from bot.cli.checks.machine import look_at_disk, look_at_folder
from bot.cli.checks.organisation import look_at_organisation, look_at_people
from bot.cli.checks.probe import Known, ask_homeserver
from bot.cli.tongue import count, said, say
from bot.config import Config, ConfigError, DeviceTrust, Health, Heartbeat, TokenLogin, load
from bot.config.alerts import AlertDoor
from bot.config.values import is_loopback
from bot.core.clocks.rules import Rule, Standing, in_force, standing
from bot.host.disk import CannotKeepError
from bot.host.secret import Secret
from bot.library import dates, drafts, lint, rules
from bot.library.playbooks import read_drafts
from bot.library.problems import ContentError
from bot.library.rules import switched
from bot.matrix.account.seeds import kept_master_key
from bot.matrix.account.session import LOGIN, Login
from bot.matrix.http.errors import IdentityRefusedError
from bot.ports import ChainBrokenError
from bot.store.connection import STATE_FILE
from bot.store.errors import DatabaseRefusedError, NothingKeptError, StateInUseError, StoreError
from bot.store.lock import lock_folder
from bot.store.opening import address_of, open_copy
from bot.store.postgres.address import is_proven
from bot.store.sqlite import SqliteStore, open_store

OLD_BACKUP = timedelta(days=7)


async def check(path: Path, now: datetime, *, tries_password: bool = False) -> AsyncIterator[Finding]:
    """Yield findings as they are made; with a configuration that cannot be used there is nothing else to look at."""
    try:
        config = await asyncio.to_thread(load, path)
    except ConfigError as wrong:
        for problem in wrong.problems:
            yield error("configuration", problem)
        return
    yield ok("configuration", say("check.configuration", path=path))
    yield look_at_people(config)
    for finding in look_at_duty(config, now):
        yield finding
    for finding in await asyncio.to_thread(lambda: list(_content(config.playbooks.folder, now, config))):
        yield finding
    yield await asyncio.to_thread(look_at_disk, config.state.folder)
    state = await _look_at_state(config, now)
    for finding in state.findings:
        yield finding
    async for finding in ask_homeserver(config.matrix, state.known, tries_password=tries_password):
        yield finding
    yield _trust(config.trust.devices)
    async for finding in _around(config):
        yield finding


async def _around(config: Config) -> AsyncIterator[Finding]:
    """Yield what there is to say of all but rooms and state: who watches us, who is paged, who asks and is told."""
    yield _health(config.health)
    yield _heartbeat(config.heartbeat)
    async for finding in look_at_channels(config):
        yield finding
    for finding in look_at_machines(config):
        yield finding
    if config.doors is not None:
        yield await look_at_door(config.doors)
    if config.alerts is not None:
        yield await asyncio.to_thread(_alerts, config.alerts)


# --- content ------------------------------------------------------------------------------------------------


def _content(folder: Path, now: datetime, config: Config) -> Iterator[Finding]:
    problems = lint.check((folder,))
    for problem in problems:
        yield error(_subject(Path(problem.file)), str(problem))
    read, _ = read_drafts(folder)
    names = sorted({draft.playbook.id for draft in read.values()})
    if names and not problems:
        yield ok("playbooks", f"{', '.join(names)} in {folder}")
        yield ok("drafts", ", ".join(sorted({id for id, _ in drafts.load(folder)})))
    try:
        rows, calendar = switched(rules.load(folder), config.clocks.enable), dates.load(folder)
    except ContentError:
        return
    except ConfigError as wrong:
        yield error("clocks", "; ".join(map(said, wrong.problems)))
        return
    yield _clocks(rows, now.astimezone(config.locale.timezone).date())
    yield from look_at_organisation(config, rows, calendar, now)


def _subject(file: Path) -> str:
    if file.parent.name == drafts.FOLDER:
        return "drafts"
    return "clocks" if file.name == rules.FILE_NAME else "playbooks"


def _clocks(rows: Sequence[Rule], today: date) -> Finding:
    known = in_force(rows, today)
    if not known:
        return error("clocks", say("check.clocks.none"))
    off = [rule.name for rule in rows if standing(rule, today) is Standing.OFF]
    told = ", ".join(known)
    return ok("clocks", say("check.clocks.off", known=told, off=", ".join(off)) if off else told)


def _trust(devices: DeviceTrust) -> Finding:
    match devices:
        case DeviceTrust.CROSS_SIGNED:
            return ok("trust", say("check.trust.cross_signed", devices=devices))
        case DeviceTrust.FIRST_USE:
            return warning("trust", say("check.trust.first_use", devices=devices))


def _health(health: Health | None) -> Finding:
    if health is None:
        return warning("health", say("check.health.none"))
    return ok("health", say("check.health.served", address=f"{health.listen.host}:{health.listen.port}"))


def _alerts(door: AlertDoor) -> Finding:
    address = f"{door.listen.host}:{door.listen.port}"
    try:
        context = tls_of(door)
    except OSError as unfit:
        return error("alerts", say("mistake.certificate", why=getattr(unfit, "reason", None) or unfit.strerror))
    if context is None and not is_loopback(door.listen.host):
        return warning("alerts", say("check.alerts.open", address=address))
    return ok("alerts", say("check.alerts.served", sources=", ".join(door.sources), address=address))


def _heartbeat(heartbeat: Heartbeat) -> Finding:
    if heartbeat == Heartbeat():
        return warning("heartbeat", say("check.heartbeat.none"))
    ways = {say("check.heartbeat.url"): heartbeat.url, say("check.heartbeat.file"): heartbeat.file}
    told = ", ".join(way for way, is_there in ways.items() if is_there is not None)
    return ok("heartbeat", say("check.heartbeat.given", ways=told))


# --- state --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _State:
    findings: tuple[Finding, ...]
    known: Known


async def _look_at_state(config: Config, now: datetime) -> _State:
    login = config.matrix.login
    token = login.access_token if isinstance(login, TokenLogin) else None
    folder = config.state.folder
    if (found := await asyncio.to_thread(look_at_folder, folder)) is not None:
        return _State(findings=(found,), known=Known(token=token, is_unreadable=True))
    try:
        return await (_read_copy if config.state.database is None else _read_database)(config, token, now)
    except NothingKeptError:
        return _State(findings=(ok("state", say("check.state.none")),), known=Known(token=token))
    except StateInUseError:
        return _State(findings=(warning("state", say("check.state.in_use")),), known=Known(token=token, is_in_use=True))
    except (StoreError, CannotKeepError, ChainBrokenError) as broken:
        return _State(findings=(error("state", broken),), known=Known(token=token, is_unreadable=True))
    except OSError as refused:
        text = say("check.state.unreadable", path=refused.filename or folder, why=refused.strerror or refused)
        return _State(findings=(error("state", text),), known=Known(token=token, is_unreadable=True))


async def _read_copy(config: Config, token: Secret[str] | None, now: datetime) -> _State:
    """Look at a copy, encrypted as it is: opening the file itself would bring it to this version's schema."""
    folder, key = config.state.folder, config.state.key
    if not await asyncio.to_thread((folder / STATE_FILE).exists):
        raise NothingKeptError
    with ExitStack() as held, tempfile.TemporaryDirectory(prefix="cellule-check-") as place:
        held.callback((await asyncio.to_thread(lock_folder, folder)).release)
        await asyncio.to_thread(_copy, folder, Path(place))
        async with await open_store(Path(place), key.reveal()) as store:
            return await _read(store, token, now)


async def _read_database(config: Config, token: Secret[str] | None, now: datetime) -> _State:
    """Look at all that the database has, loaded anew and verified; the folder is left alone."""
    if await asyncio.to_thread((file := config.state.folder / STATE_FILE).exists):
        raise DatabaseRefusedError("keeping.database.not_moved", file=file)
    with tempfile.TemporaryDirectory(prefix="cellule-check-") as place:
        async with open_copy(config.state, Path(place)) as copy:
            found = await _read(SqliteStore(copy, None), token, now)
    return replace(found, findings=(*found.findings, _database(config)))


def _database(config: Config) -> Finding:
    if is_proven(address_of(config.state)):
        return ok("database", say("check.database.proven"))
    return warning("database", say("check.database.unproven"))


def _copy(folder: Path, place: Path) -> None:
    for name in (STATE_FILE, f"{STATE_FILE}-wal"):
        if (folder / name).exists():
            shutil.copyfile(folder / name, place / name)


async def _read(store: SqliteStore, token: Secret[str] | None, now: datetime) -> _State:
    kept = await store.get(LOGIN)
    token = token or (None if kept is None else Secret(Login.load(kept).token))
    findings = [await _chain(store), _backup(await last_made(store), now)]
    master_key = None
    try:
        master_key = await kept_master_key(store)
    except IdentityRefusedError as damaged:
        findings.append(error("identity", damaged))
    return _State(findings=tuple(findings), known=Known(token=token, master_key=master_key))


async def _chain(store: SqliteStore) -> Finding:
    streams, broken, waiting = await store.streams(), await store.verify(), await store.tasks()
    if broken:
        chains = count("check.chains", len(streams))
        return error("state", say("check.state.broken", broken=len(broken), chains=chains))
    chains, tasks = count("check.chains", len(streams)), count("check.tasks", len(waiting))
    return ok("state", say("check.state.whole", chains=chains, tasks=tasks))


def _backup(made: datetime | None, now: datetime) -> Finding:
    if made is None:
        return warning("backup", say("check.backup.none"))
    days = count("check.days", (now - made) // timedelta(days=1))
    if now - made <= OLD_BACKUP:
        return ok("backup", say("check.backup.made", day=f"{made:%Y-%m-%d}", days=days))
    return warning("backup", say("check.backup.old", day=f"{made:%Y-%m-%d}", days=days))
