"""A parent and its organisations, made of facts."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.core.evolve import fold
from bot.core.facts import BulletinSent, CascadeExtended, CascadeRow, Fact, Member, Opened, RoomReady
from bot.core.incident import Incident
from bot.core.language import Language
from bot.core.names import RoomId, UserId
from bot.core.organisations.bulletins import received
from bot.core.organisations.children import child_id
from bot.core.people.roster import Role
from tests.core.build import ALICE, DAVE, NOW, OPENED, incident

NAMES = ("Alpha", "Beta", "Gamma", "Delta", "Epsilon", "Zeta")
SECTORS = ("health", "law")
PARENT = OPENED.incident


def person_of(name: str) -> UserId:
    return UserId(f"@{name.casefold()}:firm.example")


def row(name: str, **columns: str) -> CascadeRow:
    member = Member(user=person_of(name), roles=(Role.COORDINATOR,))
    return CascadeRow(
        key=name.casefold(),
        organisation=name,
        people=(member,),
        language=Language("en"),
        columns=columns or {"Sector": SECTORS[len(name) % 2], "SIREN": ""},
    )


def extended(*rows: CascadeRow, at: datetime = NOW) -> CascadeExtended:
    return CascadeExtended(at=at, by=ALICE, playbook="provider-hit", rows=rows or tuple(map(row, NAMES)))


def parent(*facts: Fact, rows: tuple[CascadeRow, ...] = (), **changes: Any) -> Incident:
    return incident(extended(*rows), *facts, **changes)


def opening(row: CascadeRow, **changes: Any) -> Opened:
    """Return how the incident of an organisation opens."""
    plain = replace(
        OPENED,
        incident=child_id(PARENT, row.key),
        codename=f"Calm {row.organisation}",
        members=(Member(user=DAVE, roles=(Role.ADMIN, Role.COORDINATOR)), *row.people),
        parent=PARENT,
        organisation=row.organisation,
        columns=row.columns,
        language=row.language,
    )
    return replace(plain, **changes)


def ready(row: CascadeRow, at: datetime = NOW) -> RoomReady:
    return RoomReady(at=at, room=RoomId(f"!{row.key}:example.org"))


def child(row: CascadeRow, *facts: Fact, at: datetime = NOW, **changes: Any) -> Incident:
    """Return the incident of an organisation, its room made."""
    folded = fold((opening(row, **changes), ready(row, at), *facts))
    assert folded is not None
    return folded


def children(*names: str) -> tuple[Incident, ...]:
    return tuple(child(row(name)) for name in names or NAMES)


def sent(number: int = 1, at: datetime = NOW, **changes: Any) -> BulletinSent:
    plain = BulletinSent(
        at=at, by=ALICE, number=number, text="Cut the link.", audience="all", next_update=None, recipients=None
    )
    return replace(plain, **changes)


def told(bulletin: BulletinSent, to: Incident, at: datetime | None = None) -> Fact:
    return received(bulletin, to, at or bulletin.at)
