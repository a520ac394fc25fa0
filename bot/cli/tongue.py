"""What the console says, in the language of whoever sits at it. Sentences are read when the first is said."""

from __future__ import annotations

import os
from datetime import timedelta

from bot.core.language import Language
from bot.host.locale import language_of
from bot.sentences.told import Told, spoken


def tongue() -> Language:
    """Return the language of the console: that of the locale."""
    return language_of(os.environ)


def said(thing: object) -> str:
    """Return a sentence that is not said yet, or the text of an error; what has no words of ours stays as it is."""
    return spoken(thing, tongue())


def say(key: str, /, **holes: object) -> str:
    """Return the sentence *key*, on one line."""
    return said(Told(key, **holes))


def count(key: str, number: int) -> str:
    """Return *number* with its noun."""
    from bot.voice.catalogue import counted

    return counted(tongue(), key, number)


def length(span: timedelta) -> str:
    """Return how long, never longer than it is."""
    from bot.voice.times import span as words_of

    return words_of(span, tongue())
