"""The roll-up, asked for: in words at once, with a picture or as a table, in the parent's room alone."""

from __future__ import annotations

import csv
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from io import BytesIO, StringIO
from zipfile import ZipFile

import pytest
from docx import Document

from bot.core.language import Language
from bot.ports import Attachment
from tests.core.build import ALICE, BOB, DAVE, HOUR, MINUTE, ROOM
from tests.core.cascades import NAMES, person_of, row
from tests.held import Holds, held
from tests.service.organisations.scene import Organisations, room_of

LONG = "=Une raison\nde plus"


@pytest.fixture
async def shell() -> AsyncIterator[Organisations]:
    told = Organisations()
    await told.lay((*map(row, NAMES), row("+Sum")))
    async with told.life():
        yield told


def files(shell: Organisations) -> list[Attachment]:
    return [one.file for one in shell.said(ROOM) if one.file is not None]


async def test_words_come_first_and_then_the_picture(shell: Organisations) -> None:
    await shell.lead("!bulletin x")
    await shell.type("!ack", room=room_of("Beta"), sender=person_of("Beta"))
    await shell.type("!aware GDPR-33-1 -73h", room=room_of("Alpha"), sender=person_of("Alpha"))
    said = await shell.lead("!rollup")
    assert said.startswith("Roll-up of Calm Heron\n")
    assert "Overdue: 1\n\n- Alpha: CNIL overdue by 1\u00a0h" in said
    assert "6 silent, 1 acknowledged" in said
    assert "Organisations: 7 invited and not come\nTo call first: Alpha · Beta. All of them: !rollup unreached" in said
    (picture,) = files(shell)
    assert (picture.name, picture.mime) == ("rollup-2026-11-24-1000.png", "image/png")
    assert picture.data.startswith(b"\x89PNG")
    assert not shell.said(ROOM)[-1].rings


async def test_the_table_has_a_line_for_each(shell: Organisations) -> None:
    await shell.type(f"!aware GDPR-33-1 -1h {LONG}", room=room_of("Alpha"), sender=person_of("Alpha"))
    await shell.type(f"!filed GDPR-33-1 {LONG}", room=room_of("Alpha"), sender=person_of("Alpha"))
    await shell.lead("!rollup csv")
    (table,) = files(shell)
    assert (table.name, table.mime) == ("rollup-2026-11-24-1000.csv", "text/csv")
    assert table.data.startswith(b"\xef\xbb\xbf")
    heads, *lines = csv.reader(StringIO(table.data.decode("utf-8-sig"), newline=""), strict=True)
    assert [line[0] for line in lines] == [*NAMES, "'+Sum"]
    told = dict(zip(heads, lines[0], strict=True))
    assert (told["GDPR-33-1 state"], told["GDPR-33-1 reference"]) == ("filed", f"'{LONG}")


async def test_it_is_for_those_who_lead_and_for_the_parents_room_alone(shell: Organisations) -> None:
    shell.chat.join(ROOM, BOB)
    assert "role" in await shell.type("!rollup", room=ROOM, sender=BOB)
    for typed in ("!rollup", "!rollup csv"):
        assert "This room is yours" in await shell.type(typed, room=room_of("Alpha"), sender=DAVE)
    assert not files(shell)
    assert not shell.said(room_of("Alpha"))[-1].file


async def test_an_answer_in_a_thread_has_its_picture_there(shell: Organisations) -> None:
    await shell.type("!rollup", room=ROOM, thread="$root")
    assert [one.thread for one in shell.said(ROOM)] == ["$root", "$root"]


async def test_a_picture_that_cannot_be_made_is_said_and_stops_nothing(
    shell: Organisations, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    await shell.lead("!rollup")
    assert not files(shell)
    assert "could not send what you asked for here (NOT_MADE)" in shell.said(ROOM)[-1].body
    assert "Noted" in await shell.lead("!note on we go")


async def test_what_was_asked_for_before_a_kill_comes_after_it() -> None:
    shell = Organisations()
    await shell.lay(map(row, NAMES))
    async with shell.life():
        await shell.receive_without_rest(shell.message("!rollup", room=ROOM))
        while not shell.said(ROOM):
            await shell.turn()
    assert not files(shell)
    async with shell.life():
        await shell.pass_time(MINUTE)
    assert len(files(shell)) == 1
    assert len([one for one in shell.said(ROOM) if one.file is None]) == 1


def table(file: Attachment) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(file.data.decode("utf-8-sig"), newline="")))


async def test_who_is_not_reached_is_told_apart_as_rooms_people_and_devices_are(shell: Organisations) -> None:
    for name in ("Alpha", "Beta", "Gamma"):
        await shell.move(person_of(name), room=room_of(name), present=True)
    await shell.move(person_of("Alpha"), room=room_of("Alpha"), present=False)
    shell.chat.without_devices.add(person_of("Beta"))
    said = await shell.lead("!rollup unreached")
    assert said.startswith("Calm Heron: 6 of 7 not reached\n")
    assert "- Alpha: came and left (" in said
    assert "- Beta: no device that may read (" in said
    assert "Gamma" not in said
    (file,) = files(shell)
    assert (file.name, file.mime) == ("unreached-2026-11-24-1000.csv", "text/csv")
    assert [line["Organisation"] for line in table(file)][:2] == ["Alpha", "Beta"]
    assert len(table(file)) == 6


