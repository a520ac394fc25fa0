"""Templates of drafts: what is read, what is refused and where."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from bot.core.conditions import ALWAYS, parse_condition
from bot.core.documents.drafts import Block, Hole, Layout, Printed, Shape, Tlp
from bot.core.language import Language
from bot.core.names import RuleId
from bot.host.shipped import playbooks_folder
from bot.library.drafts import DraftError, load, read_template
from bot.library.lint import check
from bot.sentences import languages
from tests.library.draft_texts import FRONT, TEMPLATE, in_french
from tests.library.texts import RULES, SAMPLE, line_of
from tests.library.texts import in_french as sample_in_french


def shelf(folder: Path, *, english: str = TEMPLATE, french: str | None = None) -> Path:
    """Lay a folder of playbooks with its templates."""
    drafts = folder / "drafts"
    drafts.mkdir()
    (folder / "sample.en.md").write_text(SAMPLE, encoding="utf-8")
    (folder / "sample.fr.md").write_text(sample_in_french(SAMPLE), encoding="utf-8")
    (folder / "clocks.yaml").write_text(RULES, encoding="utf-8")
    (drafts / "notice.en.md").write_text(english, encoding="utf-8")
    (drafts / "notice.fr.md").write_text(in_french(english) if french is None else french, encoding="utf-8")
    return folder


def found(path: Path) -> list[str]:
    return [f"{Path(problem.file).name}:{problem.line}: {problem.message}" for problem in check([path])]


def faults(text: str) -> list[str]:
    with pytest.raises(DraftError) as error:
        read_template(text, file="notice.en.md")
    return [str(problem) for problem in error.value.problems]


def test_a_template_is_read_whole() -> None:
    template = read_template(TEMPLATE).template
    assert (template.id, template.language, template.rank, template.tlp) == (
        "notice",
        Language("en"),
        2,
        Tlp.AMBER_STRICT,
    )
    assert (template.clock, template.read_on) == (RuleId("FR-LOPMI"), date(2026, 11, 24))
    facts = parse_condition("insured = yes or unknown and scope = all")
    assert template.blocks == (
        Block(
            shape=Shape.PARAGRAPH,
            spans=(
                "Dear all, ",
                Hole(name="organisation"),
                " writes on ",
                Hole(name="today"),
                "\nfrom ",
                Hole(name="address", optional=True),
                ".",
            ),
        ),
        Block(shape=Shape.HEADING, level=2, spans=("1. Facts",)),
        Block(shape=Shape.ITEM, spans=("**Since:** ", Hole(name="aware FR-LOPMI"), " or a little before")),
        Block(shape=Shape.ITEM, spans=("*Insured:* ", Hole(name="insured"))),
        Block(shape=Shape.NUMBERED, spans=("first, see [the law](https://law.example.org/33)",)),
        Block(shape=Shape.NUMBERED, spans=("then {this}",)),
        Block(
            shape=Shape.PARAGRAPH,
            spans=("The insurer was told: ", Hole(name="filed FR-LOPMI", optional=True)),
            when=facts,
        ),
        Block(shape=Shape.PARAGRAPH, spans=(Hole(name="measures"),), when=ALWAYS),
    )


@pytest.mark.parametrize(
    ("old", "new", "place", "message"),
    [
        ("---\nid", "id", 1, "a template of a draft begins with its front matter"),
        ("id: notice", "id: The Notice", 2, "`id` is lower-case words joined by hyphens"),
        ("language: en", "language: de", "language:", "unknown language `de`; known: fr, en"),
        ("basis: GDPR art. 33(1)\n", "", 2, "`basis` is missing"),
        ("source: https://law.example.org/33\n", "", 2, "`source` is missing"),
        ("source: https://law", "source: http://law", "source:", "`source` is an https address"),
        ("read: 2026-11-24\n", "", 2, "`read` is missing"),
        ("read: 2026-11-24", "read: last week", "read:", "`read` is the day its source was read"),
        ("tlp: AMBER+STRICT", "tlp: ORANGE", "tlp:", "`tlp` is one of RED, AMBER+STRICT, AMBER, GREEN, CLEAR"),
        ("rank: 2", "rank: first", "rank:", "`rank` is a whole number"),
        ("clock: FR-LOPMI", "clock: complaint", "clock:", "a rule's id is capitals"),
        ("rank: 2", "rank: 2\ncolour: red", "colour:", "unknown key `colour`"),
        ("{address?}", "{Address}", "{Address}", "`{Address}` is no hole"),
        ("{address?}", "{aware}}", "{aware}", "a brace that opens no hole is doubled"),
        ("{address?}", "{address", "{address", "a brace that opens no hole is doubled"),
        ("Dear all,", "Dear <b>all</b>,", "<b>", "raw HTML"),
        ("Dear all,", "Dear <!-- me -->", "<!-- me", "raw HTML"),
        ("Dear all,", "Type `!draft`", "`!draft`", "a backtick is not part of a draft"),
        ("(https://law.example.org/33)\n", "(javascript:alert)\n", "javascript", "a link goes to an https address"),
        ("## 1. Facts", "#### Facts", "#### Facts", "a heading is one to three `#`"),
        ("## 1. Facts", "##Facts", "##Facts", "a heading is one to three `#`"),
        ("## 1. Facts", "---", 18, "a line across is not part of a draft"),
        ("- *Insured", "* *Insured", "* *Insured", "an item of a list begins with `- ` or `1. `"),
        ("Dear all,", "> Dear all,", "> Dear", "quotations, tables and code"),
        ("Dear all,", "| a | b |", "| a |", "quotations, tables and code"),
        ("- *Insured", "  - *Insured", "  - *Insured", "lists have one level"),
        ("- *Insured:*", "- *Insured:", "- *Insured:", "never closed"),
        ("- **Since:**", "- ** Since:**", "- ** Since", "`**` stands right at its words"),
        ("- **Since:**", "- **Since:", "- **Since:", "never closed"),
        ("{measures}", "Done: {measures}", "Done: {measures}", "`{measures}` stands alone in its block"),
        ("when: insured = yes or unknown and scope = all", "when: insured", "when:", "bad condition"),
        ("\nThe insurer", "\n<!-- when: insured = yes -->\nThe insurer", "when: insured = yes --", "two conditions"),
        (
            "{measures}\n",
            "<!-- when: insured = yes -->\n",
            "when: insured = yes --",
            "stands before the block it is about",
        ),
    ],
)
def test_what_is_not_understood_is_refused_with_its_line(old: str, new: str, place: int | str, message: str) -> None:
    assert old in TEMPLATE
    text = TEMPLATE.replace(old, new, 1)
    line = place if isinstance(place, int) else line_of(text, place)
    assert any(said.startswith(f"notice.en.md:{line}: ") and message in said for said in faults(text)), faults(text)


def test_a_template_without_a_text_is_refused() -> None:
    assert faults(TEMPLATE.split("\n\n", 1)[0] + "\n") == ["notice.en.md:13: the template has no text"]


def test_an_indented_first_line_is_refused() -> None:
    assert "a line begins at its margin" in faults(TEMPLATE.replace("Dear all,", "  Dear all,"))[0]


def test_a_sound_folder_has_no_problem(tmp_path: Path) -> None:
    assert found(shelf(tmp_path)) == []


@pytest.mark.parametrize(
    ("old", "new", "part", "message"),
    [
        ("{address?}", "{adresse}", "{adresse}", "`{adresse}` is how people type a detail: write `{address}`"),
        ("{address?}", "{shoe-size}", "{shoe-size}", "nothing fills `{shoe-size}`"),
        ("{aware FR-LOPMI}", "{aware GDPR-33-1}", "{aware", "names no clock: there is no `GDPR-33-1`"),
        ("clock: FR-LOPMI", "clock: GDPR-33-1", "---", "there is no clock `GDPR-33-1`"),
        ("scope = all", "tired = yes", "when:", "the condition names the unknown question `tired`"),
        ("scope = all", "scope = maybe", "when:", "`scope` does not take `maybe`; it takes: all, none, unknown"),
        ("scope = all", "malicious = unknown or yes or no", "when:", "the condition on `malicious` always holds"),
        ("scope = all", "insured = no", "when:", "dead condition: `insured` stands in it twice"),
    ],
)
def test_what_nothing_fills_is_named_in_both_files(tmp_path: Path, old: str, new: str, part: str, message: str) -> None:
    assert old in TEMPLATE
    text = TEMPLATE.replace(old, new, 1)
    said = found(shelf(tmp_path, english=text))
    for name in ("notice.en.md", "notice.fr.md"):
        assert any(one.startswith(f"{name}:{line_of(text, part)}: ") and message in one for one in said), said


@pytest.mark.parametrize(
    ("old", "new", "part", "message"),
    [
        ("rank: 2", "rank: 3", "---", "the rank is not that of notice.en.md"),
        ("tlp: AMBER+STRICT", "tlp: CLEAR", "---", "the label is not that of notice.en.md"),
        ("clock: FR-LOPMI\n", "", "---", "the clock is not that of notice.en.md"),
        ("scope = all", "scope = none", "---", "the conditions are not those of notice.en.md"),
        ("{address?}", "{address}", "{address}", "notice.en.md has no hole `{address}` here"),
        ("{address?}", "{address}", "---", "the hole `{address?}` of notice.en.md is missing"),
    ],
)
def test_a_translation_that_differs_is_named(tmp_path: Path, old: str, new: str, part: str, message: str) -> None:
    french = in_french().replace(old, new, 1)
    said = found(shelf(tmp_path, french=french))
    assert any(one.startswith(f"notice.fr.md:{line_of(french, part)}: ") and message in one for one in said), said


def test_a_missing_translation_is_named(tmp_path: Path) -> None:
    folder = shelf(tmp_path)
    (folder / "drafts/notice.fr.md").unlink()
    assert found(folder) == ["notice.en.md:1: the translation `notice.fr.md` is missing"]


def test_the_templates_or_one_of_them_are_checked_with_the_playbooks_beside_them(tmp_path: Path) -> None:
    folder = shelf(tmp_path, english=TEMPLATE.replace("{address?}", "{shoe-size}"))
    (folder / "sample.en.md").write_text(SAMPLE.replace("rank", "sort"), encoding="utf-8")
    assert found(folder / "drafts") == found(folder)
    assert {said.split(":")[0] for said in found(folder / "drafts/notice.en.md")} == {"notice.en.md", "notice.fr.md"}
    assert not [said for said in found(folder / "sample.en.md") if said.startswith("notice")]


def test_the_words_of_a_hole_are_not_checked_against_clocks_that_cannot_be_read(tmp_path: Path) -> None:
    folder = shelf(tmp_path, english=TEMPLATE.replace("{aware FR-LOPMI}", "{aware GDPR-33-1}"))
    (folder / "clocks.yaml").write_text("rules: 3\n", encoding="utf-8")
    assert not [said for said in found(folder) if said.startswith("notice")]


def test_a_misnamed_file_is_refused(tmp_path: Path) -> None:
    folder = shelf(tmp_path)
    (folder / "drafts/notice.fr.md").rename(folder / "drafts/avis.fr.md")
    with pytest.raises(DraftError, match=r"named after its id and language: `notice\.fr\.md`"):
        load(folder)


def test_a_folder_of_playbooks_without_templates_takes_the_shipped_ones(tmp_path: Path) -> None:
    folder = shelf(tmp_path)
    assert set(load(folder)) == {("notice", language) for language in languages()}
    shutil.rmtree(folder / "drafts")
    assert load(folder) == load(playbooks_folder())


def test_the_shipped_templates_are_sound_and_in_both_languages() -> None:
    shipped = load(playbooks_folder())
    assert {id for id, language in shipped if language == Language("fr")} == {
        id for id, language in shipped if language == Language("en")
    }
    assert len({template.rank for template in shipped.values()}) == len(shipped) / 2, "two drafts have one rank"
    assert check([playbooks_folder()]) == ()


def test_a_layout_is_that_of_the_block_after_it_alone() -> None:
    first, second, third = read_template(FRONT + "<!-- right -->\na\n\n<!-- note -->\n- b\n\nc\n").template.blocks
    assert [block.layout for block in (first, second, third)] == [Layout.RIGHT, Layout.NOTE, Layout.FLOW]


def test_a_layout_without_a_block_is_named_with_its_line() -> None:
    with pytest.raises(DraftError, match="a layout stands before the block it is about"):
        read_template(FRONT + "a\n\n<!-- right -->\n")


def test_what_is_printed_of_the_front_matter_is_named() -> None:
    assert read_template(FRONT.replace("rank: 2", "printed: label, title") + "a\n").template.printed == set(Printed)
    with pytest.raises(DraftError, match="`printed` takes label, title"):
        read_template(FRONT.replace("rank: 2", "printed: everything") + "a\n")
