"""One episode: three incidents, people who type and clocks that ring, while the bot is killed in bad weather."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Coroutine, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bot.store.sqlite import open_store
from tests.chaos import again, repertoire
from tests.chaos.crowd import Crowd
from tests.chaos.judge.card import heads
from tests.chaos.killing import Reaper
from tests.chaos.model import Evidence, House, Kept, Verdict, judge
from tests.chaos.reading import copy_of, events_in, is_said, kept_in, said, time_of, unsaid
from tests.chaos.repertoire import LEADERS, WORKERS
from tests.chaos.script import Room, Script
from tests.chaos.weather import Weather
from tests.patience import PATIENCE_S
from tests.peers.peer import Peer
from tests.peers.views import Message
from tests.talks import Talk

OPENS_WITHIN_S = 600.0
CLEARS_AFTER_S = 45.0
"""A room takes many requests, and a bot that lives for seconds may never come to the end of them: then it clears up."""
SETTLES_WITHIN_S = 300.0
IN_TIME_S, TOLD_S = 12.0, 90.0
"""How long keys are withheld that come in time, and after how long of bad weather nobody waits any more to be told."""
AFTERWARDS_S = 3.0
"""What was due must have rung before a command that is typed so much later."""
MISSED = 60
"""Lines of chatter: more than one sync brings."""
NOTES_WITHOUT_KEY = 3
ROOMS = (("silent", "en"), ("answered", "fr"), ("real", "en"))
"""The incidents of an episode: what is played in each, and the language of its room."""


@dataclass(slots=True, kw_only=True)
class Stage:
    """What all episodes are played on."""

    reaper: Reaper
    weather: Weather
    control: Talk
    bob: Peer
    carol: Peer
    """The one whose keys are withheld."""
    house: House
    chance: random.Random
    crowds: list[Crowd] = field(default_factory=list)
    rooms: list[str] = field(default_factory=list)
    """The rooms of all incidents so far."""

    async def play(
        self,
        kills: int,
        *,
        share: float,
        too_late: bool = False,
        lasts_s: float = 0,
        watch: Callable[[], Coroutine[None, None, None]] | None = None,
    ) -> Verdict:
        """Play one episode and judge it; *too_late* says whether keys are withheld until the bot has given them up.

        It lasts for *lasts_s* at the least. *watch* may end it by an exception of its own.
        """
        names = {_local(peer.user): peer.user for peer in self._peers()}
        crowd = Crowd(self.chance, prefix=f"e{len(self.rooms)}", people=names)
        self.crowds.append(crowd)
        self.weather.rise(share)
        async with asyncio.TaskGroup() as tasks:
            watching = tasks.create_task(watch()) if watch else None
            reaping = tasks.create_task(self._reap(kills, crowd))
            reading = tasks.create_task(crowd.read(self.control.peer, self.control.bot))
            opened = await self._open(crowd)
            lasting = tasks.create_task(asyncio.sleep(lasts_s))
            script = Script(crowd=crowd, chance=self.chance, hour_s=3600 / self.house.pace)
            hers = [room.alice.of(self.carol) for room in opened]
            withholding = tasks.create_task(self._withhold(crowd, hers, too_late=too_late)) if kills else lasting
            scripts = [tasks.create_task(script.play(room)) for room in opened]
            typing = [tasks.create_task(crowd.type(talk, rows)) for talk, rows in self._typists(opened)]
            await reaping
            self.weather.calm()
            keeping = tasks.create_task(self.reaper.keep())
            await asyncio.wait([withholding, lasting, *scripts])
            crowd.stop()
            await asyncio.wait([reading, *typing])
            await self._settle(crowd, script, opened)
            keeping.cancel()
            if watching is not None:
                watching.cancel()
        return await self.judged([crowd], await self._kept())

    async def judge_all(self) -> Verdict:
        """Judge all episodes together, with what was said since."""
        return await self.judged(self.crowds, await self._kept())

    async def judged(self, crowds: Sequence[Crowd], kept: Sequence[Kept], until: float | None = None) -> Verdict:
        """Judge what these crowds typed by what is *kept*, and what was said (up to *until*, seconds since 1970)."""
        sent = [command for crowd in crowds for command in crowd.sent]
        mine = {command.room for command in sent} - {self.control.room}
        events = [
            one for one in await self._events([self.control.room, *mine]) if until is None or one.at < until * 1000
        ]
        threads = {command.thread for command in sent}
        ours = [one for one in said(events, self.control.bot) if one.room in mine or one.thread in threads]
        times = {event.id: time_of(event) for event in events}
        inputs = {command.event for command in sent}
        streams = {fact.stream for fact in kept if fact.input in inputs}
        evidence = Evidence(
            sent=sent if until is None else [command for command in sent if command.event in times],
            kept=[fact for fact in kept if fact.stream in streams and fact.stream],
            said=ours,
            times=times,
            names={room.id: room.name or "" for room in await self.control.peer.rooms()},
            troubles=self.weather.troubles,
            is_over=until is None,
        )
        verdict = judge(self.house, evidence)
        if not verdict.is_clean:
            again.keep(self.reaper.bot.folder, self.house, evidence)
        return verdict

    async def _events(self, rooms: Iterable[str]) -> list[Message]:
        """Return all events of *rooms*, in each of them up to now."""
        rooms = list(rooms)
        for room in rooms:
            # What this client sees of a room it sees in order, and what it cannot open yet it opens soon.
            mark = await self.control.peer.send(room, "the end")
            await self.control.peer.wait_for(room, "the end", after=None, sender=self.control.peer.user)
            await self._seen(room, mark)
        return await events_in(self.control.peer, rooms)

    async def glimpse(self) -> Verdict:
        """Judge what there is so far, without a pause: by a copy of the state, as a kill would leave it now."""
        bot = self.reaper.bot
        key = (bot.folder / "secrets" / "state.key").read_bytes()
        async with self.reaper.frozen() as since:
            copy = copy_of(bot.state, Path(bot.folder, "glimpse"))
        async with await open_store(copy, key) as store:
            kept = await kept_in(store)
        return await self.judged(self.crowds, kept, since)

    async def _kept(self) -> list[Kept]:
        """Stop the bot once nothing is left to be said, and return its facts. It is left so."""
        bot = self.reaper.bot
        while True:
            assert await self.reaper.stop() == 0, bot.tail()
            async with bot.open_store() as store:
                if not await unsaid(store):
                    return await kept_in(store)
            # Something rang while it stopped: that is said after the next start, if it is left the time.
            await self.reaper.spawn()
            await self.reaper.listening(within_s=PATIENCE_S)
            await asyncio.sleep(2)

    async def _seen(self, room: str, event: str) -> None:
        shut: list[str] = []
        try:
            async with asyncio.timeout(PATIENCE_S):
                while True:
                    seen = await self.control.peer.timeline(room)
                    shut = [f"{one.sender} {one.id} at {one.at}: {one.failure}" for one in seen if one.failure]
                    if any(one.id == event for one in seen) and not shut:
                        return
                    await asyncio.sleep(0.1)
        except TimeoutError:
            raise TimeoutError(f"not opened: {shut}" if shut else "the end did not come") from None

    async def _reap(self, kills: int, crowd: Crowd) -> None:
        """Kill so many times; once, more is said while the bot is down than one sync brings it afterwards."""
        done, silent = 0, self.chance.randrange(max(kills, 1))
        while done < kills:
            if done == silent:
                silent = -1
                done += await self.reaper.kill(lambda: crowd.chatter(self.control, MISSED))
            else:
                done += await self.reaper.kill()

    async def _open(self, crowd: Crowd) -> list[Room]:
        """Open the incidents of an episode, all at once."""
        markers = []
        for kind, language in ROOMS:
            turn = crowd.turn(self.control)
            await crowd.command(self.control, turn, repertoire.opening(turn, language, is_drill=kind != "real"))
            markers.append(turn.marker)
        turn = crowd.turn(self.control)
        await crowd.command(self.control, turn, repertoire.at_the_desk(turn))
        opened = []
        for (kind, _), marker in zip(ROOMS, markers, strict=True):
            async with self.weather.clearing(after_s=CLEARS_AFTER_S):
                talk = self.control.in_room(await self._room(marker))
            opened.append(Room(kind=kind, alice=talk, bob=talk.of(self.bob)))
        for room in opened:
            self.rooms.append(room.alice.room)
            async with asyncio.timeout(OPENS_WITHIN_S):
                people = {peer.user for peer in self._peers()}
                while not people <= await self.control.peer.joined(room.alice.room):  # noqa: ASYNC110 - a homeserver
                    await asyncio.sleep(0.2)
        return opened

    async def _room(self, marker: str) -> str:
        """Return the room in which the bot begins to speak: the homeserver may have made another that is not used."""
        peer = self.control.peer
        async with asyncio.timeout(OPENS_WITHIN_S):
            while True:
                rooms = [
                    room.id for room in await peer.rooms() if room.membership == "join" and room.id not in self.rooms
                ]
                for room in rooms:
                    told = [event.text or "" for event in await peer.timeline(room) if is_said(event, self.control.bot)]
                    if any(line.split()[-1:] == [marker] for text in told for line in heads(text)):
                        return room
                await asyncio.sleep(0.5)

    def _typists(self, rooms: Sequence[Room]) -> list[tuple[Talk, dict[repertoire.Row, int]]]:
        """Return who types at random, and what."""
        silent, answered, real = rooms
        return [
            (silent.alice, dict(LEADERS)),
            (answered.alice, dict(LEADERS)),
            (answered.bob, dict(LEADERS)),
            (answered.alice.of(self.carol), dict(WORKERS)),
            (real.bob, dict(LEADERS)),
        ]

    async def _withhold(self, crowd: Crowd, talks: Sequence[Talk], *, too_late: bool) -> None:
        mailbox, talk = self.weather.mailbox, talks[0]
        async with self.weather.clearing(after_s=CLEARS_AFTER_S):
            # Once she is answered the bot has the keys of what she says there.
            for one in talks:
                await crowd.ask(one, repertoire.note)
        await crowd.unreadable(
            talk, too_late=too_late, times=NOTES_WITHOUT_KEY, lose_keys=lambda: mailbox.withhold(talk.peer.user)
        )
        if too_late:
            async with self.weather.clearing(after_s=TOLD_S):
                await crowd.told_unread(talk, NOTES_WITHOUT_KEY)
        else:
            await asyncio.sleep(IN_TIME_S)
        mailbox.let_go()

    async def _settle(self, crowd: Crowd, script: Script, rooms: Sequence[Room]) -> None:
        """Let the bot live in calm weather until everything is answered, then let nothing ring any more."""
        late = await crowd.all_answered(self.control.peer, self.control.bot, within_s=SETTLES_WITHIN_S)
        print(f"unanswered after {SETTLES_WITHIN_S:.0f} s: {late}" if late else "all answered")  # noqa: T201
        await asyncio.sleep(AFTERWARDS_S)
        for room in rooms:
            await script.end(room)
        await asyncio.sleep(AFTERWARDS_S)
        for room in rooms:
            await crowd.ask(room.alice, repertoire.note)

    def _peers(self) -> tuple[Peer, Peer, Peer]:
        return self.control.peer, self.bob, self.carol


def _local(user: str) -> str:
    return user.removeprefix("@").partition(":")[0]
