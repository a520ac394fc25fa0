"""How sure an answer is, as it is typed behind it."""

from __future__ import annotations

import re

from bot.commands.words import CERTAINTIES
from bot.core.details import Detail, Kind
from bot.core.facts import Certainty
from bot.core.language import fold

_LONGEST = 20
"""No spelling of a certainty has more characters."""
_APART = re.compile(r"(?:\s*[,;/]\s*|\s+[-–—]\s+|\s*[(\[]\s*)(?P<word>[^,;/()\[\]]{1,20}?)\s*[)\]]?\s*$")
"""Behind a mark: no text ends like that by chance."""
_FREE = frozenset({Kind.TEXT, Kind.LINKED})


def take_certainty(value: str, detail: Detail | None) -> tuple[str, Certainty | None]:
    """Return *value* without how sure it is, and that; None when it does not say.

    A text may end in any word, so there it stands apart: `mail, supposed`, `mail (supposed)`. Behind a number, a moment
    or one word it needs no mark.
    """
    start = max(0, len(value) - _LONGEST - 5)
    found = _APART.search(value, start)
    if found is not None and found.start() and (meant := _meant(found["word"])):
        return value[: found.start()], meant
    if detail is not None and detail.kind in _FREE:
        return value, None
    for words in (2, 1):
        before, after = _split(value, words)
        is_short = detail is not None or len(before.split()) == 1
        if before and is_short and (meant := _meant(after)):
            return before, meant
    return value, None


def _split(value: str, words: int) -> tuple[str, str]:
    parts = value[-200:].rsplit(maxsplit=words)
    if len(parts) <= words:
        return "", ""
    behind = " ".join(parts[1:])
    return value[: value.rindex(parts[0]) + len(parts[0])], behind


def _meant(word: str) -> Certainty | None:
    return CERTAINTIES.get(fold(" ".join(word.replace("-", " ").split())))
