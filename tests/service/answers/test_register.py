"""The register, asked for: who may, where, what is in it, and what its files hold."""

from __future__ import annotations

import csv
from collections.abc import AsyncIterator
from dataclasses import replace
from io import StringIO

import pytest

from bot.core.language import Language
from bot.core.names import Question, RoomId, UserId
from bot.core.people.roster import Right, has_right
from bot.ports import Attachment
from bot.voice.details import detail_label
from tests.core.build import ALICE, BOB, HOUSE, MINUTE, PEOPLE, PLAYBOOK
from tests.service.shell import Shell

CHECKLIST = replace(PLAYBOOK, id="prepare", questions=(), clocks=())
WITH_CHECKLIST = replace(HOUSE, playbooks={**HOUSE.playbooks, ("prepare", Language("en")): CHECKLIST})
KINDS = detail_label(Question("data-kinds"), Language("en"))
FORMS = ("", " csv", " md")


@pytest.fixture
async def shell() -> AsyncIterator[Shell]:
    told = Shell(WITH_CHECKLIST)
    async with told.life():
        await told.open("Host down")
        await told.type("!fact personal-data yes")
        await told.type("!fact data-kinds =payslips, and more")
        await told.type("!risk data high =1+1 bank details", sender=BOB)
        await told.type("!waive GDPR-33-1 restored in an hour", sender=BOB)
        await told.type("!confirm 1", sender=ALICE)
        yield told


async def asked(shell: Shell, form: str, sender: UserId = BOB) -> tuple[str, RoomId]:
    room = shell.direct_room(sender)
    return await shell.type(f"!register{form}", room=room, sender=sender), room


async def file(shell: Shell, form: str) -> Attachment:
    _, room = await asked(shell, form)
    found = shell.said(room)[-1].file
    assert found is not None
    return found


async def test_the_decision_is_there_with_its_author_and_what_is_missing_is_named(shell: Shell) -> None:
    said, _ = await asked(shell, "")
    assert "decision recorded by bob: not notified because restored in an hour" in said
    assert "Missing: a decision on the risk to people" in said


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("sender", PEOPLE)
async def test_only_who_holds_the_right_is_told(shell: Shell, sender: UserId, form: str) -> None:
    said, room = await asked(shell, form, sender)
    may = has_right(PEOPLE[sender], Right.REGISTER)
    assert ("needs" not in said and len(said) > 100) is may
    assert any("Host down" in content.body or content.file for content in shell.said(room)) is may


@pytest.mark.parametrize("form", FORMS)
async def test_a_right_in_one_incident_is_no_right_to_the_register(shell: Shell, form: str) -> None:
    await shell.type("!role dpo carol")
    carol = UserId("@carol:example.org")
    _, room = await asked(shell, form, carol)
    assert not any("Host down" in content.body or content.file for content in shell.said(room))


@pytest.mark.parametrize("form", FORMS)
async def test_it_is_told_where_nobody_else_can_read(shell: Shell, form: str) -> None:
    for room in (shell.control_room, shell.room):
        assert "direct message" in await shell.type(f"!register{form}", room=room)
        assert shell.said(room)[-1].file is None
    _, direct = await asked(shell, form, ALICE)
    shell.chat.join(direct, BOB)
    await shell.type(f"!register{form}", room=direct)
    assert all(said.holders == {ALICE} for said in shell.chat.rooms[direct].said)


@pytest.mark.parametrize("form", FORMS)
async def test_asking_changes_nothing(shell: Shell, form: str) -> None:
    before = {stream: len(await shell.store.history(stream)) for stream in await shell.store.streams()}
    await asked(shell, form)
    assert {stream: len(await shell.store.history(stream)) for stream in await shell.store.streams()} == before


async def test_drills_and_checklists_are_not_in_it(shell: Shell) -> None:
    await shell.open("Only a drill", "--playbook provider-hit --drill")
    await shell.open("Only a list", "--playbook prepare")
    said, _ = await asked(shell, "")
    assert "Host down" in said
    assert "Only a" not in said
    for form in (" csv", " md"):
        assert b"Only a" not in (await file(shell, form)).data


async def test_the_newest_comes_first_and_closed_ones_stay(shell: Shell) -> None:
    await shell.type("!close over")
    await shell.pass_time(MINUTE)
    await shell.open("Mailbox read", "--playbook mailbox")
    said, _ = await asked(shell, "")
    assert said.index("Mailbox read") < said.index("Host down")


async def test_the_table_opens_in_a_spreadsheet_and_holds_no_formula(shell: Shell) -> None:
    table = await file(shell, " csv")
    assert (table.name, table.mime) == ("register-2026-11-24.csv", "text/csv")
    assert table.data.startswith(b"\xef\xbb\xbf")
    labels, row = csv.reader(StringIO(table.data.decode("utf-8-sig"), newline=""), strict=True)
    told = dict(zip(labels, row, strict=True))
    assert told["Incident"] == "Host down"
    assert told[KINDS] == "'=payslips, and more"
    assert told["Reasons on the risk"] == "2 data: high risk, by @bob:example.org, because =1+1 bank details"
    assert "not notified because restored in an hour" in told["Notification of the authority"]


async def test_the_pages_hold_the_same(shell: Shell) -> None:
    pages = await file(shell, " md")
    assert (pages.name, pages.mime) == ("register-2026-11-24.md", "text/markdown")
    text = pages.data.decode()
    assert f"- **{KINDS}**\\\n  \\=payslips, and more" in text
    assert "not notified because restored in an hour" in text


async def test_a_file_is_announced_before_it_comes(shell: Shell) -> None:
    said, room = await asked(shell, " csv")
    assert "in the file below" in said
    assert [content.file is not None for content in shell.said(room)] == [False, True]


@pytest.mark.parametrize("form", FORMS)
async def test_an_empty_register_is_no_file(form: str) -> None:
    empty = Shell()
    async with empty.life():
        said, room = await asked(empty, form)
        assert "The register is empty." in said
        assert len(empty.said(room)) == 1


async def test_the_register_speaks_the_language_of_the_house() -> None:
    french = Shell(replace(HOUSE, language=Language("fr")))
    async with french.life():
        await french.open("Hébergeur tombé", "--playbook provider-hit --lang fr")
        await french.open("Host down", "--playbook provider-hit --lang en")
        said, _ = await asked(french, "")
        assert "Registre des violations" in said
        assert "Hébergeur tombé" in said
        assert "Host down" in said
        assert (await file(french, " csv")).name == "registre-2026-11-24.csv"


async def test_nothing_of_it_is_logged(shell: Shell, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    for form in FORMS:
        await asked(shell, form)
    assert "Host down" not in caplog.text
    assert "payslips" not in caplog.text
