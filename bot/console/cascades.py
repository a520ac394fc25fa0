"""Cascades on the console: a list from the operator's machine, and how far its rooms are.

`{"cascade": {...}, "file": BASE64}` is answered with the incident that the list is in, or with what is wrong with it;
`{"look": {...}, "file": BASE64}` with what would come of it, and `{"asked": true}` meanwhile with how many people the
homeserver was asked about; `{"progress": ID}` with how far the rooms of that incident are.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot import voice
from bot.console.socket import Answer, Question, ask
from bot.core.cascade import Going, Progress
from bot.core.commands import OpenCascade
from bot.core.errors import RuleError
from bot.core.facts import Severity
from bot.core.language import Language
from bot.core.names import IncidentId, UserId
from bot.core.organisations.lists.dry_run import NOT_REACHED
from bot.core.people.accounts import Found
from bot.sentences import languages
from bot.service.organisations.cascading import Cascades, Extended

MOST_SHOWN = 50
"""Of each kind of who is not reached."""


class ListRefusedError(Exception):
    """Nothing was opened; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What the operator wants opened."""

    command: OpenCascade
    name: str
    """Of the file."""
    data: bytes
    by: UserId
    speaks: Language
    """What a refusal is said in."""
    amends: bool = False
    """Whether what the list says otherwise than the one before is to count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What became of the list."""

    parent: IncidentId
    codename: str
    new: int
    known: int
    """How many of it were there already."""
    otherwise: str
    """Whether what it says otherwise than the list before counts now; empty when it says nothing otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreached:
    """A person who cannot read now, or of whom nothing is known."""

    line: int
    organisation: str
    user: str
    found: Found


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What would become of the list."""

    codename: str
    """Of the incident that it adds to; empty when it opens one."""
    new: int
    known: int
    notes: tuple[str, ...]
    """What it says otherwise, what is odd about it, how it was read, how long it takes."""
    people: Mapping[Found, int]
    """How many are new, by what is known of them."""
    unreached: tuple[Unreached, ...]
    """The first of each kind."""

    @property
    def total(self) -> int:
        """How many people would be new."""
        return sum(self.people.values())

    @property
    def not_reached(self) -> int:
        """How many of them cannot read now, as far as is known."""
        return self.total - self.people.get(Found.PROVED, 0)


def answers(cascades: Cascades, zone: str) -> Answer:
    """Return what answers for *cascades*."""

    async def answer(asked: Any) -> Question | None:
        match asked:
            case {"cascade": dict(order), "file": str(data)}:
                return await _open(cascades, _read(order, data), ZoneInfo(zone))
            case {"look": dict(order), "file": str(data)}:
                return await _look(cascades, _read(order, data), ZoneInfo(zone))
            case {"asked": True}:
                done, total = cascades.dry_runs.asked
                return {"done": done, "total": total}
            case {"progress": str(id_)}:
                return _progress(cascades, id_)
            case _:
                return None

    return answer


async def open_cascade(folder: Path, order: Order) -> Done:
    """Have the bot that runs on *folder* open the rooms. Raises NotRunningError, ListRefusedError."""
    told = await _ask(folder, "cascade", order)
    return Done(
        parent=IncidentId(told["parent"]),
        codename=told["codename"],
        new=told["new"],
        known=told["known"],
        otherwise=told["otherwise"],
    )


async def look_at(folder: Path, order: Order) -> Looked:
    """Have the bot say what would come of it; nothing is opened. Raises NotRunningError, ListRefusedError."""
    told = await _ask(folder, "look", order)
    return Looked(
        codename=told["codename"],
        new=told["new"],
        known=told["known"],
        notes=tuple(told["notes"]),
        people={Found(found): count for found, count in told["people"].items()},
        unreached=tuple(
            Unreached(line=line, organisation=organisation, user=user, found=Found(found))
            for line, organisation, user, found in told["unreached"]
        ),
    )


async def asked_about(folder: Path) -> tuple[int, int]:
    """Return about how many people the homeserver has answered, and of how many. Raises NotRunningError."""
    told = await ask(folder, {"asked": True})
    return told["done"], told["total"]


async def _ask(folder: Path, what: str, order: Order) -> Question:
    command = order.command
    wanted = {
        "title": command.title,
        "playbook": command.playbook,
        "parent_playbook": command.parent_playbook,
        "severity": command.severity,
        "language": command.language,
        "drill": command.drill,
        "as_new": command.as_new,
        "name": order.name,
        "by": order.by,
        "speaks": order.speaks,
        "amends": order.amends,
    }
    told = await ask(folder, {what: wanted, "file": b64encode(order.data).decode()})
    if "refused" in told:
        raise ListRefusedError(told["refused"])
    return told


async def progress_of(folder: Path, parent: IncidentId) -> Progress:
    """Return how far the rooms of *parent* are. Raises NotRunningError."""
    told = await ask(folder, {"progress": parent})
    return Progress(
        total=told["total"],
        done=told["done"],
        failed=told["failed"],
        going=Going(told["going"]),
        per_minute=told["per_minute"],
        uninvited=told["uninvited"],
    )


def _read(order: dict[str, Any], data: str) -> Order:
    """Raises ValueError when it is no order."""
    match order:
        case {
            "title": str(title),
            "playbook": str() | None as playbook,
            "parent_playbook": str() | None as parent_playbook,
            "severity": str() | None as severity,
            "language": str() | None as language,
            "drill": bool(drill),
            "as_new": bool(as_new),
            "name": str(name),
            "by": str(by),
            "speaks": str(speaks),
            "amends": bool(amends),
        } if {language or speaks, speaks}.issubset(languages()):
            command = OpenCascade(
                title=title,
                playbook=playbook,
                parent_playbook=parent_playbook,
                severity=Severity(severity) if severity else None,
                language=Language(language) if language else None,
                drill=drill,
                as_new=as_new,
            )
            return Order(
                command=command,
                name=name,
                data=b64decode(data),
                by=UserId(by),
                speaks=Language(speaks),
                amends=amends,
            )
        case _:
            raise ValueError("not an order")


async def _open(cascades: Cascades, order: Order, zone: ZoneInfo) -> Question:
    try:
        done = await cascades.open(order.command, order.name, order.data, order.by, amends=order.amends)
    except RuleError as refusal:
        return {"refused": voice.refusal(refusal, order.speaks, zone).body}
    if not isinstance(done, Extended):
        return {"refused": voice.list_wrong(order.name, done, order.speaks).body}
    otherwise = voice.list_otherwise(done.read(zone), order.speaks, applied=order.amends)
    return {
        "parent": done.parent,
        "codename": done.codename,
        "new": done.new,
        "known": done.known,
        "otherwise": otherwise.body if otherwise else "",
    }


async def _look(cascades: Cascades, order: Order, zone: ZoneInfo) -> Question:
    try:
        looked = await cascades.look(order.command, order.name, order.data, order.by)
    except RuleError as refusal:
        return {"refused": voice.refusal(refusal, order.speaks, zone).body}
    if not isinstance(looked, Extended):
        return {"refused": voice.list_wrong(order.name, looked, order.speaks).body}
    read, people = looked.read(zone), looked.run.people if looked.run else {}
    named = [(found, one) for found in NOT_REACHED for one in people.get(found, ())[:MOST_SHOWN]]
    return {
        "codename": read.codename,
        "new": read.new,
        "known": looked.known,
        "notes": [note.body for note in voice.list_notes(read, order.speaks)],
        "people": {found: len(listed) for found, listed in people.items()},
        "unreached": [(one.number, one.row.organisation, one.user, found) for found, one in named],
    }


def _progress(cascades: Cascades, id_: str) -> Question | None:
    parent = next((parent for parent in cascades.feeder.parents() if parent.id == id_), None)
    if parent is None:
        return None
    shown = cascades.feeder.progress(parent)
    return {
        "total": shown.total,
        "done": shown.done,
        "failed": shown.failed,
        "going": shown.going,
        "per_minute": shown.per_minute,
        "uninvited": shown.uninvited,
    }
