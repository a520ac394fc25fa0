"""One incident, all of it: its answers, its timeline and its reminders, held against what had to be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from tests.chaos.judge.answers import State, follow, looked
from tests.chaos.judge.case import Case
from tests.chaos.judge.evidence import Command, Fact, Fault, Heard, Trouble, rung_in
from tests.chaos.judge.hearing import Listener, World
from tests.chaos.judge.lines import say, word
from tests.chaos.judge.supposed import suppose
from tests.chaos.judge.text import Text, Window, any_of
from tests.chaos.judge.timeline import Entry, last_lines, written


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    faults: list[Fault]
    worlds: list[World]
    """What rang, in each order of events that explains most of what was heard."""


def find(
    case: Case,
    commands: Sequence[Command],
    heard: Sequence[Heard],
    facts: Sequence[Fact],
    troubles: Sequence[Trouble] = (),
) -> Findings:
    """Hold everything against everything; *commands* in the order in which they were carried out."""
    case = suppose(case, case.opened_at)
    until = max([case.opened_at, *(command.answered for command in commands)])
    states, faults = follow(case, commands, until)
    entries = _entries(states, commands, facts)

    def timeline(state: State, window: Window) -> list[Text]:
        return last_lines(state.case, entries, window)

    for command in commands:
        if not command.done and command.act.kind != "ack":
            faults += looked(states, command, timeline)
    worlds = Listener(commands=commands, troubles=troubles, written=rung_in(facts)).listen(case, heard)
    return Findings(faults=[*faults, *worlds[0].faults], worlds=worlds)


def _entries(states: Sequence[State], commands: Sequence[Command], facts: Sequence[Fact]) -> list[Entry]:
    """Return what may be written of each fact: of those of a command, and of a few others that the judge knows."""
    before = {id(state.by): former.case for former, state in pairwise(states)}
    texts = dict[str, list[list[Text]]]()
    for command in commands:
        if command.done:
            case = before.get(id(command), states[0].case)
            texts[command.event] = [[text] for text in written(case, command.act, command.done)]
    case, counts, entries = states[0].case, dict[str, int](), list[Entry]()
    for fact in facts:
        place = counts[fact.input] = counts.get(fact.input, -1) + 1
        known = texts.get(fact.input, [])
        words = known[place] if place < len(known) else _unasked(case, fact)
        entries.append(Entry(at=fact.at, head=fact.head, texts=words))
    return entries


def _unasked(case: Case, fact: Fact) -> list[Text]:
    """What may be written of something that nobody typed. What the judge does not know it lets pass."""
    holes: Mapping[str, Mapping[str, str | Text]] = {
        "RoomReady": {},
        "CardPosted": {},
        "Joined": {"who": any_of(r"[-\w]+")},
        "Rang": {"rule": fact.rule, "rung": fact.rung.replace("aim", word(case, "aim"), 1)},
        "StepsRang": {"steps": ", ".join(fact.steps)},
        "UpdateRang": {"at": any_of(".+")},
    }
    if fact.kind not in holes:
        return [any_of(".+")]
    keys = [f"fact.{fact.kind}", *(["fact.Rang.late", "fact.Rang.again"] if fact.kind == "Rang" else [])]
    return [say(case, key, **holes[fact.kind]) for key in keys]
