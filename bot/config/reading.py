"""Reading a configuration file by its rows: classes whose fields say how each key is read.

Nothing stops at the first problem: each is told to a `Spot`, which knows its key's path.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, Field, dataclass, fields
from pathlib import Path
from types import NoneType
from typing import Any, ClassVar, Protocol, TypeVar

from bot.host.ownership import mending
from bot.host.secret import SecretFileError
from bot.host.yamlfile import read_yaml
from bot.sentences.told import Told, ToldError

Read = TypeVar("Read")

_LONGEST_SHOWN = 60
_SHORTEST_ROOT = 3
"""A known word of more letters than this, with which another begins, is what was meant."""
_PLAIN_KEY = re.compile(r"[A-Za-z_][\w-]{0,39}")


def mistake(where: str | Told, text: Told) -> Told:
    """Return one thing to mend in the configuration: where, and what to write there."""
    return Told("mistake.at", where=where, text=text)


class Wrong(ToldError):
    """A value cannot be used; the text says what to write instead."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in the file: its key's path, the folder relative paths start at, and where problems are told."""

    path: str
    folder: Path
    problems: list[Told]

    def inside(self, key: object) -> Spot:
        """Return the place of *key* in the mapping found here."""
        name = key if isinstance(key, str) and _PLAIN_KEY.fullmatch(key) else str(shown(key))
        return Spot(f"{self.path}.{name}" if self.path else name, self.folder, self.problems)

    def tell(self, key: str, /, **holes: object) -> None:
        """Add a problem found here: the name of its sentence, and what fills its holes."""
        self.problems.append(mistake(self.path, Told(key, **holes)))

    def read(self, reader: Callable[[Any], Read], value: object) -> Read | None:
        """Return what *reader* makes of *value*; None when it is wrong, and then the problem is told."""
        try:
            return reader(value)
        except (Wrong, SecretFileError) as wrong:
            self.problems.append(mistake(self.path, wrong.told))
        except OSError as refused:  # a folder that this user may not even look into
            self.tell("mistake.shut", path=value, why=refused.strerror)
        return None


def shown(value: object) -> str | Told:
    """Return *value* on one short line, fit for an error."""
    if isinstance(value, bool | int | float):
        return json.dumps(value)
    if not isinstance(value, str):
        return kind(value)
    printed = "".join(sign if sign.isprintable() else f"\\u{ord(sign):04x}" for sign in value[:_LONGEST_SHOWN])
    return f'"{printed}"' if len(value) <= _LONGEST_SHOWN else f'"{printed}..."'


_KINDS: Mapping[type, Told] = {
    bool: Told("mistake.kind.flag"),
    int: Told("mistake.kind.number"),
    float: Told("mistake.kind.number"),
    list: Told("mistake.kind.list"),
    dict: Told("mistake.kind.group"),
    str: Told("mistake.kind.text"),
    NoneType: Told("mistake.kind.nothing"),
}


def kind(value: object) -> Told:
    """Name the type of a value as people say it; the value itself may be a secret in the wrong place."""
    return _KINDS.get(type(value), Told("mistake.kind.date"))


def nearest(word: object, known: Iterable[str]) -> Told | str:
    """Return `; did you mean X?` when a known word is near, else nothing."""
    if not isinstance(word, str):
        return ""
    known = [str(name) for name in known]
    begun = [name for name in known if len(name) > _SHORTEST_ROOT and word.casefold().startswith(name)]
    near = begun or difflib.get_close_matches(word, known, n=1, cutoff=0.5)
    return Told("mistake.near", word=near[0]) if near else ""


def text(value: object) -> str:
    """Return a text that says something."""
    if not isinstance(value, str):
        raise Wrong("mistake.no_text", kind=kind(value))
    if not value.strip() or not value.isprintable():
        raise Wrong("mistake.no_line")
    return value


def key(
    read: Callable[[Any], object], write: Told | str = "", *, name: str | None = None, is_path: bool = False
) -> dict[str, object]:
    """Describe one key: who reads it, what to write when it is missing, its name in the file if not the field's."""
    return {"read": read, "write": write, "name": name, "is_path": is_path, "is_inner": False}


def inner_key(read: Callable[[object, Spot], object], write: Told | str = "") -> dict[str, object]:
    """Describe a key that holds keys of its own; its reader tells their problems itself."""
    return {"read": read, "write": write, "name": None, "is_path": False, "is_inner": True}


class GroupRows(Protocol):
    """A dataclass whose fields were described by `key`."""

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]


Group = TypeVar("Group", bound=GroupRows)


def keys_of(group: type[GroupRows]) -> tuple[str, ...]:
    """Return the keys of a group, as they are written in the file."""
    return tuple(row.metadata["name"] or row.name for row in fields(group))


def read_file(path: Path, problems: list[Told]) -> Mapping[object, object] | None:
    """Return what the file says, None if it says nothing that can be read; problems are added to *problems*."""
    try:
        source = path.read_bytes()
    except FileNotFoundError:
        problems.append(mistake(str(path), Told("mistake.no_file", path=path)))
        return None
    except OSError as refused:
        unread = Told("mistake.unread", why=refused.strerror, mending=mending(path, refused))
        problems.append(mistake(str(path), unread))
        return None
    found, wrong = read_yaml(source)
    for one in wrong:
        in_file = Told("mistake.line", path=path, line=one.line) if one.line else str(path)
        problems.append(mistake(one.key or in_file, one.text))
    if isinstance(found, dict):
        return found
    if not wrong:
        holds = Told("mistake.empty") if found is None else Told("mistake.no_groups", kind=kind(found))
        problems.append(mistake(str(path), holds))
    return None


def read_group(group: type[Group], written: object, spot: Spot) -> Group | None:
    """Read one group by its rows; None when anything in it was wrong. Nothing written counts as no keys."""
    if written is None:
        written = {}
    if not isinstance(written, dict):
        spot.tell("mistake.no_group", keys=", ".join(keys_of(group)), kind=kind(written))
        return None
    before = len(spot.problems)
    refuse_unknown(written, keys_of(group), spot)
    found: dict[str, object] = {}
    for row, name in zip(fields(group), keys_of(group), strict=True):
        if written.get(name) is not None:
            found[row.name] = _value(row.metadata, written[name], spot.inside(name))
        elif row.default is MISSING and row.default_factory is MISSING:
            spot.inside(name).tell("mistake.missing", write=row.metadata["write"])
    return group(**found) if len(spot.problems) == before else None


def _value(row: Mapping[str, Any], written: object, spot: Spot) -> object:
    if row["is_inner"]:
        return row["read"](written, spot)
    if not row["is_path"]:
        return spot.read(row["read"], written)
    path = spot.read(_path, written)
    return None if path is None else spot.read(row["read"], spot.folder / path)


def _path(written: object) -> Path:
    name = text(written)
    if name.startswith("~"):
        raise Wrong("mistake.tilde")
    return Path(name)


def refuse_unknown(written: Mapping[object, object], known: tuple[str, ...], spot: Spot) -> None:
    """Tell each key of *written* that is not known, and the nearest one that is."""
    for name in written:
        if name not in known:
            near = nearest(name, known) or Told("mistake.keys", keys=", ".join(known))
            spot.inside(name).tell("mistake.unknown_key", near=near)