async def test_who_was_not_heard_of_for_so_long_is_called_too_if_that_is_asked_for(shell: Organisations) -> None:
    await shell.move(person_of("Alpha"), room=room_of("Alpha"), present=True)
    await shell.pass_time(2 * HOUR)
    assert "Alpha" not in await shell.lead("!rollup unreached 3h")
    assert "- Alpha: silent (" not in await shell.lead("!rollup unreached")
    await shell.lead("!rollup unreached 2h")
    last = files(shell)[-1]
    assert [line["Reached"] for line in table(last) if line["Organisation"] == "Alpha"] == ["silent"]


async def test_an_authority_gets_a_table_of_its_own_and_never_a_contact_or_a_question(shell: Organisations) -> None:
    for typed in ("!aware GDPR-33-1 -1h", "!filed GDPR-33-1 CNIL-2026-1", "!question May Bob call 06 00 00 00 00?"):
        await shell.type(typed, room=room_of("Alpha"), sender=person_of("Alpha"))
    said = await shell.lead("!rollup authority cnil")
    assert "a notification is recorded for 1 of 7 organisations" in said
    await shell.lead("!synthese autorite anssi")
    cnil, cert = files(shell)
    assert [one.name for one in (cnil, cert)] == [
        "for-the-cnil-2026-11-24-1000.csv",
        "for-cert-fr-2026-11-24-1000.csv",
    ]
    text = cnil.data.decode("utf-8-sig")
    assert f'"Made by {ALICE}, Tue 24 Nov 2026 10:00' in text
    assert '"Alpha","","yes","2026-11-24 10:00","CNIL-2026-1"' in text
    assert '"Beta","","not recorded","",""' in text
    for one in (cnil, cert):
        assert b"06 00 00 00 00" not in one.data
        assert b"firm.example" not in one.data
    assert "This room is yours" in await shell.type("!rollup authority cnil", room=room_of("Alpha"), sender=DAVE)


async def test_who_is_not_reached_is_written_to_on_paper_each_in_its_language() -> None:
    shell = Organisations()
    french = replace(row("Étude Brésard", Adresse="1 rue <A>", Ville="Tours"), language=Language("fr"))
    await shell.lay((row("Alpha"), french))
    async with shell.life():
        await shell.move(person_of("Alpha"), room=room_of("Alpha"), present=True)
        said = await shell.lead("!rollup letters")
        assert said.startswith("1 letter to organisations of which nobody was reached")
        assert "!fact contact" in said
        await shell.lead("!fact contact The office, 01 00 00 00 00")
        assert "!fact contact" not in await shell.lead("!synthese courriers")
        first, second = files(shell)
        assert (second.name, second.mime) == ("letters-unreached-2026-11-24-1000.zip", "application/zip")
        (letter,) = letters(second)
        assert letter[0] == "0001-etude-bresard.docx"
        assert "1 rue <A>\nTours" in letter[1]
        assert "Appelez-nous : The office, 01 00 00 00 00" in letter[1].replace("\u00a0", " ")
        assert "[nom et téléphone]" in letters(first)[0][1]
        await shell.move(person_of("Étude Brésard"), room=room_of("Étude Brésard"), present=True)
        assert "there is no letter to write" in await shell.lead("!rollup letters")
        assert len(files(shell)) == 2


def letters(file: Attachment) -> list[tuple[str, str]]:
    """Return the name and the text of each letter of an archive."""
    with ZipFile(BytesIO(file.data)) as archive:
        return [
            (name, "\n".join(one.text for one in Document(BytesIO(archive.read(name))).paragraphs))
            for name in archive.namelist()
        ]


async def test_a_call_is_noted_shown_beside_the_organisation_and_in_the_timeline(shell: Organisations) -> None:
    said = await shell.lead("!called alpha: no answer, <b>again</b> at noon")
    assert said == "Noted for Alpha: no answer, <b>again</b> at noon"
    assert "&lt;b&gt;" in shell.said(ROOM)[-1].html
    assert "alice called Alpha: no answer" in await shell.lead("!timeline 1")
    assert "Called Tue 24 Nov 10:00 (alice): no answer" in await shell.lead("!rollup unreached")
    await shell.lead("!rollup csv")
    (line,) = [line for line in table(files(shell)[-1]) if line["Organisation"] == "Alpha"]
    assert (line["Calls"], line["Called by"]) == ("1", "alice")
    assert line["What came of it"] == "no answer, <b>again</b> at noon"
    assert not [one for name in NAMES for one in shell.said(room_of(name)) if "no answer" in one.body]


async def test_a_call_to_who_is_not_clearly_one_is_noted_nowhere(shell: Organisations) -> None:
    assert "Did you mean: Alpha?" in await shell.lead("!called Alphy no answer")
    assert "may be one of these" not in await shell.lead("!called xyzxyz")
    assert "What came of the call to Alpha?" in await shell.lead("!called Alpha")
    assert "begin" not in await shell.lead("!called")
    assert "This room is yours" in await shell.type("!called Beta x", room=room_of("Alpha"), sender=DAVE)
    shell.chat.join(ROOM, BOB)
    assert "role" in await shell.type("!called Alpha x", room=ROOM, sender=BOB)
    parent = shell.service.books.incident_in(ROOM)
    assert parent is not None
    assert parent.cascade is not None
    assert parent.cascade.calls == {}


async def test_very_many_organisations_hold_nobody_up() -> None:
    shell, holds = Organisations(), Holds()
    await shell.lay(row(f"Firm {number}", Phone=str(number), City="Tours") for number in range(1_200))
    async with shell.life():
        with held(holds):
            for typed in ("!rollup", "!rollup csv", "!rollup unreached", "!called firm 77: x", "!called xyz: x"):
                await shell.lead(typed)
    assert holds.longest < 0.05, "it takes two milliseconds"
