"""The bot with one bug planted in it: `CHAOS_BUG=NAME python -m tests.chaos.bugs run ...`. What the judge must find.

Each is a few lines, and one that a change in haste could bring back. `says` is what the judge has to complain of.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from bot import voice
from bot.cli import main
from bot.core import evolve
from bot.core.clocks import rules
from bot.core.clocks.rules import Filed, Running
from bot.core.decide import clocks as deciding
from bot.core.decide import confirming, ringing
from bot.core.facts import Noted
from bot.core.incident import WHOLE_ROOM, Incident
from bot.core.language import Language
from bot.core.names import EventId, RoomId, UserId
from bot.core.replies.subjects import About
from bot.core.ringing import alarms, rungs
from bot.host.alarm_clock import SchedulerAlarmClock
from bot.ports import Content, Task
from bot.service import ledger, perform, tasks
from bot.service.upkeep.ringing import Ringing

VARIABLE = "CHAOS_BUG"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bug:
    """What is planted, and what the judge says of it."""

    plant: Callable[[], None]
    says: str
    """A pattern: one complaint has it."""
    pause_s: float = 0
    """For how long the bot has to stand still now and then, for the bug to be seen at all."""


BUGS: dict[str, Bug] = {}


def bug(says: str, *, pause_s: float = 0) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Enter a function that plants a bug under its name."""

    def enter(plant: Callable[[], None]) -> Callable[[], None]:
        BUGS[plant.__name__] = Bug(plant=plant, says=says, pause_s=pause_s)
        return plant

    return enter


def _every(number: int) -> Callable[[], bool]:
    """Return what says yes each time it is asked that often."""
    numbers = count(1)
    return lambda: next(numbers) % number == 0


def _put(owner: Any, name: str, new: Any) -> None:
    """Put something else in the place of what is there; it is an error if nothing is."""
    getattr(owner, name)
    setattr(owner, name, new)


def _wrap(owner: Any, name: str, change: Callable[..., Any]) -> None:
    """Put *change* in the place of a function; it is given the old one first."""
    old = getattr(owner, name)
    _put(owner, name, lambda *told, **named: change(old, *told, **named))


def _change_reminders(change: Callable[[Content], Content]) -> None:
    def changed(old: Callable[..., tuple[Content, About]], *told: Any) -> tuple[Content, About]:
        content, about = old(*told)
        return change(content), about

    _wrap(Ringing, "_worded", changed)


@dataclass(slots=True)
class Voice:
    """Says reminders so many times instead of once."""

    chat: Any
    times: int

    async def say(self, room: RoomId, content: Content, *, txn: str, readers: frozenset[UserId]) -> EventId:
        event = EventId("$nothing")
        for number in range(self.times):
            event = await self.chat.say(room, content, txn=f"{txn}{'again' * number}", readers=readers)
        return event

    async def was_said(self, room: RoomId, txn: str) -> bool:
        return bool(await self.chat.was_said(room, txn))


def _say_some_reminders(times: int, every: int) -> None:
    is_some = _every(every)

    async def say(old: Callable[..., Any], self: Ringing, *told: Any) -> None:
        other: Any = Voice(self.chat, times)
        await old(replace(self, chat=other) if is_some() else self, *told)

    _wrap(Ringing, "say", say)


# --- reminders that do not ring ---------------------------------------------------------------------------------


@bug(r"lost reminder: .* T\+\d+ of \S+ (never rang|did not ring)")
def no_overdue_reminder_rings() -> None:
    _put(rungs, "_pending_overdue", lambda *_: [])


@bug(r"lost reminder: .* T-12 of \S+ (never rang|did not ring)|wrong reminder of .*T-12 ")
def one_rung_is_skipped() -> None:
    _wrap(rules, "ladder", lambda old, due: tuple(rung for rung in old(due) if rung[0] != "T-12"))


@bug(r"lost reminder: ([DPCNIR]\d+ )+of ")
def no_time_aimed_at_rings() -> None:
    _put(alarms, "_steps", lambda *_: ())


@bug(r"lost reminder: the promised bulletin of \S+ (never rang|did not ring)")
def no_promised_bulletin_rings() -> None:
    _put(alarms, "_update", lambda *_: ())


@bug(r"lost reminder: GDPR-33-1 T-\d+ ")
def what_was_seen_once_never_rings_again() -> None:
    def rings(old: Callable[..., Any], incident: Incident, rule: Any, running: Running, now: datetime) -> Any:
        return () if running.acknowledged_rungs else old(incident, rule, running, now)

    _wrap(alarms, "rings", rings)


@bug(r"lost reminder: .*GDPR-33-4 T-48 ")
def a_filing_starts_no_other_clock() -> None:
    _put(deciding, "_chained", lambda *_: ())


@bug(r"lost reminder: |wrong reminder of .*late")
def one_ringing_message_in_ten_is_never_said() -> None:
    _say_some_reminders(times=0, every=10)


# --- reminders that ring too often --------------------------------------------------------------------------------


@bug(r"doubled reminder .* nothing was due")
def some_reminders_ring_twice() -> None:
    _say_some_reminders(times=2, every=3)


@bug(r"invented reminder .* its clock was to rest")
def a_clock_that_is_to_rest_rings() -> None:
    _put(rungs, "_resting", lambda _running, _pace, rungs: rungs)


