"""Whoever a reminder called, and who does not answer, is paged outside the rooms: once, without a word of content."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.facts import Fact, Paged, PageResult, PageTried
from bot.core.names import UserId
from bot.core.people.contacts import Contact, Way
from bot.ports import Handed, UnreachableError
from tests.core.build import ALICE, BOB, CAROL, DAY, HOUR, HOUSE, MINUTE
from tests.fakes.pager import FakePager
from tests.service.shell import Shell

CONTACTS = {
    ALICE: Contact(mail="alice@example.net", sms="+33600000001"),
    BOB: Contact(mail="bob@example.net", sms="+33600000002", deputy=CAROL),
    CAROL: Contact(ntfy="carol"),
}
SECOND = timedelta(seconds=1)


@pytest.fixture
def shell() -> Shell:
    shell = Shell(replace(HOUSE, contacts=CONTACTS, page_after=10 * MINUTE))
    shell.pagers = {Way.MAIL: FakePager(), Way.SMS: FakePager(), Way.NTFY: FakePager()}
    return shell


def pager(shell: Shell, way: Way = Way.MAIL) -> FakePager:
    found = shell.pagers[way]
    assert isinstance(found, FakePager)
    return found


def only_mail(shell: Shell, *outcomes: Handed | Exception, repeats: bool = False) -> FakePager:
    mail = FakePager(*outcomes, repeats=repeats)
    shell.pagers = {Way.MAIL: mail, Way.NTFY: FakePager()}
    return mail


async def until_it_rang(shell: Shell) -> None:
    """Let the first reminder ring for bob, who owns the clock."""
    await shell.open()
    await shell.type("!aware GDPR-33-1", sender=BOB)
    await shell.pass_time(DAY + MINUTE)
    assert any("GDPR-33-1" in content.body for content in shell.rings())


async def facts(shell: Shell) -> list[Fact]:
    history = await shell.store.history(shell.incident().id)
    return [record.fact for record in history if isinstance(record.fact, Paged | PageTried)]


async def results(shell: Shell) -> list[tuple[UserId, Way, PageResult]]:
    return [(fact.user, fact.way, fact.result) for fact in await facts(shell) if isinstance(fact, PageTried)]


async def test_who_does_not_answer_for_ten_minutes_is_paged_by_all_their_ways_once(shell: Shell) -> None:
    async with shell.life():
        await until_it_rang(shell)
        await shell.pass_time(8 * MINUTE)
        assert not pager(shell).sent
        await shell.pass_time(2 * MINUTE)
        room = shell.incident().codename
        for way in (Way.MAIL, Way.SMS):
            (letter,) = pager(shell, way).sent
            assert letter.text == f"{room}: you are awaited."
            assert letter.to == CONTACTS[BOB]
        assert not pager(shell, Way.NTFY).sent
        await shell.pass_time(HOUR)
        assert len(pager(shell).sent) == 1
        assert "paged outside the room by mail, text message" in await shell.type("!timeline 50")
        assert await results(shell) == [
            (BOB, Way.MAIL, PageResult.ACCEPTED),
            (BOB, Way.SMS, PageResult.ACCEPTED),
        ]


@pytest.mark.parametrize("said", ["!ack", "!snooze GDPR-33-1 2h", "!note I am here", "!filed GDPR-33-1 REF-1"])
async def test_who_answers_in_any_way_is_not_paged(shell: Shell, said: str) -> None:
    async with shell.life():
        await until_it_rang(shell)
        await shell.type(said, sender=BOB)
        await shell.pass_time(HOUR)
        assert not pager(shell).sent


async def test_somebody_elses_ack_is_enough_and_their_note_is_not(shell: Shell) -> None:
    async with shell.life():
        await until_it_rang(shell)
        await shell.type("!note where is bob", sender=ALICE)
        await shell.pass_time(11 * MINUTE)
        assert len(pager(shell).sent) == 1
    async with shell.life():
        await shell.pass_time(DAY)
        assert len(pager(shell).sent) > 1, "the next reminder pages again"


async def test_pages_are_numbered_on_however_many_were_let_go(shell: Shell) -> None:
    async with shell.life():
        await until_it_rang(shell)
        await shell.pass_time(2 * DAY)
        numbers = [fact.number for fact in await facts(shell) if isinstance(fact, Paged)]
        assert numbers == list(range(1, len(numbers) + 1))
        assert len(shell.incident().pages) < len(numbers)


async def test_no_word_of_the_incident_leaves_the_room(shell: Shell) -> None:
    async with shell.life():
        await shell.open("Zanzibar payroll encrypted")
        await shell.type("!aware GDPR-33-1", sender=BOB)
        await shell.pass_time(DAY + HOUR)
        said = " ".join(content.body for content in shell.said())
        (letter,) = pager(shell).sent
        ours = set(re.findall(r"\w+", f"{shell.incident().codename}: you are awaited.".casefold()))
        words = {word for word in re.findall(r"\w+", said.casefold()) if len(word) > 1} - ours
        assert {"zanzibar", "payroll", "bob"} <= words
        assert not words & set(re.findall(r"\w+", letter.text.casefold()))


async def test_without_channels_nobody_is_paged_and_nothing_is_written() -> None:
    shell = Shell()
    async with shell.life():
        await until_it_rang(shell)
        await shell.pass_time(HOUR)
        assert await facts(shell) == []


async def test_a_reminder_that_could_not_be_said_pages_while_the_homeserver_is_away(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        await shell.type("!aware GDPR-33-1", sender=BOB)
        await shell.pass_time(DAY - MINUTE)
        shell.chat.faults.extend(UnreachableError("away") for _ in range(1000))
        await shell.pass_time(13 * MINUTE)
        assert len(pager(shell).sent) == 1


async def test_what_is_not_accepted_is_tried_for_four_minutes_then_the_room_is_told_and_the_deputy_paged(
    shell: Shell,
) -> None:
    mail = only_mail(shell, *[Handed.LATER] * 100)
    async with shell.life():
        await until_it_rang(shell)
        await shell.pass_time(9 * MINUTE)
        began = mail.attempts
        assert began == 1
        await shell.pass_time(3 * MINUTE)
        assert mail.attempts > 4
        assert not [content for content in shell.rings() if "not reached outside" in content.body]
        await shell.pass_time(2 * MINUTE)
        (told,) = [content for content in shell.rings() if "not reached outside" in content.body]
        assert "mail not accepted" in told.body
        assert "Call +33600000002." in told.body
        assert "carol is being paged" in told.body
        assert ALICE in told.mentions
        assert [letter.to for letter in pager(shell, Way.NTFY).sent] == [CONTACTS[CAROL]]
        tried = mail.attempts
        await shell.pass_time(HOUR)
        assert mail.attempts == tried


async def test_who_has_no_way_has_their_deputy_paged_at_once() -> None:
    contacts = {BOB: Contact(deputy=ALICE), ALICE: Contact(ntfy="alice")}
    shell = Shell(replace(HOUSE, contacts=contacts, page_after=10 * MINUTE))
    shell.pagers = {Way.NTFY: FakePager()}
    async with shell.life():
        await until_it_rang(shell)
        await shell.pass_time(10 * MINUTE)
        assert [letter.to.ntfy for letter in pager(shell, Way.NTFY).sent] == ["alice"]
        (told,) = [content for content in shell.rings() if "no way to reach them" in content.body]
        assert "No number to call" in told.body


async def test_a_refused_one_of_several_ways_does_not_hold_the_others(shell: Shell) -> None:
    pager(shell).outcomes.extend([Handed.REFUSED])
    async with shell.life():
        await until_it_rang(shell)
        await shell.pass_time(10 * MINUTE)
        assert len(pager(shell, Way.SMS).sent) == 1
        assert (BOB, Way.MAIL, PageResult.FAILED) in await results(shell)
        assert not [content for content in shell.rings() if "not reached outside" in content.body]


async def test_what_is_handed_over_without_an_answer_is_not_sent_again_but_told(shell: Shell) -> None:
    mail = only_mail(shell, Handed.UNKNOWN)
    async with shell.life():
        await until_it_rang(shell)
        await shell.pass_time(HOUR)
        assert len(mail.sent) == 1
        (told,) = [content for content in shell.rings() if "not reached outside" in content.body]
        assert "nothing says that it was accepted" in told.body


async def test_a_far_side_that_knows_an_id_again_gets_it_again(shell: Shell) -> None:
    mail = only_mail(shell, Handed.UNKNOWN, ValueError("of no kind we know"), repeats=True)
    async with shell.life():
        await until_it_rang(shell)
        await shell.pass_time(HOUR)
        assert len({letter.id for letter in mail.sent}) == 1
        assert len(mail.sent) == 2
        assert await results(shell) == [(BOB, Way.MAIL, PageResult.ACCEPTED)]


async def test_channels_that_come_later_page_nobody_for_what_rang_before(shell: Shell) -> None:
    house, shell.house = shell.house, HOUSE
    async with shell.life():
        await until_it_rang(shell)
    shell.clock.advance(6 * HOUR)
    shell.house = house
    async with shell.life():
        await shell.pass_time(9 * MINUTE)
        assert not pager(shell).sent


@pytest.mark.parametrize("answers", [True, False])
async def test_after_a_time_down_people_are_paged_once_their_answers_could_be_read(
    shell: Shell, *, answers: bool
) -> None:
    async with shell.life():
        await until_it_rang(shell)
    shell.clock.advance(HOUR)
    async with shell.life():
        if answers:
            await shell.type("!note I am here", sender=BOB)
        await shell.pass_time(59 * SECOND)
        assert not pager(shell).sent
        await shell.pass_time(SECOND)
        assert len(pager(shell).sent) == (0 if answers else 1)


async def test_a_kill_before_it_is_handed_over_loses_nothing(shell: Shell) -> None:
    mail = only_mail(shell)
    mail.hangs_before = True
    async with shell.life():
        await until_it_hangs(shell, mail)
    mail.hangs_before = False
    async with shell.life():
        assert len(mail.sent) == 1
        await shell.pass_time(HOUR)
        assert len(mail.sent) == 1
        assert await results(shell) == [(BOB, Way.MAIL, PageResult.ACCEPTED)]


async def test_a_kill_after_it_is_handed_over_doubles_nothing_and_is_told(shell: Shell) -> None:
    mail = only_mail(shell)
    mail.hangs_after = True
    async with shell.life():
        await until_it_hangs(shell, mail)
    mail.hangs_after = False
    async with shell.life():
        await shell.pass_time(HOUR)
        assert len(mail.sent) == 1
        assert await results(shell) == [
            (BOB, Way.MAIL, PageResult.UNKNOWN),
            (CAROL, Way.NTFY, PageResult.ACCEPTED),
        ]


@pytest.mark.parametrize("said", ["!ack", "!note I am here"])
async def test_who_answers_while_a_page_is_tried_is_let_be_and_nobody_is_told_or_paged_instead(
    shell: Shell, said: str
) -> None:
    mail = only_mail(shell, *[Handed.LATER] * 100)
    async with shell.life():
        await until_it_rang(shell)
        await shell.pass_time(10 * MINUTE)
        await shell.type(said, sender=BOB if "note" in said else ALICE)
        tried = mail.attempts
        await shell.pass_time(9 * MINUTE)
        assert mail.attempts == tried > 0
        assert not pager(shell, Way.NTFY).sent
        assert not [content for content in shell.rings() if "not reached outside" in content.body]
        assert not await shell.store.tasks()


async def test_who_answers_before_a_page_that_hangs_is_not_said_to_be_unreachable(shell: Shell) -> None:
    mail = only_mail(shell)
    mail.hangs_after = True
    async with shell.life():
        await until_it_hangs(shell, mail)
    async with shell.life():
        await shell.type("!ack", sender=BOB)
        await shell.pass_time(9 * MINUTE)
        assert await results(shell) == [(BOB, Way.MAIL, PageResult.UNKNOWN)]
        assert not [content for content in shell.rings() if "not reached outside" in content.body]


@pytest.mark.parametrize("away", [HOUR, 10 * DAY])
async def test_a_page_that_comes_too_late_is_told_or_after_long_forgotten(shell: Shell, away: timedelta) -> None:
    mail = only_mail(shell)
    mail.hangs_before = True
    async with shell.life():
        await until_it_hangs(shell, mail)
    mail.hangs_before = False
    shell.clock.advance(away)
    async with shell.life():
        await shell.pass_time(59 * SECOND)
        assert not mail.sent
        assert not pager(shell, Way.NTFY).sent
        await shell.pass_time(MINUTE)
        assert not mail.sent
        assert len(pager(shell, Way.NTFY).sent) == (1 if away == HOUR else 0)


async def until_it_hangs(shell: Shell, mail: FakePager) -> None:
    """Go on until a page is at the far side; what rests for it cannot be waited for."""
    shell.waits_for_pages = False
    await until_it_rang(shell)
    await shell.pass_time(10 * MINUTE)
    assert mail.attempts == 1
    shell.waits_for_pages = True
