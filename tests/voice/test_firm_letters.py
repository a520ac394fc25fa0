"""The letter to an organisation of which nobody was reached: word for word, on one page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from bot import voice
from bot.core.incident import Incident
from bot.core.language import Language
from bot.core.names import Question
from bot.core.organisations.reach import Watch
from bot.core.organisations.rollup import Rollup, rollup
from bot.sentences import languages
from bot.voice import Text
from bot.voice.documents import firm_letters, paper
from bot.voice.markup import render
from tests.core.build import NOW
from tests.core.cascades import child, parent, row

Golden = Callable[[str, Text], None]
ANSWERS = {Question("organisation"): "Ordre <Paris>", Question("contact"): "The office, 01 00 00 00 00"}
pytestmark = pytest.mark.parametrize("language", languages())


def found(language: Language, *, opened: bool = True, **changes: object) -> Rollup:
    listed = replace(
        row("Étude *Brésard*", Contact="The manager", Address="1 street <A>", City="Tours"), language=language
    )
    above = replace(parent(rows=(listed,)), **{"answers": ANSWERS, **changes})  # type: ignore[arg-type]
    return rollup(above, (child(listed),) if opened else (), Watch(now=NOW))


def letter(whole: Rollup) -> Text:
    (line,) = whole.by_letter()
    return render(paper.show(voice.firm_letter(line, whole.parent, NOW)))


def test_the_letter(golden: Golden, language: Language) -> None:
    golden(f"firm-letter.{language}", letter(found(language)))
    assert letter(found(language, opened=False)) == letter(found(language))


def test_without_a_telephone_a_place_is_left_for_it_and_without_a_body_who_opened_signs(language: Language) -> None:
    said = letter(found(language, answers={})).body
    assert {"en": "[name and telephone]", "fr": "[nom et téléphone]"}[language] in said
    assert said.startswith("@alice:example.org")


def test_who_is_no_longer_in_the_list_is_written_to_all_the_same(language: Language) -> None:
    gone_row = replace(row("Gone"), language=language)
    whole = rollup(parent(rows=(row("Other"),)), (child(gone_row),), Watch(now=NOW))
    gone = next(line for line in whole.by_letter() if line.organisation == "Gone")
    assert voice.letter_language(gone, whole.parent) == language
    assert voice.letter_language(replace(gone, child=None), whole.parent) == whole.parent.language
    assert "Gone" in render(paper.show(voice.firm_letter(gone, whole.parent, NOW))).body


def test_the_note_says_how_many_and_what_is_missing(monkeypatch: pytest.MonkeyPatch, language: Language) -> None:
    whole = found(language)
    assert "contact" not in voice.firm_letters_note(whole).body
    monkeypatch.setattr(firm_letters, "MOST_LETTERS", 0)
    told = replace(whole, parent=replace(whole.parent, answers={}, language=language))
    assert "1 " in voice.firm_letters_note(told).body.splitlines()[1]
    assert "contact" in voice.firm_letters_note(told).body


def test_a_file_is_named_after_the_firm_and_a_drill_says_so(language: Language) -> None:
    whole = found(language)
    (line,) = whole.by_letter()
    assert voice.firm_letter_name(7, line) == "0007-etude-bresard.docx"
    assert voice.firm_letter_name(7, replace(line, organisation="***")) == "0007-letter.docx"
    drill: Incident = replace(whole.parent, drill=True)
    assert voice.drill_label(drill, language) in ("DRILL", "EXERCICE")
    assert voice.drill_label(whole.parent, language) == ""
