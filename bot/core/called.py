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
    pairs, plain = tuple(known), fold(typed)
    by_id = (id for id, _ in pairs if id.casefold() == plain)
    by_name = (id for id, called in pairs if any(_folded(name) == plain for name in called.values()))
    return next(by_id, None) or next(by_name, None)


def name_of(id: str, called: Called, language: Language) -> str:
    """Return what people call *id* in *language*: the id itself where it has no other name."""
    return called.get(language, id)


@lru_cache(maxsize=4096)
def _folded(name: str) -> str:
    return fold(name)
