"""Files of others, read within bounds, and their texts made fit to stand in a playbook."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterable
from typing import Any

from bot.sentences.told import ToldError

JsonObject = dict[str, Any]

MOST_BYTES = 1 << 20
"""The largest of ours is 100 kB in either format."""
MOST_STEPS = 300
DEEPEST = 50
_MOST_LINE = 2_000
_UNFIT = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff]")
"""Control characters, but for the tab and the end of a line, and those that turn the direction of writing."""
_BLANKS = re.compile(r"[ \n]+")
"""Not those of French, which do not break."""
_MARKUP = re.compile(r"[*`]")


class ExchangeError(ToldError):
    """A file cannot be read as a playbook; nothing of it was taken."""


def read_object(content: bytes) -> JsonObject:
    """Return the JSON object that *content* is.

    Raises:
        ExchangeError: it is none, or too large, nested too deeply, or says something twice.
    """
    if len(content) > MOST_BYTES:
        raise ExchangeError("exchange.too_large", most=MOST_BYTES >> 20)
    try:
        value = json.loads(content.decode("utf-8-sig"), object_pairs_hook=_once, parse_constant=_refuse)
        value = json.loads(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))  # no halves of pairs
    except RecursionError:
        raise ExchangeError("exchange.too_deep") from None
    except ValueError:
        raise ExchangeError("exchange.no_json") from None
    if not isinstance(value, dict):
        raise ExchangeError("exchange.no_json")
    if _is_too_deep(value):
        raise ExchangeError("exchange.too_deep")
    return value


def block(value: object) -> str:
    """Return *value* as a text of several lines, without what no text of ours holds; empty if it is no text."""
    if not isinstance(value, str):
        return ""
    text = _UNFIT.sub("", value.replace("\r\n", "\n").replace("\r", "\n").replace("\t", "    "))
    return text.strip()


def line(value: object) -> str:
    """Return *value* as a text of one line; empty if it is no text."""
    return _BLANKS.sub(" ", block(value))[:_MOST_LINE].rstrip()


def plain(value: object) -> str:
    """Return *value* as one line without markup, as titles and fields are."""
    return _MARKUP.sub("", line(value)).strip()


def decoded(value: object) -> str:
    """Return the text that *value* is in base64; itself where it is none."""
    text = line(value)
    try:
        return block(base64.b64decode(text, validate=True).decode())
    except (binascii.Error, ValueError):
        return text


def as_json(value: object) -> str:
    """Return *value* as JSON for people to read."""
    return block(json.dumps(value, ensure_ascii=False, indent=2))


def objects(value: object) -> list[JsonObject]:
    """Return the objects in the list *value*; none if it is no list."""
    return [part for part in value if isinstance(part, dict)] if isinstance(value, list) else []


def mapping(value: object) -> JsonObject:
    """Return *value* if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def texts(value: object) -> list[str]:
    """Return the texts in the list *value*; none if it is no list."""
    return [part for part in value if isinstance(part, str)] if isinstance(value, list) else []


def _once(pairs: list[tuple[str, Any]]) -> JsonObject:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ExchangeError("exchange.twice")
    return found


def _refuse(_constant: str) -> None:
    raise ValueError


def _is_too_deep(value: object) -> bool:
    layer: list[object] = [value]
    for _ in range(DEEPEST):
        layer = [part for whole in layer for part in _parts(whole)]
        if not layer:
            return False
    return True


def _parts(value: object) -> Iterable[object]:
    return value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
