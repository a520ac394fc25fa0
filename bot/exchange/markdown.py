"""A sheet written as the Markdown that `bot.library.playbooks` reads, whatever its texts hold."""

from __future__ import annotations

import re
from collections.abc import Iterator

import yaml

from bot.core.language import Language
from bot.exchange.sheet import Card, Chapter, Sheet
from bot.library.body import LABELS, Label, goes_on
from bot.sentences.told import Told

_FENCE = "```"
_WIDTH = 120


def write(sheet: Sheet) -> str:
    """Return the text of the file."""
    front = yaml.safe_dump(
        dict(sheet.front), allow_unicode=True, sort_keys=False, default_flow_style=None, width=_WIDTH
    )
    language = Language(str(sheet.front["language"]))
    parts = (f"---\n{front}---", f"# {sheet.front['title']}", body(sheet.preface, language))
    chapters = (part for chapter in sheet.chapters for part in _chapter(chapter, language))
    text = "\n\n".join(part for part in (*parts, *chapters) if part) + "\n"
    return text.replace("\r", " ")  # whoever reads the file takes it for the end of a line, and none is judged there


def body(text: str, language: Language) -> str:
    """Return *text* so that it reads back as it is: no line of it is a heading or a field, and each stays a line."""
    lines: list[str] = []
    fenced = is_open = False
    for line in text.split("\n"):
        is_fence = line.lstrip().startswith(_FENCE)
        written = line if fenced or is_fence else _escaped(line, language)
        if is_open and not is_fence and goes_on(written):
            lines[-1] += "  "
        fenced ^= is_fence
        lines.append(written)
        is_open = bool(line.strip()) and not (fenced or is_fence or line.endswith("\\"))
    return "\n".join(lines + [_FENCE] * fenced).strip("\n")


def fenced(text: str) -> str:
    """Return *text* as code."""
    return f"{_FENCE}\n{text.replace(_FENCE, chr(39) * 3).strip()}\n{_FENCE}"


def _escaped(line: str, language: Language) -> str:
    if line.startswith("#"):
        return f"\\{line}"
    words = "|".join(map(re.escape, LABELS[language]))
    return f"*{line[1:]}" if re.match(rf"- \*\*({words})\s*:?\*\*", line) else line


def _chapter(chapter: Chapter, language: Language) -> Iterator[str]:
    yield f"## {chapter.letters} · {chapter.name}"
    yield body(chapter.intro, language)
    for card in chapter.cards:
        yield f"### {card.id} · {card.title}"
        yield "\n".join(_definition(card, language))
        yield body(card.action, language)


def _definition(card: Card, language: Language) -> Iterator[str]:
    for word, label in LABELS[language].items():
        if label is Label.MANDATORY and label in card.fields:
            yield f"- **{word}**"
        elif card.fields.get(label):
            yield Told("exchange.field", label=word, value=card.fields[label]).to(language)
