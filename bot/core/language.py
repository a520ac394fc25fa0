"""The languages of the product, one text in several of them, and spelling that does not count."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NewType

Language = NewType("Language", str)
"""The code of a language that a playbook and a room can have: `fr`. `bot.sentences` knows which there are."""
ENGLISH = Language("en")
"""The one in which everything can be said: what another one lacks is said in it."""


@dataclass(frozen=True, slots=True, init=False)
class Words:
    """One text in English, and in every other language in which it was written: `Words(en="clock", fr="délai")`."""

    texts: Mapping[str, str]

    def __init__(self, /, *, en: str, **others: str) -> None:
        object.__setattr__(self, "texts", {**others, "en": en})

    def to(self, language: Language) -> str:
        """Return the text in *language*; in English where it was not written in that one."""
        return self.texts.get(language, self.texts[ENGLISH])


def fold(text: str) -> str:
    """Return *text* without case and accents: `Élevée` is `elevee`."""
    # Letter by letter: to put a long run of accents in order, as normalizing the whole would, takes its length squared.
    apart = (part for character in text.casefold() for part in unicodedata.normalize("NFD", character))
    return "".join(part for part in apart if not unicodedata.combining(part))


def key_of(name: str) -> str:
    """Return what tells an organisation or a client apart, however the name is spelled."""
    return " ".join(fold(name).split())
