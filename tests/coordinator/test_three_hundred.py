"""Three hundred firms on a real homeserver, and the bot killed in the middle of each act: nothing lost, nothing twice.

Somebody of the house is in every room and reads them all with a strict client, and asks there for the firms; people of
some firms have strict clients of their own. COORDINATOR_FIRMS tries it with fewer.
"""

from __future__ import annotations

import asyncio
import os
import random
import re
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.core.facts import AnswerReceived, Closed, DeskFact, Fact, Opened, QuestionAsked, RoomReady
from bot.demo.homeserver import Homeserver
from tests.bots import Bot
from tests.coordinator.marks import Firm, firms, strange
from tests.coordinator.server import Server
from tests.coordinator.stage import read_all, send_list, tell, until, who_confirms, write_figures
from tests.peers.peer import Peer
from tests.peers.views import Message
from tests.servers import Account, register
from tests.talks import Talk, unread

pytestmark = [pytest.mark.peer, pytest.mark.slow, pytest.mark.long, pytest.mark.timeout(1800)]

COUNT = int(os.environ.get("COORDINATOR_FIRMS", "300"))
ASKED = COUNT * 2 // 3
INVITED, CLOSED = min(14, COUNT // 6), min(6, COUNT // 6)
PEERS, AT_ONCE = 4, 10
FIRST_WORDS = 2
"""A room has its words once so many messages stand there."""
KEPT = "May we wait?"
"""A question as the FAQ has it: in words that name nobody."""


@dataclass(kw_only=True)
class Run:
    """Who plays, and what was measured."""

    homeserver: Homeserver
    bot: Bot
    server: Server
    control: Talk
    second: Peer
    agent: Peer
    people: dict[Firm, Account]
    """Who has an account; nobody of the other firms has one, and all are invited."""
    spare: Account
    parent: Talk
    chance: random.Random = field(default_factory=lambda: random.Random(20261129))
    firms: Sequence[Firm] = firms(COUNT)
    rooms: dict[Firm, str] = field(default_factory=dict)
    codenames: dict[str, str] = field(default_factory=dict)
    kills: list[str] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def asking(self) -> Sequence[Firm]:
        return self.firms[:ASKED]

    @property
    def replaced(self) -> Sequence[Firm]:
        return self.firms[COUNT - INVITED :]

    @property
    def closed(self) -> Sequence[Firm]:
        return self.firms[COUNT - INVITED - CLOSED : COUNT - INVITED]

    def person(self, firm: Firm, name: str = "") -> str:
        known = self.people.get(firm)
        return known.user if known and not name else f"@{firm.mark}{name}:{self.homeserver.server_name}"

    async def kill(self, during: str) -> None:
        await self.bot.kill()
        self.kills.append(during)
        await self.bot.start()

    async def all_have(self, firms: Iterable[Firm], since: int, messages: int = 1) -> bool:
        said = await self.server.said(since)
        return all(said[self.rooms[firm]] >= messages for firm in firms)

    async def killed_at(self, what: str, since: int, counts: Iterable[int]) -> None:
        """Kill the bot whenever so many messages stand in rooms of firms."""
        rooms = set(self.rooms.values())

        async def said() -> int:
            return sum(count for room, count in (await self.server.said(since)).items() if room in rooms)

        for wanted in counts:
            await until(lambda wanted=wanted: _reaches(said, wanted), f"{wanted} messages while {what}")  # type: ignore[misc]
            await self.kill(f"{what}, at {await said()} messages")

    @asynccontextmanager
    async def timed(self, what: str) -> AsyncIterator[None]:
        begun = asyncio.get_running_loop().time()
        yield
        self.seconds[what] = round(asyncio.get_running_loop().time() - begun, 1)
        tell(f"  {what}: {self.seconds[what]} s, {len(self.kills)} kills so far")


async def _reaches(count: Callable[[], Awaitable[int]], wanted: int) -> bool:
    return await count() >= wanted


# --- acts -----------------------------------------------------------------------------------------------------


async def opens(run: Run) -> None:
    """Send the list; kill it when a fifth and three fifths of the rooms are there, and when all are."""
    lines = (f"{one.name};{run.person(one)}, {run.agent.user} coordinator;{one.mark}" for one in run.firms)
    data = "\n".join(("organisation;people;ville", *lines)).encode()
    await send_list(run.homeserver, run.spare, run.control, "organisations.csv", data)
    await run.control.ask_with(run.second, "!cascade open Host down", f"{COUNT} organisations, a room for each")

    async def made() -> int:
        return len(await run.server.rooms())

    for wanted in (COUNT // 5, COUNT * 3 // 5):
        await until(lambda wanted=wanted: _reaches(made, wanted), f"{wanted} rooms")  # type: ignore[misc]
        await run.kill(f"opening, at {await made()} rooms")
    lead = run.control.peer
    run.parent = run.control.in_room((await lead.wait_room(inviter=run.bot.user, known=[run.control.room])).id)
    await run.parent.hear(f"All {COUNT} rooms are open", within_s=600)
    await run.bot.kill()
    run.kills.append("opening, at the first words")
    _learn(run, await run.bot.facts())
    await run.bot.start()
    await until(lambda: run.all_have(run.firms, 0, FIRST_WORDS), "first words")
    await until(lambda: _is_everywhere(run), "the agent in every room")


def _learn(run: Run, facts: Sequence[Fact | DeskFact]) -> None:
    """Learn from the bot's own store which room and which codename each firm has."""
    by_name, firm = {firm.name: firm for firm in run.firms}, None
    for fact in facts:
        if isinstance(fact, Opened):
            firm = by_name.get(fact.organisation)
            run.codenames |= {fact.codename: firm.mark} if firm else {}
        elif isinstance(fact, RoomReady) and firm is not None:
            run.rooms[firm] = fact.room


async def _is_everywhere(run: Run) -> bool:
    return set(run.rooms.values()) <= await run.server.joined(run.agent.user)


async def tells(run: Run, number: int) -> None:
    """Send a bulletin to all; kill it when a third of them have it."""
    since = await run.server.place()
    typed = f"!bulletin {{organisation}} in {{ville}}: news {number}"
    await run.parent.ask_with(run.second, typed, f"Bulletin {number}")
    await run.killed_at(f"bulletin {number}", since, (COUNT // 3,))
    await until(lambda: run.all_have(run.firms, since), f"bulletin {number}")


async def ask(run: Run) -> None:
    """Ask in each room; kill it three times meanwhile."""
    since = await run.server.place()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(run.killed_at("asking", since, (ASKED // 6, ASKED // 2, ASKED * 5 // 6)))
        for firm in run.asking:
            await run.agent.send(run.rooms[firm], f"!question {firm.name} of {firm.mark}: what now?")
    await until(lambda: run.all_have(run.asking, since), "each question taken")


async def answer(run: Run) -> None:
    """Answer them all, ten by ten, and the last for all to read; kill it three times meanwhile."""
    since = await run.server.place()
    numbers = list(map(str, range(1, ASKED)))
    some = [",".join(numbers[first : first + AT_ONCE]) for first in range(0, len(numbers), AT_ONCE)]
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(run.killed_at("answering", since, (ASKED // 6, ASKED // 2, ASKED * 5 // 6)))
        for one in some:
            await run.parent.say(f"!answer {one} So it is for all")
        await run.parent.say(f'!answer {ASKED} --faq="{KEPT}" So it is for all')
    await until(lambda: run.all_have(run.asking, since), "each question answered")


async def repair(run: Run) -> None:
    """Let other people in, and close some with a farewell; kill it in the middle of each."""
    for firm in run.replaced:
        asked = await run.parent.say(f"!cascade invite {firm.name} {run.person(firm, '.new')}")
        await asyncio.sleep(run.chance.random())
        await run.kill("inviting")
        await run.parent.hear(f"invited into the room of {firm.name}", after=asked)
    for firm in run.closed:
        told = await run.parent.ask(f"!cascade close ville={firm.mark} Bye {firm.name}", r"!confirm \d+")
        confirming = who_confirms(str(told.text), run.parent, run.second)
        assert confirming is not None
        talk, typed = confirming
        await talk.say(typed)
        await asyncio.sleep(run.chance.random())
        await run.kill("closing")
        await run.agent.wait_for(run.rooms[firm], f"Bye {firm.name}", sender=run.bot.user)


# --- what is there afterwards -----------------------------------------------------------------------------------


def counted(run: Run, firm: Firm, said: Sequence[Message], number: dict[str, int]) -> list[str]:
    """Return what is lost, doubled or strange in the room of *firm*; *number* is that of the question asked in each."""
    texts = [str(one.text) for one in said if not one.replaces]
    bulletins = Counter(found[1] for text in texts if (found := re.match(r"Bulletin (\d+)", text)))
    wanted = {"1": 1, "2": 1, "3": 1}
    wrong = [f"unread: {one.failure}" for one in said if one.failure]
    farewells = sum(f"Bye {firm.name}" in text for text in texts)
    if {name: count for name, count in bulletins.items() if name in wanted} != wanted:
        wrong.append(f"bulletins: {dict(bulletins)}")
    if farewells != (firm in run.closed):
        wrong.append(f"farewells: {farewells}")
    asked = number.get(run.rooms[firm])
    heard = [
        sum(text.startswith(f"{head} {asked}") for text in texts)
        for head in ("Sent on as question", "Answer to your question")
    ]
    if heard != [asked is not None] * 2:
        wrong.append(f"question {asked}, sent on and answered: {heard}")
    told = set[str]().union(*(strange(f"{one.text} {one.formatted_body}", firm.mark, run.codenames) for one in said))
    return [*wrong, *([f"strange: {told}"] if told else [])]


def asked_where(run: Run, facts: Sequence[Fact | DeskFact]) -> dict[str, int]:
    """Return the number of the question of each room, by the bot's own store; each was asked and answered once."""
    room, numbers, answered = "", list[tuple[str, int]](), list[int]()
    for fact in facts:
        match fact:
            case Opened():
                room = ""
            case RoomReady():
                room = fact.room
            case QuestionAsked():
                numbers.append((room, fact.number))
            case AnswerReceived():
                answered += fact.numbers
            case _:
                pass
    assert sorted(number for _, number in numbers) == sorted(answered) == list(range(1, ASKED + 1))
    assert {room for room, _ in numbers} == {run.rooms[firm] for firm in run.asking}
    return dict(numbers)


async def test_nothing_is_lost_or_doubled_or_strays(homeserver: Homeserver, tmp_path: Path) -> None:
    names = ("alice", "dave", "cellule", "agent", "spare")
    alice, dave, cellule, agent, spare = [await register(homeserver, name) for name in names]
    everybody = firms(COUNT)
    people = {firm: await register(homeserver, firm.mark) for firm in everybody[:: max(1, COUNT // PEERS)][:PEERS]}
    leads = {one.user: ["admin", "coordinator"] for one in (alice, dave)}
    async with AsyncExitStack() as stack:
        bot = await stack.enter_async_context(Bot(tmp_path, homeserver, cellule, leads))

        async def peer(account: Account) -> Peer:
            return await stack.enter_async_context(Peer(homeserver, account, meet=[bot.user]))

        lead = await peer(alice)
        control = Talk(peer=lead, room=(await lead.wait_room(inviter=bot.user)).id, bot=bot.user)
        run = Run(
            homeserver=homeserver,
            bot=bot,
            server=Server(homeserver.database, bot.user),
            control=control,
            parent=control,
            second=await peer(dave),
            agent=await peer(agent),
            people=people,
            spare=spare,
        )
        own = {firm: await peer(account) for firm, account in people.items()}
        await play(run)
        async with run.timed("waiting for the last questions to be shown"):
            await shown(run)
        await bot.stop()
        await judge(run, own)


async def play(run: Run) -> None:
    await run.second.wait_room(inviter=run.bot.user)
    async with run.timed("opening"):
        await opens(run)
    for number in (1, 2):
        async with run.timed(f"bulletin {number}"):
            await tells(run, number)
    async with run.timed("questions"):
        await ask(run)
    async with run.timed("answers"):
        await answer(run)
    async with run.timed("bulletin 3"):
        await tells(run, 3)
    async with run.timed("repairs"):
        await repair(run)


async def shown(run: Run) -> None:
    """Wait until whoever coordinates was shown as many questions as were asked."""

    async def so_far() -> int:
        texts = (str(one.text) for one in await run.parent.heard())
        heads = (re.match(r"Asked by organisations: (\d+)", text) for text in texts)
        return sum(int(head[1]) for head in heads if head)

    await until(lambda: _reaches(so_far, ASKED), "questions shown", within_s=400)
    assert await so_far() == ASKED


async def judge(run: Run, own: dict[Firm, Peer]) -> None:
    """Hold what the homeserver, the bot's store and strict clients have to what was done; write the figures."""
    facts, rooms, invited = await run.bot.facts(), await run.server.rooms(), await run.server.invited()
    number = asked_where(run, facts)
    async with run.timed("reading all rooms"):
        read = {firm: await read_all(run.agent, run.rooms[firm], run.bot.user) for firm in run.firms}
    wrong = {firm.name: found for firm, said in read.items() if (found := counted(run, firm, said, number))}
    expected = {(run.rooms[firm], run.person(firm)) for firm in run.firms}
    expected |= {(run.rooms[firm], run.agent.user) for firm in run.firms}
    expected |= {(run.rooms[firm], run.person(firm, ".new")) for firm in run.replaced}
    below = {pair: count for pair, count in invited.items() if pair[0] in run.rooms.values()}
    figures = {
        "firms": COUNT,
        "rooms": len(rooms),
        "rooms of firms": len(set(run.rooms.values())),
        "invitations": sum(below.values()),
        "bulletins read": sum(
            one.text is not None and one.text.startswith("Bulletin") for said in read.values() for one in said
        ),
        "questions": len(number),
        "messages read": sum(map(len, read.values())),
        "closed": sum(isinstance(fact, Closed) for fact in facts),
        "wrong": wrong,
        "invited twice": [pair for pair, count in below.items() if count > 1],
        "kills": len(run.kills),
        "killed": run.kills,
        "seconds": run.seconds,
        "seconds in all": round(sum(run.seconds.values()), 1),
    }
    write_figures(f"three-hundred-{COUNT}.json", figures)
    assert not wrong
    assert len(rooms) == len(set(rooms)) == COUNT + 2, "those, the parent's, and the control room"
    assert len(set(run.rooms.values())) == COUNT
    assert below == dict.fromkeys(expected, 1)
    assert figures["closed"] == CLOSED
    for firm, peer in own.items():
        assert {room.id for room in await peer.rooms()} == {run.rooms[firm]}
        assert await unread(peer, run.bot.user) == []
