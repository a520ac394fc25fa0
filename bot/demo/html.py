"""What the bot says in HTML, as text for a terminal: bold, lists, quotes and links, nothing else."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from rich.cells import cell_len
from rich.text import Text

_STYLES = {
    "strong": "bold",
    "b": "bold",
    "em": "italic",
    "i": "italic",
    "code": "cyan",
    "del": "strike",
    "u": "underline",
}
_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
_BLOCKS = {"p", "div", "ul", "ol", "blockquote", "pre", "hr", "table", "tr", *_HEADINGS}
_SPACES = re.compile(r"[ \t\n\r]+")
_BULLET = "• "
_MARK_ONLY = re.compile(r"\s*(?:• |\d+\. )")


def read_html(html: str) -> tuple[Text, ...]:
    """Return the lines of *html*; one that wraps below its own text begins with a mark: see `hanging`."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.finish()


def hanging(line: Text) -> int:
    """Return by how much the wrapped rest of *line* is indented: below its text, not below its mark."""
    found = re.match(rf"\s*(?:{_BULLET}|\d+\. |│ )?", line.plain)
    return cell_len(found[0]) if found else 0


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._lines: list[Text] = []
        self._line = Text()
        self._open: list[str] = []
        self._numbers: list[int | None] = []
        """One for each open list; None for bullets."""
        self._link = ""

    def finish(self) -> tuple[Text, ...]:
        self._end_line()
        while self._lines and not self._lines[-1].plain.strip():
            self._lines.pop()
        return tuple(self._lines)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BLOCKS and not _MARK_ONLY.fullmatch(self._line.plain):
            self._end_line()
        if tag == "br":
            self._end_line(force=True)
            return
        if tag == "hr":
            self._lines.append(Text("─" * 20, style="dim"))
            return
        if tag in {"ul", "ol"}:
            self._close_gap()
            self._numbers.append(0 if tag == "ol" else None)
        elif tag == "li":
            self._begin_item()
        elif tag == "a":
            self._link = dict(attrs).get("href") or ""
        self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in self._open:
            return
        while self._open.pop() != tag:
            pass
        if tag in {"ul", "ol"}:
            self._numbers.pop()
        if tag == "a" and self._link and self._link not in self._line.plain:
            self._line.append(f" ({self._link})", style="dim")
        if tag in {"td", "th"}:
            self._line.append("  ")
        if tag in _BLOCKS or tag == "li":
            self._end_line()
        if tag in {"p", "ul", "ol", "pre", "blockquote"} | _HEADINGS and not self._numbers:
            self._leave_gap()

    def handle_data(self, data: str) -> None:
        if "pre" in self._open:
            for number, part in enumerate(data.split("\n")):
                if number:
                    self._end_line(force=True)
                self._line.append(part, style="cyan")
            return
        text = _SPACES.sub(" ", data)
        if not self._line.plain.strip():
            text = text.lstrip(" ")
        if not text:
            return
        if not self._line.plain:
            self._line.append("│ " if "blockquote" in self._open else "  " * len(self._numbers), style="dim")
        self._line.append(text, style=self._style())

    def _style(self) -> str:
        styles = [_STYLES[tag] for tag in self._open if tag in _STYLES]
        if _HEADINGS & set(self._open):
            styles.append("bold")
        return " ".join(dict.fromkeys(styles))

    def _begin_item(self) -> None:
        self._end_line()
        mark = _BULLET
        if self._numbers and self._numbers[-1] is not None:
            self._numbers[-1] += 1
            mark = f"{self._numbers[-1]}. "
        self._line.append("  " * max(0, len(self._numbers) - 1) + mark, style="dim")

    def _end_line(self, *, force: bool = False) -> None:
        if self._line.plain.strip() or force:
            self._line.rstrip()
            self._lines.append(self._line)
            self._line = Text()

    def _leave_gap(self) -> None:
        if self._lines and self._lines[-1].plain.strip():
            self._lines.append(Text())

    def _close_gap(self) -> None:
        """Let a list follow its title."""
        if self._lines and not self._lines[-1].plain:
            self._lines.pop()
