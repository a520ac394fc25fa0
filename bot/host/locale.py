"""Which language the person at the console reads."""

from __future__ import annotations

from collections.abc import Mapping

from bot.core.language import ENGLISH, Language
from bot.sentences import languages


def language_of(environment: Mapping[str, str]) -> Language:
    """Return the language of a POSIX environment where there are sentences in it, English otherwise."""
    said = next((value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := environment.get(name))), "")
    return next((language for language in languages() if said.lower().startswith(language)), ENGLISH)
