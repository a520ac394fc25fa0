"""How the demo looks: on a terminal with colours, in a file as plain text, wide or narrow."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import tzinfo
from typing import TextIO

from rich.console import Console, ConsoleOptions, Group, RenderableType
from rich.text import Text

from bot.core.playbook import Language
from bot.demo import words
from bot.demo.html import hanging, read_html
from bot.demo.responder import Said
from bot.demo.seen import Seen

PLAIN_WIDTH = 100
NARROWEST = 30
_BAR = "▌"
_MARKS = re.compile(r"\*\*(?P<bold>.+?)\*\*|`(?P<code>[^`]+)`")
_COLOURS = {"@alice": "green", "@bob": "magenta", "@cellule": "blue"}
_CIPHERTEXT_SHOWN = 12
_NARROWEST_COLUMN = 12
_NO_BAR = Text()


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

    def message(self, said: Said, room: str, *, is_card: bool = False, longest: int | None = None) -> RenderableType:
        """Return one message: who, when, where, and its words beside a bar in the speaker's colour."""
        colour = "red" if self._is_bell(said) else _COLOURS.get(short_name(said.sender), "yellow")
        head = Text.assemble(name(said.sender), (f"  {said.at.astimezone(self.zone):%H:%M:%S}", "dim"))
        if room:
            head.append(f"  {room}", style="dim")
        for mark, style in self._marks(said, is_card=is_card):
            head.append("  ")
            head.append(mark, style=style)
        return Group(head, _Lines(self._lines(said, longest), Text(f"{_BAR} ", colour)))

    def seen(self, event: Seen, room: str) -> Text:
        """Return what the homeserver has of the message, for a column."""
        hidden = bool(event.ciphertext)
        size = words.CHARACTERS.to(self.language).format(size=_grouped(event.size, self.language))
        text = Text(event.type, style="yellow" if hidden else "bold red")
        text.append(f"\n{size}, {room}", style="dim")
        if hidden:
            text.append(f"\n{event.ciphertext[:_CIPHERTEXT_SHOWN]}…", style="dim")
        return text

    def seen_line(self, event: Seen, room: str) -> Text:
        """Return the same on one line."""
        text = Text(f"{words.SERVER_SAW.to(self.language)}: ", style="dim")
        text.append(self.seen(event, room).plain.replace("\n", ", "), style="yellow")
        return text

    def _is_bell(self, said: Said) -> bool:
        return said.rings and bool(said.mentions or said.mentions_room)

    def _marks(self, said: Said, *, is_card: bool) -> Iterable[tuple[str, str]]:
        if self._is_bell(said):
            who = "@room" if said.mentions_room else ", ".join(map(short_name, sorted(said.mentions)))
            yield words.RINGS.to(self.language).format(who=who), "bold white on red"
        if said.replaces is not None:
            yield (words.CARD_UPDATED if is_card else words.EDITED).to(self.language), "italic dim"

    def _lines(self, said: Said, longest: int | None) -> tuple[Text, ...]:
        lines = read_html(said.html) if said.html else tuple(Text(line) for line in said.body.splitlines())
        if longest is None or len(lines) <= longest:
            return lines
        more = words.MORE_LINES.to(self.language).format(count=len(lines) - longest + 1)
        return (*lines[: longest - 1], Text(more, style="dim italic"))


class _Lines:
    """Lines that wrap below their own text, beside a bar if there is one."""

    def __init__(self, lines: tuple[Text, ...], bar: Text = _NO_BAR) -> None:
        self._lines = lines or (Text(),)
        self._bar = bar

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterable[Text]:
        width = max(options.max_width - self._bar.cell_len, _NARROWEST_COLUMN)
        for line in self._lines:
            for part in _wrapped(console, line, width):
                yield self._bar + part


def _wrapped(console: Console, line: Text, width: int) -> Iterable[Text]:
    indent = hanging(line)
    mark, said = line[:indent], line[indent:]
    below = mark if "│" in mark.plain else Text(" " * indent)
    for number, part in enumerate(said.wrap(console, width - indent) or (Text(),)):
        part.rstrip()
        yield (below if number else mark) + part


def _grouped(number: int, language: Language) -> str:
    return f"{number:,}".replace(",", "\u202f" if language is Language.FRENCH else ",")
