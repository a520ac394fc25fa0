"""The body of a playbook cut into its headings, and the definition list under each step. Markdown, line by line.

The words of that list in each language stand here too, and how a time target is written.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum, auto

from bot.core.language import Language
from bot.library.marked import Marked
from bot.library.problems import Findings
from bot.sentences import languages
from bot.sentences.po import sentences

PREAMBLE, TITLE, PHASE, STEP = 0, 1, 2, 3
_HEADING = re.compile(r"(?P<marks>#{1,6})\s+(?P<text>.*\S)\s*")
_BLOCK = re.compile(r"\s*([-*+]|[0-9]+[.)])\s|\s*[>|]")
"""Begins a list item, a quotation or a row of a table: never the rest of the line before."""
_FENCE = "```"
_HARD_BREAKS = ("  ", "\\")
_ITEM = re.compile(r"- \*\*(?P<label>[^*:\s]+(?:\s+[^*:\s]+)*)\s*:?\*\*(?P<value>.*)")


class Label(StrEnum):
    """What a line of the definition list says."""

    WHO = auto()
    BY = auto()
    AGAIN = auto()
    KEEP = auto()
    WHEN = auto()
    CLOCK = auto()
    MANDATORY = auto()
    SOURCE = auto()


LABELS: Mapping[Language, Mapping[str, Label]] = {
    language: {sentences(language)[f"label.{label.value}"]: label for label in Label} for language in languages()
}
_LENGTHS = {"minute": timedelta(minutes=1), "hour": timedelta(hours=1), "day": timedelta(days=1)}
_UNITS: Mapping[str, timedelta] = {
    word.strip(): length
    for name, length in _LENGTHS.items()
    for language in languages()
    for word in sentences(language)[f"unit.{name}"].split(",")
}
_LENGTH = re.compile(r"(?P<number>[1-9][0-9]{0,3})\s(?P<unit>[a-z]+)")


def read_target(text: str) -> timedelta | None:
    """Return the duration *text* begins with, or None for a target in words (`before each reconnection`).

    Raises:
        ValueError: it begins with a figure that is no duration.
    """
    if not text[0].isdigit():
        return None
    length = read_length(text.partition(";")[0].rstrip())
    if length is None:
        message = f"bad time target `{text}`; write `60 min`, `2 h` or `3 days`, then what you like after `;`"
        raise ValueError(message)
    return length


def read_length(text: str) -> timedelta | None:
    """Return the duration that *text* is, or None where it is none."""
    found = _LENGTH.fullmatch(text)
    unit = None if found is None else _UNITS.get(found["unit"])
    return None if found is None or unit is None else int(found["number"]) * unit


@dataclass(slots=True, kw_only=True)
class Section:
    """One heading and the lines below it, up to the next one."""

    level: int
    heading: Marked
    lines: list[Marked] = field(default_factory=list)

    def text(self) -> str:
        """Return the lines as one text, without the empty ones around it."""
        return join(self.lines)


def join(lines: Sequence[Marked]) -> str:
    """Return *lines* as one text: a paragraph becomes one line, as a phone wraps it; lists and code fences stay."""
    joined: list[str] = []
    open_paragraph = fenced = False
    for line in lines:
        text = line.text.rstrip()
        is_fence = text.lstrip().startswith(_FENCE)
        if open_paragraph and not is_fence and goes_on(text):
            joined[-1] += f" {text.lstrip()}"
        else:
            joined.append(text)
        fenced ^= is_fence
        open_paragraph = bool(text) and not is_fence and not fenced and not line.text.endswith(_HARD_BREAKS)
    return "\n".join(joined).strip()


def goes_on(line: str) -> bool:
    """Say whether *line* is the rest of the paragraph above it: no list item, quotation or row, and not empty."""
    return bool(line.strip()) and _BLOCK.match(line) is None


def cut(lines: Sequence[Marked], findings: Findings) -> tuple[Section, ...]:
    """Cut *lines* at their headings; the first section is what stands before any. Code fences are left whole."""
    sections = [Section(level=PREAMBLE, heading=Marked(text="", line=lines[0].line if lines else 1))]
    fenced = False
    for line in lines:
        fenced ^= line.text.lstrip().startswith(_FENCE)
        heading = None if fenced else _HEADING.fullmatch(line.text)
        if heading is not None:
            level, text = len(heading["marks"]), heading["text"]
            sections.append(Section(level=level, heading=Marked(text=text, line=line.line)))
            continue
        if not fenced and line.text.startswith("##"):
            findings.add(line.line, "a heading is its marks, a space and its text: `## D · Detect`")
        sections[-1].lines.append(line)
    if fenced:
        findings.add(sections[-1].heading.line, "a code fence opened below this line is never closed")
    return tuple(sections)


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """The definition list of a step, and the lines after it."""

    values: Mapping[Label, Marked]
    rest: tuple[Marked, ...]

    def text(self, label: Label) -> str:
        """Return the value of *label*; empty when it is absent."""
        found = self.values.get(label)
        return "" if found is None else found.text


def read_definition(section: Section, labels: Mapping[str, Label], findings: Findings) -> Definition:
    """Read the list right below a step's heading; it ends at the first empty line, and the action follows."""
    lines = section.lines
    start = next((place for place, line in enumerate(lines) if line.text.strip()), len(lines))
    end = next((place for place in range(start, len(lines)) if not lines[place].text.strip()), len(lines))
    values: dict[Label, Marked] = {}
    for item in _unfold(lines[start:end]):
        _read_item(item, labels, values, findings)
    rest = tuple(lines[end:])
    for line in rest:
        found = _ITEM.fullmatch(line.text)
        if found is not None and found["label"] in labels:
            findings.add(line.line, f"`{found['label']}` stands below an empty line and would not be read; move it up")
    return Definition(values=values, rest=rest)


def _unfold(lines: Sequence[Marked]) -> Sequence[Marked]:
    """Return list items with their indented continuation lines joined on."""
    items: list[Marked] = []
    for line in lines:
        if items and line.text.startswith("  "):
            items[-1] = Marked(text=f"{items[-1].text} {line.text.strip()}", line=items[-1].line)
        else:
            items.append(line)
    return items


def _read_item(item: Marked, labels: Mapping[str, Label], values: dict[Label, Marked], findings: Findings) -> None:
    found = _ITEM.fullmatch(item.text.rstrip())
    known = ", ".join(labels)
    if found is None:
        findings.add(
            item.line, f"expected `- **Label:** value` (known labels: {known}), or an empty line before the action"
        )
        return
    label = labels.get(found["label"])
    if label is None:
        findings.add(item.line, f"unknown label `{found['label']}`; known: {known}")
        return
    if label in values:
        findings.add(item.line, f"`{found['label']}` stands here twice")
    value = found["value"].strip()
    if label is Label.MANDATORY and value:
        findings.add(item.line, f"`{found['label']}` takes no value")
    if label is not Label.MANDATORY and not value:
        findings.add(item.line, f"`{found['label']}` has no value")
        return
    values[label] = Marked(text=value, line=item.line)
