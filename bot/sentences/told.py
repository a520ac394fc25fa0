"""A sentence that is not said yet: which one, and what fills its holes. Who shows it knows in which language."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.core.language import ENGLISH, Language
from bot.sentences.po import catalogue

PARAMETER = re.compile(r"\{(\w+)\}")


def spoken(thing: object, language: Language) -> str:
    """Return *thing* in *language* if it has words in each, as `Told` and `Words` have; else as it is."""
    to: Callable[[Language], str] | None = getattr(thing, "to", None)
    return str(thing) if to is None else to(language)


@dataclass(frozen=True, slots=True, init=False)
class Told:
    """The sentence *key*. What is in a hole is said in the same language if it has words in it."""

    key: str
    holes: Mapping[str, object]

    def __init__(self, key: str, /, **holes: object) -> None:
        object.__setattr__(self, "key", key)
        object.__setattr__(self, "holes", holes)

    def to(self, language: Language) -> str:
        """Return it in *language*, as that is printed."""
        return PARAMETER.sub(lambda hole: spoken(self.holes[hole[1]], language), catalogue(language)[self.key])

    def __str__(self) -> str:
        return self.to(ENGLISH)


class ToldError(Exception):
    """An error for people to read. Its text is English, for the log; the console says it in its own language."""

    def __init__(self, key: str, /, **holes: object) -> None:
        self.told = Told(key, **holes)
        super().__init__(self.told)

    def to(self, language: Language) -> str:
        """Return the text in *language*."""
        return self.told.to(language)
