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
MOST_TITLE, MOST_LINE = 200, 2_000
_MOST_NAMES = 10
_UNFIT = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
"""Control characters but for the end of a line, those that turn the direction of writing, and halves of pairs."""
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
    except RecursionError:
        raise ExchangeError("exchange.too_deep") from None
    except ValueError:
        raise ExchangeError("exchange.no_json") from None
    if not isinstance(value, dict):
        raise ExchangeError("exchange.no_json")
    if _is_too_deep(value):
        raise ExchangeError("exchange.too_deep")
    return value


def cleaned(found: JsonObject) -> JsonObject:
    """Return *found* with texts that a terminal and a playbook can show.

    Raises:
        ExchangeError: two of its names show as the same.
    """
    return _once([(_fit(key), _cleaned(part)) for key, part in found.items()])


def check_steps(count: int) -> None:
    """Refuse a file of *count* steps where those are more than anybody goes through.

    Raises:
        ExchangeError: they are.
    """
    if count > MOST_STEPS:
        raise ExchangeError("exchange.too_many", count=count, most=MOST_STEPS)


def block(value: object) -> str:
    """Return *value* as a text of several lines that a terminal can show; empty if it is no text."""
    return _fit(value).strip() if isinstance(value, str) else ""


def whole(value: object) -> str:
    """Return *value* as a text of one line, to its last letter; empty if it is no text."""
    return _BLANKS.sub(" ", block(value))


def line(value: object) -> str:
    """Return *value* as a text of one line, as much of it as an id or a word of a format can be."""
    return whole(value)[:MOST_LINE].rstrip()


def plain(value: object) -> str:
    """Return *value* as one line without markup, as titles and fields are, to its last letter."""
    return whole(_MARKUP.sub("", value) if isinstance(value, str) else "")


def short(value: object) -> str:
    """Return *value* as a title: one line without markup, as much of it as anybody reads."""
    return plain(value)[:MOST_TITLE].rstrip()


def some(names: Iterable[str]) -> str:
    """Return *names* on one line, each once; an ellipsis stands for those after the tenth."""
    different = list(dict.fromkeys(names))
    return ", ".join(different[:_MOST_NAMES] + ["…"] * (len(different) > _MOST_NAMES))


def decoded(value: object) -> str:
    """Return the text that *value* is in base64; itself where it is none."""
    text = block(value)
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


def _cleaned(value: Any) -> Any:
    match value:
        case str():
            return _fit(value)
        case list():
            return [_cleaned(part) for part in value]
        case dict():
            return cleaned(value)
        case _:
            return value


def _fit(text: str) -> str:
    return _UNFIT.sub("", text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", "    "))


def _is_too_deep(value: object) -> bool:
    layer: list[object] = [value]
    for _ in range(DEEPEST):
        layer = [part for whole in layer for part in _parts(whole)]
        if not layer:
            return False
    return True


def _parts(value: object) -> Iterable[object]:
    return value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
