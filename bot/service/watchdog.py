"""Whether the bot is really well, looked at from inside, once a minute; only then is the outside told so."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Never

from bot.core.decide.ringing import still, unsaid
from bot.core.incident import Status
from bot.core.ringing.alarms import Brief, alarms
from bot.ports import Clock
from bot.service.books import Books
from bot.service.service import Service

LOOK_EVERY_S, LOOK_AGAIN_S = 60.0, 5.0
"""How long it rests when all is well, and when something is not."""
DEAF_AFTER_S = 120.0
"""Without a good sync for this long we are deaf. An answer counts once it is kept: the state can be written, too."""
SILENT_AFTER_S = 10.0
"""A database that answers nothing for this long can let nobody take over."""
LATE_AFTER_S = 60.0
"""A reminder that is this late, and has not rung, will not ring by itself."""
STUCK_AFTER_S = 600.0
"""An outbox that has let go of nothing for this long, though a message waits, does not move."""
HUNG_AFTER_S = 120.0
"""Nothing that comes in takes this long to apply."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vitals:
    """How Cellule is doing. Numbers only, never content. What is not given is not known: nothing was heard yet."""

    seconds_since_sync: float | None = None
    """None before the first good sync."""
    outbox_rows: int = 0
    """Outbox rows not delivered."""
    outbox_oldest_seconds: float = 0.0
    """How long the oldest of them has waited; 0 when none waits."""
    outbox_still_seconds: float = 0.0
    """For how long nothing of the outbox was done although a message waited that people could read; else 0."""
    alarms_overdue: int = 0
    """Alarms whose moment had passed, when they were last looked at, and that neither rang nor were told elsewhere."""
    alarms_overdue_seconds: float = 0.0
    """How late the latest of them was."""
    reminders_undelivered: int = 0
    """Reminders that people were told of elsewhere, since nothing can be said in their rooms."""
    applying_seconds: float = 0.0
    """For how long what came in last is being applied; 0 when nothing is."""
    incidents_open: int = 0
    commands_dropped: int = 0
    """Since the start, because somebody sent too many at once."""
    stands_by: bool = False
    """Another Cellule speaks, and this one waits to take over."""
    role_seconds: float = 0.0
    """For how long that is so, or for how long this one speaks."""
    seconds_since_database: float | None = None
    """Since the database last answered; None where there is none."""

    @property
    def hangs(self) -> bool:
        """Say whether what came in last is applied no more: only a start anew helps, whatever the homeserver does."""
        return self.applying_seconds >= HUNG_AFTER_S

    @property
    def troubles(self) -> tuple[str, ...]:
        """What is wrong, in a few plain words each."""
        deaf = self.seconds_since_sync is None or self.seconds_since_sync >= DEAF_AFTER_S
        signs = {
            "the database does not answer": (self.seconds_since_database or 0.0) >= SILENT_AFTER_S,
            "no sync": deaf and not self.stands_by,
            "reminders are late": self.alarms_overdue_seconds >= LATE_AFTER_S,
            "the outbox does not move": self.outbox_still_seconds >= STUCK_AFTER_S,
            "what comes in is not applied": self.hangs,
        }
        return tuple(words for words, is_so in signs.items() if is_so)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Overdue:
    """Alarms that should have rung."""

    count: int = 0
    longest: timedelta = timedelta()
    undelivered: int = 0
    """How many people were told of elsewhere."""


class Watchdog:
    """Looks once a minute, and lets *beat* tell the outside only while nothing is wrong.

    Alarms are derived from the facts anew: an alarm clock that lost one cannot hide it.
    """

    def __init__(
        self,
        *,
        service: Service,
        clock: Clock,
        seconds_since_sync: Callable[[], float | None],
        beat: Callable[[], Awaitable[None]],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._service = service
        self._clock = clock
        self._seconds_since_sync = seconds_since_sync
        self._beat = beat
        self._sleep = sleep
        self._overdue = _Overdue()

    async def run(self) -> Never:
        """Look until cancelled. Whatever hangs us silences the heartbeat too."""
        while True:
            self._overdue = await _overdue(self._service.books, self._clock.now())
            is_well = not self.vitals().troubles
            if is_well:
                await self._beat()
            await self._sleep(LOOK_EVERY_S if is_well else LOOK_AGAIN_S)

    def vitals(self) -> Vitals:
        """Return how Cellule is doing now."""
        service, now = self._service, self._clock.now()
        lanes = service.drain.lanes
        return Vitals(
            seconds_since_sync=self._seconds_since_sync(),
            outbox_rows=lanes.waiting,
            outbox_oldest_seconds=lanes.oldest_waiting(now).total_seconds(),
            outbox_still_seconds=min(lanes.oldest_unsaid(now), now - service.drain.moved_at).total_seconds(),
            alarms_overdue=self._overdue.count,
            alarms_overdue_seconds=self._overdue.longest.total_seconds(),
            reminders_undelivered=self._overdue.undelivered,
            applying_seconds=service.applying_seconds,
            incidents_open=sum(incident.status is Status.OPEN for incident in service.books.incidents()),
            commands_dropped=service.commands_dropped,
        )


async def _overdue(books: Books, now: datetime) -> _Overdue:
    late: list[timedelta] = []
    undelivered = 0
    for incident in books.incidents():
        briefs = [alarm.at for alarm in alarms(incident, now) if isinstance(alarm, Brief)]
        reminders = [at for at, _ in unsaid(incident, now)]
        late += [now - at for at in (*briefs, *reminders) if at < now]
        undelivered += len(still(incident, [fact.reminder for fact in incident.undelivered], now))
        # Between two of very many incidents messages have their turn.
        await asyncio.sleep(0)
    return _Overdue(count=len(late), longest=max(late, default=timedelta()), undelivered=undelivered)
