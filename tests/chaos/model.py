"""What must have happened, from what people sent and which reminders were due. It shares no code with the bot."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum, auto

LADDER = {"T-48": 48, "T-24": 24, "T-12": 12, "T-6": 6, "T-3": 3, "T-1": 1, "T": 0}
"""Hours before the end at which the reminders of a clock of 72 hours ring."""
CLOCK, LENGTH = "GDPR-33-1", timedelta(hours=72)
RINGING = {"Rang", "StepsRang"}
UNREAD = "could not be decrypted"
"""What a notice says."""


class Becomes(Enum):
    """What a command must have become."""

    FACT = auto()
    """A fact of a certain kind, and an answer."""
    ANSWER = auto()
    """An answer and nothing else."""
    NOTICE = auto()
    """A notice that it could not be read, and nothing else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A command somebody sent."""

    event: str
    room: str
    thread: str
    """Each stands in a thread of its own: the answer comes there, and nothing else does."""
    marker: str
    becomes: Becomes
    kind: str = ""
    """Of the fact."""
    is_marked: bool = True
    """Whether the fact has the marker among its words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A fact from the bot's own store."""

    stream: str
    kind: str
    input: str
    at: datetime
    words: str = ""
    """Everything in it that somebody typed."""
    rule: str = ""
    rung: str = ""
    aware: datetime | None = None
    steps: tuple[str, ...] = ()
    room: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A message of the bot as somebody else's client shows it; edits are left out."""

    room: str
    thread: str | None
    text: str
    rings: bool


