"""Who is served next: alarms first, then everybody in the order of arrival, and nobody at the expense of the others."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict, deque
from typing import Generic, TypeVar, assert_never

from bot import ports
from bot.core.names import UserId

SHARE = 20
"""How many messages of one person stand in line at once; the others wait behind and move up one by one.

As many as the budget lets a person send at once: whoever keeps to it is served in the order of arrival, so that after
an outage one person's answer still comes after the question of another.
"""

T = TypeVar("T")


class FairLine(Generic[T]):
    """A line in which somebody new waits for SHARE messages of each of the others at the most."""

    def __init__(self) -> None:
        self._urgent: deque[T] = deque()
        self._line: deque[tuple[UserId, T]] = deque()
        self._behind: defaultdict[UserId, deque[T]] = defaultdict(deque)
        self._standing: Counter[UserId] = Counter()

    def __len__(self) -> int:
        return len(self._urgent) + len(self._line) + sum(map(len, self._behind.values()))

    def holds(self, sender: UserId) -> bool:
        """Say whether something of *sender* waits."""
        return sender in self._standing

    def push(self, thing: T, sender: UserId | None) -> None:
        """Let *thing* in; without a *sender* it goes before everything of people."""
        if sender is None:
            self._urgent.append(thing)
        elif self._standing[sender] < SHARE:
            self._stand(sender, thing)
        else:
            self._behind[sender].append(thing)

    def pop(self) -> T:
        """Take out what is served next. Raises IndexError when nothing waits."""
        if self._urgent:
            return self._urgent.popleft()
        sender, thing = self._line.popleft()
        self._standing[sender] -= 1
        if behind := self._behind.get(sender):
            self._stand(sender, behind.popleft())
        self._forget(sender)
        return thing

    def _stand(self, sender: UserId, thing: T) -> None:
        self._standing[sender] += 1
        self._line.append((sender, thing))

    def _forget(self, sender: UserId) -> None:
        if not self._behind.get(sender):
            self._behind.pop(sender, None)
        if not self._standing[sender]:
            del self._standing[sender]


class FairQueue(asyncio.Queue[ports.Incoming | str]):
    """The inbox: what people cause, and the keys of alarms that rang."""

    def __init__(self) -> None:
        super().__init__()
        self._aside: defaultdict[str, list[ports.Incoming]] = defaultdict(list)

    def set_aside(self, lane: str, incoming: ports.Incoming) -> None:
        """Keep what counts after the reminders that are being said in *lane*."""
        self._aside[lane].append(incoming)

    def take_up(self, lane: str) -> None:
        """Let in what was set aside: the reminders were said, or are undone."""
        for incoming in self._aside.pop(lane, ()):
            self.put_nowait(incoming)

    # The three methods that asyncio's own priority queue replaces, too; the rest asks only for the length.

    def _init(self, maxsize: int) -> None:  # noqa: ARG002 - asyncio's signature
        self._queue: FairLine[ports.Incoming | str] = FairLine()

    def _put(self, item: ports.Incoming | str) -> None:
        self._queue.push(item, None if isinstance(item, str) else _cause(item))

    def _get(self) -> ports.Incoming | str:
        return self._queue.pop()

    def holds(self, sender: UserId) -> bool:
        """Say whether something of *sender* waits."""
        return self._queue.holds(sender)


def _cause(incoming: ports.Incoming) -> UserId | None:  # noqa: C901, PLR0911 - a table
    match incoming:
        case ports.Message(sender=user) | ports.FileSent(sender=user) | ports.Unreadable(sender=user):
            return user
        case ports.Voted(sender=user) | ports.Reacted(sender=user):
            return user
        case ports.Distrusted(sender=user) | ports.Misnamed(sender=user) | ports.Edited(sender=user):
            return user
        case ports.Membership(user=user) | ports.VerificationEnded(user=user):
            return user
        case ports.Unreached(user=user) | ports.IdentityChanged(user=user) | ports.DeviceCame(user=user):
            return user
        case ports.ReaderCame(user=user) | ports.CalledIn(user=user):
            return user
        case ports.VerificationShown(comparison=comparison):
            return comparison.user
        case ports.CameBack():
            return None
        case _:
            assert_never(incoming)
