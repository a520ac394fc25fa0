"""Slips of paper: for each person a name, a role, a link and its picture, and what to do in three steps."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import segno

from bot.core.language import Language
from bot.sentences.po import catalogue

_STYLE = """
body { font: 12pt/1.4 sans-serif; color: #000; background: #fff; margin: 1cm; }
article { break-inside: avoid; page-break-after: always; border: 1pt solid #000; padding: 1cm; margin: 0 0 1cm; }
article:last-child { page-break-after: auto; }
h1 { font-size: 18pt; margin: 0; }
svg { display: block; width: 6cm; height: 6cm; margin: .5cm 0; }
code { overflow-wrap: anywhere; font-size: 11pt; }
section { margin-top: .5cm; }
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """What one person is handed."""

    name: str
    role: str
    link: str
    until: str
    """As it is read."""


def page(slips: Sequence[Slip], spoken: Sequence[Language]) -> str:
    """Return a document to print, one slip a sheet, that asks nobody for anything."""
    return document(
        catalogue(spoken[0])["door.slip.title"], "\n".join(_sheet(slip, spoken) for slip in slips), spoken[0]
    )


def table(slips: Sequence[Slip]) -> bytes:
    """Return the same for a mail or message merge, as spreadsheets read it."""
    written = io.StringIO()
    rows = csv.writer(written, lineterminator="\r\n")
    rows.writerow(("name", "role", "link", "until"))
    rows.writerows((_cell(one.name), _cell(one.role), one.link, one.until) for one in slips)
    return written.getvalue().encode("utf-8-sig")


def picture(link: str) -> str:
    """Return what the camera of a phone reads *link* from."""
    return str(segno.make_qr(link, error="m").svg_inline(scale=4, border=4))


def document(title: str, body: str, language: Language) -> str:
    """Return a page for print, which loads nothing."""
    return (
        f'<!DOCTYPE html>\n<html lang="{language}"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<style>{_STYLE}</style></head>\n<body>\n{body}\n</body></html>\n"
    )


def _cell(text: str) -> str:
    """Return *text* as a spreadsheet takes it for text, and for no formula."""
    return f"'{text}" if text[:1] in "=+-@" else text


def _sheet(slip: Slip, spoken: Sequence[Language]) -> str:
    told = "\n".join(_steps(slip, language) for language in spoken)
    return (
        f"<article><h1>{escape(slip.name)}</h1><p>{escape(slip.role)}</p>{picture(slip.link)}"
        f"<p><code>{escape(slip.link)}</code></p>\n{told}</article>"
    )


def _steps(slip: Slip, language: Language) -> str:
    words = catalogue(language)
    steps = (words["door.slip.first"], words["door.slip.second"], words["door.slip.third"])
    until = words["door.slip.until"].replace("{until}", slip.until)
    return (
        f'<section lang="{language}"><p>{escape(words["door.slip.what"])}</p>'
        f"<ol>{''.join(f'<li>{escape(step)}</li>' for step in steps)}</ol><p>{escape(until)}</p></section>"
    )
