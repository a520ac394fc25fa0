"""The sentences of a language by their names. Nothing is filled in here: `bot.voice` knows what may stand in a hole."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from gettext import c2py

from babel.messages.pofile import read_po

from bot.core.language import ENGLISH, Language
from bot.sentences import FOLDER, languages
from bot.sentences.typography import typeset


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


@cache
def sentences(language: Language) -> Sentences:
    """Return the sentences of *language*. Its file is read once, when the first of them is asked for.

    An incident may be older than the last change of the files: a language that is not there any more speaks English.
    """
    if language not in languages():
        return sentences(ENGLISH)
    with (FOLDER / f"{language}.po").open("rb") as file:
        catalog = read_po(file, abort_invalid=True)
    forms: dict[str, tuple[str, ...]] = {}
    for message in catalog:
        key = message.id if isinstance(message.id, str) else message.id[0]
        given = (message.string,) if isinstance(message.string, str) else tuple(message.string or ())
        if key and all(given):
            forms[key] = given
    otherwise = None if language == ENGLISH else sentences(ENGLISH)
    return Sentences(forms=forms, form_for=c2py(catalog.plural_expr), otherwise=otherwise)


@cache
def catalogue(language: Language) -> Sentences:
    """Return the sentences of *language* as they are printed."""
    kept = sentences(language)
    forms = {key: tuple(typeset(form, language) for form in forms) for key, forms in kept.forms.items()}
    return replace(kept, forms=forms, otherwise=None if kept.otherwise is None else catalogue(ENGLISH))


def said(key: str, language: Language) -> tuple[str, ...]:
    """Return the words, between commas, that the sentence *key* is made of."""
    return tuple(word.strip() for word in sentences(language)[key].split(","))
