"""From sentences to what is sent: a plain body and HTML within Matrix's subset.

A sentence is a small Markdown template that we wrote. What people typed never passes through Markdown: it waits beside
the template, and is put in, escaped, once the template has become clean HTML.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from urllib.parse import quote

import nh3
from markdown import Markdown


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """One message in words."""

    body: str
    html: str
    """Within Matrix's subset."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Trusted Markdown with holes, and the texts that fill them in order."""

    source: str
    values: tuple[str, ...] = ()


HOLE = "\ue000"
_HOLE_END = "\ue001"
_NUMBERED = re.compile(f"{HOLE}([0-9]+){_HOLE_END}")
PARAMETER = re.compile(r"\{(\w+)\}")

_TAGS = {
    *("p", "br", "hr", "div", "span", "blockquote", "pre", "code", "a", "strong", "b", "em", "i", "u", "s", "del"),
    *("ul", "ol", "li", "h1", "h2", "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td", "caption"),
}
_CLEANER = nh3.Cleaner(
    tags=_TAGS, attributes={"a": {"href"}}, url_schemes={"https", "http", "mailto"}, link_rel=None, strip_comments=True
)


class _Converter(threading.local):
    """One for each thread: drafts are written in another thread than answers, and a conversion keeps state."""

    def __init__(self) -> None:
        self.markdown = Markdown(extensions=["nl2br", "sane_lists"])


_CONVERTER = _Converter()
_PERSON = "https://matrix.to/#/"
_MARKS = (
    (re.compile(rf"\[([^\]]*)\]\({re.escape(_PERSON)}\S+?\)"), r"\1"),
    (re.compile(r"\[([^\]]*)\]\((\S+?)\)"), r"\1 (\2)"),
    (re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1"), r"\2"),
    (re.compile(r"(?<![\w*])([*_])(?=[^\s*])([^*_\n]+?)(?<=\S)\1(?![\w*])"), r"\2"),
    (re.compile(r"`([^`\n]+)`"), r"\1"),
)


def fill(template: str, **parameters: str | Piece) -> Piece:
    """Put *parameters* into `{name}` holes: pieces as they are, texts for later, when they can do no harm."""
    values: list[str] = []

    def put(match: re.Match[str]) -> str:
        parameter = parameters[match[1]]
        if isinstance(parameter, Piece):
            values.extend(parameter.values)
            return parameter.source
        values.append(parameter)
        return HOLE

    return Piece(PARAMETER.sub(put, template), tuple(values))


def trusted(markdown: str) -> Piece:
    """Take Markdown that an operator wrote: a playbook's. It is cleaned like everything else."""
    return Piece(markdown.replace(HOLE, "").replace(_HOLE_END, ""))


def pill(name: str, user: str) -> Piece:
    """Return a person as clients show one: their name, linked to *user*, an id. The body has the name alone."""
    return Piece(f"[{HOLE}]({_PERSON}{quote(user, safe='@:')})", (name,))


def join(pieces: Iterable[Piece], separator: str = "\n") -> Piece:
    """Put pieces one after the other; empty ones are left out."""
    kept = [piece for piece in pieces if piece.source]
    return Piece(
        separator.join(piece.source for piece in kept), tuple(value for piece in kept for value in piece.values)
    )


def paragraphs(*pieces: Piece) -> Piece:
    """Put pieces below each other with an empty line between."""
    return join(pieces, "\n\n")


def bullets(pieces: Iterable[Piece]) -> Piece:
    """Make a list of pieces; their further lines stay inside their item."""
    return join(Piece("- " + piece.source.replace("\n", "\n  "), piece.values) for piece in pieces)


def render(piece: Piece) -> Text:
    """Return the message: in the body every text stands exactly, in the HTML escaped."""
    parts = piece.source.split(HOLE)
    numbered = "".join(f"{part}{HOLE}{number}{_HOLE_END}" for number, part in enumerate(parts[:-1])) + parts[-1]
    body, html = _plain(numbered), _html(numbered)
    return Text(
        body=_NUMBERED.sub(lambda match: piece.values[int(match[1])], body),
        html=_NUMBERED.sub(lambda match: _escaped(piece.values[int(match[1])]), html),
    )


def _plain(source: str) -> str:
    for pattern, kept in _MARKS:
        source = pattern.sub(kept, source)
    return source


@lru_cache(maxsize=256)
def _html(source: str) -> str:
    """Return clean HTML. Sentences repeat, so what was converted is kept."""
    return _CLEANER.clean(_CONVERTER.markdown.reset().convert(source))


def _escaped(text: str) -> str:
    """Escape for running text; quotes stay, since no hole is ever inside a tag (a link goes where we say)."""
    return escape(text, quote=False).replace("\n", "<br>")
