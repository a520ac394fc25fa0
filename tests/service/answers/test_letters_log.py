"""Who was told of letters to clients, when, by which channel, by whose word; and who is left."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256

import pytest

from bot.core.documents.purge import remains
from bot.core.evolve import evolve
from bot.core.facts import Closed, PurgeCause, Purged
from bot.core.names import DraftId
from tests.core.build import ALICE, CAROL, HOUSE
from tests.service.letters import (
    LIST,
    TEMPLATES,
    files,
    freeze,
    frozen,
    letters,
    log,
    merge,
    text,
)
from tests.service.shell import Shell


@pytest.fixture
def shell() -> Shell:
    return Shell(replace(HOUSE, drafts=TEMPLATES))


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
        assert "carol recorded letter no. 1 of notice: by e-mail, Tue 24 Nov 10:00" in timeline
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


async def test_letters_of_a_drill_say_so_and_a_french_room_has_them_in_french(shell: Shell) -> None:
    async with shell.life():
        await shell.open(options="--playbook provider-hit --lang fr --drill")
        await freeze(shell, "kit-fr")
        said = await merge(shell, "Nom;Adresse\nÉtude Martin;1 rue X\n", "kit-fr")
        assert said.startswith("1 lettre de kit-fr version 1, un DOCX chacune\u00a0; le ZIP suit.")
        (archive,) = files(shell)
        assert archive.name == "exercice-kit-fr-v1.zip"
        (letter,) = letters(archive).values()
        assert text(letter)[0].startswith("EXERCICE")
        assert text(letter)[1] == "What to do now, Étude Martin."
        said = await shell.type("!envoye tous par courrier")
        assert said.startswith("Consigné\u00a0: 1 Étude Martin, par courrier,")
        assert "Tous sont prévenus. La preuve\u00a0: !lettres journal." in said
        await shell.type("!lettres journal")
        file = shell.said()[-1].file
        assert file is not None
        assert file.name.startswith("exercice-lettres-2026-11-24")
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
