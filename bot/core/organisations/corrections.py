"""Bulletins that correct or take back others: which of them counts, and who has still to be told what. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.core.details import NEXT_UPDATE, moment_of
from bot.core.errors import RuleError
from bot.core.facts import BulletinSent
from bot.core.incident import Incident
from bot.core.organisations.children import cascade_of


@dataclass(eq=False)
class NoSuchBulletin(RuleError):
    """No bulletin has that number."""

    number: int


@dataclass(eq=False)
class CountsNoMore(RuleError):
    """Another bulletin corrected it or took it back."""

    number: int
    instead: int
    """The last that did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One bulletin with all that corrected it: what it says now, and under which numbers it was told."""

    first: BulletinSent
    last: BulletinSent
    numbers: frozenset[int]

    @property
    def counts(self) -> bool:
        """Say whether there is anything to be told to who never got it."""
        return not self.last.withdraws


def versions(sent: Iterable[BulletinSent]) -> tuple[Version, ...]:
    """Return the bulletins as they count now, in the order of the first of each."""
    found: dict[int, Version] = {}
    for one in sent:
        old = None if one.replaces is None else found.pop(one.replaces, None)
        first, numbers = (one, frozenset[int]()) if old is None else (old.first, old.numbers)
        found[one.number] = Version(first=first, last=one, numbers=numbers | {one.number})
    return tuple(sorted(found.values(), key=lambda version: version.first.number))


def standing(parent: Incident, number: int) -> Version:
    """Return the bulletin of that number as it counts now.

    Raises:
        RuleError: there is none, or what it says is said in another by now.
    """
    found = (version for version in versions(cascade_of(parent).bulletins) if number in version.numbers)
    version = next(found, None)
    if version is None:
        raise NoSuchBulletin(number)
    if version.last.number != number or version.last.withdraws:
        raise CountsNoMore(number, version.last.number)
    return version


def still_stands(parent: Incident, number: int | None) -> bool:
    """Say whether nothing has replaced that bulletin since; None is none to be replaced."""
    return number is None or all(sent.replaces != number for sent in cascade_of(parent).bulletins)


def promise(parent: Incident, sent: BulletinSent, now: datetime) -> datetime | None:
    """Return what *sent* promised, where that is still to come and still what is promised: it outlives its words."""
    promised = sent.next_update
    is_kept = promised is not None and promised > now and promised == moment_of(parent.answers, NEXT_UPDATE)
    return promised if is_kept else None


def is_for(sent: BulletinSent, child: Incident | None) -> bool:
    """Say whether an organisation is meant; None is one that has no incident yet."""
    return sent.recipients is None or (child is not None and child.id in sent.recipients)


def due(found: Sequence[Version], child: Incident | None) -> tuple[BulletinSent, ...]:
    """Return what *child* was not told of *found*, the oldest first; None is an organisation with no incident yet.

    Of what was sent to all before it could be told things, only the last counts: the others are old news by then. Who
    got a bulletin is told whatever becomes of it; who did not reads what it says now, and of one that was taken back
    nothing.
    """
    got = frozenset(received.number for received in child.bulletins) if child is not None else frozenset[int]()
    since = child.reached_at if child is not None else None
    meant = [version for version in found if is_for(version.last, child)]
    known = {version.last.number for version in meant if version.numbers & got}
    old = [
        version.last.number
        for version in meant
        if version.last.recipients is None
        and (since is None or version.first.at < since)
        and (version.counts or version.last.number in known)
    ]
    dropped = frozenset(old[:-1])
    waiting = (
        version.last
        for version in meant
        if version.last.number in known or (version.counts and version.last.number not in dropped)
    )
    return tuple(sorted((sent for sent in waiting if sent.number not in got), key=lambda sent: sent.number))


def replaced(found: Iterable[Version], sent: BulletinSent, child: Incident) -> int | None:
    """Return the last bulletin that *child* got of those that *sent* replaces; None when it got none."""
    numbers = next((version.numbers for version in found if sent.number in version.numbers), frozenset[int]())
    got = [received.number for received in child.bulletins if received.number in numbers - {sent.number}]
    return max(got, default=None)
