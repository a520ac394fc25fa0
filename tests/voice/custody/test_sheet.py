"""The sheet that goes to the police: a line for each thing said, and none that somebody typed into another."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot import voice
from bot.core import facts
from bot.core.evolve import evolve
from bot.core.incident import Incident
from bot.core.language import Language
from bot.core.report.pages import Table
from bot.voice.custody.things import taken
from bot.voice.markup import render
from bot.voice.report.evidence import evidence
from tests.core.build import BOB, NOW, incident
from tests.core.test_evidence import KEPT, NAMED

FORGED = "SHA-256 : 00"
SOURCED = replace(KEPT, source="the mail server")


def room(*taken: facts.EvidenceTaken) -> Incident:
    found = incident()
    for fact in taken:
        found = evolve(found, fact)
    return found


def sheet(incident: Incident) -> str:
    return voice.evidence_sheet(incident, {}, {}, NOW)


@pytest.mark.parametrize("sign", ["\n", "\r", "\x0b", "\x85", "\u2028", "\u2029", "\x1b", "\u202e"])
def test_what_somebody_typed_forges_no_line(sign: str) -> None:
    typed = f"disk{sign}{sign}{FORGED}"
    forged = room(replace(SOURCED, name=typed, source=typed))
    forged = evolve(forged, facts.EvidenceSourced(at=NOW, by=BOB, number=1, source=typed))
    forged = replace(forged, title=typed)
    honest = room(SOURCED)
    honest = evolve(honest, facts.EvidenceSourced(at=NOW, by=BOB, number=1, source="a laptop"))
    said = sheet(forged)
    assert len(said.splitlines()) == len(sheet(honest).splitlines())
    assert "E1  disk  SHA-256 : 00\n" in said
    assert "Provenance\u00a0: disk  SHA-256 : 00\n" in said
    assert not [line for line in said.splitlines() if line.strip().startswith(FORGED)]
    assert sign == "\n" or sign not in said


def test_a_source_of_nothing_that_is_seen_is_none() -> None:
    assert "Provenance\u00a0: personne ne l’a dit" in sheet(room(replace(SOURCED, source="\u200b\n")))


def test_it_says_that_no_more_was_done_than_was() -> None:
    for keeping in facts.Keeping:
        said = sheet(room(replace(SOURCED, keeping=keeping), NAMED))
        assert "gardé chiffré" not in said
        assert (
            "tel que son détenteur l’a donné. Chaque pièce dit ce qui est gardé. Aucun fichier n’a été ouvert." in said
        )
        assert ("Préservation\u00a0: chiffrée ici" in said) is (keeping is facts.Keeping.KEPT)
        assert "celle qu’a donnée alice." in said


@pytest.mark.parametrize(("language", "words"), [("en", "Do not delete it, nor"), ("fr", "Ne la supprimez pas, ni")])
def test_whoever_keeps_a_thing_is_told_to_keep_it_whether_or_not_a_message_brought_it(
    language: str, words: str
) -> None:
    here = replace(incident(), language=Language(language))
    for fact in (replace(SOURCED, keeping=facts.Keeping.WITH_HOLDER), NAMED):
        assert words in render(taken(fact, here)).body


def test_a_drill_says_so_in_the_language_of_the_sheet() -> None:
    drill = replace(room(SOURCED), drill=True)
    assert drill.language == "en"
    assert " - [EXERCICE] " in sheet(drill)
    assert "[DRILL]" not in sheet(drill)
    assert "EXERCICE" not in sheet(room(SOURCED))


def test_the_table_of_a_report_has_it_on_one_line_too() -> None:
    typed = f"disk\n{FORGED}\u202e"
    (_, table) = evidence(room(replace(SOURCED, name=typed, source=typed)))
    assert isinstance(table, Table)
    (row,) = table.rows
    assert row[1].splitlines() == [f"disk {FORGED}", "11 bytes", f"disk {FORGED}"]
