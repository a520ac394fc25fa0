"""The sentences, by key. Both languages have the same keys with the same holes; a test compares them."""

from __future__ import annotations

from collections.abc import Mapping

from bot.core.clocks.rules import Words
from bot.core.playbook import Language
from bot.voice import en, fr
from bot.voice.markup import Piece, fill
from bot.voice.typography import typeset

CATALOGUES: Mapping[Language, Mapping[str, str]] = {
    language: {key: typeset(template, language) for key, template in sentences.items()}
    for language, sentences in ((Language.FRENCH, fr.SENTENCES), (Language.ENGLISH, en.SENTENCES))
}


def say(language: Language, key: str, **parameters: str | Piece) -> Piece:
    """Return the sentence *key* with its holes filled."""
    return fill(CATALOGUES[language][key], **parameters)


def word(language: Language, key: str) -> str:
    """Return a word or a sentence without holes, as plain text."""
    return CATALOGUES[language][key]


def knows(key: str) -> bool:
    """Say whether there is a sentence *key*."""
    return key in CATALOGUES[Language.ENGLISH]


def counted(language: Language, key: str, count: int) -> str:
    """Return *count* with its noun: `1 step`, `3 steps`. French counts zero in the singular."""
    is_one = count == 1 or (count == 0 and language is Language.FRENCH)
    return word(language, f"{key}.{'one' if is_one else 'many'}").replace("#", str(count))


def own(words: Words, language: Language) -> str:
    """Return content of ours (a rule's words) typeset."""
    return typeset(words.to(language), language)
