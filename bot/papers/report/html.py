"""A report as one page for a browser: nothing is fetched, and nothing in it runs but our own few lines.

What people typed is escaped wherever it stands. The policy in its head allows one style and one script, by hash.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256
from html import escape
from importlib.resources import files
from typing import assert_never

from bot.core.report.drawing import Anchor, Box, Drawing, Line, Shape, Stroke, Words
from bot.core.report.entries import Kind
from bot.core.report.pages import (
    Block,
    Code,
    Day,
    Event,
    Heading,
    Pairs,
    Picture,
    Prose,
    Report,
    Section,
    Table,
    Timeline,
)

MIME = "text/html"
_STYLE, _SCRIPT = "report.css", "report.js"
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
"""What no page may hold, and half of a surrogate pair."""


def html_page(report: Report) -> bytes:
    """Return the page: the same bytes for the same report."""
    return "\n".join(_page(report)).encode("utf-8", "replace")


def _page(report: Report) -> Iterator[str]:
    style, script = (files(__package__).joinpath(name).read_text("utf-8") for name in (_STYLE, _SCRIPT))
    yield f'<!DOCTYPE html>\n<html lang="{escape(report.tag)}">\n<head>\n<meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{_policy(style, script)}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield '<meta name="referrer" content="no-referrer">'
    yield f"<title>{_text(report.title)}</title>\n<style>{style}</style>\n</head>\n<body>"
    yield f'<a class="skip" href="#report">{_text(report.screen.skip)}</a>'
    yield f'<header>\n<p class="mark"><strong>{_text(report.mark)}</strong> {_text(report.mark_means)}</p>'
    yield f"<h1>{_text(report.cover.title)}</h1>\n</header>"
    yield _contents(report)
    yield '<main id="report" tabindex="-1">'
    yield "<section>"
    for block in report.cover.blocks:
        yield from _block(block, report)
    yield "</section>"
    for number, section in enumerate(report.sections, 1):
        yield from _section(number, section, report)
    yield f"</main>\n<footer><p>{_text(report.running)} · {_text(report.mark)}</p></footer>"
    yield f"<script>{script}</script>\n</body>\n</html>\n"


def _policy(style: str, script: str) -> str:
    of_style, of_script = (b64encode(sha256(text.encode()).digest()).decode() for text in (style, script))
    return (
        f"default-src 'none'; style-src 'sha256-{of_style}'; script-src 'sha256-{of_script}'; "
        "base-uri 'none'; form-action 'none'"
    )


def _contents(report: Report) -> str:
    links = "\n".join(
        f'<li><a href="#s{number}">{_text(section.title)}</a></li>' for number, section in enumerate(report.sections, 1)
    )
    title = _text(report.screen.contents)
    return f'<nav aria-labelledby="contents">\n<h2 id="contents">{title}</h2>\n<ul>\n{links}\n</ul>\n</nav>'


def _section(number: int, section: Section, report: Report) -> Iterator[str]:
    yield f'<section id="s{number}" aria-labelledby="h{number}">\n<h2 id="h{number}">{_text(section.title)}</h2>'
    for block in section.blocks:
        yield from _block(block, report)
    yield "</section>"


def _block(block: Block, report: Report) -> Iterator[str]:  # noqa: C901 - a table
    match block:
        case Heading(text=text, is_minor=is_minor):
            name = "h4" if is_minor else "h3"
            yield f'<{name} dir="auto">{_text(text)}</{name}>'
        case Prose(text=text, is_aside=is_aside):
            yield f'<p dir="auto"{" class=aside" if is_aside else ""}>{_lines(text)}</p>'
        case Code(lines=lines):
            yield f"<pre><code>{_text(chr(10).join(lines))}</code></pre>"
        case Pairs(rows=rows):
            yield "<dl>"
            for label, text in rows:
                yield f'<div>{f"<dt>{_text(label)}</dt>" if label else ""}<dd dir="auto">{_lines(text)}</dd></div>'
            yield "</dl>"
        case Table():
            yield from _table(block)
        case Timeline(days=days):
            yield from _timeline(days, report)
        case Picture(drawing=drawing):
            yield from _picture(drawing)
        case _:
            assert_never(block)


def _table(table: Table) -> Iterator[str]:
    """Yield a table; on a phone each cell says itself what it is."""
    title = escape(table.title)
    yield f'<div class="wide" role="region" tabindex="0" aria-label="{title}"><table>'
    yield f'<caption class="unseen">{_text(table.title)}</caption>'
    cells = "".join(f'<th scope="col">{_text(text)}</th>' for text in table.head)
    yield f"<thead><tr>{cells}</tr></thead>\n<tbody>"
    for row in table.rows:
        told = zip(table.head, row, strict=True)
        cells = "".join(f'<td dir="auto" data-head="{escape(head)}">{_lines(text)}</td>' for head, text in told)
        yield f"<tr>{cells}</tr>"
    yield "</tbody></table></div>"


# --- the timeline -------------------------------------------------------------------------------------------------


def _timeline(days: tuple[Day, ...], report: Report) -> Iterator[str]:
    screen = report.screen
    present = {event.kind for day in days for event in day.events}
    yield f'<form id="sieve" hidden data-shown="{escape(screen.shown)}">'
    yield f"<fieldset><legend>{_text(screen.only)}</legend>"
    for kind in (kind for kind in Kind if kind in present):
        yield f'<label><input type="checkbox" value="{kind}" checked> {_text(report.kinds[kind])}</label>'
    yield "</fieldset>"
    yield f'<p><label for="words">{_text(screen.search)}</label> <input id="words" type="search" autocomplete="off">'
    yield f'<button type="button" id="all">{_text(screen.all)}</button></p>'
    yield '<p id="shown" role="status" aria-live="polite"></p>\n</form>'
    for day in days:
        yield f'<div class="day">\n<h3>{_text(day.title)}</h3>\n<ol>'
        for event in day.events:
            yield _event(event, report)
        yield "</ol>\n</div>"


def _event(event: Event, report: Report) -> str:
    kind = event.kind
    name = "purged" if kind is None else kind.value
    hour = f'<time datetime="{event.at}">{_text(event.hour)}</time>' if event.hour else ""
    said = f'<span class="kind">{_text(report.kinds[kind])}</span>' if kind else ""
    source = f'<span class="source">{_text(event.source)}</span>' if event.source else ""
    number = f'<span class="number">{event.number}</span>'
    body = f'<div class="what" dir="auto">{_lines(event.text)}{source}</div>'
    return f'<li id="e{event.number}" data-kind="{name}">{number}{hour}{said}{body}</li>'


# --- what is drawn ------------------------------------------------------------------------------------------------


def _picture(drawing: Drawing) -> Iterator[str]:
    label = escape(drawing.label)
    yield f'<div class="axis" role="region" tabindex="0" aria-label="{label}">'
    box = f"0 0 {_mm(drawing.width)} {_mm(drawing.height)}"
    yield f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}" role="img" aria-label="{label}">'
    for stroke in drawing.strokes:
        yield _stroke(stroke)
    yield "</svg></div>"


def _stroke(stroke: Stroke) -> str:
    name = f'class="{stroke.ink}'
    match stroke:
        case Line(x1=x1, y1=y1, x2=x2, y2=y2, is_dashed=is_dashed):
            looks = f'{name} line{" dashed" if is_dashed else ""}"'
            return f'<line {looks} x1="{_mm(x1)}" y1="{_mm(y1)}" x2="{_mm(x2)}" y2="{_mm(y2)}"/>'
        case Box(x=x, y=y, width=width, height=height, is_open=is_open):
            looks = f'{name}{" open" if is_open else ""}"'
            return f'<rect {looks} x="{_mm(x)}" y="{_mm(y)}" width="{_mm(width)}" height="{_mm(height)}"/>'
        case Shape(points=points):
            return f'<polygon {name}" points="{" ".join(f"{_mm(x)},{_mm(y)}" for x, y in points)}"/>'
        case Words(x=x, y=y, text=text, size=size, anchor=anchor, is_bold=is_bold):
            looks = f'{name}{" bold" if is_bold else ""}"'
            place = "" if anchor is Anchor.START else f' text-anchor="{anchor}"'
            return f'<text {looks} x="{_mm(x)}" y="{_mm(y)}" font-size="{_mm(size)}"{place}>{_text(text)}</text>'
        case _:
            assert_never(stroke)


def _mm(length: float) -> str:
    return f"{length:.2f}".rstrip("0").rstrip(".")


def _text(text: str) -> str:
    return escape(_CONTROL.sub("\ufffd", text))


def _lines(text: str) -> str:
    return _text(text).replace("\n", "<br>")
