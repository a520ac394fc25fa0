"""Slips of paper: for each person a name, a role, a link and its picture, and what to do in three steps."""

from __future__ import annotations

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
    sheets = "\n".join(_sheet(slip, spoken) for slip in slips)
    title = escape(catalogue(spoken[0])["door.slip.title"])
    return (
        f'<!DOCTYPE html>\n<html lang="{spoken[0]}"><head><meta charset="utf-8"><title>{title}</title>'
        f"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<style>{_STYLE}</style></head>\n<body>\n{sheets}\n</body></html>\n"
    )


def _sheet(slip: Slip, spoken: Sequence[Language]) -> str:
    told = "\n".join(_steps(slip, language) for language in spoken)
    picture = segno.make_qr(slip.link, error="m").svg_inline(scale=4, border=4)
    return (
        f"<article><h1>{escape(slip.name)}</h1><p>{escape(slip.role)}</p>{picture}"
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
