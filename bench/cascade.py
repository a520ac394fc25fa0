"""One command, very many rooms: how fast they are made and can be read in, and what else the bot does meanwhile.

The floor is the homeserver's own createRoom: the same bodies, as many in flight, on the same homeserver in the same
run, before and after. A second floor makes all the calls without which nobody could read in a room. While rooms are
made, reminders fall due in other rooms and somebody types commands. Then a second, smaller cascade is killed in its
middle and started again, and what came of it is counted.
"""

from __future__ import annotations

import asyncio
import itertools
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bench.alarms import next_ring, said_in
from bench.bare_rooms import bare_rooms
from bench.bots import rss_mb, started
from bench.echo import Contender, turn
from bench.figures import percentile
from bench.many import ADMIN, DEPUTY, Many, Tell, state_of
from bench.opening import FIRST_STEP
from bench.organisations import LIST, Firm, as_list, back, firms
from bench.people import Person, person
from bench.server_side import ServerSide
from bot.core.facts import Rang, RepeatRang, RoomReady, StepsRang, UpdateRang
from bot.demo.homeserver import Limits
from bot.service.outbox.gate import WIDTH
from bot.service.outbox.urgency import Urgency

REMINDERS = 200
"""In as many rooms at the most; a sixth of the rooms that are opened, in a small run."""
LEAST_REMINDERS = 24
IN_FLIGHT = WIDTH - Urgency.BULK
"""How many rooms Cellule asks for at once."""
KILLED_ROOMS = 60
READERS = 24
"""How many people come back in the end to see that they can read."""
WORDS = 2
"""The card and the first steps are said in every room."""
START_S, SLOWER = 30.0, 1.3
"""For so long, and so much longer than the bare calls take, reminders fall due: before the command and to the end."""
TYPED_EVERY_S = 1.0
"""How long whoever types rests after an answer."""
POLL_S = 1.0
QUIET_S = 6.0
"""Nothing new for so long is the end: longer than the progress and the card wait."""
PATIENCE = 10.0
"""How many times longer than the bare calls the rooms may take before we give up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """What one command led to. Times in seconds from the moment the command was typed."""

    parent: str
    made: Mapping[str, float]
    """When each organisation's room was made."""
    words: Mapping[str, Sequence[float]]
    """When each message came that is no edit, by room."""
    typed: datetime

    @property
    def made_s(self) -> list[float]:
        """How long each room took, the first first."""
        return sorted(self.made.values())

    @property
    def readable_s(self) -> list[float]:
        """How long it took until the card and the first steps stood in each room, their key given out before."""
        words = (self.words.get(room, ()) for room in self.made)
        return sorted(times[WORDS - 1] for times in words if len(times) >= WORDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One command that somebody typed meanwhile in the control room."""

    typed: datetime
    took_s: float
    """Until its answer could be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leads:
    """Opening takes two."""

    asks: Person
    confirms: Person


async def _leads(stack: AsyncExitStack, made: Many, folder: Path) -> Leads:
    asks, confirms = [
        await stack.enter_async_context(person(made.homeserver, name, folder)) for name in (ADMIN, DEPUTY)
    ]
    return Leads(asks=asks, confirms=confirms)


async def measure(folder: Path, rooms: int, tell: Tell) -> dict[str, Any]:
    """Return the rates, the memory, the lateness of reminders meanwhile, and what a kill left."""
    reminders = max(LEAST_REMINDERS, min(REMINDERS, rooms // 6))
    async with AsyncExitStack() as stack:
        made, people = await stack.enter_async_context(firms(folder / "firms", rooms, reminders, tell))
        leads = await _leads(stack, made, folder)
        some = people[: max(24, rooms // 4)]
        before = await bare_rooms(made, some, IN_FLIGHT)
        whole = await bare_rooms(made, some, IN_FLIGHT, with_words=True)
        tell(f"  bare before: {rate(before):.2f} rooms a second, {rate(whole):.2f} with words")
        due = await _fill(made, reminders, START_S + SLOWER * rooms / rate(whole))
        rss: list[tuple[float, float]] = []
        answers: list[Answer] = []
        async with running(made, rss), typing(made, leads.asks, answers):
            opened = await _open(made, leads, people, "First", patience_s=PATIENCE * rooms / rate(whole) + 60)
            until = opened.typed + timedelta(seconds=max(opened.readable_s, default=0.0))
            late = await _lateness(made, {room: at for room, at in due.items() if opened.typed <= at <= until})
        counts = counted(opened, rooms, await reminded(made))
        tell(f"  {len(opened.made)} rooms, {rate(opened.made_s):.2f} a second; readable {rate(opened.readable_s):.2f}")
        after = await bare_rooms(made, some, IN_FLIGHT)
        whole_after = await bare_rooms(made, some, IN_FLIGHT, with_words=True)
        tell(f"  bare after: {rate(after):.2f} rooms a second, {rate(whole_after):.2f} with words")
        killed = await _killed(made, leads, people[: min(rooms, KILLED_ROOMS)], tell)
        read = await _readers(made, people, opened)
    bare, bare_whole = _both(before, after), _both(whole, whole_after)
    return {
        "cascade_rooms": len(opened.made),
        "cascade_ratio": round(rate(opened.made_s) / bare, 3),
        "cascade_words_ratio": round(rate(opened.readable_s) / bare_whole, 3),
        "cascade_rss_mb": max(held for _, held in rss),
        **_reminders(late),
        "answers": {"took_s": [_rounded(one.took_s) for one in answers if opened.typed <= one.typed <= until]},
        "rooms": {
            "asked_for": rooms,
            "made_per_s": _rounded(rate(opened.made_s)),
            "readable_per_s": _rounded(rate(opened.readable_s)),
            "bare_before_per_s": _rounded(rate(before)),
            "bare_after_per_s": _rounded(rate(after)),
            "bare_with_words_per_s": _rounded(bare_whole),
            "in_flight": IN_FLIGHT,
            **counts,
            **read,
        },
        "killed": killed,
        "made_s": list(map(_rounded, opened.made_s)),
        "readable_s": list(map(_rounded, opened.readable_s)),
        "bare_before_s": list(map(_rounded, before)),
        "bare_after_s": list(map(_rounded, after)),
        "rss_mb": [[_rounded(at), held] for at, held in rss],
    }


async def measure_limited(folder: Path, rooms: int, tell: Tell) -> dict[str, Any]:
    """Open rooms on a homeserver that has the limits a new Synapse has: most of it is waiting."""
    async with AsyncExitStack() as stack:
        made, people = await stack.enter_async_context(
            firms(folder / "firms", rooms, LEAST_REMINDERS, tell, Limits.DEFAULT)
        )
        leads = await _leads(stack, made, folder)
        async with running(made, []):
            opened = await _open(made, leads, people, "First", patience_s=rooms * 120.0)
        counts = counted(opened, rooms, await reminded(made))
        read = await _readers(made, people, opened)
    return {
        "limited_rooms": len(opened.made),
        "limited_lost": counts["lost"],
        "limited_doubled": counts["doubled"],
        "rooms": {"asked_for": rooms, **counts, **read},
        "made_s": list(map(_rounded, opened.made_s)),
        "readable_s": list(map(_rounded, opened.readable_s)),
    }


def rate(times: Sequence[float]) -> float:
    """Return how many a second, from the start to the last of *times*; 0 for none."""
    return len(times) / max(times) if times else 0.0


def _reminders(late: Sequence[float]) -> dict[str, Any]:
    if not late:
        return {"not_measured": {"cascade_late_p99_s": "no reminder fell due meanwhile"}, "reminders": {"late_s": []}}
    return {"cascade_late_p99_s": _rounded(percentile(late, 99)), "reminders": {"late_s": list(map(_rounded, late))}}


def _both(before: Sequence[float], after: Sequence[float]) -> float:
    """Return the rate of two runs together."""
    return (len(before) + len(after)) / (max(before) + max(after))


def counted(opened: Opened, asked_for: int, reminders: Mapping[str, int]) -> dict[str, int]:
    """Return how many organisations have no room or not all its first words, and how many a room or words too many.

    *reminders* is how many the bot knows of, by room: they are messages too, and no words too many.
    """
    said = {room: len(opened.words.get(room, ())) for room in opened.made}
    return {
        "lost": max(0, asked_for - len(said)) + sum(count < WORDS for count in said.values()),
        "doubled": max(0, len(said) - asked_for)
        + sum(count > WORDS + reminders.get(room, 0) for room, count in said.items()),
    }


async def reminded(made: Many) -> Mapping[str, int]:
    """Return how many reminders rang in each room, by the facts of a bot that does not run."""
    found: dict[str, int] = {}
    async with state_of(made.config.parent) as store:
        for stream in await store.streams():
            facts = [recorded.fact for recorded in await store.history(stream)]
            rang = {fact.at for fact in facts if isinstance(fact, Rang | StepsRang | UpdateRang | RepeatRang)}
            found |= {str(fact.room): len(rang) for fact in facts if isinstance(fact, RoomReady)}
    return found


# --- the command --------------------------------------------------------------------------------------------------


@asynccontextmanager
async def running(made: Many, rss: list[tuple[float, float]]) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run the bot, and note how much memory it holds, by the seconds it runs."""
    async with started(made.config) as process, asyncio.TaskGroup() as tasks:
        watching = tasks.create_task(_watch(process.pid, rss))
        try:
            yield process
        finally:
            watching.cancel()


async def _watch(pid: int, rss: list[tuple[float, float]]) -> None:
    begun = time.monotonic()
    while True:
        rss.append((time.monotonic() - begun, rss_mb(pid)))
        await asyncio.sleep(POLL_S / 2)


async def _open(
    made: Many,
    leads: Leads,
    people: Sequence[Firm],
    title: str,
    *,
    patience_s: float,
    meanwhile: Callable[[int], Awaitable[None]] | None = None,
) -> Opened:
    """Send the list and the command, and return once every room has its words and nothing new comes.

    *meanwhile* is told again and again how many rooms there are.
    """
    side = ServerSide(made.homeserver.database, made.crowd.bot)
    alice, since = leads.asks, await side.place()
    lobby = await alice.wait_room(with_user=made.crowd.bot)
    await leads.confirms.wait_room(with_user=made.crowd.bot)
    mark = len(alice.read)
    await alice.send_file(lobby, LIST, as_list(people, title))
    await alice.send(lobby, f"!cascade open {title} provider down")
    asked = await alice.wait_message(made.crowd.bot, "a second person", mark=mark, room=lobby)
    typed = datetime.now(UTC)
    await leads.confirms.send(lobby, *re.findall(r"!confirm \d+", asked.body)[:1])
    last, quiet_since = (0, 0), time.monotonic()
    while time.monotonic() - quiet_since < QUIET_S or last[0] <= len(people) or last[1] < last[0]:
        if (datetime.now(UTC) - typed).total_seconds() > patience_s:
            break
        await asyncio.sleep(POLL_S)
        rooms, words = await side.rooms(since), await side.messages(since)
        now = (len(rooms), sum(len(words.get(room, ())) >= WORDS for room in rooms))
        if now != last:
            last, quiet_since = now, time.monotonic()
        if meanwhile is not None:
            await meanwhile(len(rooms))
    rooms, words = await side.rooms(since), await side.messages(since)
    parent = next((read.room for read in alice.read[mark:] if read.room in rooms), "")
    begun = typed.timestamp()
    return Opened(
        parent=parent,
        made={room: at - begun for room, at in rooms.items() if room != parent},
        words={room: [at - begun for at in times] for room, times in words.items()},
        typed=typed,
    )


# --- what else ----------------------------------------------------------------------------------------------------


async def _fill(made: Many, reminders: int, spread_s: float) -> Mapping[str, datetime]:
    """Write facts by which a reminder falls due again and again while rooms are made; return when, by room."""
    apart = spread_s / reminders
    incidents = await made.fill([timedelta(seconds=(number + 1) * apart) for number in range(reminders)])
    return {str(incident.room): next_ring(incident) for incident in incidents}


@asynccontextmanager
async def typing(made: Many, alice: Person, answers: list[Answer]) -> AsyncIterator[None]:
    """Let somebody type, read the answer and type again; TimeoutError when one does not come."""
    lobby = await alice.wait_room(with_user=made.crowd.bot)
    asked = Contender(user=made.crowd.bot, room=lobby, command="!help word{}", answer="word{}")
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(_type(alice, asked, answers))
        try:
            yield
        finally:
            task.cancel()


async def _type(alice: Person, asked: Contender, answers: list[Answer]) -> None:
    for number in itertools.count():
        typed = datetime.now(UTC)
        answers.append(Answer(typed=typed, took_s=await turn(alice, asked, number) / 1000))
        await asyncio.sleep(TYPED_EVERY_S)


async def _lateness(made: Many, due: Mapping[str, datetime]) -> list[float]:
    """Return how late each reminder was; one that never came is as late as it is by now."""
    said, now = await said_in(made, list(due)), datetime.now(UTC)
    return sorted(((said[room][0] if said[room] else now) - at).total_seconds() for room, at in due.items())


async def _killed(made: Many, leads: Leads, people: Sequence[Firm], tell: Tell) -> dict[str, Any]:
    """Kill the bot when half of a cascade's rooms are there, start it again, and count."""
    async with AsyncExitStack() as stack:
        process = await stack.enter_async_context(started(made.config))
        at = 0

        async def kill(rooms: int) -> None:
            nonlocal at
            if not at and rooms > len(people) / 2:
                at = rooms
                process.kill()
                await process.wait()
                await stack.enter_async_context(started(made.config))

        opened = await _open(made, leads, people, "Second", patience_s=len(people) * 20.0 + 60, meanwhile=kill)
    counts = counted(opened, len(people), await reminded(made))
    tell(f"  killed at {at} of {len(people)} rooms: {len(opened.made)} in the end, {counts}")
    return {"asked_for": len(people), "killed_at": at, "rooms": len(opened.made), **counts}


async def _readers(made: Many, people: Sequence[Firm], opened: Opened) -> dict[str, int]:
    """Let some people come back to their devices, and count those who can read the first step of a room."""
    chosen = people[:: max(1, len(people) // READERS)][:READERS]
    can = 0
    for firm in chosen:
        async with back(made, firm) as reader:
            try:
                await reader.wait(lambda reader=reader: _first_step(reader, opened), timeout_s=30)  # type: ignore[misc]
            except TimeoutError:
                continue
            can += 1
    return {"readers_asked": len(chosen), "readers_who_can": can}


def _first_step(reader: Person, opened: Opened) -> bool | None:
    found = any(read.room in opened.made and FIRST_STEP in read.body for read in reader.read)
    return True if found else None


def _rounded(value: float) -> float:
    return round(value, 3)
