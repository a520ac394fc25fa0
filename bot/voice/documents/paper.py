"""Papers: the little Markdown that drafts are written in, read back for the chat and for a word processor.

A paper is kept as Markdown, which any viewer shows. What people typed stands in it escaped: it is shown exactly.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from typing import assert_never

from bot.core.documents.drafts import Layout, Shape
from bot.core.documents.paper import Paragraph, Run
from bot.voice.markup import HOLE, Piece, paragraphs
from bot.voice.markup import join as stack

_SPECIAL = re.compile(r"[\\`*\[\]<>&|~$]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])")
"""What means something in Markdown; a `_` within a word does not, and addresses have many."""
_START = re.compile(r"^(?:[#+=-]|[0-9]{1,9}(?=[.)]))", re.MULTILINE)
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_HEADING = re.compile(r"(#{1,3}) (.*)", re.DOTALL)
_ITEM = re.compile(r"- (.*)", re.DOTALL)
_NUMBERED = re.compile(r"[0-9]{1,3}\. (.*)", re.DOTALL)
_MARK = re.compile(
    r"\\(?P<literal>[!-/:-@\[-`{-~])"
    r"|(?P<bold>\*\*)"
    r"|(?P<italic>\*)"
    r"|\[(?P<label>(?:\\.|[^\\\[\]])+)\]\((?P<link>https://[^\s)]+)\)"
    r"|\[(?P<gap>(?:\\.|[^\\\[\]]){2,})\]"
)
_LAYOUT = re.compile(r"<!-- (right|note) -->")
_INDENT = {Shape.ITEM: "  ", Shape.NUMBERED: "   "}


def escape(text: str) -> str:
    """Return what people typed so that Markdown shows it as it is; its line breaks stay line breaks."""
    lines = "\n".join(line.strip() for line in text.replace("\r\n", "\n").replace("\r", "\n").strip().split("\n"))
    escaped = _START.sub(_at_start, _SPECIAL.sub(r"\\\g<0>", lines))
    return escaped.replace("\n", "\\\n")


def _at_start(match: re.Match[str]) -> str:
    """Take from a line's first sign what it would begin: a heading, a list, a line across."""
    return match[0] + "\\" if match[0].isdigit() else "\\" + match[0]


def as_markdown(piece: Piece) -> str:
    """Return a piece as Markdown that any viewer shows: line breaks stay, what people typed is escaped."""
    first, *rest = piece.source.replace("\n", "\\\n").split(HOLE)
    filled = (escape(value) + part for value, part in zip(piece.values, rest, strict=True))
    return first + "".join(filled)


def laid_out(written: str, layout: Layout) -> str:
    """Return a block with its layout before it, which viewers do not show."""
    return written if layout is Layout.FLOW else f"<!-- {layout.value} -->\n{written}"


def block(shape: Shape, text: str, level: int = 0, number: int = 1) -> str:
    """Return Markdown *text* as one block."""
    lines = text.replace("\n", "\n" + _INDENT.get(shape, ""))
    match shape:
        case Shape.HEADING:
            return f"{'#' * level} {lines}"
        case Shape.ITEM:
            return f"- {lines}"
        case Shape.NUMBERED:
            return f"{number}. {lines}"
        case Shape.PARAGRAPH:
            return lines
        case _:
            assert_never(shape)


def read(markdown: str) -> tuple[Paragraph, ...]:
    """Read a paper that was written by `block`."""
    return tuple(_paragraphs(markdown))


def _paragraphs(markdown: str) -> Iterator[Paragraph]:
    layout = Layout.FLOW
    for text in _blocks(markdown):
        if found := _LAYOUT.fullmatch(text):
            layout = Layout(found[1])
            continue
        yield replace(_paragraph(text), layout=layout)
        layout = Layout.FLOW


def _blocks(markdown: str) -> Iterator[str]:
    gathered = ""
    for line in markdown.split("\n"):
        gathered += line.lstrip() if gathered else line
        if _breaks(line):
            gathered = gathered[:-1] + "\n"
            continue
        if gathered.strip():
            yield gathered
        gathered = ""


def _breaks(line: str) -> bool:
    """Say whether a line ends with a break: a backslash that is not itself escaped."""
    return (len(line) - len(line.rstrip("\\"))) % 2 == 1


def _paragraph(text: str) -> Paragraph:
    if heading := _HEADING.fullmatch(text):
        return Paragraph(shape=Shape.HEADING, level=len(heading[1]), runs=tuple(_runs(heading[2])))
    for shape, form in ((Shape.ITEM, _ITEM), (Shape.NUMBERED, _NUMBERED)):
        if item := form.fullmatch(text):
            return Paragraph(shape=shape, runs=tuple(_runs(item[1])))
    return Paragraph(shape=Shape.PARAGRAPH, runs=tuple(_runs(text)))


def _runs(text: str) -> Iterator[Run]:
    look, plain, end = Run(text=""), "", 0
    for mark in _MARK.finditer(text):
        plain, end = plain + text[end : mark.start()], mark.end()
        if mark["literal"]:
            plain += mark["literal"]
            continue
        if plain:
            yield replace(look, text=plain)
            plain = ""
        if mark["bold"]:
            look = replace(look, bold=not look.bold)
        elif mark["italic"]:
            look = replace(look, italic=not look.italic)
        elif mark["link"]:
            yield replace(look, text=_literal(mark["label"]), link=mark["link"])
        else:
            yield replace(look, text=f"[{_literal(mark['gap'])}]", is_gap=True)
    if plain + text[end:]:
        yield replace(look, text=plain + text[end:])


def _literal(text: str) -> str:
    return _ESCAPED.sub(r"\1", text)


def show(paper: Sequence[Paragraph]) -> Piece:
    """Return a paper as chat shows it: headings in bold, links beside their words, every text exactly."""
    shown: list[Piece] = []
    before: Shape | None = None
    number = 0
    for paragraph in paper:
        number = number + 1 if paragraph.shape is Shape.NUMBERED else 0
        piece = _shown(paragraph, number)
        if paragraph.shape is before and before in _INDENT:
            shown[-1] = stack((shown[-1], piece))
        else:
            shown.append(piece)
        before = paragraph.shape
    return paragraphs(*shown)


def _shown(paragraph: Paragraph, number: int) -> Piece:
    start = {Shape.ITEM: "- ", Shape.NUMBERED: f"{number}. "}.get(paragraph.shape, "")
    looks = groupby(paragraph.runs, lambda run: _marks(run, is_heading=paragraph.shape is Shape.HEADING))
    source = start + "".join(marks + HOLE * len(list(runs)) + marks for marks, runs in looks)
    return Piece(source, tuple(f"{run.text} ({run.link})" if run.link else run.text for run in paragraph.runs))


def _marks(run: Run, *, is_heading: bool) -> str:
    if is_heading:
        return "**"
    return ("**" if run.bold else "") + ("*" if run.italic else "")
