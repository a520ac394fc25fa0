"""The reminders of one room as they were heard, held against what had to ring.

When exactly a reminder was decided on, nobody but the bot knows: between the moment it was due and the moment it
arrived. What else was decided meanwhile may change what it had to say. So the judge follows every order of events that
the evidence allows, each as a *world*, and finds fault only where no world has none.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import chain, combinations, pairwise

from tests.chaos.judge.case import Case, Ring
from tests.chaos.judge.evidence import Called, Command, Fault, Heard, Rings, Trouble, rang
from tests.chaos.judge.ladder import Alarm, due, moments, names, waiting
from tests.chaos.judge.reminders import mentions, phases, reminder
from tests.chaos.judge.table import told
from tests.chaos.judge.text import Window, at, fits, shown
from tests.chaos.judge.times import ZONE

PATIENCE = timedelta(seconds=2)
"""Who sends a command so long after a reminder was due, and has it carried out, must hear the reminder first."""
REST = timedelta(seconds=5)
"""After a request for it came to nothing the bot may let a reminder rest so long, and answer others meanwhile."""
MOST_PARTS = 5
Subjects = frozenset[tuple[object, ...]]
"""What reminders are about."""
ENOUGH = 6
"""So many faults in one room are enough: what comes after them is seldom news."""


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """One order of events that explains what was heard so far."""

    case: Case
    done: int = 0
    """How many of the commands were carried out."""
    since: datetime
    """Nothing that follows was decided before."""
    changed: datetime
    """When a command last changed what was to ring."""
    chosen: frozenset[Subjects] = frozenset()
    """What may have been chosen to be said together before the last command, and is not said yet."""
    faults: tuple[Fault, ...] = ()
    rang: tuple[tuple[Alarm, ...], ...] = ()
    astray: int = 0
    """How much of what rang is written down otherwise: where words leave it open, that decides."""

    def blamed(self, *faults: Fault) -> World:
        return replace(self, faults=self.faults + faults)


@dataclass(slots=True, kw_only=True)
class Listener:
    """Follows one room."""

    commands: Sequence[Command]
    """In the order in which they were carried out; those that changed nothing among them."""
    troubles: Sequence[Trouble] = ()
    """What the requests met that were about this room."""
    written: Sequence[Rings] = ()
    """What the bot wrote down of each reminder."""
    worlds: list[World] = field(default_factory=list)
    excused: set[int] = field(default_factory=set)
    """Refused acknowledgements, by their place: in some world there was nothing to acknowledge."""

    def listen(self, case: Case, heard: Iterable[Heard]) -> list[World]:
        """Return the worlds with the fewest faults, after everything."""
        self.worlds = [World(case=case, since=case.opened_at, changed=case.opened_at)]
        for one in heard:
            self.worlds = _best(self._hear(one))
            if len(self.worlds[0].faults) >= ENOUGH:
                return self.worlds
        ends = [self._ended(world) for before in self.worlds for world in self._after_all(before)]
        return _best([world.blamed(*self._false_refusals()) for world in ends])

    # --- one reminder -----------------------------------------------------------------------------------------

    def _hear(self, heard: Heard) -> list[World]:
        ways = [way for before in self.worlds for way in self._ahead(before, heard.at)]
        return [after for way in ways for after in self._explained(*way, heard)] or blamed(ways, heard)

    def _explained(self, world: World, window: Window, heard: Heard) -> Iterator[World]:
        """Yield the worlds after a reminder that was worded in *window*, when this one had to be said just like that.

        What is said together is chosen before it is worded, maybe before commands that were carried out meanwhile: what
        they undid is left out. Which of several repeated ones it is, its words may leave open: that is one world.
        """
        found: dict[tuple[object, ...], list[tuple[tuple[Alarm, ...], Window]]] = {}
        clocks = _clocks_in(heard.text, tuple(world.case.rules))
        before = [chosen for chosen in world.chosen if clocks <= _rules_of(chosen)]
        for start, end in pairwise([*moments(world.case, window), window.end]):
            for alarms in _chosen(before, due(world.case, Window(start, end).middle, clocks), clocks):
                right = said_right(world.case, alarms, heard, Window(start, window.end))
                if right and heard.rings and mentions(world.case, alarms) == heard.called:
                    found.setdefault(tuple(map(key_of, alarms)), []).append((alarms, right))
        for ways in found.values():
            alarms, right = ways[0]
            after = rung(world, alarms, right.start, heard, at_last=ways[-1][0])
            yield self._late(world, alarms, right, replace(after, astray=after.astray + self._astray(after)))

    def _astray(self, world: World) -> int:
        """Say how much of the last reminder is written down otherwise."""
        place, last = len(world.rang) - 1, rings(world.rang[-1])
        there = self.written[place] if place < len(self.written) else last
        return ((last - there) + (there - last)).total()

    def _late(self, before: World, alarms: Iterable[Alarm], right: Window, after: World) -> World:
        first = min(alarms, key=lambda alarm: alarm.by)
        if not self._was_passed(before, first, right.start):
            return after
        at_last = f"{right.start.astimezone(ZONE):%H:%M:%S}"
        return after.blamed(Fault("wrong", f"reminder of {first}: late, at {at_last}, when others had been served"))

    # --- commands ---------------------------------------------------------------------------------------------

    def _ahead(self, world: World, until: datetime) -> Iterator[tuple[World, Window]]:
        """Yield the world as it is, and after each command more, with the window in which it was like that."""
        ahead = [world]
        while ahead:
            world = ahead.pop()
            command = next(iter(self._to_come(world)), None)
            done = command.done if command and command.done and command.done <= until else None
            if world.since <= (done or until):
                window = Window(world.since, done or until)
                self._excuse(world.case, window)
                yield world, window
            if command is not None and done is not None:
                ahead += self._carried_out(world, command, done)

    def _after_all(self, world: World) -> list[World]:
        end = max([world.since, *(command.answered for command in self.commands)])
        return [after for after, _ in self._ahead(world, end) if not self._to_come(after)]

    def _to_come(self, world: World) -> Sequence[Command]:
        return [one for one in self.commands if one.done and one.act.kind != "note"][world.done :]

    def _carried_out(self, world: World, command: Command, done: datetime) -> list[World]:
        """Return the worlds after *command*; more than one when it may have come before or after a reminder."""
        all_ways = told(world.case, command.act, done)
        ways = [way for way in all_ways if way.is_kept]
        chosen = world.chosen | _choices(world, done)
        after = replace(world, done=world.done + 1, since=max(world.since, done), chosen=chosen)
        if _is_ack(command):
            ways = [way for way in ways if command.answer is None or fits(way.text, command.answer, at(done))]
        if not ways:
            expected = " or ".join(repr(shown(way.text)) for way in all_ways)
            fault = Fault("wrong", f"answer to !ack: {command.answer!r}, not {expected}")
            return [after.blamed(fault) if _is_ack(command) else after]
        return [self._compared(world, replace(after, case=way.case), command, done) for way in ways]

    def _compared(self, before: World, after: World, command: Command, done: datetime) -> World:
        """Blame the world for what was due before *command* and never rang, since that command undid it."""
        was, now = waiting(before.case, done), waiting(after.case, done)
        undone = [alarm for alarm in was if key_of(alarm) not in map(key_of, now)]
        missed = [alarm for alarm in undone if self._patient_until(before, alarm, done) < command.sent]
        if set(map(key_of, was)) != set(map(key_of, now)):
            after = replace(after, changed=done)
        return after.blamed(*(Fault("lost", f"reminder: {one} never rang") for one in missed))

    def _was_passed(self, world: World, alarm: Alarm, moment: datetime) -> bool:
        """Say whether a command that was sent well after *alarm* was due had its answer before *moment*."""
        since = self._patient_until(world, alarm, moment)
        served = (one.sent for one in self.commands if one.sent > since and one.answered < moment)
        # What may wait for the morning was not due in the night.
        return any(key_of(alarm) in map(key_of, _overdue(world.case, sent)) for sent in served)

    def _patient_until(self, world: World, alarm: Alarm, moment: datetime) -> datetime:
        """Return until when *alarm* may have been on its way, by what the requests of its room met before *moment*."""
        since = max(alarm.by, world.changed)
        met = (one.window.meet(Window(since, moment)) for one in self.troubles)
        return since + PATIENCE + sum((one.end - one.start + REST for one in met if one), timedelta())

    # --- the end ----------------------------------------------------------------------------------------------

    def _ended(self, world: World) -> World:
        """Blame the world for what was due, long enough before the last command, and never rang."""
        last = max((command.sent for command in self.commands), default=world.since) - PATIENCE
        late = _overdue(world.case, last) if world.changed <= last else []
        return world.blamed(*(Fault("lost", f"reminder: {alarm} never rang") for alarm in late))

    def _excuse(self, case: Case, window: Window) -> None:
        for place, command in enumerate(self.commands):
            meeting = None if command.done or not _is_ack(command) else command.window.meet(window)
            if meeting and any(_refuses(case, command, moment) for moment in meeting):
                self.excused.add(place)

    def _false_refusals(self) -> list[Fault]:
        refused = [place for place, command in enumerate(self.commands) if _is_ack(command) and not command.done]
        wrong = [self.commands[place] for place in refused if place not in self.excused]
        return [Fault("wrong", f"answer to !ack: {command.answer!r}, though a reminder waited") for command in wrong]


def rings(alarms: Iterable[Alarm]) -> Rings:
    """Name what rang in one message."""
    alarms = tuple(alarms)
    named = Counter(rang(alarm.rule, alarm.name) for alarm in alarms if alarm.rule)
    named.update(step for alarm in alarms for step in alarm.steps)
    return named


def _is_ack(command: Command) -> bool:
    return command.act.kind == "ack"


def _refuses(case: Case, command: Command, moment: datetime) -> bool:
    ways = [way for way in told(case, command.act, moment) if not way.is_kept]
    return any(fits(way.text, command.answer or "", at(moment)) for way in ways)


def _choices(world: World, until: datetime) -> frozenset[Subjects]:
    """Return what may be chosen to be said together before *until*."""
    pieces = pairwise([*moments(world.case, Window(world.since, until)), until])
    ways = (alarms for start, end in pieces for alarms in due(world.case, Window(start, end).middle))
    return frozenset(frozenset(chain.from_iterable(map(_subjects, alarms))) for alarms in ways)


def _chosen(
    before: Sequence[Subjects], ways: Sequence[tuple[Alarm, ...]], clocks: AbstractSet[str]
) -> list[tuple[Alarm, ...]]:
    """Return what may be said of *clocks* where each of *ways* is due: all of it, or what was chosen *before*."""
    parts = chain(ways, (_left_of(alarms, chosen) for alarms in ways for chosen in before))
    said = (part for part in parts if part and {alarm.rule for alarm in part if alarm.rule} == clocks)
    return list(dict.fromkeys(said))


def _rules_of(chosen: Subjects) -> set[object]:
    return {subject[0] for subject in chosen if len(subject) > 1}


def _left_of(alarms: Iterable[Alarm], chosen: Subjects) -> tuple[Alarm, ...]:
    left = ((alarm, _subjects(alarm) & chosen) for alarm in alarms)
    return tuple(
        replace(alarm, steps=tuple(step for step in alarm.steps if (step,) in subjects)) if alarm.steps else alarm
        for alarm, subjects in left
        if subjects
    )


def _subjects(alarm: Alarm) -> Subjects:
    """Return what an alarm is about; of repeated ones it does not matter which, but the first of all is not one."""
    return frozenset((step,) for step in alarm.steps) or frozenset({(*key_of(alarm), "+" in alarm.name)})


def what(alarm: Alarm) -> tuple[object, ...]:
    return alarm.rule, alarm.name, alarm.steps, alarm.promised


def key_of(alarm: Alarm) -> tuple[object, ...]:
    """What waits, whenever: of repeated ones it does not matter which."""
    return alarm.rule, alarm.name.partition("+")[0], alarm.steps, alarm.promised


def _overdue(case: Case, now: datetime) -> list[Alarm]:
    return [alarm for alarm in waiting(case, now) if alarm.by <= now]


def _best(worlds: Sequence[World]) -> list[World]:
    """Return those with the fewest faults; of those that go on alike the one that goes on first, for it explains most.

    A later one stays beside it only if more of it is written down as it rang.
    """
    fewest = min(len(world.faults) for world in worlds)
    best: list[tuple[object, World]] = []
    for world in sorted((one for one in worlds if len(one.faults) == fewest), key=lambda one: (one.since, one.astray)):
        future = _future(world)
        alike = [place for place, (other, _) in enumerate(best) if other == future]
        for place in alike:
            best[place] = future, replace(best[place][1], chosen=best[place][1].chosen | world.chosen)
        if all(world.astray < best[place][1].astray for place in alike):
            best.append((future, world))
    return [world for _, world in best]


def _future(world: World) -> object:
    """Return all on which what comes depends: of reminders the last one, and what is known of those before."""
    clocks = {
        rule: (
            replace(clock, rings=clock.rings[-1:]),
            {name for name in clock.rang if "+" not in name},
            {name.partition("+")[0] for ring in clock.rings if ring.is_seen for name in ring.names},
            [ring.settled for ring in clock.unseen[:1]],
            len(clock.unseen) > 1,
        )
        for rule, clock in {**world.case.clocks, **world.case.supposed}.items()
    }
    return world.done, replace(world.case, clocks={}, supposed={}), clocks


def said_right(
    case: Case, alarms: Sequence[Alarm], heard: Heard, window: Window, called: Called | None = None
) -> Window | None:
    """Return when, within *window*, what was heard were the words of a reminder of *alarms*.

    It was to *called*; to those whom it had to call, if that is not said.
    """
    if {alarm.rule for alarm in alarms if alarm.rule} != _clocks_in(heard.text, tuple(case.rules)):
        return None
    for phase in phases(case, alarms, window):
        for text in reminder(case, alarms, phase.middle, called or mentions(case, alarms)):
            if right := fits(text, heard.text, phase):
                return right
    return None


@lru_cache
def _clocks_in(text: str, rules: tuple[str, ...]) -> set[str]:
    """Return the clocks of which a reminder has a line: that rules out most of what may be due before it is worded."""
    return {rule for rule in rules if re.search(rf"^(\[\w+\] |- . )?{re.escape(rule)}\b", text, re.MULTILINE)}


def rung(world: World, alarms: Iterable[Alarm], start: datetime, heard: Heard, at_last: Iterable[Alarm] = ()) -> World:
    """Return the world in which *alarms* have rung: decided on at *start* or later, known when it was settled.

    *at_last* are those that they were at the latest.
    """
    case, alarms = world.case, tuple(alarms)
    window = Window(start, heard.settled)
    for rule in dict.fromkeys(alarm.rule for alarm in alarms if alarm.rule):
        of_rule = [alarm for alarm in alarms if alarm.rule == rule]
        names_, circle = tuple(alarm.name for alarm in of_rule), max(alarm.circle for alarm in of_rule)
        latest = max((alarm.latest for alarm in at_last if alarm.rule == rule), default=0)
        ring = Ring(names=names_, latest=latest, circle=circle, at=window, settled=heard.settled)
        clock = case.clock(rule)
        assert clock is not None
        case = case.with_clock(clock.after(ring))
    steps = frozenset(step for alarm in alarms for step in alarm.steps)
    after = replace(
        case,
        rung_steps=case.rung_steps | steps,
        steps_rang=window if steps else case.steps_rang,
        update_rang=next((alarm.promised for alarm in alarms if alarm.promised), case.update_rang),
    )
    return replace(world, case=after, since=start, rang=(*world.rang, alarms), chosen=frozenset())


# --- what is wrong --------------------------------------------------------------------------------------------


def blamed(ways: Iterable[tuple[World, Window]], heard: Heard) -> list[World]:
    """Return the worlds after a reminder that none can explain, with the nearest reason why not."""
    found: dict[int, list[World]] = {}
    for world, window in ways:
        for start, end in pairwise([*moments(world.case, window), window.end]):
            alarms = max(due(world.case, Window(start, end).middle), key=len, default=())
            distance, after = _blamed(world, alarms, heard, Window(start, window.end))
            found.setdefault(distance, []).append(after)
    return found[min(found)][-1:]


def _blamed(world: World, alarms: tuple[Alarm, ...], heard: Heard, window: Window) -> tuple[int, World]:
    """Return how far a reminder is from the right one, and the world that has the blame."""
    case, start, after = world.case, window.start, rung(world, alarms, window.start, heard)
    if not alarms:
        return 3, after.blamed(_unfounded(case, heard, names(waiting(case, start)[:1]) or "nothing"))
    if any(said_right(case, alarms, heard, window, called) for called in (mentions(case, alarms), heard.called)):
        return 0, after.blamed(_not_reached(case, alarms, heard))
    for others in _parts(alarms):
        left_out = [alarm for alarm in alarms if alarm not in others]
        # It may have been left out, or have rung where nobody heard it.
        silent = rung(world, left_out, start, heard)
        for before in (world, silent):
            same = [alarm for alarm in waiting(before.case, start) if what(alarm) in map(what, others)]
            if len(same) == len(others) and said_right(before.case, same, heard, window):
                fault = Fault("lost", f"reminder: {names(left_out)} did not ring, and {names(others)} did")
                return 1, rung(silent, same, start, heard).blamed(fault)
    expected = shown(reminder(case, alarms, heard.at, mentions(case, alarms))[0])
    return 2, after.blamed(Fault("wrong", f"reminder of {names(alarms)}: {heard.text!r}, not {expected!r}"))


def _parts(alarms: Sequence[Alarm]) -> Iterator[tuple[Alarm, ...]]:
    """Yield some of *alarms*, the most of them first; of very many only one is left out."""
    fewest = 0 if len(alarms) <= MOST_PARTS else len(alarms) - 2
    return chain.from_iterable(combinations(alarms, count) for count in range(len(alarms) - 1, fewest, -1))


def _not_reached(case: Case, alarms: Sequence[Alarm], heard: Heard) -> Fault:
    if not heard.rings:
        return Fault("wrong", f"reminder of {names(alarms)}: it is said quietly")
    must, does = _called(*mentions(case, alarms)), _called(*heard.called)
    return Fault("wrong", f"reminder of {names(alarms)}: it mentions {does}, not {must}")


def _called(people: frozenset[str], is_for_all: bool) -> str:
    return ", ".join([*sorted(people), *(["the whole room"] if is_for_all else [])]) or "nobody"


def _unfounded(case: Case, heard: Heard, next_one: str) -> Fault:
    """Say why a reminder may not ring when nothing is due: it rang before, its clock is stopped, or it is early."""
    said = f"reminder {heard.text.partition(chr(10))[0]!r} at {heard.at.astimezone(ZONE):%H:%M:%S}"
    known = {**case.clocks, **case.supposed}.values()
    clocks = [clock for clock in known if clock.rule in heard.text]
    if case.is_closed or any(clock.state in ("filed", "aside") for clock in clocks):
        return Fault("invented", f"{said}: of what is stopped")
    if any(clock.rest for clock in clocks):
        return Fault("invented", f"{said}: its clock was to rest; next: {next_one}")
    kind = "doubled" if any(clock.rings for clock in clocks) else "invented"
    return Fault(kind, f"{said}: nothing was due; next: {next_one}")
