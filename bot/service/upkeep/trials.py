"""Once a month every second channel is tried, and the control room is told whom it reached."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from random import SystemRandom
from zoneinfo import ZoneInfo

from bot import ports, voice
from bot.core.desk import House
from bot.core.facts import ChannelsReported, ChannelsTried, TrialAnswered, TrialPage
from bot.core.names import InputId, UserId
from bot.core.people.contacts import Way
from bot.core.people.roster import Role, holders
from bot.core.people.trial import Trial, name_of, next_trial, report_at
from bot.service.ledger import Committed, Ledger
from bot.service.outcome import Outcome
from bot.service.tasks import answer_task, ring_task, room_address, task_id
from bot.service.upkeep.paging import LANE, TRIED_FOR

TRIAL_KEY = "trial"
"""The alarm for the next trial, or the report of the last."""
_CODES = range(10_000, 100_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trials:
    """Keeps the alarm clock at the next trial or report. Both follow from the calendar and the desk."""

    house: House
    ledger: Ledger
    clock: ports.Clock
    alarm_clock: ports.AlarmClock
    ways: Collection[Way]

    def took_in(self, committed: Committed) -> None:
        """Set the alarm anew when a trial moved on."""
        if any(isinstance(fact, ChannelsTried | TrialAnswered | ChannelsReported) for fact in committed.outcome.facts):
            self.set_alarm()

    def set_alarm(self) -> None:
        """Let the alarm clock ring for the next trial, or the report of the last; not at all without channels."""
        if any(self._reached()):
            self.alarm_clock.set(TRIAL_KEY, min(self._times(self.clock.now())))

    async def came(self) -> None:
        """Do what the alarm rang for."""
        async with self.ledger.deciding:
            now, trial = self.clock.now(), self.ledger.books.desk.trial
            reports = report_at(trial)
            if trial is not None and reports is not None and reports <= now:
                await self._report(trial, now)
            elif self._next(now) <= now:
                await self._begin(now)
            else:
                self.set_alarm()

    def _next(self, now: datetime) -> datetime:
        trial = self.ledger.books.desk.trial
        return next_trial(trial, ZoneInfo(self.house.zone), self.house.closed_days, now)

    def _times(self, now: datetime) -> Iterator[datetime]:
        yield self._next(now)
        if (at := report_at(self.ledger.books.desk.trial)) is not None:
            yield at

    def _reached(self) -> Iterator[tuple[UserId, Way]]:
        """Yield each person with each of their ways."""
        for user, contact in self.house.contacts.items():
            yield from ((user, way) for way in Way if way in self.ways and contact.has(way))

    async def _begin(self, now: datetime) -> None:
        month = name_of(now.astimezone(ZoneInfo(self.house.zone)).date())
        reached = tuple(self._reached())
        codes = map(str, SystemRandom().sample(_CODES, len(reached)))
        pages = tuple(
            TrialPage(user=user, way=way, code=code) for (user, way), code in zip(reached, codes, strict=True)
        )
        input = InputId(f"trial:{month}")
        tasks = tuple(
            ports.Task(
                id=task_id(input, number),
                lane=LANE + ports.DESK,
                action=ports.Page(user=page.user, way=page.way, number=0, until=now + TRIED_FOR, code=page.code),
            )
            for number, page in enumerate(pages)
        )
        fact = ChannelsTried(at=now, month=month, pages=pages)
        await self.ledger.commit(input, Outcome(facts=(fact,), tasks=tasks))

    async def _report(self, trial: Trial, now: datetime) -> None:
        """Tell the control room, which rings for the admins when somebody was not reached."""
        input, control = InputId(f"trial-report:{trial.made.month}"), self.ledger.books.desk.control_room
        tasks: tuple[ports.Task, ...] = ()
        if control is not None:
            address, text = room_address(control, self.house.people), voice.trial_report(trial, self.house.language)
            admins = holders(self.house.people, Role.ADMIN)
            is_whole = not trial.missing
            tasks = (answer_task(input, 0, address, text) if is_whole else ring_task(input, 0, address, text, admins),)
        fact = ChannelsReported(at=now, month=trial.made.month)
        await self.ledger.commit(input, Outcome(facts=(fact,), tasks=tasks))
