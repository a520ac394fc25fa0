"""Telephone calls to organisations: which one is meant by what was typed, and what is noted of the call. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches

from bot.core.commands import NoteCall
from bot.core.errors import IncidentClosed, RuleError
from bot.core.facts import FirmCalled
from bot.core.incident import Incident, Status
from bot.core.language import key_of
from bot.core.names import UserId
from bot.core.organisations.children import cascade_of, child_id

SHORTEST = 3
"""Letters of the beginning of a name by which an organisation may be called."""
_MOST_WORDS, _LONGEST = 12, 200
"""Of a name."""
_WORD = re.compile(r"\S+")
_QUOTED = re.compile(r"[\"«“„]\s*(?P<inside>[^\"»”\n]+?)\s*[\"»”]")
_Named = Mapping[str, frozenset[str]]
"""Keys of organisations by how they are named, as `key_of` spells it."""


@dataclass(eq=False)
class UnknownFirm(RuleError):
    """No organisation of the list is called that."""

    firm: str
    known: tuple[str, ...]
    """Those whose names look like it."""


@dataclass(eq=False)
class AmbiguousFirm(RuleError):
    """Several organisations are called that, or begin like it."""

    firm: str
    candidates: tuple[str, ...]


@dataclass(eq=False)
class NothingSaid(RuleError):
    """The call is noted with what came of it, and nothing was said."""

    firm: str


def note_call(
    parent: Incident, children: Sequence[Incident], command: NoteCall, by: UserId, now: datetime
) -> FirmCalled:
    """Return the note of a call.

    The organisation is named by its name or codename, however it is spelled, or by a beginning that is one's alone; of
    several names that fit, the longest counts. What was purged is none.

    Raises:
        RuleError: it is not clear who was called, or nothing is said of it.
    """
    cascade_of(parent)
    if parent.status is Status.CLOSED:
        raise IncidentClosed
    rows = _rows(parent, children)
    names = {key: organisation for key, (organisation, _) in rows.items()}
    key, text = _meant(command.text, names, _named(rows, parent))
    if not text:
        raise NothingSaid(names[key])
    return FirmCalled(at=now, by=by, key=key, text=text)


def _rows(parent: Incident, children: Iterable[Incident]) -> Mapping[str, tuple[str, str]]:
    """Return the name and the codename, if there is one yet, of each organisation that was not purged, by its key."""
    there = {child.id: child for child in children}
    rows = parent.cascade.rows.values() if parent.cascade else ()
    found = {row.key: (row.organisation, there.get(child_id(parent.id, row.key))) for row in rows}
    return {
        key: (organisation, child.codename if child is not None else "")
        for key, (organisation, child) in found.items()
        if child is None or child.purged_at is None
    }


def _named(rows: Mapping[str, tuple[str, str]], parent: Incident) -> _Named:
    """Return who is named how; what was merged names the one of which it is part."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for key, names in rows.items():
        firm = cascade_of(parent).firm(key)
        for name in filter(None, names):
            found[key_of(name)].add(firm if firm in rows else key)
    return {name: frozenset(keys) for name, keys in found.items()}


def _meant(typed: str, names: Mapping[str, str], named: _Named) -> tuple[str, str]:
    """Return the key of the organisation with which *typed* begins, and what stands after it."""
    parts = _parted(typed)
    for find in (named.get, lambda name: _beginning(name, named)):
        for name, rest in parts:
            if keys := find(key_of(name)):
                return _only(keys, name, names), rest
    raise UnknownFirm(parts[-1][0], _near([name for name, _ in parts], names))


def _parted(typed: str) -> tuple[tuple[str, str], ...]:
    if quoted := _QUOTED.match(typed):
        return ((quoted["inside"], _rest(typed[quoted.end() :])),)
    ends = [word.end() for word in _WORD.finditer(typed)][:_MOST_WORDS]
    return tuple((typed[:end].rstrip(":,;"), _rest(typed[end:])) for end in reversed(ends))


def _rest(text: str) -> str:
    return text.strip().removeprefix(":").strip()


def _beginning(name: str, named: _Named) -> frozenset[str]:
    """Return whose name begins like that; the last word must be long enough not to begin the rest of the line."""
    if len(name.rpartition(" ")[2]) < SHORTEST:
        return frozenset()
    return frozenset(key for known, keys in named.items() if known.startswith(name) for key in keys)


def _only(keys: frozenset[str], name: str, names: Mapping[str, str]) -> str:
    if len(keys) > 1:
        raise AmbiguousFirm(name, tuple(sorted(names[key] for key in keys)))
    return next(iter(keys))


def _near(typed: Sequence[str], names: Mapping[str, str]) -> tuple[str, ...]:
    """Return the names that look most like one of the first words that were typed."""
    keys = {key_of(name): name for name in names.values()}
    found = (near for name in reversed(typed[-3:]) for near in get_close_matches(key_of(name)[:_LONGEST], keys, n=3))
    return tuple(keys[near] for near in dict.fromkeys(found))
