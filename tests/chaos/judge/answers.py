"""The answers of one room, held against what had to be answered as the case stood."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from tests.chaos.judge.acts import Told
from tests.chaos.judge.case import Case
from tests.chaos.judge.evidence import Command, Fault
from tests.chaos.judge.table import told
from tests.chaos.judge.text import Text, Window, at, fits, shown


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """The case between two commands."""

    case: Case
    window: Window
    by: Command | None = None
    """The command that made it."""


def follow(case: Case, commands: Sequence[Command], until: datetime) -> tuple[list[State], list[Fault]]:
    """Carry out what was carried out, in its order; return the case before and after each, and what is wrong."""
    states, faults, since, by = list[State](), list[Fault](), case.opened_at, None
    for command in (one for one in commands if one.done and one.act.kind != "ack"):
        assert command.done is not None
        states.append(State(case=case, window=Window(since, command.done), by=by))
        if not command.sent <= command.done <= command.answered:
            faults.append(Fault("wrong", f"{_named(command)}: carried out at {command.done}, before or after it could"))
        ways = told(case, command.act, command.done)
        faults += _misfit(command, [way for way in ways if way.is_kept], ways, at(command.done))
        case, since, by = ways[0].case, command.done, command
    return [*states, State(case=case, window=Window(since, until), by=by)], faults


def looked(states: Sequence[State], command: Command, timeline: Callable[[State, Window], list[Text]]) -> list[Fault]:
    """Hold the answer to a command that changed nothing against all cases in which it may have been decided."""
    ways = list[Told]()
    for state in states:
        window = state.window.meet(command.window)
        if window is None:
            continue
        if command.act.kind == "timeline":
            ways += [Told(text=text, case=state.case, is_kept=False) for text in timeline(state, window)]
        else:
            ways += [way for moment in _moments(state.case, window) for way in told(state.case, command.act, moment)]
        if not _misfit(command, [way for way in ways if not way.is_kept], ways, window):
            return []
    if ways and all(way.is_kept for way in ways):
        return [Fault("lost", f"{_named(command)}: it was not carried out, answered {command.answer!r}")]
    return _misfit(command, [way for way in ways if not way.is_kept], ways, command.window)


def _moments(case: Case, window: Window) -> list[datetime]:
    """Return the ends of *window*, and a moment between any two at which a clock is over: an answer says which are."""
    ends = (case.wall(clock, clock.due) for clock in case.ringing() if clock.due)
    cuts = [window.start, *sorted(end for end in ends if window.start < end < window.end), window.end]
    return list(dict.fromkeys((window.start, *(Window(*pair).middle for pair in pairwise(cuts)), window.end)))


def _misfit(command: Command, right: Sequence[Told], ways: Sequence[Told], window: Window) -> list[Fault]:
    """Say what is wrong with an answer: it has to be one of *right*."""
    if command.answer is None or any(_fits(command, way, window) for way in right):
        return []
    expected = " or ".join(dict.fromkeys(_expected(way) for way in (right or ways)))
    said = repr(command.answer) + _called(command.rings, command.people)
    return [Fault("wrong", f"{_named(command)}: answered {said}, not {expected}")]


def _fits(command: Command, way: Told, window: Window) -> bool:
    calls = (bool(way.rings_for), frozenset(way.rings_for), False)
    reached = (command.rings, command.people, command.is_for_all)
    return calls == reached and fits(way.text, command.answer or "", window) is not None


def _expected(way: Told) -> str:
    return repr(shown(way.text)) + _called(bool(way.rings_for), frozenset(way.rings_for))


def _called(rings: bool, people: frozenset[str]) -> str:
    return f" (ringing for {', '.join(sorted(people))})" if rings or people else ""


def _named(command: Command) -> str:
    return f"answer to {command.act.kind} {command.act.what} {command.act.text}".strip()
