"""A sentence by its name, with what fills its holes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bot.core.language import ENGLISH, Language, Words
from bot.sentences.po import catalogue, sentences
from bot.sentences.told import PARAMETER, Told
from bot.sentences.typography import typeset
from bot.voice.markup import Piece, fill


def say(language: Language, key: str, **parameters: str | Piece) -> Piece:
    """Return the sentence *key* with its holes filled."""
    return fill(catalogue(language)[key], **parameters)


def say_of(
    language: Language,
    key: str,
    thing: object,
    form: Callable[[str, Any], str | Piece],
    apart: Mapping[str, str | Piece],
) -> Piece:
    """Return the sentence *key* about *thing*: each hole is a field of it in its *form*, or stands *apart*."""
    template = catalogue(language)[key]
    filled = {
        hole: apart[hole] if hole in apart else form(hole, getattr(thing, hole)) for hole in PARAMETER.findall(template)
    }
    return fill(template, **filled)


def word(language: Language, key: str, **parameters: object) -> str:
    """Return a word or a short sentence as plain text, with its holes filled by words and numbers of ours."""
    return Told(key, **parameters).to(language)


def file_word(name: str, language: Language) -> str:
    """Return the word by which a file that is handed out is named."""
    return word(language, f"file.{name}")


def language_tag(language: Language) -> str:
    """Return the tag of *language* by which a word processor knows it: `en-GB`."""
    return word(language, "file.language")


def knows(key: str) -> bool:
    """Say whether there is a sentence *key*."""
    return key in sentences(ENGLISH)


def counted(language: Language, key: str, count: int) -> str:
    """Return *count* with its noun, in the form the language has for it: `1 step`, `3 steps`."""
    return PARAMETER.sub(str(count), catalogue(language).counted(key, count))


def say_counted(language: Language, key: str, count: int) -> Piece:
    """Return the sentence *key* in the form the language has for *count*."""
    return fill(catalogue(language).counted(key, count), count=str(count))


def own(words: Words, language: Language) -> str:
    """Return content of ours (a rule's words) typeset."""
    return typeset(words.to(language), language)
