import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.commands import ROWS, ParsedCommand, Place, parse
from bot.core.language import Language
from bot.host.shipped import playbooks_folder
from bot.library import rules
from docs.generate import DOCUMENTS, FILES, PASSAGES, fill
from docs.law import authorities
from tests.docs.pages import first_cells, passage, read


@pytest.mark.parametrize("name", DOCUMENTS)
def test_generated_passages_are_up_to_date_or_make_docs_was_forgotten(name: str) -> None:
    assert fill(read(name)) == read(name)


@pytest.mark.parametrize("name", FILES)
def test_generated_files_are_up_to_date_or_make_docs_was_forgotten(name: str) -> None:
    assert FILES[name]() == read(name)


def test_every_generated_passage_stands_in_a_document() -> None:
    placed = {name for document in DOCUMENTS for name in re.findall(r"<!-- generated: (.+?) -->", read(document))}
    assert placed == PASSAGES.keys()


def test_every_command_stands_in_the_readme_and_nothing_else_does() -> None:
    cells = first_cells(passage(read("README.md"), "Commands"))
    assert [cell.strip("`").replace("\\|", "|") for cell in cells] == [row.usage.to(Language("en")) for row in ROWS]


def test_a_guide_has_the_commands_of_its_language() -> None:
    for name, language in (("docs/responders.md", Language("en")), ("docs/fr/intervenants.md", Language("fr"))):
        words = {cell.strip("`").split()[0] for cell in first_cells(read(name).partition("<!-- generated")[2])}
        assert words == {f"!{row.words[language][0]}" for row in ROWS}


@pytest.mark.parametrize("name", [*DOCUMENTS, "docs/operations.md", "docs/security.md"])
def test_every_command_word_in_a_page_is_one(name: str) -> None:
    known = {f"!{word}" for row in ROWS for words in row.words.values() for word in words}
    text = re.sub(r"<!--.*?-->", "", read(name))
    assert set(re.findall(r"`(![a-zé]+)", text)) <= known


@pytest.mark.parametrize("name", [*DOCUMENTS, "docs/operations.md"])
def test_every_command_in_a_page_is_understood_as_it_stands_there(name: str) -> None:
    text = re.sub(r"<!-- generated.*?<!-- end", "", read(name), flags=re.DOTALL)
    now, paris = datetime(2026, 11, 27, 18, 4, tzinfo=UTC), ZoneInfo("Europe/Paris")
    for typed in re.findall(r"`(![a-zé]+[^`\n]*)`", text):
        if " " in typed:  # a bare word names a command
            parsed = [parse(typed, place=place, now=now, zone=paris, language=Language("en")) for place in Place]
            assert any(isinstance(found, ParsedCommand) for found in parsed), typed


def test_every_clock_has_its_chapter_in_the_page_of_the_law() -> None:
    law = read("docs/law.md")
    names = [rule.name for rule in rules.load(playbooks_folder())]
    assert sorted(re.findall(r"^### (\S+)$", law, re.MULTILINE)) == sorted(names)
    assert [re.sub(r"[\[\]]|\(.*", "", cell) for cell in first_cells(passage(law, "All of them"))] == names
    assert len(re.findall(r"not\s+legal\s+advice", law)) == 1


def test_the_readme_leads_to_the_page_of_the_law() -> None:
    assert "(docs/law.md)" in read("README.md")


def test_every_clock_in_force_has_its_place_in_the_list_by_country() -> None:
    listed = set(re.findall(r"\[(\S+)\]\(#", passage(read("docs/law.md"), "By country")))
    assert {rule.name for rule in rules.load(playbooks_folder())} == listed


def test_the_form_of_each_neighbour_is_there_with_the_page_and_the_day_it_was_read() -> None:
    found = {one.text("country").text: one for one in authorities()}
    assert found.keys() == {"FR", "BE", "DE", "ES", "IT", "LU", "NL"}
    for one in found.values():
        assert all(one.text(name).text.startswith("https://") for name in ("form", "page"))
        assert one.text("proof").text in {"P", "S", "M"}
        assert one.text("read_on").text in {"2026-11-24", "2026-11-28"}
