"""Questions of organisations: shown together in their parent's room, and taken back with the purge of who asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from bot import ports, voice
from bot.core.facts import QuestionsGathered, QuestionsPosted
from bot.core.incident import Incident
from bot.core.names import InputId, RoomId
from bot.core.organisations import questions as core
from bot.ports import Task
from bot.service.ledger import Ledger
from bot.service.outcome import Outcome, worded
from bot.service.tasks import Address, result_input, task_id


def gather_task(input: InputId, parent: Incident, now: datetime) -> Task:
    """Return the row that takes together what was asked until it is done."""
    id = task_id(InputId(f"{input}:gather"), 0)
    return Task(id=id, lane=parent.id, action=ports.GatherQuestions(), not_before=core.gathered_at(parent, now))


def show_task(
    input: InputId, parent: Incident, numbers: tuple[int, ...], form: core.Form, address: Address | None = None
) -> Task:
    """Return the row that shows questions; *address* is where somebody asked for them."""
    action = ports.ShowQuestions(
        numbers=numbers[: core.SHOWN],
        form=form,
        more=len(numbers[core.SHOWN :]),
        thread=address.thread if address else None,
        asker=address.asker if address else None,
    )
    return Task(id=task_id(input, 0), lane=parent.id, action=action)


def taken_back(input: InputId, parent: Incident | None, child: Incident) -> tuple[Task, ...]:
    """Return the rows that delete what showed questions of *child* in its parent's room, if it has one."""
    if parent is None or parent.cascade is None or parent.room is None:
        return ()
    own = {question.number for question in child.questions}
    events = [posted.event for posted in parent.cascade.posted if own.intersection(posted.numbers)]
    named = InputId(f"{input}:questions")
    return tuple(
        Task(id=task_id(named, number), lane=parent.id, action=ports.TakeBack(event=event))
        for number, event in enumerate(events)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Questions:
    """Does the rows about questions. Which ones a message shows is written down before it is sent, so each is once."""

    ledger: Ledger
    chat: ports.Chat
    clock: ports.Clock

    async def perform(self, task: Task, action: ports.GatherQuestions | ports.ShowQuestions) -> None:
        """Do one row. Raises ChatError when the world did not let it."""
        match action:
            case ports.GatherQuestions():
                await self._gather(task)
            case ports.ShowQuestions():
                await self._show(task, action)
            case _:
                assert_never(action)

    async def _gather(self, task: Task) -> None:
        """Write down what is new, and have it shown."""
        async with self.ledger.deciding:
            parent = self.ledger.books.incident(task.lane)
            has_room = parent is not None and parent.cascade is not None and parent.room is not None
            new = core.new(parent, self.ledger.books.children(task.lane)) if parent and has_room else ()
            if parent is None or not new:
                await self.ledger.settle(task)
                return
            input, numbers = result_input(task), tuple(put.question.number for put in new)
            fact = QuestionsGathered(at=self.clock.now(), numbers=numbers)
            show = show_task(input, parent, numbers, core.Form.NEW)
            await self.ledger.commit(input, Outcome(stream=parent.id, facts=(fact,), tasks=(show,)), done=task)

    async def _show(self, task: Task, shown: ports.ShowQuestions) -> None:
        """Show questions, and write down where: those of who was purged meanwhile are not there any more."""
        parent = self.ledger.books.incident(task.lane)
        children = self.ledger.books.children(task.lane)
        put = core.named(children, frozenset(shown.numbers))
        if parent is None or parent.cascade is None or parent.room is None or not put:
            await self.ledger.settle(task)
            return
        text = worded(task, parent.language, lambda: voice.questions(put, shown.form, shown.more, parent))
        await self._say(task, shown, put, parent, parent.room, text)

    async def _say(
        self,
        task: Task,
        shown: ports.ShowQuestions,
        put: tuple[core.Put, ...],
        parent: Incident,
        room: RoomId,
        text: voice.Text,
    ) -> None:
        now = self.clock.now()
        rings = shown.form is core.Form.NEW and parent.awake(now, now) == now
        content = ports.Content(
            body=text.body,
            html=text.html,
            rings=rings,
            mentions=parent.leaders() if rings else (),
            thread=shown.thread,
        )
        event = await self.chat.say(room, content, txn=task.id, readers=frozenset(parent.roster))
        fact = QuestionsPosted(at=self.clock.now(), event=event, numbers=tuple(one.question.number for one in put))
        spoken = ports.Spoken(room=room, event=event, about=(), thread=shown.thread)
        async with self.ledger.deciding:
            outcome = Outcome(stream=parent.id, facts=(fact,))
            await self.ledger.commit(result_input(task), outcome, done=task, spoken=spoken)