@dataclass(slots=True, kw_only=True)
class Verdict:
    """What was held against what."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    invented: list[str] = field(default_factory=list)
    """What nobody asked for."""
    held: Counter[str] = field(default_factory=Counter)
    """How many things were there exactly once, by kind."""

    def once(self, kind: str, what: str, times: int) -> None:
        if times == 1:
            self.held[kind] += 1
        elif times == 0:
            self.lost.append(f"{kind}: {what}")
        else:
            self.doubled.append(f"{kind}, {times} times: {what}")

    def never(self, kind: str, what: str, times: int) -> None:
        if times:
            self.invented.append(f"{kind}, {times} times: {what}")

    @property
    def is_clean(self) -> bool:
        return not (self.lost or self.doubled or self.invented)


def total(verdicts: Iterable[Verdict]) -> Verdict:
    """Put verdicts about different things together."""
    whole = Verdict()
    for verdict in verdicts:
        whole.lost += verdict.lost
        whole.doubled += verdict.doubled
        whole.invented += verdict.invented
        whole.held += verdict.held
    return whole


def judge(sent: Sequence[Sent], kept: Sequence[Kept], said: Sequence[Said], *, pace: float) -> Verdict:
    """Hold what is in the store and what stands in the rooms against what was sent and what was due."""
    verdict = Verdict()
    _facts(verdict, sent, kept, {one.thread: one.text for one in said})
    _answers(verdict, sent, said)
    streams = _by(kept, "stream")
    for stream, facts in streams.items():
        _clocks(verdict, stream, facts, pace)
    rooms = {fact.room: stream for stream, facts in streams.items() for fact in facts if fact.kind == "RoomReady"}
    for room, stream in rooms.items():
        _room(verdict, stream, streams[stream], [one for one in said if one.room == room], sent)
    return verdict


def _facts(verdict: Verdict, sent: Iterable[Sent], kept: Sequence[Kept], answers: Mapping[str | None, str]) -> None:
    by_input = _by(kept, "input")
    for command in sent:
        caused = by_input.pop(command.event, [])
        if command.becomes is Becomes.FACT:
            what = f"{command.kind} {command.marker}, answered: {answers.get(command.thread)}"
            verdict.once("fact", what, sum(fact.kind == command.kind for fact in caused))
            if command.is_marked:
                verdict.once("marker", command.marker, sum(command.marker in fact.words.split() for fact in kept))
        else:
            verdict.never("fact", command.marker, len(caused))
    for fact in (fact for facts in by_input.values() for fact in facts):
        verdict.never("fact", f"{fact.kind} {fact.words}", int(fact.input.startswith("$") and bool(fact.words)))


def _answers(verdict: Verdict, sent: Iterable[Sent], said: Iterable[Said]) -> None:
    threads = Counter((one.room, one.thread) for one in said if one.thread is not None)
    for command in sent:
        times = threads.pop((command.room, command.thread), 0)
        if command.becomes is Becomes.NOTICE:
            verdict.never("answer", command.marker, times)
        else:
            verdict.once("answer", command.marker, times)
    for (_, thread), times in threads.items():
        verdict.never("answer", f"in a thread nobody began: {thread}", times)


def _clocks(verdict: Verdict, stream: str, facts: Sequence[Kept], pace: float) -> None:
    """See that every rung that was due rang once, and that none rang twice."""
    rang = Counter((fact.rule, fact.rung) for fact in facts if fact.kind == "Rang")
    for clock in (fact for fact in facts if fact.kind == "ClockStarted" and fact.rule == CLOCK):
        assert clock.aware is not None
        stopped = next((fact.at for fact in facts if fact.kind == "ClockFiled" and fact.rule == CLOCK), None)
        for rung, hours in LADDER.items():
            legal = clock.aware + LENGTH - timedelta(hours=hours)
            if legal > clock.at and (stopped is None or _on_the_wall(legal, clock.at, pace) < stopped):
                verdict.once("reminder", f"{stream} {rung}", rang.pop((CLOCK, rung), 0))
    for (rule, rung), times in rang.items():
        verdict.once("reminder", f"{stream} {rule} {rung}", times)
    for step, times in Counter(step for fact in facts if fact.kind == "StepsRang" for step in fact.steps).items():
        verdict.once("reminder", f"{stream} step {step}", times)


def _on_the_wall(legal: datetime, started: datetime, pace: float) -> datetime:
    return started + (legal - started) / pace


def _room(verdict: Verdict, stream: str, facts: Sequence[Kept], said: Sequence[Said], sent: Iterable[Sent]) -> None:
    """See that everything outside the threads of a room stands there once, and for a reason."""
    kinds = Counter(fact.kind for fact in facts)
    for kind in ("Opened", "RoomReady", "CardPosted"):
        verdict.once("room", f"{stream} {kind}", kinds[kind])
    free = [one for one in said if one.thread is None]
    # Reminders that ring together are facts of one input, and one message. Each says another time that is left, but
    # for those that count the days since it was over: they are held by their number.
    rings = [one.text for one in free if one.rings]
    groups = {fact.input for fact in facts if fact.kind in RINGING}
    _match(verdict, "reminder message", stream, rings, len(groups))
    quiet = [one.text for one in free if not one.rings]
    notices = [text for text in quiet if UNREAD in text]
    unread = sum(command.becomes is Becomes.NOTICE and command.room == said[0].room for command in sent) if said else 0
    verdict.held["notice"] += min(unread, len(notices))
    verdict.lost.extend([f"notice: {stream}"] * (unread - len(notices)))
    verdict.doubled.extend([f"notice: {stream}"] * (len(notices) - unread))
    for name, pattern in {"first steps": "Start here", "card": r"· severity \w+ ·"}.items():
        verdict.once("room", f"{stream} {name}", sum(bool(re.search(pattern, text)) for text in quiet))
    briefs = sum("Brief for those" in text for text in quiet)
    if briefs != kinds["Briefed"]:
        (verdict.lost if briefs < kinds["Briefed"] else verdict.doubled).append(f"brief: {stream}")
    known = len(notices) + 2 + briefs
    verdict.never("message", f"{stream}: {quiet}", max(0, len(quiet) - known))


def _match(verdict: Verdict, kind: str, stream: str, texts: Sequence[str], wanted: int) -> None:
    in_days = [text for text in texts if re.search(r"overdue by \d+\sdays", text)]
    times = Counter(text for text in texts if text not in in_days)
    for text, count in times.items():
        verdict.once(kind, f"{stream} {text[:60]}", count)
    verdict.held[kind] += len(in_days)
    there = len(times) + len(in_days)
    verdict.lost.extend([f"{kind}: {stream}"] * max(0, wanted - there))
    verdict.never(kind, f"{stream}: {there} for {wanted} facts", max(0, there - wanted))


def _by(kept: Iterable[Kept], name: str) -> dict[str, list[Kept]]:
    found: defaultdict[str, list[Kept]] = defaultdict(list)
    for fact in kept:
        found[getattr(fact, name)].append(fact)
    return found
