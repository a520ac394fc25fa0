"""A text as a word processor opens it, its label on every page if it has one, places to fill marked.

The only place that imports python-docx.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache
from io import BytesIO
from typing import assert_never
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from docx import Document
from docx.document import Document as Docx
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_COLOR_INDEX
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.text.paragraph import Paragraph as DocxParagraph
from docx.text.run import Run as DocxRun

from bot.core.documents.drafts import Layout, Shape
from bot.core.documents.paper import Paragraph, Run

MIME = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_NOT_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_INDENT = Cm(0.75)
_RIGHT_HALF = Cm(8)
_A4 = (Cm(21), Cm(29.7))
_UNUSED = ("stylesWithEffects", "customXml", "thumbnail")
"""Parts of the package's own template that say nothing of ours: three quarters of the file."""


def docx_file(text: Iterable[Paragraph], *, label: str, tag: str, now: datetime) -> bytes:
    """Return *text* as DOCX in the language of *tag* (`en-GB`), with its *label* on every page unless it is empty.

    It says nothing of who made it, nor where: its properties are empty, its only date is *now*.
    """
    document = Document(BytesIO(_blank()))
    _make_neutral(document, tag, now)
    _label_pages(document, label)
    number, paragraphs = 0, tuple(text)
    for place, paragraph in enumerate(paragraphs):
        number = number + 1 if paragraph.shape is Shape.NUMBERED else 0
        _add(document, paragraph, number).paragraph_format.keep_with_next = _keeps_with_next(
            paragraphs[place : place + 3]
        )
    return _packed(document, now)


@cache
def _blank() -> bytes:
    """Return the package's own empty document without what no text of ours uses: very many may be made at once."""
    document = Document()
    for relations in (document.part.rels, document.part.package.rels):
        for id in [id for id, relation in relations.items() if relation.reltype.endswith(_UNUSED)]:
            del relations[id]
    styles = document.styles.element
    for style in styles.findall(qn("w:style")):
        if style.get(qn("w:type")) == "table" and style.get(qn("w:default")) is None:
            styles.remove(style)
    blank = BytesIO()
    document.save(blank)
    return blank.getvalue()


def _make_neutral(document: Docx, tag: str, now: datetime) -> None:
    properties = document.core_properties
    properties.author = properties.title = properties.comments = properties.last_modified_by = ""
    properties.created = properties.modified = now.replace(tzinfo=None)
    properties.language = tag
    section = document.sections[0]
    section.page_width, section.page_height = _A4
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Cm(2.5)
    for level in (1, 2, 3):
        document.styles[f"Heading {level}"].font.color.rgb = RGBColor(0, 0, 0)
    spoken = document.styles.element.find(f".//{qn('w:rPrDefault')}//{qn('w:lang')}")
    if spoken is not None:
        spoken.set(qn("w:val"), tag)


def _label_pages(document: Docx, label: str) -> None:
    """Put the label at the head and the foot of every page, as the Traffic Light Protocol wants it, and number them."""
    section = document.sections[0]
    head, foot = section.header.paragraphs[0], section.footer.paragraphs[0]
    for paragraph in (head, foot):
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        if label:
            run = paragraph.add_run(label)
            run.bold, run.font.size = True, Pt(12)
    if label:
        foot.add_run(" · ")
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    field.append(foot.add_run("1")._r)  # noqa: SLF001 - what is seen until the program counts
    foot._p.append(field)  # noqa: SLF001 - python-docx has no fields


def _keeps_with_next(three: Sequence[Paragraph]) -> bool | None:
    """Say whether the first of *three* goes to the next page with what follows; None leaves it to its style.

    No signature stands alone on a page, and no line that is bold from end to end is its last.
    """
    first = three[0]
    is_head = first.shape is Shape.PARAGRAPH and all(run.bold for run in first.runs)
    return is_head or any(near.layout is Layout.RIGHT for near in three) or None


def _add(document: Docx, paragraph: Paragraph, number: int) -> DocxParagraph:
    added = _begin(document, paragraph, number)
    if paragraph.layout is Layout.RIGHT:
        added.paragraph_format.left_indent = _RIGHT_HALF
    for run in paragraph.runs:
        _add_run(added, run)
    return added


def _begin(document: Docx, paragraph: Paragraph, number: int) -> DocxParagraph:
    match paragraph.shape:
        case Shape.HEADING:
            return document.add_paragraph(style=f"Heading {paragraph.level}")
        case Shape.ITEM:
            return document.add_paragraph(style="List Bullet")
        case Shape.NUMBERED:
            # Its number as text: that of a word processor goes on from the list before.
            begun = document.add_paragraph(f"{number}.\t")
            begun.paragraph_format.left_indent, begun.paragraph_format.first_line_indent = _INDENT, Cm(-0.75)
            return begun
        case Shape.PARAGRAPH:
            return document.add_paragraph()
        case _:
            assert_never(paragraph.shape)


def _add_run(paragraph: DocxParagraph, run: Run) -> None:
    added = paragraph.add_run(_NOT_XML.sub("\ufffd", run.text))
    if run.bold:
        added.bold = True
    if run.italic:
        added.italic = True
    if run.is_gap:
        added.font.highlight_color = WD_COLOR_INDEX.YELLOW
    if run.link:
        _link(paragraph, added, run.link)


def _link(paragraph: DocxParagraph, run: DocxRun, address: str) -> None:
    id = paragraph.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), id)
    run.font.underline = True
    link.append(run._r)  # noqa: SLF001 - python-docx reads links, but does not write them
    paragraph._p.append(link)  # noqa: SLF001


def _packed(document: Docx, now: datetime) -> bytes:
    """Return the document's bytes, every part dated *now* instead of by the machine's clock."""
    written, dated = BytesIO(), BytesIO()
    document.save(written)
    with ZipFile(written) as parts, ZipFile(dated, "w", ZIP_DEFLATED) as package:
        for part in parts.infolist():
            info = ZipInfo(part.filename, now.timetuple()[:6])
            info.compress_type = ZIP_DEFLATED
            package.writestr(info, parts.read(part))
    return dated.getvalue()
