"""What people call content. An id always counts; beside it, a name in each language may. Case and accents do not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import TypeVar

from bot.core.language import Language, fold

Called = Mapping[Language, str]
"""The name of one id in each language; a language in which it has none is not there."""
K = TypeVar("K", bound=str)


def meant(typed: str, known: Iterable[tuple[K, Called]]) -> K | None:
    """Return the id that *typed* is, or else whose name it is in any language; None when it is neither."""
    plain, named = fold(typed), None
    for id, called in known:
        if id.casefold() == plain:
            return id
        if named is None and any(_folded(name) == plain for name in called.values()):
            named = id
    return named


def name_of(id: str, called: Called, language: Language) -> str:
    """Return what people call *id* in *language*: the id itself where it has no other name."""
    return called.get(language, id)


@lru_cache(maxsize=4096)
def _folded(name: str) -> str:
    return fold(name)
