"""What content is called: every fault by its line, every language known to each of its translations."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.core.language import ENGLISH, Language
from bot.core.names import DraftId, Question
from bot.host.shipped import playbooks_folder
from bot.library import drafts, playbooks, rules
from bot.library.lint import check
from bot.library.problems import ContentError
from tests.library import draft_texts
from tests.library.texts import RULES, SAMPLE, in_french

FRENCH = Language("fr")
NAMED = in_french(SAMPLE).replace("id: sample", "id: sample\ncalled: échantillon", 1)
NAMED = NAMED.replace("  - name: insured\n", "  - name: insured\n    called: assuré\n", 1)
ANOTHER = RULES.removeprefix("rules:\n").replace("id: FR-LOPMI", "id: FR-INS-2")


def shelf(folder: Path, *, french: str = NAMED, english: str = SAMPLE, rows: str = RULES) -> Path:
    (folder / "sample.en.md").write_text(english, encoding="utf-8")
    (folder / "sample.fr.md").write_text(french, encoding="utf-8")
    (folder / "clocks.yaml").write_text(rows, encoding="utf-8")
    return folder


def messages(folder: Path) -> list[str]:
    return [f"{Path(problem.file).name}:{problem.line}: {problem.message}" for problem in check([folder])]


def test_each_translation_knows_the_names_of_all(tmp_path: Path) -> None:
    named = SAMPLE.replace("id: sample", "id: sample\ncalled: specimen", 1)
    assert check([shelf(tmp_path, english=named)]) == ()

    books = playbooks.load(tmp_path)

    for language in (ENGLISH, FRENCH):
        book = books["sample", language]
        assert book.called == {FRENCH: "échantillon", ENGLISH: "specimen"}
        assert [asked.called for asked in book.questions] == [{FRENCH: "assuré"}, {}]


def test_a_draft_knows_its_names_in_every_language(tmp_path: Path) -> None:
    (tmp_path / "drafts").mkdir()
    french = draft_texts.in_french().replace("id: notice", "id: notice\ncalled: avis")
    (tmp_path / "drafts" / "notice.en.md").write_text(draft_texts.TEMPLATE, encoding="utf-8")
    (tmp_path / "drafts" / "notice.fr.md").write_text(french, encoding="utf-8")

    assert [template.called for template in drafts.load(tmp_path).values()] == [{FRENCH: "avis"}] * 2


def test_a_row_says_its_name_in_each_language() -> None:
    named = RULES.replace("id: FR-LOPMI", "id: FR-LOPMI\n    called: {fr: plainte, en: complaint}")
    assert rules.parse(named)[0].called == {FRENCH: "plainte", ENGLISH: "complaint"}
    assert rules.parse(RULES)[0].called == {}


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("called: assuré", "called: deux mots", "sample.fr.md:11: `called` is one word that people type, with hyphens"),
        (
            "called: assuré",
            "called: Scope",
            "sample.fr.md:10: the question `insured` cannot be called `Scope`: that is",
        ),
        ("called: assuré", "called: cause", "sample.fr.md:11: `cause` is a detail that every incident has"),
        ("- name: scope\n", "- name: scope\n    called: assure\n", "cannot be called `assure`: so is `insured`, in "),
    ],
)
def test_a_faulty_name_is_told_with_its_line(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert old in NAMED
    folder = shelf(tmp_path, french=NAMED.replace(old, new, 1))
    assert any(message in problem for problem in messages(folder)), messages(folder)
    with pytest.raises(ContentError):
        playbooks.load(folder)


def test_a_question_has_one_name_in_all_playbooks(tmp_path: Path) -> None:
    shelf(tmp_path)
    for language, text in (("en", SAMPLE), ("fr", NAMED.replace("called: échantillon\n", ""))):
        other = text.replace("id: sample", "id: other", 1).replace("called: assuré", "called: couvert")
        (tmp_path / f"other.{language}.md").write_text(other, encoding="utf-8")
    (told,) = messages(tmp_path)
    assert "the question `insured` is called `assuré` here and `couvert` in " in told


@pytest.mark.parametrize(
    ("first", "second", "message"),
    [
        ("{fr: plainte}", "{fr: Plainte}", "the clock `FR-INS-2` cannot be called `Plainte`: so is `FR-LOPMI`, in"),
        ("{fr: plainte}", "{fr: fr-lopmi}", "the clock `FR-INS-2` cannot be called `fr-lopmi`: that is the id of"),
        ("{fr: plainte}", "{xx: y}", "unknown key `xx`; known: "),
        ("{fr: plainte}", "y", "`called` must be made of `key: value` lines"),
    ],
)
def test_two_clocks_have_two_names(first: str, second: str, message: str) -> None:
    row = RULES.replace("id: FR-LOPMI", f"id: FR-LOPMI\n    called: {first}")
    other = ANOTHER.replace("id: FR-INS-2", f"id: FR-INS-2\n    called: {second}")
    with pytest.raises(ContentError, match=message):
        rules.parse(row + other)


def test_rows_of_one_clock_have_one_name() -> None:
    row = RULES.replace("id: FR-LOPMI", "id: FR-LOPMI\n    called: {fr: plainte}\n    valid_to: 2024-01-01")
    later = RULES.removeprefix("rules:\n").replace("2023-04-24", "2024-01-02")
    with pytest.raises(ContentError, match="`FR-LOPMI` is called nothing here and `plainte` in another row"):
        rules.parse(row + later)


def test_all_that_is_shipped_has_a_french_name() -> None:
    folder = playbooks_folder()
    books, texts, rows = playbooks.load(folder), drafts.load(folder), rules.load(folder)
    nameless = [
        *(rule.id for rule in rows if FRENCH not in rule.called),
        *(id for (id, _), book in books.items() if FRENCH not in book.called),
        *(asked.name for book in books.values() for asked in book.questions if FRENCH not in asked.called),
        *(id for (id, _), text in texts.items() if FRENCH not in text.called),
    ]
    assert nameless == []
    assert books["provider-hit", ENGLISH].called[FRENCH] == "prestataire"
    first = books["provider-hit", ENGLISH].question(Question("personal-data"))
    assert first is not None
    assert first.called == {FRENCH: "donnees-personnelles"}
    assert texts[DraftId("complaint"), ENGLISH].called == {FRENCH: "plainte"}


def test_a_step_may_have_people_type_a_name_in_any_language(tmp_path: Path) -> None:
    known, unknown = (NAMED.replace("Look at the screen,", f"`!constat {name} oui`,") for name in ("assure", "rassuré"))
    books = SAMPLE.replace("Look at the screen,", "`!fact insured yes`,")
    assert messages(shelf(tmp_path, french=known, english=books)) == []
    (told,) = messages(shelf(tmp_path, french=unknown, english=books))
    assert "`D1` has people answer `rassuré`, which is no question of this playbook and no detail" in told
