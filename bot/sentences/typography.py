"""How a language is printed: in French, what must not break does not break."""

from __future__ import annotations

import re

from bot.core.language import Language

NO_BREAK = "\u00a0"
_FRENCH = (
    (re.compile(r"[ \u00a0]([;?!:»])(?=[\s.,)*_`»]|$)"), NO_BREAK + r"\1"),
    (re.compile(r"«[ \u00a0]"), "«" + NO_BREAK),
    (re.compile(r"(?<=\w)'(?=\w)"), "’"),
    (re.compile(r"(?<=[\d}]) (?=(?:h|min|s|j|°|%)\b)"), NO_BREAK),
)
_RULES = {Language("fr"): _FRENCH}
"""What is printed otherwise than it is typed; a language without rules is printed as its sentences stand."""


def typeset(text: str, language: Language) -> str:
    """Return *text* as *language* is printed. Only for our own words: what people typed is kept exactly."""
    for pattern, kept in _RULES.get(language, ()):
        text = pattern.sub(kept, text)
    return text
