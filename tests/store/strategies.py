"""Hypothesis strategies from our own types, without touching hypothesis's registry for everybody."""

from __future__ import annotations

import json
import types
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum
from functools import cache
from typing import Any, NewType, Union, get_args, get_origin, get_type_hints

from hypothesis import reject
from hypothesis import strategies as st

from bot.core.language import Words

_PLAIN: dict[Any, st.SearchStrategy[Any]] = {
    # Any text there is: halves of surrogate pairs and NUL too.
    # Half a character may come from outside, alone; two halves side by side are one to whatever reads JSON.
    str: st.text(st.characters(exclude_categories=()), max_size=20).map(lambda text: json.loads(json.dumps(text))),
    int: st.integers(),
    float: st.floats(allow_nan=False, allow_infinity=False),
    bool: st.booleans(),
    bytes: st.binary(max_size=20),
    datetime: st.datetimes(timezones=st.just(UTC)),
    date: st.dates(),
    time: st.times(),
    timedelta: st.timedeltas(),
    types.NoneType: st.none(),
}


@cache
def strategy(kind: Any) -> st.SearchStrategy[Any]:
    """Return a strategy for everything a value of type *kind* can be."""
    if kind in _PLAIN:
        return _PLAIN[kind]
    if isinstance(kind, NewType):
        return strategy(kind.__supertype__).map(kind)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return st.sampled_from(kind)
    if kind is Words:
        return st.builds(lambda en, others: Words(**{**others, "en": en}), strategy(str), strategy(Mapping[str, str]))
    if is_dataclass(kind) and isinstance(kind, type):
        hints = get_type_hints(kind)
        return st.builds(_made(kind), **{field.name: strategy(hints[field.name]) for field in fields(kind)})
    return _of_several(kind, get_origin(kind), get_args(kind))


def _made(kind: Callable[..., Any]) -> Callable[..., Any]:
    def make(**told: Any) -> Any:
        try:
            return kind(**told)
        except ValueError:
            # A type may refuse what its fields would allow.
            reject()

    return make


def _of_several(kind: Any, origin: Any, arguments: tuple[Any, ...]) -> st.SearchStrategy[Any]:
    if origin in (Union, types.UnionType):
        return st.one_of(*(strategy(argument) for argument in arguments))
    if origin is tuple and arguments[1:] == (...,):
        return st.lists(strategy(arguments[0]), max_size=3).map(tuple)
    if origin is frozenset:
        return st.frozensets(strategy(arguments[0]), max_size=3)
    if origin is Mapping:
        return st.dictionaries(strategy(arguments[0]), strategy(arguments[1]), max_size=3)
    message = f"no strategy for {kind}"
    raise TypeError(message)
