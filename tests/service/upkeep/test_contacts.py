"""Each quarter people are asked whether the addresses they are reached at still hold."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.core.language import Language
from bot.core.names import RoomId, UserId
from bot.core.people.contacts import Contact
from tests.core.build import ALICE, BOB, CAROL, HOUSE
from tests.service.meddling import NoRooms, SameRooms
from tests.service.shell import Shell

DAY = timedelta(days=1)
CONTACTS = {
    ALICE: Contact(mail="alice@example.net", sms="+33600000012"),
    BOB: Contact(sms="+33600000034", ntfy="bob-topic"),
    CAROL: Contact(deputy=ALICE),
}
TEN = datetime(2027, 1, 4, 9, tzinfo=UTC)
"""The first of January is a holiday and a Friday."""
ASKING = replace(HOUSE, contacts=CONTACTS, page_after=timedelta(minutes=10), closed_days=(date(2027, 1, 1),))


@pytest.fixture
def shell() -> Shell:
    return Shell(ASKING)


def direct(shell: Shell, user: UserId) -> RoomId:
    return shell.service.books.desk.direct_rooms[user]


def told(shell: Shell) -> list[str]:
    return [content.body for content in shell.said(shell.control_room) if content.rings]


async def killed(shell: Shell, turns: int) -> None:
    """Live for some *turns* of the loop from when the alarm clock rings for what is due."""
    async with shell.life(0):
        await shell.alarm_clock.ring_due(shell.clock.now())
        for _ in range(turns):
            await asyncio.sleep(0)


async def until(shell: Shell, moment: datetime) -> None:
    await shell.pass_time(moment - shell.clock.now())


async def test_each_is_asked_alone_on_the_first_working_day_at_ten(shell: Shell) -> None:
    async with shell.life():
        await until(shell, TEN - timedelta(minutes=1))
        assert not shell.service.books.desk.direct_rooms
        await until(shell, TEN)
        assert shell.service.books.desk.direct_rooms.keys() == {ALICE, BOB}
        (asked,) = shell.said(direct(shell, ALICE))
        assert asked.body.splitlines() == [
            "Do these still hold? I reach you there when you do not see a reminder.",
            "",
            "- Mail: a…@example.net",
            "- Phone: +33 6 •• •• •• 12",
            "",
            "Answer yes; or no and which, and the admins are told.",
        ]
        assert asked.mentions == (ALICE,)
        assert asked.rings
        assert "alice" not in asked.body + asked.html


@pytest.mark.parametrize("word", ["yes", "Oui !", "!contact oui"])
@pytest.mark.parametrize("replies", [True, False])
async def test_a_word_confirms_typed_or_as_a_reply(shell: Shell, word: str, replies: bool) -> None:
    async with shell.life():
        await until(shell, TEN)
        room = direct(shell, ALICE)
        to = shell.event("Do these", room=room) if replies else None
        assert "Noted, thank you" in await shell.type(word, room=room, reply_to=to)
        await shell.pass_time(8 * DAY)
        assert [ALICE in one for one in told(shell)] == [False], "Bob is named, Alice is not"


async def test_of_a_no_the_admins_read_who_and_which(shell: Shell) -> None:
    async with shell.life():
        await until(shell, TEN)
        said = await shell.type("non, le <b>numéro</b> a changé", room=direct(shell, BOB), sender=BOB)
        assert said == "Noted; the admins know. They change it in the configuration."
        (alarm,) = [content for content in shell.said(shell.control_room) if content.rings]
        assert alarm.mentions == (ALICE,)
        assert "An address of @bob:example.org holds no more." in alarm.body
        assert "They say: le <b>numéro</b> a changé" in alarm.body
        assert "<b>num" not in alarm.html
        assert "- Phone: +33 6 •• •• •• 34\n- Notifications: …pic" in alarm.body


async def test_what_is_no_answer_is_talk_and_a_reply_says_what_is_taken(shell: Shell) -> None:
    async with shell.life():
        await until(shell, TEN)
        room = direct(shell, ALICE)
        assert "Here I take: yes, or no and which." in await shell.reply("perhaps", "Do these", room=room)
        await shell.type("perhaps", room=room)
        assert not shell.service.books.desk.checks.answered
        assert "!duty" in await shell.type("!help", room=room)


async def test_who_has_not_answered_after_a_week_is_named_once(shell: Shell) -> None:
    async with shell.life():
        await until(shell, TEN)
        await shell.type("yes", room=direct(shell, ALICE))
        await until(shell, TEN + 7 * DAY - timedelta(minutes=1))
        assert not told(shell)
        await until(shell, TEN + 7 * DAY)
        (named,) = told(shell)
        assert named.startswith("Asked a week ago whether their addresses hold, and no answer: @bob:example.org.")
        await shell.pass_time(10 * DAY)
    async with shell.life():
        assert len(told(shell)) == 1
        assert "Noted" in await shell.type("yes", room=direct(shell, BOB), sender=BOB)


async def test_the_next_quarter_they_are_asked_again(shell: Shell) -> None:
    async with shell.life():
        await until(shell, TEN)
        await shell.type("yes", room=direct(shell, ALICE))
        await until(shell, datetime(2027, 4, 1, 8, tzinfo=UTC))
        assert len([one for one in shell.said(direct(shell, ALICE)) if "Do these" in one.body]) == 2


@pytest.mark.parametrize("turns", range(0, 90, 9))
async def test_killed_at_any_moment_each_is_asked_once_and_silence_is_told_once(shell: Shell, turns: int) -> None:
    async with shell.life():
        pass
    for moment in (TEN, TEN + 7 * DAY):
        shell.clock.move_to(moment)
        await killed(shell, turns)
        async with shell.life():
            pass
    async with shell.life():
        for user in (ALICE, BOB):
            assert len([one for one in shell.said(direct(shell, user)) if "Do these" in one.body]) == 1
        assert len(told(shell)) == 1


async def test_anybody_may_look_and_answer_unasked_and_who_has_no_address_is_told_so(shell: Shell) -> None:
    async with shell.life():
        room = shell.direct_room(BOB)
        assert "+33 6 •• •• •• 34" in await shell.type("!contact", room=room, sender=BOB)
        assert "Noted, thank you" in await shell.type("!contact yes", room=room, sender=BOB)
        none = await shell.type("!contact oui", room=shell.direct_room(CAROL), sender=CAROL)
        assert none == "The configuration has no address of yours. The operator writes it under contacts."
        await shell.type("yes", room=room, sender=BOB)
        assert not told(shell)


async def test_without_contacts_nobody_is_asked() -> None:
    shell = Shell()
    async with shell.life():
        await until(shell, TEN + 8 * DAY)
        assert not shell.service.books.desk.direct_rooms


async def test_without_channels_nobody_is_asked_and_anybody_may_look() -> None:
    shell = Shell(replace(ASKING, page_after=None))
    async with shell.life():
        await until(shell, TEN + 8 * DAY)
        assert not shell.service.books.desk.direct_rooms
        assert not told(shell)
        assert "+33 6 •• •• •• 34" in await shell.type("!contact", room=shell.direct_room(BOB), sender=BOB)


async def test_in_french() -> None:
    shell = Shell(replace(ASKING, language=Language("fr")))
    async with shell.life():
        await until(shell, TEN)
        (asked,) = shell.said(direct(shell, ALICE))
        assert "Est-ce encore valable" in asked.body
        assert "C’est noté, merci" in await shell.type("oui", room=direct(shell, ALICE))


async def test_who_cannot_be_asked_is_asked_once_that_can_be_and_named_meanwhile(shell: Shell) -> None:
    async with shell.life():
        pass
    shell.chat = NoRooms(shell)
    for moment in (TEN, TEN + 7 * DAY):
        shell.clock.move_to(moment)
        async with shell.life():
            pass
    async with shell.life():
        assert [ALICE in one and BOB in one for one in told(shell)] == [True]
    shell.chat = SameRooms(shell)
    async with shell.life():
        await shell.pass_time(DAY)
        assert len(shell.said(direct(shell, BOB))) == 1
        assert "Noted" in await shell.type("yes", room=direct(shell, BOB), sender=BOB)
        assert len(told(shell)) == 1
