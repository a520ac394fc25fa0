"""A record as it is handed over: what it says, the programs that check it in the words of its room, and the seal."""

from __future__ import annotations

import json
from datetime import datetime
from importlib.resources import files

from bot.core.language import Language
from bot.core.report.pages import Cover, Report
from bot.papers.record.container import made, sealed
from bot.papers.record.keys import RecordKey
from bot.papers.record.payload import Record, record_json
from bot.papers.report.html import html_page
from bot.sentences.po import catalogue

RECORD, SCRIPT, PAGE, REPORT = "record.json", "verify_record.py", "verify.html", "report.html"
_IN_SCRIPT, _IN_PAGE = "WORDS: dict[str, str] = {}\n", "const WORDS = {};\n"
"""Where the sentences of a room go, in each of the two."""
_FINDING = "finding."
_OF_CONSOLE = ("finding.authority", "finding.unproved", "finding.forged")
"""Findings of the console alone, which checks the signature of an authority."""


def export(record: Record, cover: Cover, at: datetime, key: RecordKey, report: Report | None = None) -> bytes:
    """Return the file: the same bytes for the same record, whenever it is made. Slow: not for the event loop.

    Its pages are the *report*, which is attached as one page for a browser too; of a part there is none.
    """
    beside = {SCRIPT: script(cover.language), PAGE: page(cover.language)}
    if report is not None:
        beside[REPORT] = html_page(report)
    return sealed(made(cover, {RECORD: record_json(record, beside, key), **beside}, at, report), key)


def script(language: Language) -> bytes:
    """Return verify_record.py with the sentences of *language*."""
    words = {name: said for name, said in _words(language).items() if not name.startswith("page.")}
    written = json.dumps(words, ensure_ascii=False, indent=4)
    return _filled(SCRIPT, _IN_SCRIPT, f"WORDS: dict[str, str] = {written}\n")


def page(language: Language) -> bytes:
    """Return verify.html with the sentences of *language*."""
    written = json.dumps(_words(language), ensure_ascii=False, indent=2).replace("</", "<\\/")
    filled = _filled(PAGE, _IN_PAGE, f"const WORDS = {written};\n")
    return filled.replace(b'<html lang="en">', f'<html lang="{language}">'.encode(), 1)


def _words(language: Language) -> dict[str, str]:
    kept = catalogue(language)
    # English names them all: a language may lack some.
    names = [name for name in catalogue(Language("en")) if name.startswith(_FINDING) and name not in _OF_CONSOLE]
    return {name.removeprefix(_FINDING): kept[name] for name in sorted(names)}


def _filled(name: str, place: str, words: str) -> bytes:
    text = files(__package__).joinpath(name).read_text("utf-8")
    if text.count(place) != 1:
        raise ValueError("the sentences have no place there")
    return text.replace(place, words).encode()
