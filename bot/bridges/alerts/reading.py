"""From bytes to values, within bounds: how deep, how long, of which type. Nothing of what came is ever repeated."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import NoReturn

from bot.core.facts import AlertDetail

DEEPEST = 32
"""Objects and lists in one another; what is deeper is no alert."""
MOST_ALERTS = 500
"""In one report."""
TITLE, NAME, VALUE, FINGERPRINT = 200, 60, 200, 64
"""How many characters of each text are kept."""
MOST_DETAILS = 8
_STRING = re.compile(rb'"(?:[^"\\]|\\.)*"?', re.DOTALL)
_BRACKET = re.compile(rb"[\[{\]}]")
_UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u115f\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]+"
)
Json = Mapping[str, object]


class UnreadError(Exception):
    """It is no report that can be read. Says which rule it breaks, and nothing of what it holds."""


def read_json(body: bytes) -> Json:
    """Return the object that *body* is. Raises UnreadError."""
    if depth(body) > DEEPEST:
        raise UnreadError(f"nested deeper than {DEEPEST}")
    try:
        found = json.loads(body.decode("utf-8"), parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise UnreadError("not JSON in UTF-8") from None
    if not isinstance(found, dict):
        raise UnreadError("not a JSON object")
    return found


def _no_number(_: str) -> NoReturn:
    raise ValueError("no number")


def depth(body: bytes) -> int:
    """Return how deep *body* is nested; it stops where that is too deep."""
    level = deepest = 0
    for bracket in _BRACKET.finditer(_STRING.sub(b"", body)):
        level += 1 if bracket.group() in b"[{" else -1
        deepest = max(deepest, level)
        if deepest > DEEPEST:
            break
    return deepest


def text(value: object, longest: int) -> str:
    """Return *value* as one line of what can be seen, cut; empty where it is no text and no number."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    line = " ".join(_UNSEEN.sub(" ", str(value)[: 4 * longest]).split())
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


def at(found: object, path: str) -> object:
    """Return what stands at *path*, names with dots between; None where nothing does."""
    for name in path.split("."):
        if isinstance(found, Sequence) and not isinstance(found, str) and name.isdecimal():
            found = found[int(name)] if len(name) < len(str(MOST_ALERTS)) and int(name) < len(found) else None
        else:
            found = found.get(name) if isinstance(found, dict) else None
    return found


def group(found: object, path: str) -> Json:
    """Return the object at *path*; an empty one where there is none."""
    value = at(found, path)
    return value if isinstance(value, dict) else {}


def moment(value: object) -> datetime | None:
    """Return a time, in ISO 8601 with its zone or in seconds or milliseconds since 1970; None where it is neither."""
    try:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return datetime.fromtimestamp(value / 1000 if value > 1e11 else value, UTC)
        read = datetime.fromisoformat(value) if isinstance(value, str) and len(value) <= NAME else None
        return None if read is None or read.tzinfo is None or read.year < 1970 else read.astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        return None


def details(found: Mapping[str, object]) -> tuple[AlertDetail, ...]:
    """Return names and values, as many as are kept, in their order; what says nothing is left out."""
    pairs = ((text(name, NAME), text(value, VALUE)) for name, value in found.items())
    return tuple(AlertDetail(name=name, value=value) for name, value in pairs if name and value)[:MOST_DETAILS]
