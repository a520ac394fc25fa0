"""Pages in motion: each row by itself, on its own channel, whether or not the homeserver is there.

A far side that cannot tell a page that comes again from another one gets it once at the most: before it is handed over,
its row says so, and one that an earlier run left like that is not sent again but told as not known.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Protocol

from bot import ports
from bot.core.facts import PageResult
from bot.core.people.contacts import Way
from bot.service.ledger import Committed, Ledger

PAGE_KEY = "page:"
"""Prefix of the alarms that wake a resting page."""
BEING_SENT = datetime.max.replace(tzinfo=UTC)
"""Until when a row rests that is being handed over: nobody else can look at it."""
ATTEMPT_S = 25.0
"""How long one attempt may take, all in all."""
CATCHING_UP = timedelta(seconds=60)
"""How long after our start nobody is paged, nor said to be unreachable: what people answered while we were down is read
by then, or the homeserver is away."""
_AT_ONCE = 8
"""How many pages are handed over at once by one way; those of a trial have as many of their own."""
_FIRST_REST, _LONGEST_REST = timedelta(seconds=5), timedelta(minutes=1)
_RESULTS: Mapping[ports.Handed, PageResult] = {
    ports.Handed.ACCEPTED: PageResult.ACCEPTED,
    ports.Handed.REFUSED: PageResult.FAILED,
    ports.Handed.LATER: PageResult.FAILED,
    ports.Handed.UNKNOWN: PageResult.UNKNOWN,
}
_log = logging.getLogger(__name__)


class Writes(Protocol):
    """Knows what a page says, and what follows from what became of it."""

    def letter(self, task: ports.Task, page: ports.Page) -> ports.Letter | None:
        """Return what to send; None when nobody can be sent anything any more."""

    def is_wanted(self, task: ports.Task, page: ports.Page) -> bool:
        """Say whether a page is still to be sent, or told of when it cannot be."""

    async def let_go(self, task: ports.Task) -> None:
        """Settle a row that is not wanted any more."""

    async def tried(self, task: ports.Task, page: ports.Page, result: PageResult) -> None:
        """Settle a row with what became of it."""


class Pages:
    """The rows that page people, which the drain of the homeserver's rows leaves alone."""

    def __init__(
        self,
        *,
        ledger: Ledger,
        clock: ports.Clock,
        alarm_clock: ports.AlarmClock,
        pagers: Mapping[Way, ports.Pager],
        writer: Writes,
    ) -> None:
        self._ledger = ledger
        self._clock = clock
        self._alarm_clock = alarm_clock
        self._pagers = pagers
        self._writer = writer
        self._rows: dict[str, ports.Task] = {}
        self._working: set[str] = set()
        self._tasks: asyncio.TaskGroup | None = None
        self._numbers = count()
        self._hands: dict[tuple[Way, bool], asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(_AT_ONCE))
        self._caught_up = clock.now() + CATCHING_UP

    @property
    def busy(self) -> bool:
        """Say whether a page is being handed over."""
        return bool(self._working)

    def took_in(self, committed: Committed) -> None:
        """Let go of what was settled, and take in what was committed."""
        if committed.done is not None:
            self._rows.pop(committed.done.id, None)
        self.load(committed.outcome.tasks)

    def load(self, tasks: Iterable[ports.Task]) -> None:
        """Take in the pages among *tasks*."""
        for task in tasks:
            if task.kind is ports.Page and task.id not in self._rows:
                self._rows[task.id] = task
                self.wake(task.id)

    def wake(self, id: str) -> None:
        """Try a page now, or set the alarm for when it has rested."""
        row = self._rows.get(id)
        if row is None or id in self._working or self._tasks is None:
            return
        at = self._rests_until(row)
        if at is not None and at > self._clock.now():
            self._alarm_clock.set(PAGE_KEY + id, at)
        else:
            self._working.add(id)
            self._tasks.create_task(self._work(row), name=f"page-{next(self._numbers)}")

    def _rests_until(self, row: ports.Task) -> datetime | None:
        """Return until when *row* is left alone: what is too late to be sent, until answers to it were read."""
        is_late = isinstance(row.action, ports.Page) and row.action.until <= self._clock.now()
        return self._caught_up if is_late or row.not_before == BEING_SENT else row.not_before

    async def run(self) -> None:
        """Work until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            self._tasks = tasks
            try:
                for id in tuple(self._rows):
                    self.wake(id)
                await asyncio.get_running_loop().create_future()
            finally:
                self._tasks = None

    async def _work(self, row: ports.Task) -> None:
        try:
            if isinstance(row.action, ports.Page):
                async with self._hands[row.action.way, bool(row.action.code)]:
                    await self._attempt(row, row.action)
        finally:
            self._working.discard(row.id)
        self.wake(row.id)

    async def _attempt(self, row: ports.Task, page: ports.Page) -> None:
        was_being_sent = row.not_before == BEING_SENT
        if not was_being_sent and not self._writer.is_wanted(row, page):
            _log.info("a page by %s is not wanted any more", page.way)
            await self._writer.let_go(row)
            return
        handed = ports.Handed.UNKNOWN if was_being_sent else await self._hand_over(row, page)
        at = self._clock.now() + min(_FIRST_REST * 2 ** min(row.attempts, 8), _LONGEST_REST)
        if self._comes_again(page, handed) and not was_being_sent and at < page.until:
            _log.info("a page by %s is not taken yet: it is tried again", page.way)
            await self._ledger.postpone(row, until=at)
            self._rows[row.id] = replace(row, attempts=row.attempts + 1, not_before=at)
            return
        _log.info("a page by %s: %s", page.way, _RESULTS[handed])
        await self._writer.tried(row, page, _RESULTS[handed])

    def _comes_again(self, page: ports.Page, handed: ports.Handed) -> bool:
        pager = self._pagers.get(page.way)
        repeats = pager is not None and pager.repeats
        return handed is ports.Handed.LATER or (handed is ports.Handed.UNKNOWN and repeats)

    async def _hand_over(self, row: ports.Task, page: ports.Page) -> ports.Handed:
        pager, letter = self._pagers.get(page.way), self._writer.letter(row, page)
        if pager is None or letter is None or self._clock.now() >= page.until:
            return ports.Handed.REFUSED
        is_handed = False

        async def handing_over() -> None:
            nonlocal is_handed
            if not pager.repeats:
                await self._ledger.postpone(row, until=BEING_SENT)
            is_handed = True

        try:
            async with asyncio.timeout(ATTEMPT_S):
                return await pager.page(letter, handing_over)
        except Exception as error:  # noqa: BLE001 - whatever a far side brings about, nothing else stops for it
            _log.warning("a page by %s was not answered: %s", page.way, type(error).__name__)
            return ports.Handed.UNKNOWN if is_handed else ports.Handed.LATER
