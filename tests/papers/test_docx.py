"""The file for a word processor, opened again and read."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from zipfile import ZipFile

import pytest
from docx import Document
from docx.document import Document as Docx
from docx.enum.text import WD_COLOR_INDEX

from bot.core.language import Language
from bot.papers.docx import docx_file
from bot.voice.documents.draft_text import draft_paper
from bot.voice.documents.paper import escape, read

EN, FR = Language("en"), Language("fr")
NOW = datetime(2026, 11, 24, 13, 30, tzinfo=UTC)
FILE = """\
TLP:AMBER+STRICT

# A notice

Version 2, Tuesday\\
For: the authority

## 1. Facts

- **SIREN:** **[to complete: SIREN]**
- **Since:** *yesterday*

1. one
2. two

Read [the law](https://law.example.org/33).

1. one again
"""


def opened(data: bytes) -> Docx:
    return Document(BytesIO(data))


def written(file: str = FILE, tag: str = "en-GB") -> bytes:
    label, text = draft_paper(file)
    return docx_file(text, label=label, tag=tag, now=NOW)


def made(file: str = FILE, tag: str = "en-GB") -> Docx:
    return opened(written(file, tag))


def test_it_has_the_text_with_its_headings_and_lists() -> None:
    assert [(paragraph.style.name if paragraph.style else "", paragraph.text) for paragraph in made().paragraphs] == [
        ("Heading 1", "A notice"),
        ("Normal", "Version 2, Tuesday\nFor: the authority"),
        ("Heading 2", "1. Facts"),
        ("List Bullet", "SIREN: [to complete: SIREN]"),
        ("List Bullet", "Since: yesterday"),
        ("Normal", "1.\tone"),
        ("Normal", "2.\ttwo"),
        ("Normal", "Read the law."),
        ("Normal", "1.\tone again"),
    ]


def test_marks_become_looks_and_a_place_to_fill_stands_out() -> None:
    label, space, gap = made().paragraphs[3].runs
    assert (label.bold, space.bold, gap.bold) == (True, None, True)
    assert (label.font.highlight_color, gap.font.highlight_color) == (None, WD_COLOR_INDEX.YELLOW)
    assert made().paragraphs[4].runs[-1].italic


def test_a_link_goes_to_its_address() -> None:
    (link,) = made().paragraphs[7].hyperlinks
    assert (link.text, link.address) == ("the law", "https://law.example.org/33")


def test_every_page_has_the_label_above_and_below_and_its_number() -> None:
    section = made().sections[0]
    assert section.header.paragraphs[0].text == "TLP:AMBER+STRICT"
    assert section.footer.paragraphs[0].text.startswith("TLP:AMBER+STRICT · ")
    assert 'w:instr="PAGE"' in section.footer._element.xml
    assert "TLP" not in "".join(paragraph.text for paragraph in made().paragraphs)


def test_its_properties_tell_of_nobody_and_of_no_machine() -> None:
    properties = made().core_properties
    told = (properties.author, properties.title, properties.comments, properties.last_modified_by, properties.subject)
    assert told == ("", "", "", "", "")
    assert properties.created == properties.modified == NOW
    with ZipFile(BytesIO(written())) as parts:
        assert {part.date_time for part in parts.infolist()} == {(2026, 11, 24, 13, 30, 0)}
        assert not any(b"python-docx" in parts.read(part) for part in parts.infolist())


def test_the_same_text_makes_the_same_bytes() -> None:
    assert written() == written()


@pytest.mark.parametrize("tag", ["en-GB", "fr-FR"])
def test_the_spelling_is_checked_in_the_language_of_the_text(tag: str) -> None:
    assert f'w:lang w:val="{tag}"' in made(tag=tag).styles.element.xml


@pytest.mark.parametrize(
    "typed",
    ["[x](http://evil.example)", "# head", "| a |", "`code`", "{siren}", "<b>x</b>", "&lt;", "a\n- b", "\ufffe"],
)
def test_what_was_typed_is_there_exactly_or_what_xml_can_hold_of_it(typed: str) -> None:
    paragraph = made(f"TLP:RED\n\nSaid: {escape(typed)}").paragraphs[0]
    assert paragraph.text == "Said: " + typed.replace("\ufffe", "\ufffd")
    assert not paragraph.hyperlinks


def test_a_clean_copy_has_no_label_and_sets_right_what_stands_right() -> None:
    text = read("left\n\n<!-- right -->\nright\n")
    document = opened(docx_file(text, label="", tag="fr-FR", now=NOW))
    section = document.sections[0]
    assert (section.header.paragraphs[0].text, section.footer.paragraphs[0].text) == ("", "")
    assert 'w:instr="PAGE"' in section.footer._element.xml
    left, right = document.paragraphs
    assert left.paragraph_format.left_indent is None
    assert right.paragraph_format.left_indent


def test_no_signature_and_no_question_stands_alone_on_a_page() -> None:
    text = read(
        "first\n\nlast\n\nYours\n\n<!-- right -->\nsigned\n\n**A question?**\n\nanswer, **bold at its end**\n\nend\n"
    )
    keeps = {
        paragraph.text: paragraph.paragraph_format.keep_with_next
        for paragraph in opened(docx_file(text, label="", tag="en-GB", now=NOW)).paragraphs
    }
    kept = {"last", "Yours", "signed", "A question?"}
    assert keeps == {text: True if text in kept else None for text in keeps}
