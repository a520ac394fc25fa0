"""What goes from a parent to its organisations, on its way: a small commit each, at the pace of everything else."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import assert_never

from bot import voice
from bot.core import facts
from bot.core.commands import SendBulletin
from bot.core.decide.asking import ask
from bot.core.happenings import AmendmentCame, AnswerCame, BulletinCame, RepairCame
from bot.core.incident import Incident
from bot.core.names import IncidentId, InputId
from bot.core.organisations import bulletins as core
from bot.core.organisations.children import amendments_for, child_id
from bot.core.organisations.corrections import replaced, versions
from bot.core.organisations.questions import answers_for, named, news_for
from bot.core.organisations.repair import joined_to, repairs_for, rooms_of
from bot.core.people.two_persons import second_persons
from bot.ports import Clock
from bot.service.ledger import Committed, Ledger
from bot.service.outcome import Asked, Outcome, happened
from bot.service.tasks import answer_task, ring_task

_News = AmendmentCame | RepairCame | BulletinCame | AnswerCame


def send(
    command: SendBulletin, parent: Incident, children: Sequence[Incident], asked: Asked, enclosed: facts.Enclosed | None
) -> Outcome:
    """Return that the bulletin of *command* waits for a yes, and what it reads like: to many, that of another person.

    Raises RuleError.
    """
    proposed = core.send(parent, children, command, asked.by, asked.now, enclosed)
    fact = ask(parent, proposed.act, asked.by, asked.now)
    text = voice.bulletin_asked(fact, proposed, parent)
    if proposed.act.alone:
        task = answer_task(asked.input, 0, asked.address, text)
    else:
        others = second_persons(parent, fact.by, fact.act, fact.at)
        task = ring_task(asked.input, 0, asked.address, text, others)
    return Outcome(stream=parent.id, facts=(fact,), tasks=(task,))


def confirmed(outcome: Outcome, parent: Incident, children: Sequence[Incident], asked: Asked) -> Outcome:
    """Add to what a confirmation led to how many its bulletin reaches, if it was about one."""
    sent = next((fact for fact in outcome.facts if isinstance(fact, facts.BulletinSent)), None)
    if sent is None:
        return outcome
    text = voice.bulletin_sent(core.sending_of(parent, children, sent), parent)
    answer = answer_task(asked.input, len(outcome.tasks), asked.address, text)
    return replace(outcome, tasks=(*outcome.tasks, answer))


class Bulletins:
    """Tells each organisation what it was not told yet. Who that is, the facts say: a restart goes on where it was.

    The outbox takes the rows at the pace of the homeserver, after everything else; here one organisation after the
    other has its turn, and between two of them whatever else is to be decided.
    """

    def __init__(self, *, ledger: Ledger, clock: Clock) -> None:
        self._ledger = ledger
        self._clock = clock
        self._waiting: asyncio.Queue[IncidentId] = asyncio.Queue()

    @property
    def waiting(self) -> int:
        """How many organisations are to be looked at."""
        return self._waiting.qsize()

    def load(self) -> None:
        """Take up what an earlier run left."""
        for incident in self._ledger.books.incidents():
            self._look_at(incident)

    def took_in(self, committed: Committed) -> None:
        """Look at those who may have something to be told now."""
        self._mended(committed)
        for fact in committed.outcome.facts:
            for child in self._concerned(IncidentId(committed.outcome.stream), fact):
                self._look_at(child)

    def _concerned(self, stream: IncidentId, fact: facts.Fact | facts.DeskFact) -> Iterable[Incident | None]:
        """Return whom *fact* may have something to tell."""
        books = self._ledger.books
        match fact:
            case facts.BulletinSent():
                return books.children(stream)
            case facts.QuestionsAnswered(numbers=numbers):
                return (put.child for put in named(books.children(stream), numbers))
            case facts.CascadeAmended(rows=rows):
                return (books.incident(child_id(stream, row.key)) for row in rows)
            case facts.RoomReady() | facts.Resumed():
                return (books.incident(stream),)
            case _:
                return ()

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            await self._tell(await self._waiting.get())
            self._waiting.task_done()
            await asyncio.sleep(0)

    def _mended(self, committed: Committed) -> None:
        """Look at rooms in which something is mended, and at those that wait to end, as something happened there."""
        books, came = self._ledger.books, committed.outcome.facts
        here = books.incident(committed.outcome.stream) if came else None
        if here is None:
            return
        above = books.incident(here.parent) if here.parent is not None else None
        found = [
            id
            for fact in came
            if isinstance(fact, facts.FirmsMerged | facts.RemovedBelow)
            for id in rooms_of(here, fact)
        ]
        found += [here.id] if here.moved is not None else []
        for id in (*found, *(joined_to(above, here) if above is not None else ())):
            self._look_at(books.incident(id))

    def _look_at(self, incident: Incident | None) -> None:
        if incident is not None and incident.parent is not None:
            self._waiting.put_nowait(incident.id)

    async def _tell(self, id: IncidentId) -> None:
        """Tell an organisation the oldest of what waits; what is left waits for another turn."""
        async with self._ledger.deciding:
            child = self._ledger.books.incident(id)
            parent = (
                self._ledger.books.incident(child.parent) if child is not None and child.parent is not None else None
            )
            waits = self._waits(parent, child) if child is not None and parent is not None else ()
            if child is None or parent is None or not waits:
                return
            input = _input(waits[0], parent.id, id)
            outcome = happened(child, waits[0], input, self._clock.now())
            # Where there is no room, nothing can be said.
            outcome = outcome if child.room is not None else replace(outcome, tasks=())
            if isinstance(waits[0], AmendmentCame):
                outcome = replace(outcome, tasks=tuple(replace(task, bulk=True) for task in outcome.tasks))
            await self._ledger.commit(input, outcome)
        if waits[1:]:
            self._waiting.put_nowait(id)

    def _waits(self, parent: Incident, child: Incident) -> tuple[_News, ...]:
        """Return what *child* has still to be told: its line and what is mended first, then bulletins, then answers."""
        bulletins = core.waits_for(parent, child)
        news = news_for(parent, child) if bulletins else None
        found = versions(parent.cascade.bulletins) if parent.cascade is not None else ()
        came = (
            BulletinCame(
                bulletin=sent,
                news=news,
                ends=sent.closes and core.may_end(parent, child),
                replaces=replaced(found, sent, child),
            )
            for sent in bulletins
        )
        amended = (AmendmentCame(amendment=one) for one in amendments_for(parent, child))
        mended = repairs_for(parent, child, self._ledger.books.incident, self._clock.now())
        return (*amended, *mended, *came, *answers_for(parent, child))


def _input(news: _News, parent: IncidentId, child: IncidentId) -> InputId:
    match news:
        case BulletinCame(bulletin=sent):
            return InputId(f"bulletin:{parent}:{sent.number}:{child}")
        case RepairCame(number=number, ends=ends):
            return InputId(f"{'end' if ends else 'repair'}:{parent}:{number}:{child}")
        case AnswerCame(answer=number):
            return InputId(f"answer:{parent}:{number}:{child}")
        case AmendmentCame(amendment=one):
            return InputId(f"amendment:{parent}:{one.number}:{child}")
        case _:
            assert_never(news)
