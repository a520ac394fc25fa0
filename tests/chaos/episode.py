"""One episode: two incidents, people who type and clocks that ring, while the bot is killed in bad weather."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass, field

from tests.chaos.crowd import Crowd
from tests.chaos.killing import Reaper
from tests.chaos.model import Kept, Said, Sent, Verdict, judge
from tests.chaos.reading import kept_in, said_in, unsaid
from tests.chaos.weather import Weather
from tests.patience import PATIENCE_S
from tests.peers.peer import Peer
from tests.talks import Talk

OPENS_WITHIN_S = 600.0
CLEARS_AFTER_S = 45.0
"""A room takes many requests, and a bot that lives for seconds may never come to the end of them: then it clears up."""
SETTLES_WITHIN_S = 300.0
AWARE_H = (20, 17)
"""How many hours before the command somebody was aware, in each of the two rooms."""
LADDER_H = 72 - min(AWARE_H)
"""From the command to the last rung of both ladders."""
MARGIN_S = 3.0
IN_TIME_S, TOLD_S = 12.0, 90.0
"""How long keys are withheld that come in time, and after how long of bad weather nobody waits any more to be told."""
MISSED = 60
"""Lines of chatter: more than one sync brings."""
NOTES_WITHOUT_KEY = 3


@dataclass(slots=True, kw_only=True)
class Stage:
    """What all episodes are played on."""

    reaper: Reaper
    weather: Weather
    control: Talk
    bob: Peer
    carol: Peer
    """The one whose keys are withheld."""
    pace: int
    chance: random.Random
    sent: list[Sent] = field(default_factory=list)
    rooms: list[str] = field(default_factory=list)
    """The rooms of all incidents so far."""

    async def play(self, kills: int, *, share: float, too_late: bool) -> Verdict:
        """Play one episode and judge it; *too_late* says whether keys are withheld until the bot has given them up."""
        crowd = Crowd(self.chance, prefix=f"e{len(self.rooms)}")
        self.weather.rise(share)
        async with asyncio.TaskGroup() as tasks:
            reaping = tasks.create_task(self._reap(kills, crowd))
            reading = tasks.create_task(crowd.read(self.control.peer, self.control.bot))
            talks = [await self._open(crowd, hours) for hours in AWARE_H]
            ladder_ends = asyncio.get_running_loop().time() + LADDER_H * 3600 / self.pace + MARGIN_S
            withholding = tasks.create_task(self._withhold(crowd, talks[0].of(self.carol), too_late=too_late))
            typing = [tasks.create_task(crowd.type(talk)) for talk in (*talks, talks[1].of(self.bob))]
            await reaping
            self.weather.calm()
            keeping = tasks.create_task(self.reaper.keep())
            crowd.stop()
            await asyncio.wait([withholding, reading, *typing])
            await self._settle(crowd, talks, ladder_ends)
            keeping.cancel()
        rooms = [talk.room for talk in talks]
        self.sent += crowd.sent
        self.rooms += rooms
        kept, said = await self.evidence([self.control.room, *rooms])
        mine = {fact.stream for fact in kept if fact.room in rooms}
        threads = {sent.thread for sent in crowd.sent}
        return judge(
            crowd.sent,
            [fact for fact in kept if fact.stream in mine],
            [one for one in said if one.room in rooms or one.thread in threads],
            pace=self.pace,
        )

    async def judge_all(self) -> Verdict:
        """Judge all episodes together, with what was said since."""
        kept, said = await self.evidence([self.control.room, *self.rooms])
        return judge(self.sent, kept, said, pace=self.pace)

    async def evidence(self, rooms: list[str]) -> tuple[list[Kept], list[Said]]:
        """Stop the bot once nothing is left to be said; return its facts, and what stands in *rooms*. It is left so."""
        kept = await self._kept()
        for room in rooms:
            # What this client sees of a room it sees in order, and what it cannot open yet it opens soon.
            mark = await self.control.peer.send(room, "the end")
            await self.control.peer.wait_for(room, "the end", after=None, sender=self.control.peer.user)
            await self._seen(room, mark)
        return kept, await said_in(self.control.peer, rooms, self.control.bot)

    async def _kept(self) -> list[Kept]:
        bot = self.reaper.bot
        while True:
            assert await self.reaper.stop() == 0, bot.tail()
            async with await bot.open_store() as store:
                if not await unsaid(store):
                    return await kept_in(store)
            # Something rang while it stopped: that is said after the next start, if it is left the time.
            await self.reaper.spawn()
            await self.reaper.listening(within_s=PATIENCE_S)
            await asyncio.sleep(2)

    async def _seen(self, room: str, event: str) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while True:
                seen = await self.control.peer.timeline(room)
                if any(one.id == event for one in seen) and not any(one.failure for one in seen):
                    return
                await asyncio.sleep(0.1)

    async def _reap(self, kills: int, crowd: Crowd) -> None:
        """Kill so many times; once, more is said while the bot is down than one sync brings it afterwards."""
        done, silent = 0, self.chance.randrange(kills)
        while done < kills:
            if done == silent:
                silent = -1
                done += await self.reaper.kill(lambda: crowd.chatter(self.control, MISSED))
            else:
                done += await self.reaper.kill()

    async def _open(self, crowd: Crowd, hours: int) -> Talk:
        """Open an incident and start a clock in it."""
        control = self.control
        await crowd.command(control, "!open {} --playbook provider-hit --drill", "Opened")
        known = [control.room, *self.rooms, *(sent.room for sent in crowd.sent)]
        async with self.weather.clearing(after_s=CLEARS_AFTER_S):
            talk = control.in_room(await self._room(known))
        for peer in (self.bob, self.carol):
            # Asked of another: a client that joins within a moment may believe the invitation for longer than the join.
            await control.peer.wait_member(talk.room, peer.user, within_s=OPENS_WITHIN_S)
        await crowd.command(talk, "!fact personal-data yes", "Answered", is_marked=False)
        await crowd.command(talk, f"!aware GDPR-33-1 -{hours}h {{}}", "ClockStarted")
        return talk

    async def _room(self, known: list[str]) -> str:
        """Return the room in which the bot begins to speak: the homeserver may have made another that is not used."""
        peer = self.control.peer
        async with asyncio.timeout(OPENS_WITHIN_S):
            while True:
                rooms = [room for room in await peer.rooms() if room.id not in known and room.membership == "join"]
                for room in rooms:
                    if any("Start here" in (event.text or "") for event in await peer.timeline(room.id)):
                        return room.id
                await asyncio.sleep(0.5)

    async def _withhold(self, crowd: Crowd, talk: Talk, *, too_late: bool) -> None:
        mailbox = self.weather.mailbox
        async with self.weather.clearing(after_s=CLEARS_AFTER_S):
            await crowd.be_known(talk)
        await crowd.unreadable(
            talk, too_late=too_late, times=NOTES_WITHOUT_KEY, lose_keys=lambda: mailbox.withhold(talk.peer.user)
        )
        if too_late:
            async with self.weather.clearing(after_s=TOLD_S):
                await crowd.told_unread(talk, NOTES_WITHOUT_KEY)
        else:
            await asyncio.sleep(IN_TIME_S)
        mailbox.let_go()

    async def _settle(self, crowd: Crowd, talks: list[Talk], ladder_ends: float) -> None:
        """Let the bot live in calm weather until everything is answered and every ladder is over."""
        loop = asyncio.get_running_loop()
        await asyncio.sleep(max(0.0, ladder_ends - loop.time()))  # until the last reminder was due
        for talk in talks:
            await crowd.command(talk, "!filed GDPR-33-1 {}", "ClockFiled")
        late = await crowd.all_answered(self.control.peer, self.control.bot, within_s=SETTLES_WITHIN_S)
        print(f"unanswered after {SETTLES_WITHIN_S:.0f} s: {late}" if late else "all answered")  # noqa: T201
