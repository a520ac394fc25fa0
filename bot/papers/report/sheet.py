"""Sheets of A4 on which text is set by hand: measured, broken into lines, and put to a place.

What a font cannot show stands as □: PDF/A forbids a letter without a shape.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, cast

from fpdf.bidi import BidiParagraph

if TYPE_CHECKING:
    from fpdf import FPDF
    from fpdf.fonts import TTFFont

WIDTH, HEIGHT = 210.0, 297.0
MARGIN, TOP, BOTTOM = 22.0, 24.0, 22.0
"""Millimetres."""
INNER = WIDTH - 2 * MARGIN
_FONT = "record"
_POINT = 25.4 / 72
_LINE = 1.32
"""Height of a line beside that of its letters."""
_MISSING = "□"
_WORD = re.compile(r"[^ ]+| +")
"""Of lines in which every other blank keeps together what stands beside it."""
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")
"""What only tells how others are drawn."""
_BLANKS = str.maketrans({"\t": " ", "\u2007": "\u00a0", "\u202f": "\u00a0"})
Colour = tuple[int, int, int]
BLACK, GREY, RULE = (24, 28, 32), (95, 103, 112), (206, 211, 217)


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How text is set."""

    size: float = 9.5
    """Points."""
    is_bold: bool = False
    colour: Colour = BLACK

    @property
    def line(self) -> float:
        """The height of a line, in millimetres."""
        return self.size * _POINT * _LINE


class Sheet:
    """A PDF, and how far down its last page is filled."""

    def __init__(self, pdf: FPDF) -> None:
        self.pdf = pdf
        self.y = TOP
        fonts = fonts_folder()
        for style, name in (("", "DejaVuSans.ttf"), ("B", "DejaVuSans-Bold.ttf")):
            pdf.add_font(_FONT, style, fname=fonts / name)
        pdf.set_auto_page_break(auto=False)
        self._fonts = {is_bold: cast("TTFFont", pdf.fonts[_FONT + "B" * is_bold]) for is_bold in (False, True)}
        self._known = frozenset.intersection(*(frozenset(font.cmap) for font in self._fonts.values()))

    @property
    def left(self) -> float:
        """How many millimetres are free on the page."""
        return HEIGHT - BOTTOM - self.y

    def new_page(self) -> None:
        """Begin the next page."""
        self.pdf.add_page()
        self.y = TOP

    def need(self, height: float) -> None:
        """Begin the next page unless so many millimetres are free on this one."""
        if height > self.left and self.y > TOP:
            self.new_page()

    def text(self, x: float, y: float, text: str, look: Look) -> None:
        """Put one line to a place: *y* is its upper edge."""
        self.words(x, y + look.line * 0.76, shaped(self.shown(text)), look)

    def words(self, x: float, y: float, text: str, look: Look) -> None:
        """Put one line of letters that the font has on the line *y*."""
        if not text.strip():
            return
        self.pdf.set_text_color(*look.colour)
        self.pdf.set_font(_FONT, "B" if look.is_bold else "", look.size)
        self.pdf.text(x, y, text)

    def rule(self, y: float, colour: Colour = RULE) -> None:
        """Draw a thin line over the whole width."""
        # What is set already is not written again, though the page may be another one.
        for once in ((0, 0.1), (*colour, 0.2)):
            self.pdf.set_draw_color(*once[:-1])
            self.pdf.set_line_width(once[-1])
        self.pdf.line(MARGIN, y, MARGIN + INNER, y)

    def width(self, text: str, look: Look) -> float:
        """Return how wide *text* is, in millimetres."""
        widths = self._fonts[look.is_bold].cw
        return sum(widths[ord(letter)] for letter in text) * look.size * _POINT / 1000

    def shown(self, text: str) -> str:
        """Return *text* on one line in letters that the font has; two signs that look alike may become one."""
        if text.isascii() and text.isprintable():
            return text
        plain = _UNSEEN.sub("", text.translate(_BLANKS))
        return "".join(letter if ord(letter) in self._known else _instead(letter) for letter in plain)

    def lines(self, text: str, width: float, look: Look) -> list[str]:
        """Break *text* into lines no wider than *width*; what has no place to break is broken anywhere."""
        return [line for part in text.splitlines() or [""] for line in self._broken(self.shown(part), width, look)]

    def _broken(self, text: str, width: float, look: Look) -> Iterator[str]:
        line, used = "", 0.0
        for found in _WORD.finditer(text):
            word, size = found[0], self.width(found[0], look)
            if used + size <= width or word.isspace():
                line, used = line + word, used + size
                continue
            if line.strip():
                yield line.rstrip()
            line, used = word, size
            if size > width:
                *whole, line = self._cut(word, width, look)
                yield from whole
                used = self.width(line, look)
        yield line.rstrip()

    def _cut(self, word: str, width: float, look: Look) -> Iterator[str]:
        part, used = "", 0.0
        for letter in word:
            size = self.width(letter, look)
            if part and used + size > width:
                yield part
                part, used = "", 0.0
            part, used = part + letter, used + size
        yield part


def shaped(line: str) -> str:
    """Return a line as it is drawn from left to right, whichever way it is read."""
    return str(BidiParagraph(line).get_reordered_string()) if _RIGHT_TO_LEFT.search(line) else line


def widths(parts: Sequence[int], gap: float) -> list[tuple[float, float]]:
    """Return where each column begins, and how wide its text may be."""
    total, x, found = sum(parts), MARGIN, list[tuple[float, float]]()
    for part in parts:
        width = INNER * part / total
        found.append((x, width - gap))
        x += width
    return found


def tallest(cells: Iterable[Sequence[str]]) -> int:
    """Return how many lines the longest cell of a row has."""
    return max((len(cell) for cell in cells), default=0)


def fonts_folder() -> Path:
    """Return the folder of the fonts that come with matplotlib, which is not loaded for it."""
    found = find_spec("matplotlib")
    if found is None or not found.submodule_search_locations:
        raise FileNotFoundError("matplotlib's fonts are gone: install Cellule again")
    return Path(found.submodule_search_locations[0], "mpl-data", "fonts", "ttf")


def _instead(letter: str) -> str:
    """Return what stands for a letter that the font lacks: nothing for what has no shape of its own."""
    category = unicodedata.category(letter)
    if category in ("Mn", "Cf"):
        return ""
    return " " if category == "Zs" else _MISSING
