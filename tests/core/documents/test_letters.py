"""What is known of letters, and what one of them says."""

from __future__ import annotations

from dataclasses import replace

from bot.core.documents.drafts import Shape
from bot.core.documents.letters import empty_holes, letter, newest, spans
from bot.core.documents.paper import Paragraph, Run
from bot.core.facts import Channel, ClientHole
from bot.core.names import DraftId
from tests.core.build import HOUR, NOW, grow, incident, letter_of, letters_made, letters_sent

NOTICE = DraftId("notice")
HOLES = (
    ClientHole(label="name", name="client", optional=False),
    ClientHole(label="address", name="client-address", optional=True),
)


def left(*facts: object) -> list[int]:
    mailing = grow(incident(), *facts).mailings[NOTICE, 1]  # type: ignore[arg-type]
    return [one.number for one in mailing.left]


def test_who_was_told_is_no_longer_left_until_the_letter_comes_back() -> None:
    made = letters_made("A", "B", "C")
    assert left(made) == [1, 2, 3]
    assert left(made, letters_sent(1, 3)) == [2]
    returned = letters_sent(3, channel=Channel.RETURNED)
    assert left(made, letters_sent(1, 3), returned) == [2, 3]
    assert left(made, letters_sent(1, 3), returned, letters_sent(3, channel=Channel.POST)) == [2]


def test_an_entry_of_the_log_keeps_the_letter_as_it_was_when_it_went() -> None:
    changed = letter_of(1, "A", **{"client-email": "new@a.example"})
    again = replace(letters_made(at=NOW + HOUR), letters=(changed,))
    mailing = grow(
        incident(), letters_made("A", "B"), letters_sent(1), letters_sent(1, channel=Channel.RETURNED), again
    ).mailings[NOTICE, 1]
    assert [entry.letter for entry in mailing.log[1]] == [letter_of(1, "A")] * 2
    assert mailing.letters == {1: changed, 2: letter_of(2, "B")}
    assert mailing.made_at == NOW


def test_of_several_versions_of_a_draft_the_last_counts() -> None:
    facts = (letters_made("A"), letters_made("A", draft="kit"), letters_made("A", version=2))
    known = grow(incident(), *facts).mailings
    assert [(one.draft, one.version) for one in newest(known)] == [("kit", 1), ("notice", 2)]
    assert newest({}) == ()


def test_a_letter_has_the_clients_words_in_its_places_and_other_places_as_they_were() -> None:
    text = (
        _paragraph(Run(text="To "), Run(text="[name]", is_gap=True), Run(text="[signature]", is_gap=True)),
        _paragraph(Run(text="[address]", is_gap=True)),
        _paragraph(Run(text="[name]")),
    )
    filled = tuple(letter(text, HOLES, {"client": "[address]", "client-address": "1 rue X\n75001 Paris"}))
    assert [[run.text for run in one.runs] for one in filled] == [
        ["To ", "[address]", "[signature]"],
        ["1 rue X\n75001 Paris"],
        ["[name]"],
    ]
    assert [run.is_gap for run in filled[0].runs] == [False, False, True]


def test_a_paragraph_whose_value_may_be_missing_goes_with_it() -> None:
    text = (_paragraph(Run(text="[name]", is_gap=True)), _paragraph(Run(text="[address]", is_gap=True)))
    assert len(tuple(letter(text, HOLES, {"client": "A"}))) == 1
    assert empty_holes(HOLES, {}) == ("client",)
    assert empty_holes(HOLES, {"client": "A"}) == ()


def test_numbers_are_told_in_runs() -> None:
    assert spans((7, 2, 1, 3, 9)) == ((1, 3), (7, 7), (9, 9))
    assert spans(()) == ()


def _paragraph(*runs: Run) -> Paragraph:
    return Paragraph(shape=Shape.PARAGRAPH, runs=runs)