@bug(r"invented reminder .* of what is stopped")
def a_clock_that_was_filed_rings() -> None:
    def clocks(old: Callable[..., Any], incident: Incident, now: datetime) -> Any:
        ran = {id: state.running if isinstance(state, Filed) else state for id, state in incident.clock_states.items()}
        return old(replace(incident, clock_states={id: state for id, state in ran.items() if state}), now)

    _wrap(alarms, "_clocks", clocks)


# --- whom they call -------------------------------------------------------------------------------------------------


@bug(r"wrong reminder of .*: it mentions nobody, not @")
def reminders_mention_nobody() -> None:
    _change_reminders(lambda content: replace(content, mentions=(), mentions_room=False))


@bug(r"wrong reminder of GDPR-33-1 .*: it mentions @alice\S*, not @bob\S*")
def reminders_mention_the_wrong_person() -> None:
    _wrap(Incident, "circle", lambda old, self, rule, level: old(self, rule, level) if level else (self.opened_by,))


@bug(r"wrong reminder of ")
def nobody_more_is_called_when_nobody_answers() -> None:
    _put(rungs, "_next_level", lambda *_: 0)


@bug(r"wrong reminder of ")
def everybody_is_called_at_once() -> None:
    _put(rungs, "_next_level", lambda *_: WHOLE_ROOM)


@bug(r"wrong reminder of .*(Nobody acknowledged|Personne n’a répondu)|wrong answer to !ack: .*(Still to|Encore à) ")
def nothing_that_was_seen_counts() -> None:
    _put(evolve, "_acknowledge", lambda incident, *_: incident)


@bug(r"wrong reminder of .*: it is said quietly")
def reminders_are_quiet() -> None:
    _change_reminders(lambda content: replace(content, rings=False))


@bug(r"invented reminder|doubled reminder|wrong reminder|lost room: .* card")
def the_card_calls_everybody() -> None:
    _put(perform, "Content", lambda **named: Content(rings=True, mentions_room=True, **named))


# --- when and what they say -------------------------------------------------------------------------------------------


@bug(r"wrong reminder of .*: late, at ")
def reminders_ring_late() -> None:
    def set_late(old: Callable[..., None], self: Any, key: str, at: datetime) -> None:
        old(self, key, at + timedelta(seconds=5) if key.startswith("incident:") else at)

    _wrap(SchedulerAlarmClock, "set", set_late)


@bug(r"wrong reminder of .*Sent <\.\.\.> late", pause_s=5)
def nothing_says_that_it_is_late() -> None:
    _put(ringing, "_lateness", lambda *_: timedelta(0))


@bug(r"wrong answer to aware .*Due ")
def clocks_end_an_hour_late() -> None:
    def later(old: Callable[..., datetime | None], *told: Any) -> datetime | None:
        due = old(*told)
        return due + timedelta(hours=1) if due else None

    _wrap(evolve, "due_time", later)


# --- two persons --------------------------------------------------------------------------------------------------


@bug(r"wrong answer to waive GDPR-33-1 .*not 'This needs a second person")
def one_person_sets_a_clock_aside() -> None:
    def set_aside(old: Callable[..., Any], incident: Incident, *told: Any) -> Any:
        return old(replace(incident, drill=True), *told)

    _wrap(deciding, "set_aside", set_aside)


@bug(r"wrong answer to confirm .*not 'It takes a second person")
def whoever_asked_can_confirm() -> None:
    _wrap(confirming, "second_persons", lambda old, incident, by, *told: (*old(incident, by, *told), by))


# --- answers ----------------------------------------------------------------------------------------------------------


@bug(r"(lost|doubled|invented) answer")
def some_answers_stand_in_anothers_thread() -> None:
    is_astray, threads = _every(5), list[EventId]()

    def astray(old: Callable[..., Task], id: str, place: tasks.Address, text: voice.Text, **named: Any) -> Task:
        if place.thread is not None:
            threads.append(place.thread)
            place = replace(place, thread=threads[-2]) if len(threads) > 1 and is_astray() else place
        return old(id, place, text, **named)

    _wrap(tasks, "_say", astray)


@bug(r"wrong answer to .*not '[^']*(Noté|terminée|Gardé|réponse de)")
def answers_are_in_the_wrong_language() -> None:
    _wrap(voice, "confirm", lambda old, fact, before, after: old(fact, before, replace(after, language=Language("en"))))


@bug(r"wrong answer to ")
def some_answers_are_those_to_another_command() -> None:
    is_swapped, said = _every(5), list[voice.Text]()

    def swapped(old: Callable[..., voice.Text], *told: Any) -> voice.Text:
        said.append(old(*told))
        return said[-2] if is_swapped() and len(said) > 1 else said[-1]

    _wrap(voice, "confirm", swapped)


@bug(r"lost answer to note .*it was not carried out")
def some_notes_are_answered_and_forgotten() -> None:
    is_forgotten = _every(7)

    async def commit(old: Callable[..., Any], self: Any, input: Any, outcome: Any, **named: Any) -> Any:
        if any(isinstance(fact, Noted) for fact in outcome.facts) and is_forgotten():
            outcome = replace(outcome, facts=())
        return await old(self, input, outcome, **named)

    _wrap(ledger.Ledger, "commit", commit)


if __name__ == "__main__":
    BUGS[os.environ[VARIABLE]].plant()
    sys.exit(main())
