"""A backup becomes the state of a bot on another homeserver: facts and identity, and nothing that names the old one."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.backup.archive import Manifest, pack
from bot.backup.errors import DamagedBackupError, OtherKeyError, RecoveryError
from bot.backup.making import make
from bot.backup.relocating import Relocation, came_from, relocate
from bot.core.facts import (
    DeskFact,
    DoorOpened,
    Fact,
    GuestCame,
    HouseRelocated,
    OfHouseDoor,
    PurgeCause,
    Rang,
    Recorded,
    Relocated,
)
from bot.core.incident import Incident, Status
from bot.core.names import DeviceId, InputId, StepId, UserId
from bot.core.people.roster import Role
from bot.matrix.account.seeds import keep_seeds, kept_seeds, make_seeds
from bot.matrix.account.session import DEVICE, LOGIN, Login
from bot.ports import DESK, CreateRoom, CryptoKind, Say
from bot.service.books import Books
from bot.service.ledger import purge
from bot.service.outcome import Outcome
from bot.service.upkeep.sealing import RECORD_KEY
from bot.store.connection import STATE_FILE
from bot.store.errors import NewerStoreError, StateInUseError, WrongKeyError
from bot.store.sqlite import SqliteStore, open_store
from tests.core.build import ALICE, BOB, DAVE, HOUR, HOUSE
from tests.databases import state_in
from tests.fakes.clock import START
from tests.kept_keys import machine_over
from tests.service.shell import BOT, Shell
from tests.store.files import opened_from_outside

OLD, NEW, RECOVERY = b"o" * 32, b"n" * 32, b"r" * 32
SEEDS, RECORD_SEED = make_seeds(), b"s" * 32
NEWCOMER = UserId("@quiet-tulip:rescue.example")
TABLES = ("inbox", "origins", "sealed", "spoken", "crypto", "meta")

History = Mapping[str, tuple[Recorded[Fact | DeskFact], ...]]


def damage(file: Path, part: float) -> None:
    """Change one byte of *file*."""
    whole = bytearray(file.read_bytes())
    whole[int(len(whole) * part)] ^= 1
    file.write_bytes(whole)


async def histories(store: SqliteStore) -> History:
    return {stream: await store.history(stream) for stream in await store.streams()}


def titled(incidents: tuple[Incident, ...]) -> dict[str, Incident]:
    return {incident.title: incident for incident in incidents}


@asynccontextmanager
async def bot_over(store: SqliteStore, people: Mapping[UserId, frozenset[Role]], at: datetime) -> AsyncIterator[Shell]:
    shell = Shell(replace(HOUSE, people=people))
    shell.store = store  # type: ignore[assignment]
    shell.clock.move_to(at)
    async with shell.life():
        yield shell


@pytest.fixture
async def state(tmp_path: Path) -> Path:
    """A state with an open incident whose clock rang once, a closed one and a purged one."""
    folder = tmp_path / "state"
    async with await open_store(folder, OLD) as store:
        async with bot_over(store, HOUSE.people, START) as shell:
            await shell.open("Long over")
            await shell.type("!close over")
            await shell.open("Over")
            await shell.type("!close over")
            await shell.open()
            await shell.type("!aware GDPR-33-1")
            await shell.pass_time(25 * HOUR)
            await shell.type("!ack GDPR-33-1")
            await shell.type("!assign D2 @alice")
            gone = titled(shell.service.books.incidents())["Long over"]
        await purge(store, gone, PurgeCause.OPERATOR, shell.clock.now(), input=InputId("purge"))
        await store.put(LOGIN, Login(user=BOT, device=DeviceId("DEVICE"), token="kept-token").dump())
        await keep_seeds(store, SEEDS)
        await store.put(RECORD_KEY, RECORD_SEED)
        async with machine_over(store, BOT, DeviceId("DEVICE")):
            pass
    return folder


@pytest.fixture
def now() -> datetime:
    return START + 47 * HOUR


@pytest.fixture
async def saved(state: Path, tmp_path: Path, now: datetime) -> Path:
    file = tmp_path / "cellule.backup"
    await make(state_in(state, OLD), file, RECOVERY, now)
    return file


async def moved(saved: Path, now: datetime) -> tuple[Relocation, Path]:
    place = saved.with_name("there")
    return await relocate(saved, RECOVERY, place, NEW, now), place


# --- what goes on -----------------------------------------------------------------------------------------------------


async def test_every_fact_goes_on_in_its_chain_and_says_that_it_was_moved(
    state: Path, saved: Path, now: datetime
) -> None:
    brought, place = await moved(saved, now)
    async with await open_store(state, OLD) as store:
        before, sealed = (
            await histories(store),
            {stream: await store.leaves(stream) for stream in await store.streams()},
        )
    async with await open_store(place, NEW) as store:
        assert await store.verify() == ()
        for stream, leaves in sealed.items():
            assert (await store.leaves(stream))[: len(leaves)] == leaves
        after, incidents = await histories(store), titled((await Books.load(store)).incidents())
    for stream, records in before.items():
        assert after[stream][: len(records)] == records
    added = {stream: [one.fact for one in after[stream][len(records) :]] for stream, records in before.items()}
    lasting = {incidents[title].id for title in ("Over", "Host down")}
    assert {stream for stream, facts in added.items() if facts == [Relocated(at=now)]} == lasting
    assert added[DESK] == [HouseRelocated(at=now)]
    assert (incidents["Over"].status, incidents["Host down"].status) == (Status.CLOSED, Status.OPENING)
    assert (brought.incidents, brought.organisations, brought.manifest.user) == (1, 0, BOT)
    assert brought.people == {ALICE, DAVE, BOB} | (HOUSE.people.keys() & incidents["Host down"].behind.keys())


async def test_of_the_old_homeserver_nothing_is_left_but_who_we_are(saved: Path, now: datetime) -> None:
    _, place = await moved(saved, now)
    async with await open_store(place, NEW) as store:
        assert await kept_seeds(store) == SEEDS
        assert await store.get(RECORD_KEY) == RECORD_SEED
        assert (await store.get(LOGIN), await store.get(DEVICE), await store.sync_token()) == (None, None, None)
        assert await store.heard_at() is None
        assert not any((await store.crypto.load(*CryptoKind)).values())
        tasks = await store.tasks()
    assert [task.kind for task in tasks] == [CreateRoom, Say]
    with opened_from_outside(place, NEW) as file:
        assert [file.execute(f"SELECT count(*) FROM {table}").fetchone() for table in TABLES] == [(0,)] * len(TABLES)
    assert {path.name for path in place.iterdir()} == {STATE_FILE, "lock"}
    with pytest.raises(WrongKeyError):
        await open_store(place, OLD)


async def test_its_clock_rings_on_in_a_new_room_and_what_rang_does_not(saved: Path, now: datetime) -> None:
    _, place = await moved(saved, now)
    async with await open_store(place, NEW) as store, bot_over(store, {}, now) as shell:
        old = titled(shell.service.books.incidents())["Host down"]
        names = {room.plan.name for room in shell.chat.rooms.values()}
        assert names == {"Lobby", old.codename}
        assert not any(room.members for room in shell.chat.rooms.values())
        await let_in(shell)
        here = titled(shell.service.books.incidents())["Host down"]
        assert here.roster == {NEWCOMER: HOUSE.people[ALICE]}
        assert here.steps[StepId("D2")].assigned == NEWCOMER
        assert here.room is not None
        assert set(shell.chat.rooms[here.room].members) == {NEWCOMER}
        await shell.move(NEWCOMER, room=here.room, present=True)
        await shell.pass_time(2 * HOUR)
        rung = [
            record.fact.rung
            for record in await store.history(here.id)
            if isinstance(record.fact, Rang) and record.fact.rule == "GDPR-33-1"
        ]
        assert rung == list(dict.fromkeys(rung))
        assert rung[:2] == ["T-48", "T-24"]
        said = [content.body for content in shell.said(here.room)]
        assert sum("in 24" in body and "GDPR-33-1" in body for body in said) == 1
        assert any("The homeserver of before is gone" in body for body in said)
        assert any("in the place of @alice:example.org" in body for body in said)


async def let_in(shell: Shell) -> None:
    """Have somebody come in by a door of the house, in the place of who they were."""
    at = shell.clock.now()
    made = DoorOpened(
        at=at,
        by=None,
        number=1,
        door="house:1",
        roles=(Role.ADMIN,),
        name="Alice",
        until=at + timedelta(days=3),
        stays=True,
        instead_of=ALICE,
    )
    facts = (OfHouseDoor(at=at, fact=made), OfHouseDoor(at=at, fact=GuestCame(at=at, number=1, user=NEWCOMER)))
    async with shell.service.ledger.deciding:
        await shell.service.ledger.commit(InputId("came"), Outcome(facts=facts))
    for _ in range(2):
        await shell.service.guests.look()
        await shell.settle()


# --- again and again --------------------------------------------------------------------------------------------------


async def test_it_is_known_from_which_backup_a_state_came(saved: Path, state: Path, now: datetime) -> None:
    _, place = await moved(saved, now)
    assert await came_from(saved, place, NEW)
    other = saved.with_name("other.backup")
    await make(state_in(state, OLD), other, RECOVERY, now)
    assert not await came_from(other, place, NEW)
    assert not await came_from(saved, state, OLD)
    assert not await came_from(saved, saved.with_name("nowhere"), NEW)


async def test_a_state_that_was_moved_is_moved_again(saved: Path, now: datetime) -> None:
    _, place = await moved(saved, now)
    async with await open_store(place, NEW) as store:
        await store.put(LOGIN, Login(user=BOT, device=DeviceId("OTHER"), token="kept-token").dump())
        async with machine_over(store, BOT, DeviceId("OTHER")):
            pass
    again = saved.with_name("again.backup")
    await make(state_in(place, NEW), again, RECOVERY, now)
    brought = await relocate(again, RECOVERY, saved.with_name("further"), OLD, now + HOUR)
    assert (brought.incidents, ALICE in brought.people) == (1, True)


# --- what cannot be ---------------------------------------------------------------------------------------------------


async def test_a_wrong_recovery_key_opens_nothing(saved: Path, now: datetime) -> None:
    with pytest.raises(OtherKeyError, match="not the one this backup was made with"):
        await relocate(saved, b"x" * 32, saved.with_name("there"), NEW, now)


@pytest.mark.parametrize("part", [0.4, 0.9])
async def test_a_damaged_backup_is_refused(saved: Path, now: datetime, part: float) -> None:
    damage(saved, part)
    with pytest.raises(DamagedBackupError):
        await relocate(saved, RECOVERY, saved.with_name("there"), NEW, now)


async def test_what_is_no_backup_of_a_version_we_know_is_refused(tmp_path: Path, now: datetime) -> None:
    other = tmp_path / "other"
    other.write_bytes(b"CELLULE-BACKUP-99" * 100)
    with pytest.raises(RecoveryError, match="this is no backup of Cellule, or one of a version"):
        await relocate(other, RECOVERY, tmp_path / "there", NEW, now)
    with pytest.raises(RecoveryError, match="cannot be read"):
        await relocate(tmp_path / "nowhere", RECOVERY, tmp_path / "elsewhere", NEW, now)


async def test_a_backup_of_a_newer_version_is_left_to_that_one(state: Path, saved: Path, now: datetime) -> None:
    with opened_from_outside(state, OLD) as file:
        file.execute("PRAGMA user_version = 9999")
    newer = saved.with_name("newer.backup")
    manifest = Manifest(user=BOT, device=DeviceId("DEVICE"), made_at=now, version="99")
    with newer.open("wb") as opened:
        pack(state, manifest, OLD, opened, RECOVERY)
    with pytest.raises(NewerStoreError):
        await relocate(newer, RECOVERY, saved.with_name("there"), NEW, now)


async def test_a_state_that_a_bot_uses_is_not_looked_into(saved: Path, now: datetime) -> None:
    _, place = await moved(saved, now)
    async with await open_store(place, NEW):
        with pytest.raises(StateInUseError):
            await came_from(saved, place, NEW)


async def test_a_place_that_is_there_is_not_written_over(saved: Path, now: datetime) -> None:
    _, place = await moved(saved, now)
    with pytest.raises(FileExistsError):
        await relocate(saved, RECOVERY, place, NEW, now)
    shutil.rmtree(place)
