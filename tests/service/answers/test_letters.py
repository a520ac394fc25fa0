"""Letters to clients: a frozen draft and a list become one file each, and the log says who was told."""

from __future__ import annotations

import csv
import re
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from io import BytesIO, StringIO
from zipfile import ZipFile

import pytest
from docx import Document

from bot.core.commands import MergeLetters
from bot.core.documents.purge import remains
from bot.core.evolve import evolve
from bot.core.facts import Closed, DraftFrozen, LettersMade, PurgeCause, Purged
from bot.core.names import DraftId, EventId, InputId, RoomId, UserId
from bot.library.drafts import read_template
from bot.ports import Attachment, Content, Fetch, RefusedError, SendLetters, Task, UnreachableError
from bot.service.answers import lettering
from tests.core.build import ALICE, BOB, CAROL, HOUSE
from tests.library.draft_texts import FRONT
from tests.service.cascades import send
from tests.service.meddling import SameRooms
from tests.service.shell import Shell

NOTICE = (
    FRONT.replace("FR-LOPMI", "GDPR-33-2")
    + """\
{organisation} to {client}

<!-- right -->
{client-address?}

Your number is {client-siren}. Signed: [signature]
"""
)
WITHOUT_CLOCK = FRONT.replace("clock: FR-LOPMI\n", "")
KIT = WITHOUT_CLOCK.replace("id: notice", "id: kit") + "What to do now, {client}.\n"
PRESS = WITHOUT_CLOCK.replace("id: notice", "id: press") + "To everybody.\n"
TEMPLATES = {
    (template.id, template.language): template
    for text in (NOTICE, KIT, PRESS)
    for source in (text, re.sub("id: (.*)\nlanguage: en", r"id: \1\ncalled: \1-fr\nlanguage: fr", text))
    for template in (read_template(source).template,)
}
LIST = """\
Client;Email;Address;SIREN
Société Martin;a@martin.example;"1 rue X
75001 Paris";111
Dupont & Cie;b@dupont.example;;222
"""


@pytest.fixture
def shell() -> Shell:
    return Shell(replace(HOUSE, drafts=TEMPLATES))


async def hand_in(shell: Shell, data: bytes | str, *, name: str = "clients.csv", sender: UserId = BOB) -> None:
    """Let *sender* send a list in the incident's room."""
    file = await send(shell, "", name=name, room=shell.room, sender=sender)
    shell.chat.media[file] = data.encode() if isinstance(data, str) else data


async def frozen(shell: Shell, draft: str = "notice", *, facts: bool = True) -> None:
    await shell.open()
    if facts:
        await shell.type("!fact organisation Firm SARL")
    await freeze(shell, draft)


async def freeze(shell: Shell, draft: str) -> None:
    await shell.type(f"!draft {draft} new")
    await shell.type(f"!draft {draft} reviewed", sender=BOB)
    await shell.type(f"!draft {draft} frozen", sender=BOB)


def files(shell: Shell) -> list[Attachment]:
    return [content.file for content in shell.said() if content.file is not None and content.file.name.endswith(".zip")]


