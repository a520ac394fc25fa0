"""Once a month every channel is tried; a day later the control room reads whom it reached."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.names import RoomId, UserId
from bot.core.people.contacts import Contact, Way
from bot.ports import Content, Handed
from tests.core.build import ALICE, BOB, DAY, HOUR, HOUSE, MINUTE
from tests.fakes.pager import FakePager
from tests.service.shell import Shell

CONTACTS = {ALICE: Contact(mail="alice@example.net", sms="+33600000001"), BOB: Contact(mail="bob@example.net")}
UNTIL_THEN = timedelta(days=7, hours=1)
"""From Tuesday 24 November 2026, ten o'clock in Paris, to past ten on the first Tuesday of December."""


@pytest.fixture
def shell() -> Shell:
    shell = Shell(replace(HOUSE, contacts=CONTACTS, page_after=10 * MINUTE))
    shell.pagers = {Way.MAIL: FakePager(), Way.SMS: FakePager()}
    return shell


def codes(shell: Shell, contact: Contact) -> list[str]:
    """Return the codes that were sent to somebody."""
    sent = [letter for pager in shell.pagers.values() for letter in pager.sent if letter.to == contact]  # type: ignore[attr-defined]
    assert all(letter.text.startswith("Cellule: a test. Type !reached ") for letter in sent)
    return [letter.text.split()[5] for letter in sent]


def control(shell: Shell) -> RoomId:
    return shell.control_room


def reports(shell: Shell) -> list[str]:
    return [content.body for content in told(shell)]


def told(shell: Shell) -> list[Content]:
    return [content for content in shell.said(control(shell)) if "Test of the second channels" in content.body]


async def test_a_gateway_that_takes_pages_and_sends_none_is_found_out_by_people(shell: Shell) -> None:
    async with shell.life():
        await shell.pass_time(UNTIL_THEN)
        mine, theirs = codes(shell, CONTACTS[ALICE]), codes(shell, CONTACTS[BOB])
        assert (len(mine), len(theirs), len({*mine, *theirs})) == (2, 1, 3)
        assert "No test page with such a code" in await shell.type(f"!reached {theirs[0]}", room=control(shell))
        said = await shell.type(f"!reached {mine[0]}", room=control(shell))
        assert said == "Noted: what goes to you by mail arrives."
        assert reports(shell) == []
        await shell.pass_time(DAY)
        (report,) = reports(shell)
        assert "1 of 3 pages arrived" in report
        assert "alice" in report
        assert "text message" in report
        assert "bob" in report
        assert [content.rings for content in told(shell)] == [True]


async def test_when_all_came_nobody_is_rung(shell: Shell) -> None:
    async with shell.life():
        await shell.pass_time(UNTIL_THEN)
        for user, contact in CONTACTS.items():
            await shell.type(f"!reached {' '.join(codes(shell, contact))}", room=control(shell), sender=user)
        await shell.pass_time(DAY)
        (report,) = reports(shell)
        assert "3 of 3" in report
        assert [content.rings for content in told(shell)] == [False]


async def test_over_a_kill_each_is_sent_once_and_it_comes_again_the_next_month(shell: Shell) -> None:
    async with shell.life():
        await shell.pass_time(UNTIL_THEN)
    async with shell.life():
        assert len(codes(shell, CONTACTS[BOB])) == 1
        await shell.pass_time(2 * HOUR)
        assert len(codes(shell, CONTACTS[BOB])) == 1
    async with shell.life():
        await shell.pass_time(timedelta(days=35))
        assert len(codes(shell, CONTACTS[BOB])) == 2
        assert len(reports(shell)) == 1


async def test_of_a_hundred_people_eight_are_tried_at_once_and_an_incident_does_not_wait_for_them() -> None:
    mail, many = FakePager(), {UserId(f"@p{n}:example.org"): Contact(mail=f"p{n}@example.net") for n in range(100)}
    shell = Shell(replace(HOUSE, contacts={**many, **CONTACTS}, page_after=10 * MINUTE))
    shell.pagers, shell.waits_for_pages, mail.hangs_before = {Way.MAIL: mail}, False, True
    async with shell.life():
        await shell.pass_time(UNTIL_THEN - DAY - 65 * MINUTE)
        await shell.open()
        await shell.type("!aware GDPR-33-1", sender=BOB)
        await shell.pass_time(DAY + 9 * MINUTE)
        assert mail.attempts == 8
        await shell.pass_time(5 * MINUTE)
        assert mail.attempts == 9, "the page of the incident"


async def test_what_is_not_accepted_is_missing_in_the_report_and_pages_nobody_else(shell: Shell) -> None:
    shell.pagers[Way.MAIL] = FakePager(*[Handed.REFUSED] * 9)
    async with shell.life():
        await shell.pass_time(UNTIL_THEN + DAY)
        (report,) = reports(shell)
        assert "0 of 3" in report


async def test_without_channels_there_is_no_trial() -> None:
    shell = Shell(replace(HOUSE, contacts=CONTACTS))
    async with shell.life():
        await shell.pass_time(UNTIL_THEN + DAY)
        assert reports(shell) == []
