"""Letters to clients: a frozen draft and a list become one file each, or it is said why not."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

import pytest

from bot.core.commands import MergeLetters
from bot.core.facts import DraftFrozen
from bot.core.names import EventId, InputId, RoomId, UserId
from bot.ports import Content, Fetch, RefusedError, SendLetters, Task, UnreachableError
from bot.service.answers import lettering
from tests.core.build import ALICE, BOB, CAROL, HOUSE
from tests.service.letters import (
    LIST,
    TEMPLATES,
    files,
    freeze,
    frozen,
    hand_in,
    letters,
    made_letters,
    merge,
    text,
)
from tests.service.meddling import SameRooms
from tests.service.shell import Shell


@pytest.fixture
def shell() -> Shell:
    return Shell(replace(HOUSE, drafts=TEMPLATES))


async def test_each_client_gets_a_clean_letter_of_their_own(shell: Shell) -> None:
    async with shell.life():
        await frozen(shell)
        told = await merge(shell, LIST)
        assert told.startswith(
            "2 letters of notice version 1, one DOCX each; the ZIP follows.\nThe first is for Société"
        )
        (archive,) = files(shell)
        assert (archive.name, archive.mime) == ("notice-v1.zip", "application/zip")
        found = letters(archive)
        assert {name: text(data) for name, data in found.items()} == {
            "0001-societe-martin.docx": [
                "Firm SARL to Société Martin",
                "1 rue X\n75001 Paris",
                "Your number is 111. Signed: ________________________",
            ],
            "0002-dupont-cie.docx": [
                "Firm SARL to Dupont & Cie",
                "Your number is 222. Signed: ________________________",
            ],
        }
        (fact,) = await made_letters(shell)
        assert [letter.digest for letter in fact.letters] == [sha256(data).hexdigest() for data in found.values()]


async def test_only_a_frozen_whole_draft_for_clients_is_merged(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        assert "There is no draft nonesuch" in await merge(shell, LIST, "nonesuch")
        assert "Nobody has had notice drafted yet" in await merge(shell, LIST)
        await shell.type("!draft notice")
        assert "Letters are written from what no longer changes" in await merge(shell, LIST)
        await freeze(shell, "notice")
        told = await merge(shell, LIST)
        assert told.startswith("notice is still to be completed, and every letter would show it: ")
        await freeze(shell, "press")
        assert "press has no place for a client's name" in await merge(shell, LIST, "press")
        assert await made_letters(shell) == []
        assert "No letters yet." in await shell.type("!letters")
        assert "There are no letters yet" in await shell.type("!letters log")
        assert "There are no letters yet" in await shell.type("!sent all email")


async def test_a_draft_frozen_before_there_were_letters_asks_for_a_new_version(shell: Shell) -> None:
    async with shell.life():
        await frozen(shell, "kit")
        history = await shell.store.history(shell.incident().id)
        old = next(record.fact for record in history if isinstance(record.fact, DraftFrozen))
        async with shell.store.transaction() as tx:
            await tx.append(shell.incident().id, (replace(old, holes=()),), input=InputId("laid"), device=None)
    async with shell.life():
        assert "!draft kit new" in await merge(shell, LIST, "kit")


async def test_only_who_may_freeze_may_merge_and_only_their_own_list(shell: Shell) -> None:
    async with shell.life():
        await frozen(shell)
        for who in (ALICE, CAROL):
            await hand_in(shell, LIST, sender=who)
            assert "dpo or legal" in (await shell.type("!letters notice", sender=who)).casefold()
        assert shell.service.books.desk.files == {}
        assert "Send the list of clients here first" in await shell.type("!letters notice", sender=BOB)
        await hand_in(shell, LIST, name="clients.pdf")
        assert "Send the list of clients here first" in await shell.type("!letters notice", sender=BOB)
        await hand_in(shell, LIST)
        await shell.pass_time(timedelta(hours=1))
        assert "Send the list of clients here first" in await shell.type("!letters notice", sender=BOB)


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ("Client;Email;SIREN\nA;a@a.example;1\na ;b@b.example;2", "line 3: a is in line 2 already"),
        ("Client;Email;SIREN\nA;;1", "line 2: neither an e-mail nor an address"),
        ("Client;Email;SIREN\nA;a.example;1", "line 2: a.example is no e-mail address"),
        ("Client;Email;SIREN\n;a@a.example;1", "line 2: the name of the client is missing"),
        ("Client;Email;SIREN\nA;a@a.example;", "line 2: the hole client-siren of the draft would stay empty"),
        ("Client;Email\nA;a@a.example", "line 1: no column fills the hole client-siren of the draft"),
        ("Email;SIREN\na@a.example;1", "line 1: no column is called client or name"),
        ("Client;SIREN\nA;1", "line 1: no column is called email or address"),
        ("Client;Email;SIREN", "line 1: there is nothing below the names of the columns"),
        ("", "line 1: there is nothing below the names of the columns"),
    ],
)
async def test_a_mistake_is_told_by_its_line_and_nothing_is_written(shell: Shell, table: str, told: str) -> None:
    async with shell.life():
        await frozen(shell)
        said = await merge(shell, table)
        assert said.startswith("No letter was written: clients.csv has 1 mistake.")
        assert told in said
        assert (await made_letters(shell), files(shell)) == ([], [])


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"PK\x03\x04 no spreadsheet", "clients.xlsx"),
        ("Client;Email;SIREN\nA;a@a.example;1".encode("utf-16")[:-1], "clients.csv"),
        (b"Client;Email;SIREN\nSoci\x81t\x8d;a@a.example;1", "clients.csv"),
    ],
)
async def test_what_is_no_table_or_in_no_known_encoding_is_told(shell: Shell, data: bytes, name: str) -> None:
    async with shell.life():
        await frozen(shell)
        await hand_in(shell, data, name=name)
        said = await shell.type("!letters notice", sender=BOB)
        assert said == f"{name} cannot be read. Save it as CSV (UTF-8) or XLSX and send it again."
        assert await made_letters(shell) == []


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252", "utf-16"])
async def test_a_list_of_any_spreadsheet_is_read_with_its_accents(shell: Shell, encoding: str) -> None:
    async with shell.life():
        await frozen(shell, "kit")
        await hand_in(shell, "Nom,Courriel\r\nSociété Générale,a@a.example\r\n".encode(encoding))
        assert "The first is for Société Générale" in await shell.type("!letters kit", sender=BOB)


async def test_a_list_that_cannot_be_had_is_told_and_one_that_fails_for_a_while_is_asked_for_again(
    shell: Shell,
) -> None:
    async with shell.life():
        await frozen(shell)
        shell.chat.faults.append(RefusedError("DAMAGED"))
        assert "clients.csv is not what was sent" in await merge(shell, LIST)
        shell.chat.faults.append(UnreachableError("x"))
        await shell.type("!letters notice", sender=BOB)
        await shell.pass_time(timedelta(minutes=5))
        assert len(await made_letters(shell)) == len(files(shell)) == 1


async def test_a_draft_that_changed_while_its_letters_were_written_is_told(shell: Shell) -> None:
    """The list takes its time; meanwhile the draft is begun anew."""
    async with shell.life():
        await frozen(shell)
        await hand_in(shell, LIST)
        shell.chat.faults.append(UnreachableError("x"))
        await shell.type("!letters notice", sender=BOB)
        await shell.type("!fact organisation Other")
        await shell.type("!draft notice new")
        await shell.pass_time(timedelta(minutes=5))
        assert any(content.body.startswith("Letters are written from what no longer") for content in shell.said())
        assert await made_letters(shell) == []


async def test_very_many_letters_come_in_several_archives(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lettering, "MOST_IN_ONE", 4)
    table = "client;email\n" + "".join(f"Client {n};c{n}@c.example\n" for n in range(1, 11))
    async with shell.life():
        await frozen(shell, "kit")
        await merge(shell, table, "kit")
        assert [file.name for file in files(shell)] == ["kit-v1-1-4.zip", "kit-v1-5-8.zip", "kit-v1-9-10.zip"]
        assert sum(len(letters(file)) for file in files(shell)) == 10
        monkeypatch.setattr(lettering, "LARGEST_ONE", 1)
        await merge(shell, table, "kit")
        assert len(files(shell)) == 3 + 10
        said = await shell.type("!sent 1-3, 7 email")
        assert "Recorded: 4 clients (1-3, 7), by e-mail" in said
        assert said.endswith(
            "Left (6), by number: 4 Client 4, 5 Client 5, 6 Client 6, 8 Client 8, 9 Client 9, 10 Client 10"
        )


async def test_an_archive_that_is_made_again_after_a_restart_has_the_same_bytes(shell: Shell) -> None:
    async with shell.life():
        await frozen(shell)
        await merge(shell, LIST)
    async with shell.life() as service:
        (fact,) = await made_letters(shell)
        row = SendLetters(draft=fact.draft, version=1, at=fact.at, numbers=(1, 2))
        task = Task(id="again", lane=shell.incident().id, action=row)
        content = await service.performer.lettering.content(task, row, shell.incident())
        assert content.file == files(shell)[0]
        # Another version of the draft is begun: what is in the log no longer comes out of it.
        await shell.type("!draft notice new")
        with pytest.raises(RefusedError, match="NOT_MADE"):
            await service.performer.lettering.content(task, row, shell.incident())


class NoArchives(SameRooms):
    """Takes no file of ours."""

    async def say(self, room: RoomId, content: Content, *, txn: str, readers: frozenset[UserId]) -> EventId:
        if content.file is not None:
            raise RefusedError("M_TOO_LARGE")
        return await super().say(room, content, txn=txn, readers=readers)


async def test_an_archive_that_the_homeserver_refuses_is_told_in_the_room(shell: Shell) -> None:
    async with shell.life():
        await frozen(shell, "kit")
    shell.chat = NoArchives(shell)
    async with shell.life():
        await merge(shell, LIST, "kit")
        assert files(shell) == []
        assert "M_TOO_LARGE" in shell.said()[-1].body
        await shell.type("!sent all email")
        assert "2 of 2 told" in await shell.type("!letters")


async def test_a_list_whose_incident_is_gone_leads_to_nothing(shell: Shell) -> None:
    async with shell.life() as service:
        await frozen(shell, "kit")
        shell.chat.faults.append(UnreachableError("x"))
        await merge(shell, LIST, "kit")
        task = next(task for task in await shell.store.tasks() if task.kind is Fetch)
        assert isinstance(task.action, Fetch)
        assert isinstance(task.action.command, MergeLetters)
        elsewhere = replace(task.action, room=RoomId("!gone:example.org"))
        await service.performer.lettering.fetch(task, elsewhere, task.action.command)
        assert task.id not in {left.id for left in await shell.store.tasks()}
        assert await made_letters(shell) == []
