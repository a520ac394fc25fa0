"""The body of a template: headings, paragraphs and items, with holes for what is known. Markdown, line by line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from bot.core.conditions import ALWAYS, Condition, parse_condition
from bot.core.documents.compose import MEASURES, OF_A_CLOCK
from bot.core.documents.drafts import Block, Hole, Layout, Shape, Span
from bot.library.marked import Marked
from bot.library.problems import Findings

_WHEN = re.compile(r"<!--\s*when:\s*(?P<condition>.*?)\s*-->")
_LAYOUT = re.compile(r"<!--\s*(?P<layout>right|note)\s*-->")
_HEADING = re.compile(r"(?P<marks>#{1,3}) (?P<text>\S.*)")
_ITEM = re.compile(r"(?P<mark>-|[1-9][0-9]?\.) +(?P<text>\S.*)")
_OTHER = (
    (re.compile(r"#"), "a heading is one to three `#`, a space and its text"),
    (re.compile(r"[*+] |[0-9]+\) |-$"), "an item of a list begins with `- ` or `1. `"),
    (
        re.compile(r"[>|]|```|~~~"),
        "quotations, tables and code are not part of a draft",
    ),
    (re.compile(r"(-{3,}|={3,}|_{3,})$"), "a line across is not part of a draft: use a heading"),
)
_INLINE = (
    (
        re.compile(r"<[A-Za-z/!?]"),
        "raw HTML is not part of a draft (but `<!-- when: ... -->`, `<!-- right -->`, `<!-- note -->` alone on a line)",
    ),
    (re.compile("`"), "a backtick is not part of a draft: who reads it types no command"),
    (re.compile(r"\]\((?!https://)"), "a link goes to an https address: `[text](https://...)`"),
)
_HOLE = re.compile(r"\{(?P<name>[^{}]*)\}")
_NAME = re.compile(rf"[a-z][a-z0-9-]*|(?:{'|'.join(OF_A_CLOCK)}) [A-Z][A-Z0-9]*(?:[-/][A-Z0-9]+)*")
_BRACES = (("{{", "\ue000"), ("}}", "\ue001"))
"""Doubled braces are braces; they wait as characters that no text has."""
_HARD_BREAKS = ("  ", "\\")


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """What a template says, and the lines of what is to be checked against the rest of the house."""

    blocks: tuple[Block, ...]
    holes: tuple[tuple[int, Hole], ...]
    conditions: tuple[tuple[int, Condition], ...]


@dataclass(slots=True, kw_only=True)
class _Open:
    """A block that may go on in the next line."""

    shape: Shape
    level: int = 0
    when: Condition = ALWAYS
    layout: Layout = Layout.FLOW
    line: int
    text: str
    breaks: bool = False

    def add(self, line: str) -> None:
        self.text += ("\n" if self.breaks else " ") + _stripped(line)
        self.breaks = line.endswith(_HARD_BREAKS)


def read_body(lines: Sequence[Marked], findings: Findings) -> Body:
    """Read the lines below the front matter; what is wrong goes to the findings."""
    reader = _Reader(findings=findings)
    for line in lines:
        reader.take(line)
    return reader.body(lines[-1].line if lines else 1)


@dataclass(slots=True, kw_only=True)
class _Reader:
    findings: Findings
    blocks: list[_Open] = field(default_factory=list)
    holes: list[tuple[int, Hole]] = field(default_factory=list)
    conditions: list[tuple[int, Condition]] = field(default_factory=list)
    goes_on: bool = False
    """Whether the last block takes a further line."""
    waiting: Condition | None = None
    """A condition whose block has not come yet."""
    layout: tuple[int, Layout] | None = None
    """The line and the layout of a block that has not come yet."""

    def take(self, line: Marked) -> None:
        """Read one line."""
        text = line.text
        if not text.strip():
            self.goes_on = False
        elif found := _WHEN.fullmatch(text.strip()):
            self._condition(found["condition"], line.line)
        elif found := _LAYOUT.fullmatch(text.strip()):
            self.layout = (line.line, Layout(found["layout"]))
            self.goes_on = False
        else:
            self._check(line)
            if self.goes_on and _is_further(text, self.blocks[-1].shape):
                self.blocks[-1].add(text.lstrip())
            else:
                self._begin(line)

    def body(self, last: int) -> Body:
        """Return all that was read."""
        if self.waiting is not None:
            self.findings.add(self.conditions[-1][0], "a condition stands before the block it is about")
        if self.layout is not None:
            self.findings.add(self.layout[0], "a layout stands before the block it is about")
        if not self.blocks:
            self.findings.add(last, "the template has no text")
        blocks = tuple(self._block(block) for block in self.blocks)
        return Body(blocks=blocks, holes=tuple(self.holes), conditions=tuple(self.conditions))

    def _condition(self, text: str, line: int) -> None:
        if self.waiting is not None:
            self.findings.add(line, "two conditions for one block: join them with `and`")
        try:
            self.waiting = parse_condition(text)
        except ValueError as error:
            self.findings.add(line, f"bad condition: {error}; write `question = value or value and question = value`")
            self.waiting = ALWAYS
        self.conditions.append((line, self.waiting))
        self.goes_on = False

    def _begin(self, line: Marked) -> None:
        text, number = line.text, line.line
        block = _begun(text, number)
        if text != text.lstrip() and not self.blocks:
            self.findings.add(number, "a line begins at its margin")
        elif text != text.lstrip():
            self.findings.add(number, "lists have one level, and a paragraph begins at the margin: take the spaces out")
        elif block.shape is Shape.PARAGRAPH:
            for pattern, message in _OTHER:
                if pattern.match(text):
                    self.findings.add(number, message)
        block.when, self.waiting = self.waiting or ALWAYS, None
        block.layout, self.layout = self.layout[1] if self.layout else Layout.FLOW, None
        self.goes_on = block.shape is not Shape.HEADING
        self.blocks.append(block)

    def _check(self, line: Marked) -> None:
        """Check what stands inside a line, and note its holes."""
        for pattern, message in _INLINE:
            if pattern.search(line.text):
                self.findings.add(line.line, message)
        text = _without_doubled(line.text)
        for found in _HOLE.finditer(text):
            hole = _hole(found["name"])
            self.holes.append((line.line, hole))
            if _NAME.fullmatch(hole.name) is None:
                self.findings.add(
                    line.line, f"`{found[0]}` is no hole: `{{name}}`, `{{name?}}` or `{{aware GDPR-33-1}}`"
                )
        if re.search(r"[{}]", _HOLE.sub("", text)):
            self.findings.add(line.line, "a brace that opens no hole is doubled: `{{` or `}}`")

    def _block(self, block: _Open) -> Block:
        spans = tuple(_spans(block.text))
        if len(spans) > 1 and any(isinstance(span, Hole) and span.name == MEASURES for span in spans):
            self.findings.add(block.line, f"`{{{MEASURES}}}` stands alone in its block: each measure becomes an item")
        self._check_marks(block)
        return Block(shape=block.shape, level=block.level, spans=spans, when=block.when, layout=block.layout)

    def _check_marks(self, block: _Open) -> None:
        text = _HOLE.sub("x", block.text)
        bold = text.split("**")
        if len(bold) % 2 == 0 or any("*" in part for part in bold[1::2]) or "".join(bold[::2]).count("*") % 2:
            self.findings.add(block.line, "a `*` or `**` that opens is never closed, or the two are mixed")
        if any(part != part.strip() or not part for part in bold[1::2]):
            self.findings.add(block.line, "`**` stands right at its words: `**words**`")


def _is_further(text: str, shape: Shape) -> bool:
    """Say whether a line goes on with the block before it: any that begins none, indented in a list."""
    if shape is Shape.PARAGRAPH:
        return _begun(text, 0).shape is Shape.PARAGRAPH and not any(form.match(text) for form, _ in _OTHER)
    return text.startswith("  ") and _begun(text.lstrip(), 0).shape is Shape.PARAGRAPH


def _begun(text: str, line: int) -> _Open:
    breaks = text.endswith(_HARD_BREAKS)
    if heading := _HEADING.fullmatch(text):
        return _Open(shape=Shape.HEADING, level=len(heading["marks"]), line=line, text=_stripped(heading["text"]))
    if item := _ITEM.fullmatch(text):
        shape = Shape.ITEM if item["mark"] == "-" else Shape.NUMBERED
        return _Open(shape=shape, line=line, text=_stripped(item["text"]), breaks=breaks)
    return _Open(shape=Shape.PARAGRAPH, line=line, text=_stripped(text), breaks=breaks)


def _stripped(text: str) -> str:
    return text.removesuffix("\\").strip()


def _hole(written: str) -> Hole:
    name = written.strip()
    return Hole(name=name.removesuffix("?").strip(), optional=name.endswith("?"))


def _without_doubled(text: str) -> str:
    for doubled, single in _BRACES:
        text = text.replace(doubled, single)
    return text


def _spans(text: str) -> Iterator[Span]:
    parts = _HOLE.split(_without_doubled(text))
    for place, part in enumerate(parts):
        if place % 2:
            yield _hole(part)
        elif part:
            yield part.replace(_BRACES[0][1], "{").replace(_BRACES[1][1], "}")
