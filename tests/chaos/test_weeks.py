"""The judge and the bot, on fakes of all ports: weeks at the pace of real life, nights and kills, in a moment.

What no drill reaches is tried here: quiet hours, reminders that are said once more to more people, days without a bot.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

from bot.core.names import UserId
from bot.core.quiet import QuietHours
from bot.core.roster import Role
from bot.library import playbooks, rules
from bot.library.switches import switched
from bot.ports import Content
from tests.chaos.judge import content
from tests.chaos.judge.acts import Act
from tests.chaos.judge.answers import follow, looked
from tests.chaos.judge.case import Case
from tests.chaos.judge.evidence import Command, Heard
from tests.chaos.judge.hearing import Listener
from tests.chaos.judge.times import MINUTE
from tests.service.passing import pass_time
from tests.service.shell import Shell

ALICE, BOB, CAROL = (UserId(f"@{name}:example.org") for name in ("alice", "bob", "carol"))
PEOPLE = {
    ALICE: frozenset({Role.ADMIN, Role.COORDINATOR}),
    CAROL: frozenset({Role.ADMIN, Role.LEGAL, Role.COMMS}),
    BOB: frozenset({Role.DPO, Role.IT}),
}
HOUSE = replace(
    Shell().house,
    people=PEOPLE,
    playbooks=playbooks.load(content.FOLDER),
    rules=switched(rules.load(content.FOLDER), frozenset()),
    quiet=QuietHours.between("21:00", "07:00"),
)
FREE_DAYS = frozenset({date(2026, 4, 6)})


@dataclass(slots=True)
class Weeks:
    """Plays one incident, and keeps what everybody saw of it."""

    language: str
    is_drill: bool
    shell: Shell = field(default_factory=lambda: Shell(HOUSE))
    commands: list[Command] = field(default_factory=list)
    heard: list[Heard] = field(default_factory=list)
    seen: int = 0

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        async with self.shell.life():
            drill = " --drill" if self.is_drill else ""
            await self.shell.open("t1", f"--playbook provider-hit --lang {self.language}{drill}")
            self.note()
            yield

    def case(self) -> Case:
        incident, language = self.shell.incident(), self.language
        return Case(
            language=language,
            playbook=content.playbook("provider-hit", language),
            rules=content.rules(language, date(2026, 11, 24)),
            roster={user: frozenset(map(str, roles)) for user, roles in PEOPLE.items()},
            title="t1",
            codename=incident.codename,
            opened_at=self.opened_at,
            opened_by=ALICE,
            pace=incident.pace,
            is_drill=self.is_drill,
            free_days=FREE_DAYS,
            quiet=(time(21), time(7)),
        )

    @property
    def opened_at(self) -> datetime:
        return self.shell.incident().opened_at

    def note(self) -> list[Content]:
        now, said = self.shell.clock.now(), self.shell.chat.rooms[self.shell.room].said
        new, self.seen = said[self.seen :], len(said)
        answers = []
        for one in new:
            if one.content.thread is None and one.content.rings:
                self.heard.append(
                    Heard(
                        text=one.content.body,
                        people=frozenset(one.content.mentions),
                        is_for_all=one.content.mentions_room,
                        rings=one.content.rings,
                        at=now,
                        settled=now,
                    )
                )
            elif one.content.thread is not None:
                answers.append(one.content)
        return answers

    async def settle(self) -> None:
        await self.shell.settle()
        self.note()

    async def type(self, words: str, act: Act) -> None:
        now, shell = self.shell.clock.now(), self.shell
        count = await self.facts()
        await shell.receive(
            shell.message(words, room=shell.room, sender=UserId(act.who), thread=f"$t{len(self.commands)}")
        )
        answers = self.note()
        assert len(answers) == 1, (words, answers)
        answer = answers[0]
        self.commands.append(
            Command(
                event=f"${len(self.commands)}",
                act=act,
                sent=now,
                answered=now,
                answer=answer.body,
                people=frozenset(answer.mentions),
                is_for_all=answer.mentions_room,
                rings=answer.rings,
                done=now if await self.facts() > count else None,
            )
        )

    async def facts(self) -> int:
        return len(await self.shell.store.history(self.shell.incident().id))

    async def pass_(self, span: timedelta) -> None:
        await pass_time(span, self.shell.clock, self.shell.alarm_clock, self.settle)
        self.note()

    def faults(self) -> list[str]:
        case = self.case()
        states, faults = follow(case, self.commands, self.shell.clock.now() + MINUTE)
        for command in self.commands:
            if not command.done and command.act.kind != "ack":
                faults += looked(states, command, lambda *_: [])
        worlds = Listener(commands=self.commands).listen(case, self.heard)
        return [f"{fault.kind} {fault.what}" for fault in (*faults, *worlds[0].faults)]
