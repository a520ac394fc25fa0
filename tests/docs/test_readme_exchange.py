"""The README's exchange is played: what people type is typed, and the bot must say each line that stands there."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.core.desk import House
from bot.core.language import Language
from bot.core.names import DeviceId, InputId, RoomId, UserId
from bot.core.people.roster import Role
from bot.host.shipped import playbooks_folder
from bot.library import playbooks, rules
from bot.library.calendar import closed_days
from bot.ports import Batch, Message
from bot.service import Service
from bot.service.books import Books
from bot.service.upkeep.control import CONTROL_ROOM_NAME
from tests.docs.pages import read
from tests.fakes.alarm_clock import FakeAlarmClock
from tests.fakes.chat import FakeChat
from tests.fakes.clock import FakeClock
from tests.fakes.store import MemoryStore
from tests.fakes.verifications import FakeVerifications
from tests.patience import eventually
from tests.service.shell import IDENTITY

PARIS = ZoneInfo("Europe/Paris")
FRIDAY = datetime(2026, 11, 27, 18, 4, tzinfo=PARIS)
PEOPLE = {
    UserId("@alice:example.org"): frozenset({Role.ADMIN, Role.COORDINATOR}),
    UserId("@bob:example.org"): frozenset({Role.DPO}),
    UserId("@carol:example.org"): frozenset({Role.IT}),
    UserId("@dan:example.org"): frozenset({Role.INSURANCE}),
}


@dataclass(slots=True, kw_only=True)
class Turn:
    """What one person types, and the lines of the bot that follow it in the README."""

    who: UserId
    typed: str
    answers: list[str] = field(default_factory=list)


def turns() -> list[Turn]:
    block = re.search(r"<!-- played by .*? -->\n```text\n(.*?)```", read("README.md"), re.DOTALL)
    assert block is not None
    found: list[Turn] = []
    for line in block[1].splitlines():
        speaker, said = line[:9].strip(), line[9:].strip()
        if speaker in {"Cellule", ""}:
            found[-1].answers.append(said)
        else:
            found.append(Turn(who=UserId(f"@{speaker}:example.org"), typed=said))
    return found


def _house(now: datetime, language: Language) -> House:
    folder = playbooks_folder()
    return House(
        people=PEOPLE,
        playbooks=playbooks.load(folder),
        rules=rules.load(folder),
        closed_days=tuple(sorted(closed_days(now, PARIS))),
        language=language,
        zone=PARIS.key,
        drill_pace=3600,
    )


@dataclass(slots=True, kw_only=True)
class Stage:
    """The bot on the fakes, and the room its people are in."""

    service: Service
    chat: FakeChat
    clock: FakeClock

    @property
    def rooms(self) -> list[RoomId]:
        return list(self.chat.rooms)

    async def play(self, number: int, turn: Turn) -> None:
        """Type the line, and wait until the bot has said every line that follows it in the README."""
        before = {room: len(made.said) for room, made in self.chat.rooms.items()}
        self.chat.join(self.rooms[-1], turn.who)
        self.clock.advance(timedelta(minutes=1))
        await self.service.receive(Batch(events=(self._message(number, turn),), token=str(number)))
        await eventually(
            lambda: all(line in self._said_since(before) for line in turn.answers),
            otherwise=lambda: f"after {turn.typed!r} wanted {turn.answers}, heard:\n{self._said_since(before)}",
        )

    def _said_since(self, before: Mapping[RoomId, int]) -> str:
        said = (
            said.content.body for room, made in self.chat.rooms.items() for said in made.said[before.get(room, 0) :]
        )
        return re.sub("[\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}]", " ", "\n".join(said))

    def _message(self, number: int, turn: Turn) -> Message:
        return Message(
            id=InputId(f"$m{number}"),
            room=self.rooms[-1],
            sender=turn.who,
            device=DeviceId("PHONE"),
            body=turn.typed,
            thread=None,
            sent_at=self.clock.now(),
            received_at=self.clock.now(),
        )


@asynccontextmanager
async def stage(language: Language) -> AsyncIterator[Stage]:
    clock, store, chat, alarm_clock = FakeClock(FRIDAY), MemoryStore(), FakeChat(), FakeAlarmClock()
    service = Service(
        house=_house(FRIDAY, language),
        books=await Books.load(store),
        store=store,
        records=store,
        chat=chat,
        alarm_clock=alarm_clock,
        clock=clock,
        verifications=FakeVerifications(),
        identity=IDENTITY,
        pagers={},
    )
    alarm_clock.start(service.ring)
    await service.start()
    running = [asyncio.create_task(service.run()), asyncio.create_task(service.drain.run())]
    try:
        yield Stage(service=service, chat=chat, clock=clock)
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


async def test_the_exchange_of_the_readme_happens_as_it_stands_there() -> None:
    played = turns()
    assert len({turn.who for turn in played}) == 3
    async with stage(Language("en")) as played_on:
        await eventually(lambda: len(played_on.rooms) == 1, otherwise=lambda: "no control room")
        assert played_on.chat.rooms[played_on.rooms[0]].plan.name == CONTROL_ROOM_NAME
        for number, turn in enumerate(played, start=1):
            await played_on.play(number, turn)
