"""The sentences, by name and language: one gettext PO file a language, beside this file.

A language is one whose file is there. Nothing is filled in here: `bot.voice` knows what may stand in a hole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from gettext import c2py
from pathlib import Path

from babel.messages.pofile import read_po

FOLDER = Path(__file__).parent
FIRST = "en"
"""The language that has every sentence. What another one has not translated yet is said in this one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentences:
    """The sentences of one language, as templates with `{holes}`. A sentence that counts has several forms."""

    forms: Mapping[str, tuple[str, ...]]
    form_for: Callable[[int], int]
    """Which of the forms is for a number: `Plural-Forms` of the file."""
    otherwise: Sentences | None = None

    def __getitem__(self, key: str) -> str:
        """Return the sentence *key*; its first form if it counts."""
        if key in self.forms or self.otherwise is None:
            return self.forms[key][0]
        return self.otherwise[key]

    def counted(self, key: str, count: int) -> str:
        """Return the form of the sentence *key* for *count*."""
        if key in self.forms or self.otherwise is None:
            return self.forms[key][self.form_for(count)]
        return self.otherwise.counted(key, count)

    def __contains__(self, key: str) -> bool:
        """Say whether this language itself has the sentence *key*."""
        return key in self.forms

    def __iter__(self) -> Iterator[str]:
        """Go through the names of what this language itself has."""
        return iter(self.forms)


def languages() -> tuple[str, ...]:
    """Return the languages in which there are sentences, as their files are named."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.po")))


@cache
def sentences(language: str) -> Sentences:
    """Return the sentences of *language*. Its file is read once, when the first of them is asked for."""
    with (FOLDER / f"{language}.po").open("rb") as file:
        catalog = read_po(file, abort_invalid=True)
    forms: dict[str, tuple[str, ...]] = {}
    for message in catalog:
        key = message.id if isinstance(message.id, str) else message.id[0]
        given = (message.string,) if isinstance(message.string, str) else tuple(message.string or ())
        if key and all(given):
            forms[key] = given
    otherwise = sentences(FIRST) if language != FIRST else None
    return Sentences(forms=forms, form_for=c2py(catalog.plural_expr), otherwise=otherwise)
