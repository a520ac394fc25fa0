"""Findings and papers of lessons, as people in the room meet them: after the closing, too."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest

from bot.core.facts import FindingNoted, FindingRang
from tests.core.build import ALICE, BOB, DAY, ERIN, HOUR, HOUSE, MINUTE
from tests.service.shell import Shell

RINGS = datetime(2026, 12, 10, 8, 0, tzinfo=UTC)
"""Nine o'clock in Paris on the day that is named below; the shell's clock stands two weeks earlier."""


def rung(shell: Shell) -> list[str]:
    return [content.body for content in shell.rings() if "is due today" in content.body or "was due" in content.body]


async def rang(shell: Shell, id: str) -> list[int]:
    history = await shell.store.history(id)
    return [record.fact.rung for record in history if isinstance(record.fact, FindingRang)]


async def pass_until(shell: Shell, at: datetime) -> None:
    await shell.pass_time(at - shell.clock.now())


async def test_a_finding_rings_after_the_closing_and_a_reply_ends_it(shell: Shell) -> None:
    async with shell.life():
        incident = await shell.open()
        said = await shell.type("!finding test the backups @bob by 10 Dec")
        assert "For bob, by 10 Dec 2026" in said
        assert "notes what is to be learnt" in await shell.type("!close over")
        await pass_until(shell, RINGS - MINUTE)
        assert rung(shell) == []
        await shell.pass_time(MINUTE)
        assert ["test the backups" in body for body in rung(shell)] == [True]
        assert shell.rings()[-1].mentions == (BOB,)
        await shell.pass_time(DAY)
        assert len(rung(shell)) == 2
        assert "done" in await shell.reply("they work", "was due", sender=BOB)
        await shell.pass_time(60 * DAY)
        assert await rang(shell, incident.id) == [0, 1]
        assert "Done · bob" in await shell.type("!finding 1")
        assert "they work" in await shell.type("!lecon")


async def test_it_rings_a_few_times_and_then_no_more(shell: Shell) -> None:
    async with shell.life():
        incident = await shell.open()
        await shell.type("!finding test the backups by 10 Dec")
        await shell.type("!close over")
        await pass_until(shell, RINGS + 90 * DAY)
        assert await rang(shell, incident.id) == [0, 1, 7, 14, 21, 28]


async def test_a_crash_at_its_time_neither_loses_nor_doubles_it(shell: Shell) -> None:
    async with shell.life():
        incident = await shell.open()
        await shell.type("!finding test the backups @bob by 10 Dec")
        await shell.type("!close over")
    shell.clock.move_to(RINGS + HOUR)
    for turns in (*range(1, 40, 4), None):
        async with shell.life(turns):
            pass
    assert await rang(shell, incident.id) == [0]
    assert len(rung(shell)) == 1


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("!finding 7 done", "no finding 7 here: the last is 1"),
        ("!finding 7", "no finding 7 here: the last is 1"),
        ("!finding call them by 2020-01-01", "lies behind"),
        ("!finding call them by 31 Feb", "cannot read the day"),
        ("!finding call them @mallory:example.org", "mallory"),
        ("!finding @bob", "TEXT"),
        ("!finding " + "x" * 40_000, "4096"),
        ("!finding 1 dropped", "WHY"),
    ],
)
async def test_what_cannot_be_taken_is_said(shell: Shell, typed: str, answer: str) -> None:
    async with shell.life():
        await shell.open()
        await shell.type("!finding test the backups")
        assert answer in await shell.type(typed)
        assert len(shell.incident().findings) == 1


async def test_nobody_who_only_looks_on_notes_any(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        await shell.type("!invite @erin:example.org observer")
        await shell.move(ERIN, room=shell.room, present=True)
        assert "None was noted" in await shell.type("!finding", sender=ERIN)
        await shell.type("!finding x", sender=ERIN)
        assert shell.incident().findings == {}


# --- where the room is gone ---------------------------------------------------------------------------------------


async def test_after_a_purge_it_rings_once_in_the_control_room_without_its_text() -> None:
    shell = Shell(replace(HOUSE, retention=timedelta(days=5)))
    async with shell.life():
        incident = await shell.open()
        await shell.type("!finding test the backups @bob by 10 Dec")
        await shell.type("!close over")
        await shell.pass_time(6 * DAY)
        assert shell.incident().purged_at is not None
        kept = [
            record.fact for record in await shell.store.history(incident.id) if isinstance(record.fact, FindingNoted)
        ]
        assert [(fact.text, fact.owner) for fact in kept] == [("", None)]
    async with shell.life():
        await pass_until(shell, RINGS + 60 * DAY)
        said = [content for content in shell.said(shell.control_room) if "findings that are due: 1" in content.body]
        assert len(said) == 1
        assert incident.codename in said[0].body
        assert "backups" not in said[0].body
        assert said[0].mentions == (ALICE,)
        assert await rang(shell, incident.id) == [0]


async def test_what_cannot_be_said_in_a_closed_room_is_told_elsewhere_and_said_there_once_it_can(shell: Shell) -> None:
    async with shell.life():
        incident = await shell.open()
        await shell.type("!finding test the backups @bob by 10 Dec")
        await shell.type("!close over")
        await pass_until(shell, RINGS - MINUTE)
        shell.chat.rooms[shell.room].shut = True
        await pass_until(shell, RINGS + MINUTE)
        assert "finding 1 was due" in shell.said(shell.control_room)[-1].body
        assert "backups" not in shell.said(shell.control_room)[-1].body
        assert await rang(shell, incident.id) == []
        shell.chat.rooms[shell.room].shut = False
        await shell.pass_time(MINUTE)
        assert await rang(shell, incident.id) == [0]
        assert len(rung(shell)) == 1


# --- the papers ---------------------------------------------------------------------------------------------------


async def test_two_papers_stand_below_the_answer_under_names_that_say_nothing(shell: Shell) -> None:
    async with shell.life():
        await shell.open("Alice's host is down")
        await shell.type("!note Bob called carol", sender=BOB)
        await shell.type("!finding bob tests the backups @bob")
        assert "both are drafts" in await shell.type("!lessons")
        await shell.type("!close over, thanks to Carol")
        assert "both are drafts" not in await shell.type("!retex")
        files = [content.file for content in shell.said() if content.file is not None]
        log, lessons = files[-2:]
        assert (log.name, lessons.name) == ("log-2026-11-24.docx", "lessons-2026-11-24.docx")
        assert "Bob called carol" in text(log.data)
        said = text(lessons.data).casefold()
        assert "draft" not in said
        for name in ("alice", "bob", "carol", "dave"):
            assert name not in said


def text(file: bytes) -> str:
    with ZipFile(BytesIO(file)) as package:
        return "".join(package.read(name).decode() for name in package.namelist() if name.endswith(".xml"))
