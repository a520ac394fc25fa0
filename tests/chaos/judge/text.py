"""What must be said, with holes for what depends on the moment; and at which moments something heard was right."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import NamedTuple

from tests.chaos.judge.times import said_once

NO_BREAK = "\u00a0"
_HOLE = "\ue000"


class Window(NamedTuple):
    """From one moment to another."""

    start: datetime
    end: datetime

    def meet(self, other: Window) -> Window | None:
        start, end = max(self.start, other.start), min(self.end, other.end)
        return Window(start, end) if start <= end else None

    @property
    def middle(self) -> datetime:
        return self.start + (self.end - self.start) / 2


ALWAYS = Window(datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))


def at(moment: datetime) -> Window:
    return Window(moment, moment)


@dataclass(frozen=True, slots=True)
class Hole:
    """Words that are right at some moments only, or that the judge cannot foresee (a codename)."""

    pattern: str
    when: Callable[[str], Window | None]
    """The moments at which these words are right; None: never."""


Text = tuple[str | Hole, ...]


def any_of(pattern: str) -> Text:
    """Words that the judge cannot foresee."""
    return (Hole(pattern, lambda _: ALWAYS),)


def fits(text: Text, heard: str, within: Window) -> Window | None:
    """Return when, *within* a window, what was *heard* was right; None for never."""
    words = found(text, heard)
    window: Window | None = within if words is not None else None
    holes = [part for part in text if isinstance(part, Hole)]
    for hole, said in zip(holes, words or (), strict=False):
        right = hole.when(said)
        window = window.meet(right) if window and right else None
    return window


def found(text: Text, heard: str) -> tuple[str, ...] | None:
    """Return what stands in the holes of *text*; None when something else was heard."""
    pattern = "".join(re.escape(part) if isinstance(part, str) else f"({part.pattern})" for part in as_said(text))
    match = re.fullmatch(pattern, heard.replace(NO_BREAK, " "), re.DOTALL)
    return match.groups() if match else None


def shown(text: Text) -> str:
    """For people: the text with its holes."""
    return "".join(part if isinstance(part, str) else "<...>" for part in as_said(text))


def as_said(text: Text) -> Text:
    """Return a whole message as it is said: its moments leave out what was said before in it."""
    words = said_once("".join(part if isinstance(part, str) else _HOLE for part in text)).split(_HOLE)
    holes = [part for part in text if isinstance(part, Hole)]
    return (words[0], *(part for pair in zip(holes, words[1:], strict=True) for part in pair))


def filled(template: str, values: Mapping[str, str | Text]) -> Text:
    """Put *values* into the `{name}` holes of a sentence."""
    text: Text = ()
    for place, part in enumerate(_parts(template)):
        value = values[part] if place % 2 else part
        text += (value,) if isinstance(value, str) else value
    return text


@lru_cache
def _parts(template: str) -> list[str]:
    return re.split(r"\{(\w+)\}", template)


def joined(texts: Iterable[Text], between: str = "\n") -> Text:
    """Put texts one after the other; empty ones are left out."""
    text: Text = ()
    for one in texts:
        if one:
            text += (between, *one) if text else one
    return text


def paragraphs(*texts: Text) -> Text:
    return joined(texts, "\n\n")


def bullets(texts: Iterable[Text]) -> Text:
    return joined(("- ", *(_indented(part) for part in text)) for text in texts)


def _indented(part: str | Hole) -> str | Hole:
    return part.replace("\n", "\n  ") if isinstance(part, str) else part
