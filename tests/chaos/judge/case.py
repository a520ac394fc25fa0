"""An incident as the judge knows it: what the content files say, and what people and the clock made of it since."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta

from tests.chaos.judge import times
from tests.chaos.judge.content import Playbook, Rule, Step, holds, is_ruled_out
from tests.chaos.judge.text import Window
from tests.chaos.judge.times import HOUR

DEPUTY = {"dpo": "legal", "legal": "dpo", "insurance": "legal", "hr": "legal"}
"""Who is asked when the holders of a role do not answer; for the other roles the coordinators are."""
EVERYBODY = 3
"""The circle of a reminder for the whole room; the owners are 0, their deputies 1, the coordinators 2."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ring:
    """One reminder of a clock that was heard."""

    names: tuple[str, ...]
    """Which rungs it stands for."""
    latest: int = 0
    """Of a repeated one, how many hours late it was at the most; its name says how many at the least."""
    circle: int
    at: Window
    settled: datetime
    """From when on the bot knows that it was said: it said something else there since."""
    is_seen: bool = False

    @property
    def is_repeated(self) -> bool:
        return all("+" in name for name in self.names)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """One clock that was started, or stopped without; or one that nobody started, as it would run."""

    rule: str
    state: str
    """`runs`, `supposed`, `filed` or `aside`."""
    since: datetime
    """When it was started, corrected or stopped; in a drill its hours are counted faster from there on."""
    aware: datetime | None = None
    by: str = ""
    source: str = ""
    due: datetime | None = None
    aim: datetime | None = None
    rings: tuple[Ring, ...] = ()
    rest: Window | None = None
    """Of the law's hours: from when until when somebody wanted quiet."""
    seen: datetime | None = None
    """When somebody last said that its reminders were seen."""
    words: str = ""
    """The reference of its filing, or why it was set aside."""
    ran: Clock | None = None
    """What ran before it was stopped."""

    @property
    def runs(self) -> bool:
        return self.state == "runs"

    def after(self, ring: Ring) -> Clock:
        """Return the clock after one more reminder; of many repeated ones the first and the last are kept."""
        rings, last_two = self.rings, self.rings[-2:]
        is_between = len(last_two) == 2 and all(one.is_repeated and not one.is_seen for one in last_two)
        if is_between and last_two[-1].names != ring.names:
            rings = rings[:-1]
        return replace(self, rings=(*rings, ring))

    @property
    def unseen(self) -> tuple[Ring, ...]:
        return tuple(ring for ring in self.rings if not ring.is_seen)

    @property
    def rang(self) -> tuple[str, ...]:
        return tuple(name for ring in self.rings for name in ring.names)


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What became of a step."""

    status: str = "open"
    to: str = ""
    """A person or a role; empty: the step's own role."""
    at: datetime | None = None
    """When it was done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What waits for a second person: that a clock is set aside, or that the incident is closed."""

    number: int
    by: str
    at: datetime
    words: str
    rules: tuple[str, ...]
    """The clocks that it silences."""
    due: datetime | None = None
    """When the clock was due that is to be set aside."""
    runs: bool = True
    """False: the clock that is to be set aside was never started."""
    is_closing: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Everything the judge knows about one incident."""

    language: str
    playbook: Playbook
    rules: Mapping[str, Rule]
    roster: Mapping[str, frozenset[str]]
    """People with their roles, those who lead first."""
    title: str
    codename: str
    opened_at: datetime
    opened_by: str
    pace: float = 1
    """How much faster than the wall the law's hours pass."""
    is_drill: bool = False
    free_days: frozenset[date] = frozenset()
    quiet: tuple[time, time] | None = None
    severity: str = "high"
    is_closed: bool = False
    closed_at: datetime | None = None
    summary: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)
    works: Mapping[str, Work] = field(default_factory=dict)
    clocks: Mapping[str, Clock] = field(default_factory=dict)
    supposed: Mapping[str, Clock] = field(default_factory=dict)
    """The clocks of the law that nobody started, as they would run: see `supposed`."""
    asked: tuple[Asked, ...] = ()
    asked_so_far: int = 0
    discovered: datetime | None = None
    """The first information, if it came before the opening."""
    promised: datetime | None = None
    """The next bulletin."""
    promised_at: datetime | None = None
    promised_by: str = ""
    update_rang: datetime | None = None
    """The promised bulletin that has rung."""
    rung_steps: frozenset[str] = frozenset()
    steps_rang: Window | None = None

    # --- steps ----------------------------------------------------------------------------------------------

    def work(self, step: str) -> Work:
        return self.works.get(step, Work())

    def needed_steps(self) -> list[Step]:
        return [step for step in self.playbook.steps if holds(step.when, self.answers)]

    def open_steps(self) -> list[Step]:
        return [step for step in self.needed_steps() if self.work(step.id).status in ("open", "doing")]

    def aim(self, step: Step) -> datetime | None:
        return None if step.aim is None else self.opened_at + step.aim / self.pace

    def again(self, step: Step) -> datetime | None:
        """When what was done is to be done once more."""
        work = self.work(step.id)
        if step.again is None or work.status != "done" or work.at is None:
            return None
        return work.at + step.again / self.pace

    def is_served(self, step: Step) -> bool:
        """Its clock is stopped: there is nothing to remind of."""
        clock = self.clocks.get(step.clock)
        return clock is not None and not clock.runs

    # --- people ---------------------------------------------------------------------------------------------

    def holders(self, role: str) -> list[str]:
        return sorted(user for user, roles in self.roster.items() if role in roles)

    def leaders(self) -> list[str]:
        return self.holders("coordinator") or self.holders("admin") or [self.opened_by]

    def deciding(self) -> list[str]:
        """Who decides for the organisation: its management, or who leads where there is none."""
        return self.holders("management") or self.leaders()

    def owners(self, rule: str) -> list[str]:
        return self.holders(self.rules[rule].owner) or self.holders("coordinator")

    def circle(self, rule: str, width: int) -> list[str]:
        """Whom a reminder is for; nobody named is everybody."""
        people, coordinators = self.owners(rule), self.holders("coordinator")
        if width >= EVERYBODY or not people:
            return []
        if width:
            people = [*people, *(self.holders(DEPUTY.get(self.rules[rule].owner, "coordinator")) or coordinators)]
        return list(dict.fromkeys([*people, *(coordinators if width > 1 else ())]))

    def answerers(self, rule: str) -> list[str]:
        """Whose word that a reminder was seen counts: owners, deputies, coordinators; nobody named is everybody."""
        return self.circle(rule, EVERYBODY - 1)

    def promisers(self) -> list[str]:
        """Whom a reminder of a promised bulletin is for: who gave the promise, communication, and who leads."""
        return list(dict.fromkeys([self.promised_by, *self.holders("comms"), *self.leaders()]))

    def workers(self, steps: Iterable[str]) -> list[str]:
        """Whom a reminder of steps is for."""
        people: dict[str, None] = {}
        for step in self.playbook.steps:
            if step.id in steps:
                to = self.work(step.id).to or step.role
                people |= dict.fromkeys([to] if to.startswith("@") else self.holders(to) or self.leaders())
        return list(people)

    # --- clocks ---------------------------------------------------------------------------------------------

    def waits(self, rule: Rule) -> bool:
        """It starts with the filing of another."""
        before = self.clocks.get(rule.after)
        return bool(rule.after) and rule.id not in self.clocks and (before is None or before.state != "filed")

    def watched(self) -> list[str]:
        """The clocks of the card: what runs, the earliest due first, then what may begin, then what is stopped."""
        seen = [
            rule
            for rule, when in self.playbook.clocks
            if rule in self.rules
            and (rule in self.clocks or (not self.waits(self.rules[rule]) and holds(when, self.answers)))
        ]
        seen += [rule.id for rule in self.rules.values() if rule.is_business]
        return sorted(seen, key=self._place)

    def followers(self, rule: str) -> list[str]:
        """The clocks that the filing of *rule* starts."""
        asked_for = {one for one, when in self.playbook.clocks if not is_ruled_out(when, self.answers)}
        after = [one.id for one in self.rules.values() if one.after == rule]
        return [one for one in after if one in asked_for and one not in self.clocks]

    def running(self) -> list[Clock]:
        return [self.clocks[rule] for rule in self.watched() if rule in self.clocks and self.clocks[rule].runs]

    def clock(self, rule: str) -> Clock | None:
        """The clock that was started or stopped, or as it would run."""
        return self.clocks.get(rule) or self.supposed.get(rule)

    def ringing(self) -> list[Clock]:
        """What runs, and what nobody started."""
        clocks = [self.clock(rule) for rule in self.watched()]
        return [clock for clock in clocks if clock is not None and clock.state in ("runs", "supposed")]

    def with_clock(self, clock: Clock) -> Case:
        if clock.state == "supposed":
            return replace(self, supposed={**self.supposed, clock.rule: clock})
        return replace(self, clocks={**self.clocks, clock.rule: clock})

    def of_law(self) -> list[str]:
        """The clocks of the law that run, with a due time or without: closing silences them."""
        return [clock.rule for clock in self.running() if not self.rules[clock.rule].may_wait]

    def legal(self, clock: Clock, at: datetime) -> datetime:
        """Where *at* lies on the clock's own axis."""
        return clock.since + (at - clock.since) * self.pace

    def wall(self, clock: Clock, moment: datetime) -> datetime:
        """When a moment of the clock's own axis comes."""
        return clock.since + (moment - clock.since) / self.pace

    def _place(self, rule: str) -> tuple[int, datetime, str]:
        clock = self.clock(rule)
        order = 1 if clock is None else {"runs": 0, "supposed": 1, "filed": 2, "aside": 3}[clock.state]
        last = datetime.max.replace(tzinfo=UTC)
        return order, (clock.due or last) if clock and order < 2 else last, rule


def due_time(length: str, aware: datetime, free_days: frozenset[date]) -> datetime | None:
    """Return when *length* ends by the strict reading; None where the law gives no figure."""
    count, _, unit = length.partition(" ")
    match unit:
        case "h":
            return aware.astimezone(UTC) + int(count) * HOUR
        case "calendar days":
            return times.day_end(aware.astimezone(times.ZONE) + timedelta(days=int(count)))
        case "working days":
            return times.day_end(_working_day(aware.astimezone(times.ZONE), int(count), free_days))
        case "":
            return None
        case _:
            raise NotImplementedError(length)  # no clock of that kind is started by the crowd


def later_reading(rule: Rule, aware: datetime) -> datetime | None:
    """Return the later end by Regulation 1182/71, which leaves out the hour of the event."""
    if not rule.counts_in_full_hours:
        return None
    return aware.astimezone(UTC).replace(minute=0, second=0, microsecond=0) + (int(rule.length.split()[0]) + 1) * HOUR


def _working_day(day: datetime, count: int, free_days: frozenset[date]) -> datetime:
    while count:
        day += timedelta(days=1)
        count -= day.weekday() < 5 and day.date() not in free_days
    return day
