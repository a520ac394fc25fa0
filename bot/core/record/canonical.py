"""One value, one text: JSON as RFC 8785 writes it, so that whoever reads an entry computes the hash that we did.

What a person typed may hold half of a surrogate pair, for which RFC 8785 has no bytes: it is written as ECMAScript's
JSON.stringify writes it, as an escape in lower case.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from json.encoder import encode_basestring
from typing import TypeAlias

Json: TypeAlias = "Mapping[str, Json] | Sequence[Json] | str | int | float | bool | None"
_HALF = re.compile("[\ud800-\udfff]")
_LARGEST = 2**53 - 1
"""The largest whole number that every reader of JSON keeps exactly."""
_SMALLEST = 1e-6
"""Smaller ones are written with an exponent, and no fact has one."""


def canonical(value: Json) -> bytes:
    """Return *value* as RFC 8785 writes it.

    Raises:
        ValueError: a number in it is none that every reader of JSON keeps.
    """
    return _HALF.sub(_escaped, "".join(_written(value))).encode()


def _written(value: Json) -> Iterator[str]:  # noqa: C901 - a table
    match value:
        case None:
            yield "null"
        case bool():
            yield "true" if value else "false"
        case str():
            yield encode_basestring(value)
        case int() | float():
            yield _number(value)
        case Mapping():
            yield "{"
            for place, name in enumerate(sorted(value, key=_units)):
                yield f"{',' if place else ''}{encode_basestring(name)}:"
                yield from _written(value[name])
            yield "}"
        case _:
            yield "["
            for place, part in enumerate(value):
                if place:
                    yield ","
                yield from _written(part)
            yield "]"


def _escaped(half: re.Match[str]) -> str:
    return f"\\u{ord(half[0]):04x}"


def _units(name: str) -> bytes:
    """Return what names are sorted by: their UTF-16 code units."""
    return name.encode("utf-16-be", "surrogatepass")


def _number(value: float) -> str:
    """Return a number as ECMAScript writes it. Raises ValueError."""
    if not _SMALLEST <= abs(value) <= _LARGEST and value != 0:
        raise ValueError("a number of a record is none that every reader keeps exactly")
    return str(int(value)) if value == int(value) else format(Decimal(repr(value)), "f")
