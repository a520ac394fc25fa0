"""The weekend played on the fakes of all ports at its real dates: what the two pages in the documents show."""

from __future__ import annotations

import asyncio
import re
import textwrap
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from bot.core.desk import House
from bot.core.facts import DeskFact, Fact
from bot.core.language import Language
from bot.core.names import DeviceId, UserId
from bot.core.people.naming import localpart
from bot.host.shipped import playbooks_folder
from bot.library import drafts, playbooks, rules
from bot.library.calendar import closed_days
from tests.fakes.clock import FakeClock
from tests.service.shell import BOT, Shell
from tests.weekend import FIRST_INFORMATION, LINES, PARIS, PEOPLE, PROFILE, QUIET, Line

AFTERWARDS = datetime(2023, 12, 11, 18, 10, tzinfo=PARIS).astimezone(UTC)
DAYS = {
    Language("en"): ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    Language("fr"): ("lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim."),
}
WIDTH = 66
LONGEST, END = 1_600, 300
"""Characters of one message that the page shows, and how many of them are its end."""


def house(language: Language) -> House:
    folder = playbooks_folder()
    return House(
        people=PEOPLE,
        playbooks=playbooks.load(folder),
        rules=rules.load(folder),
        closed_days=tuple(sorted(closed_days(FIRST_INFORMATION, PARIS))),
        language=language,
        zone=PARIS.key,
        drill_pace=3600,
        profile=PROFILE,
        quiet=QUIET,
        drafts=drafts.load(folder),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One message of the weekend."""

    at: datetime
    who: UserId
    body: str
    mentions: tuple[UserId, ...] = ()
    rings: bool = False
    file: str = ""


@dataclass(slots=True, kw_only=True)
class Weekend:
    """The whole of it, played once for each language."""

    shell: Shell
    language: Language
    turns: list[Turn] = field(default_factory=list)
    _heard: set[str] = field(default_factory=set)

    async def play(self, lines: tuple[Line, ...] = LINES, until: datetime = AFTERWARDS) -> None:
        async with self.shell.life():
            self._hear()
            for line in lines:
                await self._wait_until(line.at)
                await self._type(line)
            await self._wait_until(until)

    async def _type(self, line: Line) -> None:
        room = self.shell.control_room if line.is_control else self.shell.room
        typed = line.text(self.language)
        self.turns.append(Turn(at=line.at, who=line.who, body=typed))
        message = self.shell.message(typed, room=room, sender=line.who)
        device = DeviceId(f"{localpart(line.who).upper()}PHONE")
        await self.shell.receive(replace(message, device=device))
        if line.is_control:
            for user in PEOPLE:
                await self.shell.move(user, room=self.shell.room, present=True)
        self._hear()

    async def _wait_until(self, moment: datetime) -> None:
        clock = self.shell.clock
        while waiting := [at for at in self.shell.alarm_clock.settings.values() if at <= moment]:
            clock.move_to(max(min(waiting), clock.now()))
            await self.shell.settle()
            self._hear()
        clock.move_to(max(moment, clock.now()))
        await self.shell.settle()
        self._hear()

    def _hear(self) -> None:
        for room in self.shell.chat.rooms.values():
            for said in room.said:
                if said.txn in self._heard or said.content.replaces is not None:
                    continue
                self._heard.add(said.txn)
                content = said.content
                if content.thread is not None and content.file is None:
                    self.turns.pop()  # what stands whole in the thread began in the room just before
                self.turns.append(
                    Turn(
                        at=self.shell.clock.now(),
                        who=BOT,
                        body=content.body,
                        mentions=tuple(content.mentions),
                        rings=content.rings,
                        file=content.file.name if content.file else "",
                    )
                )

    async def facts(self) -> list[Fact | DeskFact]:
        """Return all that was recorded of the incident, oldest first."""
        return [record.fact for record in await self.shell.store.history(self.shell.incident().id)]

    def page(self) -> str:
        """Return the conversation as it stands in the document."""
        return "\n\n".join(_shown(turn, self.language) for turn in self.turns)


def weekend(language: Language) -> Weekend:
    """Return the weekend before anything happened."""
    shell = Shell(house(language))
    shell.clock = FakeClock(FIRST_INFORMATION)
    return Weekend(shell=shell, language=language)


def page(language: Language) -> str:
    """Return the whole conversation, for the document in *language*."""
    played = weekend(language)
    asyncio.run(played.play())
    return f"```text\n{played.page()}\n```\n"


_CHECKPOINT = re.compile(r"(cellule-checkpoint-1) .*")
"""What is signed is another line in each run: alarms have names of chance."""


def _cut(body: str) -> str:
    """Leave out the middle of a long message, between two lines."""
    start, end = body[: LONGEST - END].rsplit("\n", 1)[0], body[-END:].split("\n", 1)[-1]
    return f"{start}\n\n[...]\n\n{end}"


def _shown(turn: Turn, language: Language) -> str:
    local = turn.at.astimezone(PARIS)
    who = "Cellule" if turn.who == BOT else localpart(turn.who)
    mark = f" -> {', '.join(localpart(user) for user in turn.mentions) or '@room'}" if turn.rings else ""
    body = f"[{turn.file}]" if turn.file else _CHECKPOINT.sub(r"\1 …", turn.body)
    cut = body if len(body) <= LONGEST else _cut(body)
    lines = [
        wrapped
        for line in cut.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ").splitlines()
        for wrapped in (textwrap.wrap(line, WIDTH, subsequent_indent="  ") or [""])
    ]
    return f"{DAYS[language][local.weekday()]} {local:%H:%M} {who}{mark}\n" + textwrap.indent("\n".join(lines), "    ")
