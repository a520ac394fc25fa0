"""The judge and the bot, on fakes of all ports: weeks at the pace of real life, nights and kills, in a moment.

What no drill reaches is tried here: quiet hours, reminders that are said once more to more people, days without a bot.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from bot.core.names import UserId
from bot.core.people.quiet import QuietHours
from bot.core.people.roster import Role
from bot.library import playbooks, rules
from bot.library.rules import switched
from bot.ports import Content
from tests.chaos import repertoire
from tests.chaos.judge import content
from tests.chaos.judge.case import Case
from tests.chaos.judge.evidence import Command, Heard
from tests.chaos.judge.incident import find
from tests.chaos.judge.times import HOUR
from tests.chaos.model import as_fact
from tests.chaos.reading import as_kept
from tests.chaos.repertoire import ANSWERING, LEADERS, WORKERS, Turn, Typed
from tests.service.passing import pass_time
from tests.service.shell import Shell

ALICE, BOB, CAROL = (UserId(f"@{name}:example.org") for name in ("alice", "bob", "carol"))
PEOPLE = {
    ALICE: frozenset({Role.ADMIN, Role.COORDINATOR}),
    BOB: frozenset({Role.ADMIN, Role.DPO, Role.IT}),
    CAROL: frozenset({Role.LEGAL, Role.COMMS}),
}
HOUSE = replace(
    Shell().house,
    people=PEOPLE,
    playbooks=playbooks.load(content.FOLDER),
    rules=switched(rules.load(content.FOLDER), frozenset()),
    quiet=QuietHours.between("21:00", "07:00"),
)
FREE_DAYS = frozenset({date(2026, 4, 6)})
STARTED = ("FR-LOPMI", "GDPR-33-1", "GDPR-33-2", "FR-INS-5", "GDPR-33-4")
TRIED = (Phase.explicit, Phase.reuse, Phase.generate)
"""A smaller number is no simpler play: nothing to shrink."""
ON_PURPOSE = 0.4
"""How many commands are about clocks and reminders; the others are all kinds."""


@dataclass(slots=True)
class Weeks:
    """Plays one incident by chance, and keeps what everybody saw of it."""

    chance: random.Random
    shell: Shell = field(default_factory=lambda: Shell(HOUSE))
    commands: list[Command] = field(default_factory=list)
    heard: list[Heard] = field(default_factory=list)
    language: str = "en"
    is_drill: bool = False
    seen: int = 0

    async def play(self) -> list[str]:
        """Play some lives of a bot, and return what the judge finds."""
        chance = self.chance
        self.language, self.is_drill = chance.choice(("en", "fr")), chance.random() < 0.4
        hour = HOUR / HOUSE.drill_pace if self.is_drill else HOUR
        async with self._life():
            drill = " --drill" if self.is_drill else ""
            await self.shell.open("t1", f"--playbook provider-hit --lang {self.language}{drill}")
        for _ in range(chance.randrange(3, 9)):
            async with self._life():
                for _ in range(chance.randrange(1, 12)):
                    await self._type(self._turn())
                    if chance.random() < 0.5:
                        await self._pass(hour * chance.uniform(0, 30))
            if chance.random() < 0.5:
                self.shell.clock.advance(hour * chance.uniform(0, 40))
        async with self._life():
            await self._pass(hour * 100)
        return await self._findings()

    async def _findings(self) -> list[str]:
        incident = self.shell.incident()
        case = Case(
            language=self.language,
            playbook=content.playbook("provider-hit", self.language),
            rules=content.rules(self.language, incident.opened_at.date()),
            roster={user: frozenset(map(str, roles)) for user, roles in PEOPLE.items()},
            title="t1",
            codename=incident.codename,
            opened_at=incident.opened_at,
            opened_by=ALICE,
            pace=incident.pace,
            is_drill=self.is_drill,
            free_days=FREE_DAYS,
            quiet=(time(21), time(7)),
        )
        facts = [as_fact(as_kept("", record)) for record in await self.shell.store.history(incident.id)]
        found = find(case, self.commands, self.heard, facts)
        return [f"{fault.kind} {fault.what}" for fault in found.faults]

    @asynccontextmanager
    async def _life(self) -> AsyncIterator[None]:
        """One life of the bot: what it says at its start is heard, and its end is a crash."""
        async with self.shell.life():
            if self.shell.service.books.incidents():
                self._listen()
            yield
        self._listen()

    async def _pass(self, span: timedelta) -> None:
        async def settle() -> None:
            await self.shell.settle()
            self._listen()

        await pass_time(span, self.shell.clock, self.shell.alarm_clock, settle)
        self._listen()

    def _listen(self) -> list[Content]:
        """Hear the reminders that came since, and return the answers."""
        now, said = self.shell.clock.now(), self.shell.chat.rooms[self.shell.room].said
        new, self.seen = [one.content for one in said[self.seen :]], len(said)
        for one in (one for one in new if one.thread is None and one.rings):
            is_for_all = one.mentions_room
            # Where the room is mentioned, what speaks for us names everybody.
            people = frozenset(self.shell.incident().roster if is_for_all else one.mentions)
            self.heard.append(
                Heard(text=one.body, people=people, is_for_all=is_for_all, rings=True, at=now, settled=now)
            )
        return [one for one in new if one.thread is not None]

    def _turn(self) -> Turn:
        names = {"alice": ALICE, "bob": BOB, "carol": CAROL}
        who, marker = self.chance.choice((ALICE, BOB, CAROL)), f"m{len(self.commands)}"
        return Turn(chance=self.chance, who=who, marker=marker, rules=STARTED, others=names)

    async def _type(self, turn: Turn) -> None:
        typed = self._choose(turn, self.shell.clock.now())
        now, count, event = self.shell.clock.now(), await self._facts(), f"$typed{len(self.commands)}"
        message = self.shell.message(typed.words, room=self.shell.room, sender=UserId(turn.who), thread=f"$t{event}")
        await self.shell.receive(message)
        (answer,) = self._listen()
        self.commands.append(
            Command(
                event=message.id,
                act=typed.act,
                sent=now,
                answered=now,
                answer=answer.body,
                people=frozenset(answer.mentions),
                is_for_all=answer.mentions_room,
                rings=answer.rings,
                done=now if await self._facts() > count else None,
            )
        )

    def _choose(self, turn: Turn, now: datetime) -> Typed:
        chance, leads = self.chance, turn.who != CAROL
        if chance.random() > ON_PURPOSE:
            return repertoire.choose(LEADERS if leads else WORKERS, turn)
        ago = timedelta(hours=chance.randrange(80), seconds=-chance.randrange(1000))
        ways: list[Callable[[], Typed]] = [
            *[lambda: repertoire.aware(turn, chance.choice(STARTED), now - max(ago, timedelta()))] * 3,
            *[lambda: repertoire.choose(ANSWERING, turn)] * 3,
            lambda: repertoire.promise(turn, now + timedelta(seconds=chance.randrange(2, 7000))),
            lambda: repertoire.filed(turn, chance.choice(STARTED)),
            lambda: repertoire.set_aside(turn, chance.choice(STARTED)),
            lambda: repertoire.add_clock(turn, now + timedelta(hours=chance.randrange(2, 60))),
            lambda: repertoire.resume(turn) if leads else repertoire.ack(turn),
            lambda: repertoire.confirm(turn, chance.randrange(1, 4)),
            lambda: repertoire.close(turn) if turn.who == ALICE else repertoire.ack(turn),
        ]
        return chance.choice(ways)()

    async def _facts(self) -> int:
        return len(await self.shell.store.history(self.shell.incident().id))


@given(st.integers(0, 2**32))
@settings(max_examples=5, deadline=None, phases=TRIED)
def test_whatever_people_do_for_weeks_the_judge_and_the_bot_agree(seed: int) -> None:
    weeks = Weeks(random.Random(seed))
    assert asyncio.run(weeks.play()) == []


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.timeout(3600)
@given(st.integers(0, 2**32))
@settings(max_examples=100, deadline=None, phases=TRIED)
def test_they_agree_on_a_hundred_more(seed: int) -> None:
    weeks = Weeks(random.Random(seed))
    assert asyncio.run(weeks.play()) == []
