"""Stored things to JSON and back. Types decide; a name or a field this version does not know is an error.

The kind of a stored thing is its class name. Bodies are pure ASCII: whatever a person typed (NUL, half of a surrogate
pair) is escaped, so every text survives exactly and every body can be hashed.

What openings have in common is large. It is taken out of their bodies, which name it by its SHA-256, and is decoded
once: incidents share the object.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from hashlib import sha256
from json import JSONDecoder, JSONEncoder
from typing import Any, TypeVar, get_args

from cattrs import Converter
from cattrs.gen import make_dict_structure_fn, override
from cattrs.strategies import configure_tagged_union

from bot.core.clocks.lengths import Length
from bot.core.costs.amounts import Amount
from bot.core.facts import DeskFact, DoorFact, Fact, HouseAct, Irreversible, Opened, Reminder
from bot.core.language import Words
from bot.core.names import UserId
from bot.core.people.roster import Role
from bot.core.replies.subjects import Subject
from bot.ports import NAMES, Action, Incoming, Sealed, Spoken, Task
from bot.store.errors import UnreadableError

Storable = Fact | DeskFact | Incoming | Task | Sealed | Spoken
S = TypeVar("S", bound=Storable)

WITH_PARTS: Mapping[str, tuple[str, ...]] = {"Opened": ("playbook", "rules", "closed_days")}
"""Kinds of facts with fields that are kept apart; none of these fields is a text. Facts of before have them inline."""
_SHARED = 128
"""How many different parts are remembered for sharing."""
_MICROSECOND = timedelta(microseconds=1)
_to_json: Callable[[Any], str] = JSONEncoder(separators=(",", ":"), check_circular=False, allow_nan=False).encode
_from_json: Callable[[str], Any] = JSONDecoder().decode


def encode(thing: Storable) -> str:
    """Return the stored body of *thing*.

    Raises:
        ValueError: a time in it has no zone.
    """
    return _to_json(_WRITERS[type(thing)](thing))


def encode_fact(fact: Fact | DeskFact) -> tuple[str, Mapping[str, str]]:
    """Return the stored body of *fact* and, by their digests, the parts that it only names.

    Raises:
        ValueError: a time in it has no zone.
    """
    fields, parts = _WRITERS[type(fact)](fact), dict[str, str]()
    for name in WITH_PARTS.get(kind_of(fact), ()):
        part = _to_json(fields[name])
        fields[name] = digest_of(part)
        parts[fields[name]] = part
    return _to_json(fields), parts


def digest_of(part: str) -> str:
    """Return what *part* is named by."""
    return sha256(part.encode()).hexdigest()


def decode(expected: type[S], body: str, parts: Mapping[str, str] | None = None) -> S:
    """Return the *expected* thing whose body is given; *parts* are fields of it that were kept apart.

    Raises:
        UnreadableError: the body is not of that type.
    """
    try:
        thing: S = _READERS[expected](_from_json(body) | (parts or {}), expected)
    except Exception:  # noqa: BLE001 - whatever the cause, its text may quote content
        raise UnreadableError(expected.__name__) from None
    return thing


def named_parts(kind: str, body: str) -> Mapping[str, str]:
    """Return the fields of a fact that were kept apart, each with the digest of its part.

    Raises:
        UnreadableError: the body is none.
    """
    if kind not in WITH_PARTS:
        return {}
    try:
        fields = _from_json(body)
        return {name: fields[name] for name in WITH_PARTS[kind] if isinstance(fields[name], str)}
    except (ValueError, LookupError, TypeError):
        raise UnreadableError(kind) from None


def decode_fact(kind: str, body: str, part: Callable[[str], str] | None = None) -> Fact | DeskFact:
    """Return the fact of that *kind*; *part* returns the part of a digest.

    Raises:
        UnreadableError: no fact is called that, or the body does not fit.
    """
    parts = {name: part(digest) for name, digest in named_parts(kind, body).items()} if part else None
    return decode(_named(FACTS, kind), body, parts)


def decode_incoming(kind: str, body: str) -> Incoming:
    """Return the event of that *kind*.

    Raises:
        UnreadableError: no event is called that, or the body does not fit.
    """
    return decode(_named(_INCOMING, kind), body)


def kind_of(thing: Storable) -> str:
    """Return the name *thing* is stored under."""
    return type(thing).__name__


def _named(known: dict[str, type[S]], kind: str) -> type[S]:
    try:
        return known[kind]
    except KeyError:
        raise UnreadableError(kind) from None


def _by_name(*unions: object) -> dict[str, Any]:
    return {kind.__name__: kind for union in unions for kind in get_args(union)}


FACTS: dict[str, type[Fact | DeskFact]] = _by_name(Fact, DeskFact)
"""Every fact by its stored name."""
_INCOMING: dict[str, type[Incoming]] = _by_name(Incoming)


def _converter() -> Converter:
    converter = Converter(
        forbid_extra_keys=True,
        detailed_validation=False,
        # JSON has no sets; sorted, equal things have equal bodies.
        unstruct_collection_overrides={AbstractSet: sorted},
    )
    for kind, write, read in _HOOKS:
        converter.register_unstructure_hook(kind, write)
        converter.register_structure_hook(kind, _reading(read))
    for union in (Amount, Length, Irreversible, HouseAct, Reminder, DoorFact, Subject):
        configure_tagged_union(union, converter, tag_name="kind")
    configure_tagged_union(Action, converter, tag_name="kind", tag_generator=NAMES.__getitem__)
    apart = override(struct_hook=_read_part)
    opened = make_dict_structure_fn(
        Opened,
        converter,
        _cattrs_forbid_extra_keys=True,
        _cattrs_detailed_validation=False,
        playbook=apart,
        rules=apart,
        closed_days=apart,
    )
    converter.register_structure_hook(Opened, opened)
    return converter


def _read_part(value: object, kind: object) -> object:
    """Read a part, given as text, or inline as in the facts of before there were parts."""
    return _shared(kind, value if isinstance(value, str) else _to_json(value))


@lru_cache(maxsize=_SHARED)
def _shared(kind: Any, part: str) -> object:
    return _CONVERTER.structure(_from_json(part), kind)


def _reading(read: Callable[[Any], Any]) -> Callable[[Any, Any], Any]:
    return lambda value, _: read(value)


def _write_time(moment: datetime) -> str:
    if moment.tzinfo is None:
        raise ValueError("a stored time needs a zone")
    return moment.astimezone(UTC).isoformat()


def _read_time(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def _write_assignee(assignee: UserId | Role) -> dict[str, str]:
    return {"role": assignee.value} if isinstance(assignee, Role) else {"user": assignee}


def _read_assignee(value: dict[str, str]) -> UserId | Role:
    ((kind, name),) = value.items()
    match kind:
        case "role":
            return Role(name)
        case "user":
            return UserId(name)
        case _:
            raise UnreadableError(kind)


_HOOKS: tuple[tuple[Any, Callable[[Any], Any], Callable[[Any], Any]], ...] = (
    (datetime, _write_time, _read_time),
    (bytes, lambda data: b64encode(data).decode(), lambda text: b64decode(text, validate=True)),
    (time, time.isoformat, time.fromisoformat),
    (date, date.isoformat, date.fromisoformat),
    (timedelta, lambda span: span // _MICROSECOND, lambda count: timedelta(microseconds=count)),
    (Words, lambda words: dict(words.texts), lambda texts: Words(**texts)),
    (UserId | Role, _write_assignee, _read_assignee),
)
"""Types with a form of their own: how each is written, and how it is read."""


class _Made(dict[type[Any], Callable[..., Any]]):
    """Makes what is asked for when it is first asked for: all kinds at once are a tenth of a second of every start."""

    def __init__(self, make: Callable[[Any], Callable[..., Any]]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, kind: type[Any]) -> Callable[..., Any]:
        made = self[kind] = self._make(kind)
        return made


_CONVERTER = _converter()
_WRITERS, _READERS = _Made(_CONVERTER.get_unstructure_hook), _Made(_CONVERTER.get_structure_hook)
