"""A bot with very many incidents: real rooms, made once and kept in build/, and facts written for the day."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import yaml
from nio import AsyncClient, AsyncClientConfig, LoginResponse

from bench.bots import CONFIG, configured, hidden, started
from bench.machine import ROOT
from bench.people import PASSWORD
from bot.app import build_house
from bot.config import Config, load
from bot.core.commands import Asker, Open
from bot.core.desk import Desk, House, evolve_desk, open_incident
from bot.core.evolve import fold
from bot.core.facts import CardPosted, ClockStarted, Fact, Joined, Opened, RoomReady, StepsRang
from bot.core.incident import Incident
from bot.core.names import DeviceId, EventId, InputId, RoomId, RuleId, UserId
from bot.core.ringing.alarms import alarms
from bot.demo.homeserver import Homeserver, Limits
from bot.matrix.account.session import LOGIN, Login
from bot.matrix.hearing.sync import sync_filter
from bot.matrix.speaking.room_state import MEGOLM
from bot.ports import Batch
from bot.store.moving import to_database
from bot.store.opening import open_alone
from bot.store.sqlite import SqliteStore

KEPT = ROOT / "build" / "bench"
AT_ONCE = 8
ADMIN, DEPUTY = "alice", "bob"
"""Who leads, and who confirms what takes two."""
"""Who measures. Registered in each run: so far there is only an invitation to the control room."""
SINCE_OPENING = timedelta(hours=5)
STEPS_RANG = timedelta(hours=20)
"""Steps to be done until then have rung: with one clock, ten alarms are left."""
RULE, RUNG, RUNG_AFTER = RuleId("GDPR-33-1"), "T-48", timedelta(hours=24)
"""The reminder that rings next in every room, and how long after the awareness time it does."""

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Crowd:
    """What is made once: a bot that has logged in, and rooms in which one responder is."""

    bot: str
    responder: str
    responder_token: str
    rooms: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Many:
    """A copy of it, on a homeserver that runs."""

    homeserver: Homeserver
    folder: Path
    crowd: Crowd

    @property
    def config(self) -> Path:
        """The configuration of the bot."""
        return self.folder / "cellule" / CONFIG

    async def fill(self, ring_in: Sequence[timedelta]) -> list[Incident]:
        """Write the facts of one incident for each room, whose next reminder rings after so long from now."""
        house = await asyncio.to_thread(lambda: build_house(load(self.config), datetime.now(UTC)))
        desk, incidents = Desk(), list[Incident]()
        async with state_of(self.config.parent) as store:
            for number, (room, wait) in enumerate(zip(self.crowd.rooms, ring_in, strict=True)):
                input = InputId(f"$opened-{number}")
                facts = facts_of(desk, house, input, UserId(self.crowd.responder), RoomId(room), wait)
                desk = evolve_desk(desk, facts[0])
                async with store.transaction() as tx:
                    await tx.append(facts[0].incident, facts, input=input, device=None)
                if (incident := fold(facts)) is not None:
                    incidents.append(incident)
        return incidents


@asynccontextmanager
async def state_of(folder: Path) -> AsyncIterator[SqliteStore]:
    """Open the state of the bot whose configuration is in *folder*, and which does not run."""
    config = await asyncio.to_thread(load, folder / CONFIG)
    async with open_alone(config.state) as store:
        yield store


def pending(incidents: Iterable[Incident]) -> int:
    """Return how many alarms wait in all."""
    now = datetime.now(UTC)
    return sum(len(alarms(incident, now)) for incident in incidents)


def facts_of(
    desk: Desk, house: House, input: InputId, responder: UserId, room: RoomId, wait: timedelta
) -> tuple[Opened, *tuple[Fact, ...]]:
    """Return the facts of an incident of five hours, whose next reminder rings after *wait* from now."""
    now = datetime.now(UTC)
    then = now - SINCE_OPENING
    asker = Asker(user=responder, device=DeviceId("DEVICE"), room=room)
    opened = open_incident(desk, house, Open(title=f"Host down {input}", playbook="provider-hit"), asker, input, then)
    if not isinstance(opened, Opened):
        raise TypeError
    # Admins of the configuration are not in these rooms, and one clock is all that runs there.
    members = tuple(member for member in opened.members if member.user == responder)
    opened = replace(opened, members=members, rules=tuple(rule for rule in opened.rules if rule.id == RULE))
    incident = fold([opened])
    assert incident is not None
    rang = tuple(
        step.id for step in incident.open_steps() if (aim := incident.aim_of(step)) and aim <= now + STEPS_RANG
    )
    return (
        opened,
        RoomReady(at=then, room=room),
        CardPosted(at=then, event=EventId("$card")),
        Joined(at=then, user=responder),
        ClockStarted(at=then, rule=RULE, aware=now + wait - RUNG_AFTER, by=responder, source="the provider's mail"),
        StepsRang(at=now, steps=rang),
    )


# --- made once --------------------------------------------------------------------------------------------------


@asynccontextmanager
async def many(folder: Path, count: int, tell: Tell = print, database: str | None = None) -> AsyncIterator[Many]:
    """Run a homeserver with a bot that has *count* rooms and keeps all in its folder, or in that *database*."""
    kept = KEPT / f"led-{count}"
    if not await asyncio.to_thread((kept / "crowd.json").exists):
        await asyncio.to_thread(shutil.rmtree, kept, ignore_errors=True)
        await _make(kept, count, tell)
    await asyncio.to_thread(shutil.copytree, kept, folder, dirs_exist_ok=True)
    async with again(folder) as made:
        if database is not None:
            await to_database((await asyncio.to_thread(_with_database, made.config, database)).state)
        yield made


@asynccontextmanager
async def again(folder: Path, limits: Limits = Limits.LIFTED) -> AsyncIterator[Many]:
    """Run the homeserver of a copy once more."""
    read = json.loads(await asyncio.to_thread((folder / "crowd.json").read_text))
    crowd = Crowd(**{**read, "rooms": tuple(read["rooms"])})
    async with Homeserver(folder / "server", limits=limits) as homeserver:
        made = Many(homeserver=homeserver, folder=folder, crowd=crowd)
        await asyncio.to_thread(_readdress, made)
        yield made


def _readdress(made: Many) -> None:
    config = yaml.safe_load(made.config.read_text())
    config["matrix"]["homeserver"] = made.homeserver.url
    made.config.write_text(yaml.safe_dump(config))


def _with_database(config: Path, address: str) -> Config:
    written = yaml.safe_load(config.read_text())
    written["state"]["database_file"] = str(hidden(config.parent / "database", address.encode()))
    config.write_text(yaml.safe_dump(written))
    return load(config)


async def _make(folder: Path, count: int, tell: Tell) -> None:
    tell(f"  making {count} rooms, kept in {folder.relative_to(ROOT)} for the next run")
    await asyncio.to_thread(folder.mkdir, parents=True)
    async with Homeserver(folder / "server", limits=Limits.LIFTED) as homeserver:
        responder = await homeserver.register("responder", PASSWORD)
        token = await log_in(homeserver, responder, folder / "responder")
        bot = await homeserver.register("cellule", PASSWORD)
        leads = {f"@{name}:{homeserver.server_name}": ["admin", "coordinator"] for name in (ADMIN, DEPUTY)}
        people = {responder: ["dpo"], **leads}
        config = configured(homeserver.url, bot, folder / "cellule", people)
        async with started(config):
            pass
        rooms = await _rooms(homeserver, folder, (responder, token), count, tell)
        await _move_on(homeserver, folder / "cellule")
    crowd = Crowd(bot=bot, responder=responder, responder_token=token, rooms=tuple(rooms))
    await asyncio.to_thread((folder / "crowd.json").write_text, json.dumps(asdict(crowd)))


async def log_in(homeserver: Homeserver, user: str, store: Path) -> str:
    """Give *user* a device with keys, and return its token."""
    await asyncio.to_thread(store.mkdir, parents=True)
    client = AsyncClient(homeserver.url, user, store_path=str(store), config=AsyncClientConfig(encryption_enabled=True))
    try:
        answer = await client.login(PASSWORD)
        if not isinstance(answer, LoginResponse):
            raise RuntimeError("no login")  # noqa: TRY004 - the server's answer, not an argument
        await client.keys_upload()
        return answer.access_token
    finally:
        await client.close()


async def _rooms(homeserver: Homeserver, folder: Path, responder: tuple[str, str], count: int, tell: Tell) -> list[str]:
    async with state_of(folder / "cellule") as store:
        login = Login.load(await store.get(LOGIN) or b"")
    gate, made = asyncio.Semaphore(AT_ONCE), list[str]()

    async def make(number: int) -> None:
        async with gate:
            answer = await post(session, homeserver, login.token, "createRoom", _creation(number, responder[0]))
            await post(session, homeserver, responder[1], f"rooms/{answer['room_id']}/join", {})
        made.append(str(answer["room_id"]))
        if len(made) % 100 == 0:
            tell(f"  {len(made)} of {count} rooms")

    async with aiohttp.ClientSession() as session, asyncio.TaskGroup() as tasks:
        for number in range(count):
            tasks.create_task(make(number))
    return made


async def _move_on(homeserver: Homeserver, folder: Path) -> None:
    """Let the bot have heard that its rooms were made."""
    async with state_of(folder) as store, aiohttp.ClientSession() as session:
        login = Login.load(await store.get(LOGIN) or b"")
        asked = {"timeout": "0", "filter": json.dumps(sync_filter(whole_rooms=False))}
        headers = {"Authorization": f"Bearer {login.token}"}
        address = f"{homeserver.url}/_matrix/client/v3/sync"
        async with session.get(address, params=asked, headers=headers) as answer:
            await store.receive(Batch(events=(), token=(await answer.json())["next_batch"]))


def _creation(number: int, responder: str) -> dict[str, object]:
    state = {
        "m.room.encryption": {"algorithm": MEGOLM},
        "m.room.history_visibility": {"history_visibility": "invited"},
        "m.room.guest_access": {"guest_access": "forbidden"},
        "m.room.join_rules": {"join_rule": "invite"},
    }
    return {
        "preset": "private_chat",
        "name": f"Room {number}",
        "invite": [responder],
        "initial_state": [{"type": kind, "state_key": "", "content": content} for kind, content in state.items()],
    }


async def post(
    session: aiohttp.ClientSession, homeserver: Homeserver, token: str, path: str, body: dict[str, object]
) -> dict[str, object]:
    """Ask the homeserver in the name of whose *token* it is."""
    headers = {"Authorization": f"Bearer {token}"}
    address = f"{homeserver.url}/_matrix/client/v3/{path}"
    async with session.post(address, json=body, headers=headers) as answer:
        told: dict[str, object] = await answer.json()
        if not answer.ok:
            raise RuntimeError(f"{path}: {told.get('errcode')}")
        return told
