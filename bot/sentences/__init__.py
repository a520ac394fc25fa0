"""The sentences: one gettext PO file a language, beside this file. A language is one whose file is there."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from bot.core.language import ENGLISH, Language

FOLDER = Path(__file__).parent


@cache
def languages() -> tuple[Language, ...]:
    """Return the languages in which there are sentences, as their files are named; English last, as in look-ups."""
    found = {Language(path.stem) for path in FOLDER.glob("*.po")}
    return (*sorted(found - {ENGLISH}), ENGLISH)
