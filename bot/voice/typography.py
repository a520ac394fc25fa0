"""French typography: what must not break does not break."""

from __future__ import annotations

import re

from bot.core.playbook import Language

NO_BREAK = "\u00a0"
_RULES = (
    (re.compile(r"[ \u00a0]([;?!:»])(?=[\s.,)*_`»]|$)"), NO_BREAK + r"\1"),
    (re.compile(r"«[ \u00a0]"), "«" + NO_BREAK),
    (re.compile(r"(?<=\w)'(?=\w)"), "’"),
    (re.compile(r"(?<=[\d}]) (?=(?:h|min|s|j|°|%)\b)"), NO_BREAK),
)


def typeset(text: str, language: Language) -> str:
    """Return *text* as *language* is printed. Only for our own words: what people typed is kept exactly."""
    if language is Language.FRENCH:
        for pattern, kept in _RULES:
            text = pattern.sub(kept, text)
    return text
