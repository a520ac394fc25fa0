"""From sentences to what is sent: a plain body and HTML within Matrix's subset.

A sentence is a small Markdown template that we wrote. What people typed never passes through Markdown: it waits beside
the template, and is put in, escaped, once the template has become clean HTML.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from html import escape
from typing import Self
from urllib.parse import quote

import nh3
from markdown import Markdown

from bot.core.replies.ballots import Ballot
from bot.core.replies.subjects import About, Subject
from bot.sentences.told import PARAMETER


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """One message in words."""

    body: str
    html: str
    """Within Matrix's subset."""
    beginning: Piece | None = None
    """What fills a phone's screen of it; None when all of it does not fill one."""
    about: About = ()
    ballot: Ballot | None = None
    """What can be tapped instead of typing an answer."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Trusted Markdown with holes, and the texts that fill them in order."""

    source: str
    values: tuple[str, ...] = ()


class Moment(str):
    """A point in time in words, in full. In a message it leaves out what the one before it said: year and offset."""

    local: datetime
    after: Callable[[Moment], str]
    """Its words in a message in which that one is the last moment before it."""

    @classmethod
    def said(cls, words: str, local: datetime, after: Callable[[Moment], str]) -> Self:
        """Return *local* as *words* say it alone, and as *after* says it behind another one."""
        made = cls(words)
        made.local, made.after = local, after
        return made


SCREEN, COLUMNS = 25, 42
"""How many lines a phone of 390 x 844 shows of one message, and how many letters one of them has."""
_UNIT = re.compile(r"(?<!\n)(?=\n(?!  ))")
"""Before each line but those that go on with an item."""
HOLE = "\ue000"
_HOLE_END = "\ue001"
_NUMBERED = re.compile(f"{HOLE}([0-9]+){_HOLE_END}")
_FOLD, _FOLD_END = "\ue002", "\ue003"
_OURS = re.compile(f"[{HOLE}{_HOLE_END}{_FOLD}{_FOLD_END}]")
_FOLDS = (
    (re.compile(f"<p>{_FOLD}(.*?)</p>"), r"<details><summary>\1</summary>"),
    (re.compile(f"<p>{_FOLD_END}</p>"), "</details>"),
)
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
    (re.compile(f"{_FOLD}|\n*{_FOLD_END}"), ""),
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
    return Piece(_OURS.sub("", markdown))


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


def folded(summary: Piece, *inside: Piece) -> Piece:
    """Put *inside* behind *summary*, one line, where apps open it by a tap; where they cannot, it stands below."""
    return paragraphs(Piece(_FOLD + summary.source, summary.values), *inside, Piece(_FOLD_END))


def render(piece: Piece, *about: Subject, ballot: Ballot | None = None) -> Text:
    """Return the message: in the body every text stands exactly, in the HTML escaped; what was said is not repeated.

    It is *about* these.
    """
    text = replace(_rendered(Piece(piece.source, tuple(_said_once(piece.values)))), about=about, ballot=ballot)
    return text if height(text.body) <= SCREEN else replace(text, beginning=_beginning(piece))


def spelt_out(piece: Piece) -> str:
    """Return the body as a file keeps it: each text is read apart from the others, so each says all it has to say."""
    return _body(piece, _numbered(piece))


def _said_once(values: Iterable[str]) -> Iterator[str]:
    earlier: Moment | None = None
    for value in values:
        if isinstance(value, Moment):
            yield value if earlier is None else value.after(earlier)
            earlier = value
        else:
            yield value


def height(body: str) -> int:
    """Return about how many lines a phone shows of a message; the gap between two paragraphs is one."""
    return sum(max(1, -(-len(line) // COLUMNS)) for line in body.split("\n"))


def _beginning(piece: Piece) -> Piece:
    """Return the lines and items at the start of *piece* that fit on a screen with a line or two below them."""
    begun, left = Piece(""), SCREEN - 3
    for unit in _units(piece):
        left -= height(spelt_out(unit).removeprefix("\n"))
        if left < 0:
            break
        begun = Piece(begun.source + unit.source, begun.values + unit.values)
    return begun


def _units(piece: Piece) -> Iterator[Piece]:
    """Yield the lines of *piece* and the whole items of its lists, each with the blank line before it."""
    place = 0
    for source in _UNIT.split(piece.source):
        end = place + source.count(HOLE)
        yield Piece(source, piece.values[place:end])
        place = end


def _rendered(piece: Piece) -> Text:
    numbered = _numbered(piece)
    html = _NUMBERED.sub(lambda match: _escaped(piece.values[int(match[1])]), _html(numbered))
    return Text(body=_body(piece, numbered), html=html)


def _numbered(piece: Piece) -> str:
    parts = piece.source.split(HOLE)
    return "".join(f"{part}{HOLE}{number}{_HOLE_END}" for number, part in enumerate(parts[:-1])) + parts[-1]


def _body(piece: Piece, numbered: str) -> str:
    return _NUMBERED.sub(lambda match: piece.values[int(match[1])], _plain(numbered))


def below(first: Text, second: Text) -> Text:
    """Return *second* under *first* in one message, which is about both."""
    return Text(
        body=f"{first.body}\n\n{second.body}",
        html=f"{first.html}\n{second.html}",
        about=(*first.about, *second.about),
        ballot=second.ballot or first.ballot,
    )


def _plain(source: str) -> str:
    for pattern, kept in _MARKS:
        source = pattern.sub(kept, source)
    return source


@lru_cache(maxsize=256)
def _html(source: str) -> str:
    """Return clean HTML. Sentences repeat, so what was converted is kept."""
    html = _CLEANER.clean(_CONVERTER.markdown.reset().convert(source))
    for pattern, tag in _FOLDS:
        html = pattern.sub(tag, html)
    return html


def _escaped(text: str) -> str:
    """Escape for running text; quotes stay, since no hole is ever inside a tag (a link goes where we say)."""
    return escape(text, quote=False).replace("\n", "<br>")
