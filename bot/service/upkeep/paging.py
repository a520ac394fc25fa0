"""People who are paged outside the rooms: whom a reminder called, and of whom nothing was heard."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from bot import ports, voice
from bot.core.decide.ringing import awaited, is_awaited
from bot.core.desk import House, as_of_duty
from bot.core.evolve import evolve
from bot.core.facts import Paged, PageResult, PageTried
from bot.core.incident import Incident, PageState
from bot.core.names import InputId, UserId
from bot.core.people.contacts import Contact, Way
from bot.service.ledger import Ledger
from bot.service.outbox.pages import CATCHING_UP
from bot.service.outcome import Outcome
from bot.service.tasks import incident_address, result_input, ring_task, task_id

LANE = "page:"
"""Prefix of the lanes of pages; the incident follows."""
TRIED_FOR = timedelta(minutes=4)
"""How long a page is tried, so that within five minutes it is accepted, or said not to be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paging:
    """Says who is paged, and by which ways; and, where none of them is accepted, whom to call. Nothing is stored."""

    house: House
    ledger: Ledger
    clock: ports.Clock
    ways: Collection[Way]
    """Which channels there are."""
    started_at: datetime

    def next(self, incident: Incident) -> datetime | None:
        """Return when somebody is to be paged for *incident*; None when nobody is."""
        return min((at for at, _ in self._awaited(incident, self.clock.now())), default=None)

    def due(self, outcome: Outcome, incident: Incident, input: InputId, now: datetime) -> Outcome:
        """Add to *outcome* the pages whose time has come."""
        for user in [user for at, user in self._awaited(incident, now) if at <= now]:
            outcome, incident = self._page(outcome, incident, user, input, now)
        return outcome

    def _awaited(self, incident: Incident, now: datetime) -> tuple[tuple[datetime, UserId], ...]:
        after = self.house.page_after
        if after is None:
            return ()
        found = awaited(incident, self.house.contacts, after, self._then(incident), now)
        return tuple((max(at, self.started_at + CATCHING_UP), user) for at, user in found)

    def _is_awaited(self, incident: Incident, page: Paged) -> bool:
        return is_awaited(incident, page, self.house.contacts, self._then(incident), self.clock.now())

    def _then(self, incident: Incident) -> Callable[[datetime], Incident]:
        return partial(as_of_duty, incident, self.house, self.ledger.books.desk)

    def _page(
        self,
        outcome: Outcome,
        incident: Incident,
        user: UserId,
        input: InputId,
        now: datetime,
        instead_of: UserId | None = None,
    ) -> tuple[Outcome, Incident]:
        """Add to *outcome* that *user* is paged, a row for each way; who has none is lost at once."""
        contact = self.house.contacts.get(user, Contact())
        ways = tuple(way for way in Way if way in self.ways and contact.has(way))
        fact = Paged(at=now, number=max(incident.pages, default=0) + 1, user=user, ways=ways, instead_of=instead_of)
        after, tasks = evolve(incident, fact), outcome.tasks
        for way in ways:
            page = ports.Page(user=user, way=way, number=fact.number, until=now + TRIED_FOR)
            id = task_id(InputId(f"{input}:page:{fact.number}:{way}"), 0)
            tasks = (*tasks, ports.Task(id=id, lane=LANE + incident.id, action=page))
        outcome = replace(outcome, facts=(*outcome.facts, fact), tasks=tasks)
        return (outcome, after) if ways else self._lost(outcome, after, after.pages[fact.number], input, now)

    def _lost(
        self, outcome: Outcome, incident: Incident, page: PageState, input: InputId, now: datetime
    ) -> tuple[Outcome, Incident]:
        """Add to *outcome* that a page was lost: the room is told, with the number to call, and the deputy is paged."""
        user, contact = page.asked.user, self.house.contacts.get(page.asked.user, Contact())
        deputy = contact.deputy if page.asked.instead_of is None else None
        text = voice.not_reached(page, contact.sms, deputy, incident)
        told = tuple(leader for leader in incident.leaders() if leader != user)
        of_page = InputId(f"{input}:lost:{page.asked.number}")
        outcome = replace(
            outcome, tasks=(*outcome.tasks, ring_task(of_page, 0, incident_address(incident), text, told))
        )
        if deputy is None:
            return outcome, incident
        return self._page(outcome, incident, deputy, input, now, instead_of=user)

    # --- what the rows ask ----------------------------------------------------------------------------------------

    def letter(self, task: ports.Task, page: ports.Page) -> ports.Letter | None:
        """Return what to send: the codename of the room, and nothing else of it; or the code of a trial."""
        incident, at = self.ledger.books.incident(task.lane.removeprefix(LANE)), self.clock.now()
        contact = self.house.contacts.get(page.user, Contact())
        if page.code:
            text = voice.trial_page(page.code, self.house.language)
        elif incident is not None:
            text = voice.page(incident.codename, incident.language)
        else:
            return None
        return ports.Letter(id=task.id, to=contact, text=text, at=at) if contact.has(page.way) else None

    def is_wanted(self, task: ports.Task, page: ports.Page) -> bool:
        """Say whether the person is still awaited in the incident of *task*; a trial is while there is time for it."""
        if page.code:
            return self.clock.now() < page.until
        incident = self.ledger.books.incident(task.lane.removeprefix(LANE))
        state = None if incident is None else incident.pages.get(page.number)
        return incident is not None and state is not None and self._is_awaited(incident, state.asked)

    async def let_go(self, task: ports.Task) -> None:
        """Settle *task*, which nobody wants any more, without a word."""
        async with self.ledger.deciding:
            await self.ledger.commit(result_input(task), Outcome(), done=task)

    async def tried(self, task: ports.Task, page: ports.Page, result: PageResult) -> None:
        """Settle *task* with what became of it; where no way was accepted, that is told."""
        async with self.ledger.deciding:
            incident, input, now = (
                self.ledger.books.incident(task.lane.removeprefix(LANE)),
                result_input(task),
                self.clock.now(),
            )
            outcome = Outcome()
            if incident is not None:
                fact = PageTried(at=now, number=page.number, user=page.user, way=page.way, result=result)
                after, outcome = evolve(incident, fact), Outcome(stream=incident.id, facts=(fact,))
                state = after.pages.get(page.number)
                if state is not None and state.is_lost and self._is_awaited(after, state.asked):
                    outcome, _ = self._lost(outcome, after, state, input, now)
            await self.ledger.commit(input, outcome, done=task)
