"""Cascades on the console: a list from the operator's machine, and how far its rooms are.

`{"cascade": {...}, "file": BASE64}` is answered with the incident that the list is in, or with what is wrong with it;
`{"progress": ID}` with how far the rooms of that incident are.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
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
from bot.sentences import languages
from bot.service.organisations.cascading import Cascades, Extended


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
    """What it says otherwise than the list before, and what is odd about it; empty when nothing is."""


def answers(cascades: Cascades, zone: str) -> Answer:
    """Return what answers for *cascades*."""

    async def answer(asked: Any) -> Question | None:
        match asked:
            case {"cascade": dict(order), "file": str(data)}:
                return await _open(cascades, _read(order, data), ZoneInfo(zone))
            case {"progress": str(id_)}:
                return _progress(cascades, id_)
            case _:
                return None

    return answer


async def open_cascade(folder: Path, order: Order) -> Done:
    """Have the bot that runs on *folder* open the rooms. Raises NotRunningError, ListRefusedError."""
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
    told = await ask(folder, {"cascade": wanted, "file": b64encode(order.data).decode()})
    if "refused" in told:
        raise ListRefusedError(told["refused"])
    return Done(
        parent=IncidentId(told["parent"]),
        codename=told["codename"],
        new=told["new"],
        known=told["known"],
        otherwise=told["otherwise"],
    )


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