def letters(file: Attachment) -> dict[str, bytes]:
    with ZipFile(BytesIO(file.data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def text(letter: bytes) -> list[str]:
    return [paragraph.text for paragraph in Document(BytesIO(letter)).paragraphs]


async def merge(shell: Shell, table: str, draft: str = "notice", *, name: str = "clients.csv") -> str:
    """Let the data protection officer send a list and merge it; return the first answer."""
    await hand_in(shell, table, name=name)
    return await shell.type(f"!letters {draft}", sender=BOB)


async def log(shell: Shell) -> list[dict[str, str]]:
    await shell.type("!letters log")
    file = shell.said()[-1].file
    assert file is not None
    assert file.name == "letters-2026-11-24-1000.csv"
    assert sha256(file.data).hexdigest() in shell.said()[-2].body
    return list(csv.DictReader(StringIO(file.data.decode("utf-8-sig"))))


async def made_letters(shell: Shell) -> list[LettersMade]:
    history = await shell.store.history(shell.incident().id)
    return [record.fact for record in history if isinstance(record.fact, LettersMade)]


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


async def test_the_log_proves_who_was_told_when_and_by_which_channel(shell: Shell) -> None:
    async with shell.life():
        await frozen(shell)
        await merge(shell, LIST)
        assert "notice v1: 0 of 2 told.\nLeft (2), by number: 1 Société Martin, 2 Dupont & Cie" in await shell.type(
            "!letters", sender=CAROL
        )
        said = await shell.type("!sent 1 email", sender=CAROL)
        assert said == (
            "Recorded: 1 Société Martin, by e-mail, Tue 24 Nov 2026 10:00 (UTC+1).\n\n"
            "notice v1: 1 of 2 told.\nLeft (1), by number: 2 Dupont & Cie"
        )
        said = await shell.type("!sent dupont by registered RR 17", sender=CAROL)
        assert "2 Dupont & Cie, by registered post, Tue 24 Nov 2026 10:00 (UTC+1), RR 17." in said
        assert "Everybody is told. !letters log is the proof; then !filed GDPR-33-2 REFERENCE." in said
        await shell.type("!sent 2 returned moved away")
        lines = await log(shell)
        assert [(line["client"], line["state"], line["channel"], line["reference"]) for line in lines] == [
            ("Société Martin", "told", "by e-mail", ""),
            ("Dupont & Cie", "told", "by registered post", "RR 17"),
            ("Dupont & Cie", "came back", "came back", "moved away"),
            ("Dupont & Cie", "to be told", "", ""),
        ]
        assert {line["recorded by"] for line in lines[:2]} == {f"'{CAROL}"}
        assert lines[0]["sent"] == "2026-11-24 10:00+01:00"
        (archive,) = files(shell)
        sealed = letters(archive)
        assert all(sha256(sealed[line["file"]]).hexdigest() == line["SHA-256 of the letter"] for line in lines)
        draft = shell.incident().drafts[DraftId("notice")].frozen
        assert draft is not None
        assert {line["SHA-256 of the frozen draft"] for line in lines} == {sha256(draft.text.encode()).hexdigest()}
        timeline = await shell.type("!timeline")
        assert "bob had 2 letters written from notice, version 1" in timeline
        assert "carol recorded letter no. 1 of notice: by e-mail, Tue 24 Nov 2026 10:00" in timeline
        assert "Dupont" not in timeline


async def test_a_corrected_list_writes_to_those_who_are_left_and_to_nobody_twice(shell: Shell) -> None:
    async with shell.life():
        await frozen(shell)
        await merge(shell, LIST)
        await shell.type("!sent 1 email")
        said = await merge(shell, LIST + "Durand;d@durand.example;;333\n")
        assert said.startswith("2 letters of notice version 1")
        assert "Told already, so without a new letter: 1 client." in said
        assert [(file.name, list(letters(file))) for file in files(shell)[1:]] == [
            ("notice-v1-2-3.zip", ["0002-dupont-cie.docx", "0003-durand.docx"])
        ]
        await shell.type("!sent all post")
        assert await merge(shell, LIST) == "All of them are told already (notice). Nothing changed."
        assert "3 of 3 told" in await shell.type("!letters")


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
        ("Client;Email;SIREN\nA;a@a.example;1\na ;b@b.example;2", "line 3: a is in the list twice"),
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


async def test_letters_of_a_drill_say_so_and_a_french_room_has_them_in_french(shell: Shell) -> None:
    async with shell.life():
        await shell.open(options="--playbook provider-hit --lang fr --drill")
        await freeze(shell, "kit-fr")
        said = await merge(shell, "Nom;Adresse\nÉtude Martin;1 rue X\n", "kit-fr")
        assert said.startswith("1 lettre de kit-fr version 1, un DOCX chacune\u00a0; le ZIP suit.")
        (archive,) = files(shell)
        assert archive.name == "drill-kit-fr-v1.zip"
        (letter,) = letters(archive).values()
        assert text(letter)[0].startswith("EXERCICE")
        assert text(letter)[1] == "What to do now, Étude Martin."
        said = await shell.type("!envoye tous par courrier")
        assert said.startswith("Consigné\u00a0: 1 Étude Martin, par courrier,")
        assert "Tous sont prévenus. La preuve\u00a0: !lettres journal." in said
        await shell.type("!lettres journal")
        file = shell.said()[-1].file
        assert file is not None
        assert file.name.startswith("drill-lettres-2026-11-24")
        assert file.data.decode("utf-8-sig").startswith('"brouillon";"version";"numéro";"client";')


async def test_which_letters_are_meant_is_asked_when_clients_of_two_drafts_are_left(shell: Shell) -> None:
    async with shell.life():
        await frozen(shell)
        await freeze(shell, "kit")
        await merge(shell, LIST)
        await merge(shell, LIST, "kit")
        assert "Clients of several are left: kit, notice. Write !sent kit all email" in await shell.type(
            "!sent all email"
        )
        await shell.type("!sent kit all email")
        assert "notice v1: 2 of 2 told" in await shell.type("!sent all email")
        await shell.type("!fact organisation Other")
        await freeze(shell, "notice")
        await merge(shell, LIST)
        said = await shell.type("!letters")
        assert "notice v2: 0 of 2 told." in said
        assert "Earlier: notice v1: 2 of 2 told." in said


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


async def test_names_of_clients_go_with_a_purge(shell: Shell) -> None:
    async with shell.life():
        await frozen(shell)
        await merge(shell, LIST)
        await shell.type("!sent all email")
        records = await shell.store.history(shell.incident().id)
    assert "Dupont" in repr(records)
    now = shell.clock.now()
    closed = evolve(shell.incident(), Closed(at=now, by=ALICE, summary=""))
    purged = Purged(at=now, cause=PurgeCause.RETENTION, entries=len(records), head="x")
    left = remains(closed, records, purged)
    assert left
    assert "Dupont" not in repr(left)
