"""How the demo looks: on a terminal with colours, in a file as plain text, wide or narrow."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import TextIO

from rich.console import Console, ConsoleOptions, Group, RenderableType
from rich.text import Text

from bot.core.language import Language
from bot.demo import words
from bot.demo.html import hanging, read_html
from bot.demo.responder import Said
from bot.demo.seen import Seen
from bot.demo.words import tell

PLAIN_WIDTH = 100
NARROWEST = 30
_BAR = "▌"
_MARKS = re.compile(r"\*\*(?P<bold>.+?)\*\*|`(?P<code>[^`]+)`")
_COLOURS = {"@alice": "green", "@bob": "magenta", "@cellule": "blue"}
_CIPHERTEXT_SHOWN = 12
_NARROWEST_COLUMN = 12
_KEPT_TOGETHER = str.maketrans("\u00a0\u202f", "\ue000\ue001")
_SPACES_AGAIN = str.maketrans("\ue000\ue001", "\u00a0\u202f")


def console_for(stream: TextIO) -> Console:
    """Return a console on *stream*: in colour on a terminal, else plain and as wide as COLUMNS says."""
    if stream.isatty():
        return Console(file=stream, highlight=False)
    columns = os.environ.get("COLUMNS", "")
    width = int(columns) if columns.isascii() and columns.isdecimal() and int(columns) else PLAIN_WIDTH
    return Console(
        file=stream, width=max(width, NARROWEST), force_terminal=False, color_system=None, highlight=False, emoji=False
    )


def sentence(text: str) -> Text:
    """Return a sentence of ours with its `code` and its **bold** in place."""
    painted, place = Text(), 0
    for match in _MARKS.finditer(text):
        painted.append(text[place : match.start()])
        painted.append(match["bold"] or match["code"], style="bold" if match["bold"] else "bold cyan")
        place = match.end()
    painted.append(text[place:])
    return painted


def short_name(user: str) -> str:
    """Return `@alice` of `@alice:example.org`."""
    return user.partition(":")[0]


def name(user: str) -> Text:
    """Return a person's name in their colour."""
    return Text(short_name(user), style=f"bold {_COLOURS.get(short_name(user), 'yellow')}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Painter:
    """Paints what was said for one reader."""

    language: Language
    zone: tzinfo | None
    """None is the machine's own."""

    def message(
        self,
        said: Said,
        *,
        room: str = "",
        before: Said | None = None,
        is_card: bool = False,
        longest: int | None = None,
    ) -> RenderableType:
        """Return one message: who and when, and its words beside a bar in the speaker's colour.

        Of an edit only the lines that *before* had not are shown.
        """
        colour = "red" if said.rings else _COLOURS.get(short_name(said.sender), "yellow")
        head = Text.assemble(name(said.sender), (f"  {said.at.astimezone(self.zone):%H:%M:%S}", "dim"))
        if room:
            head.append(f"  {room}", style="dim")
        for mark, style in self._marks(said, is_card=is_card):
            head.append("  ")
            head.append(mark, style=style)
        lines = _lines_of(said) if before is None else changed(before, said)
        return Group(head, Lines(self._cut(lines, longest), Text(f"{_BAR} ", colour)))

    def seen(self, event: Seen, room: str) -> Text:
        """Return what the homeserver has of the message, for a column."""
        hidden = bool(event.ciphertext)
        text = Text(event.type, style="yellow" if hidden else "bold red")
        text.append(f"\n{room}, {self._size(event.size)}", style="dim")
        if hidden:
            text.append(f"\n{event.ciphertext[:_CIPHERTEXT_SHOWN]}…", style="dim")
        return text

    def seen_line(self, event: Seen, room: str) -> RenderableType:
        """Return the same below the message, where there is no room beside it."""
        label = Text(tell(words.SERVER_SAW, self.language), style="dim")
        return Lines((Text(self.seen(event, room).plain.replace("\n", ", "), style="yellow"),), label)

    def _size(self, size: int) -> str:
        kilobytes = f"{size / 1000:.1f}"
        return f"{kilobytes.replace('.', ',')} ko" if self.language == "fr" else f"{kilobytes} kB"

    def _marks(self, said: Said, *, is_card: bool) -> Iterable[tuple[str, str]]:
        if said.rings:
            who = "@room" if said.mentions_room else ", ".join(map(short_name, sorted(said.mentions)))
            yield tell(words.RINGS, self.language, who=who), "bold white on red"
        if said.replaces is not None:
            yield tell(words.CARD_UPDATED if is_card else words.EDITED, self.language), "italic dim"

    def _cut(self, lines: tuple[Text, ...], longest: int | None) -> tuple[Text, ...]:
        if longest is None or len(lines) <= longest:
            return lines
        shown = list(lines[: longest - 1])
        while shown and not shown[-1].plain:
            shown.pop()
        more = tell(words.MORE_LINES, self.language, count=len(lines) - len(shown))
        return (*shown, Text(more, style="dim italic"))


def changed(before: Said, after: Said) -> tuple[Text, ...]:
    """Return the lines of *after* that *before* had not."""
    known = {line.plain for line in _lines_of(before)}
    return tuple(line for line in _lines_of(after) if line.plain not in known)


def _lines_of(said: Said) -> tuple[Text, ...]:
    return read_html(said.html) if said.html else tuple(Text(line) for line in said.body.splitlines())


class Lines:
    """Lines that wrap below their own text, after a bar or after a label."""

    def __init__(self, lines: Sequence[Text], start: Text) -> None:
        self._lines = lines or (Text(),)
        self._start = start
        self._below = start if _BAR in start.plain else Text(" " * start.cell_len)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterable[Text]:
        """Yield every line, in as many parts as the width asks for."""
        width = max(options.max_width - self._start.cell_len, _NARROWEST_COLUMN)
        parts = (part for line in self._lines for part in _wrapped(console, line, width))
        for number, part in enumerate(parts):
            yield Text.assemble(self._below if number else self._start, part)


def _wrapped(console: Console, line: Text, width: int) -> Iterable[Text]:
    indent = hanging(line)
    mark, said = line[:indent], line[indent:]
    below = mark if "│" in mark.plain else Text(" " * indent)
    # rich breaks lines at every space, those of French typography too.
    said.plain = said.plain.translate(_KEPT_TOGETHER)
    for number, part in enumerate(said.wrap(console, width - indent) or (Text(),)):
        part.rstrip()
        part.plain = part.plain.translate(_SPACES_AGAIN)
        yield (below if number else mark) + part
