"""What must have happened, from what people sent and what the content files say. It shares no code with the bot.

What the bot wrote down is a second witness: it tells in which order and when commands were carried out, which nobody
else can know, and must then agree with what was heard. What must ring and be answered the `judge` works out by itself.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta

from tests.chaos.judge import content
from tests.chaos.judge.acts import Act
from tests.chaos.judge.card import heads, title
from tests.chaos.judge.case import Case
from tests.chaos.judge.evidence import Command, Fact, Heard, Rings, Trouble, rung_in
from tests.chaos.judge.hearing import REST, World, rings
from tests.chaos.judge.incident import find
from tests.chaos.judge.lines import people
from tests.chaos.judge.sentences import sentence
from tests.chaos.judge.text import ALWAYS, Text, Window, any_of, filled, fits, found

MADE_ONCE = ("RoomReady", "CardPosted")
"""Those that a new incident has beside its opening."""
FOR_GOOD = ("never rang", "did not ring", "was not carried out")
"""What is lost, though not everything is said yet: others were served since."""
PLAYBOOK = "provider-hit"
QUIET = (time(21), time(7))
"""When the bot lets what may wait rest, if its configuration does not say: a run may be at any hour of the day."""
ASKED = "ConfirmationAsked"
"""The fact that an act waits for its second person."""
A_MILLISECOND, LONG = timedelta(milliseconds=1), timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A command somebody sent."""

    event: str
    room: str
    thread: str
    """Each stands in a thread of its own: the answer comes there, and nothing else does."""
    marker: str
    act: Act
    is_unread: bool = False
    """Its key came too late: a notice says so, and nothing else happens."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A fact from the bot's own store."""

    stream: str
    kind: str
    input: str
    at: datetime
    head: str = ""
    """The beginning of the chain's head with it."""
    words: str = ""
    """Everything in it that somebody typed."""
    rule: str = ""
    rung: str = ""
    steps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A message of the bot as somebody else's client shows it; edits are left out."""

    room: str
    thread: str | None
    text: str
    rings: bool
    at: datetime
    people: frozenset[str] = frozenset()
    is_for_all: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """All that is known of what was sent, said and kept."""

    sent: Sequence[Sent]
    kept: Sequence[Kept]
    """Of each stream in its order."""
    said: Sequence[Said]
    """In the order in which it came."""
    times: Mapping[str, datetime]
    """When the homeserver had each command."""
    names: Mapping[str, str]
    """What the rooms are called."""
    troubles: Sequence[Trouble] = ()
    """What the bot's requests met."""
    is_over: bool = True
    """Whether nothing is left to be said; otherwise what is missing may still come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """How the bot was set up."""

    roster: Mapping[str, frozenset[str]]
    """People with their roles, those who lead first."""
    pace: float
    language: str = "en"


@dataclass(slots=True, kw_only=True)
class Verdict:
    """What was held against what."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    invented: list[str] = field(default_factory=list)
    """What nobody asked for."""
    wrong: list[str] = field(default_factory=list)
    """What says something else than it must, or to somebody else, or too late."""
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
    def complaints(self) -> list[str]:
        kinds = {"lost": self.lost, "doubled": self.doubled, "invented": self.invented, "wrong": self.wrong}
        return [f"{kind} {what}" for kind, all_ in kinds.items() for what in all_]

    @property
    def is_clean(self) -> bool:
        return not self.complaints


def total(verdicts: Iterable[Verdict]) -> Verdict:
    """Put verdicts about different things together."""
    whole = Verdict()
    for verdict in verdicts:
        whole.lost += verdict.lost
        whole.doubled += verdict.doubled
        whole.invented += verdict.invented
        whole.wrong += verdict.wrong
        whole.held += verdict.held
    return whole


def judge(house: House, evidence: Evidence) -> Verdict:
    """Hold what is in the store and what stands in the rooms against what was sent and what was due."""
    verdict = Verdict()
    _facts(verdict, evidence)
    _answers(verdict, evidence)
    rooms = set[str]()
    for command in evidence.sent:
        if command.act.kind.startswith("open"):
            rooms |= _incident(verdict, house, evidence, command)
    for command in evidence.sent:
        if command.act.kind == "always" and command.room not in rooms:
            _always(verdict, house, evidence, command)
    if not evidence.is_over:
        verdict.lost = [what for what in verdict.lost if any(words in what for words in FOR_GOOD)]
    return verdict


def _facts(verdict: Verdict, evidence: Evidence) -> None:
    """See that each command has the facts it has once, and that nobody's are there."""
    by_input: defaultdict[str, list[Kept]] = defaultdict(list)
    for fact in evidence.kept:
        by_input[fact.input].append(fact)
    asked = Counter(word for fact in evidence.kept if fact.kind == ASKED for word in set(fact.words.split()))
    markers = Counter(word for fact in evidence.kept if fact.kind != ASKED for word in set(fact.words.split()))
    for command in evidence.sent:
        caused = by_input.pop(command.event, [])
        if command.is_unread:
            verdict.never("fact", command.marker, len(caused))
        elif caused:
            most = max(Counter(fact.kind for fact in caused).values())
            verdict.once("fact", f"{command.act.kind} {command.marker}", most)
            if command.act.text == command.marker:
                # What was asked for and confirmed is kept once more, as done.
                verdict.once("marker", command.marker, markers[command.marker] or asked[command.marker])
    for fact in (fact for facts in by_input.values() for fact in facts):
        verdict.never("fact", f"{fact.kind} {fact.words}", int(fact.input.startswith("$") and bool(fact.words)))


def _answers(verdict: Verdict, evidence: Evidence) -> None:
    threads = Counter((one.room, one.thread) for one in evidence.said if one.thread is not None)
    for command in evidence.sent:
        times = threads.pop((command.room, command.thread), 0)
        if command.is_unread:
            verdict.never("answer", command.marker, times)
        else:
            verdict.once("answer", f"{command.act.kind} {command.marker}", times)
    for (_, thread), times in threads.items():
        verdict.never("answer", f"in a thread nobody began: {thread}", times)


def _always(verdict: Verdict, house: House, evidence: Evidence, command: Sent) -> None:
    """Hold the answer to a command outside the rooms of incidents against the only one there is."""
    answer, expected = _answer(evidence, command), sentence(house.language, command.act.what)
    if answer is not None and not fits((expected,), answer.text, ALWAYS):
        verdict.wrong.append(f"answer to {command.act.what}: {answer.text!r}, not {expected!r}")


def _answer(evidence: Evidence, command: Sent) -> Said | None:
    place = (command.room, command.thread)
    return next((one for one in evidence.said if (one.room, one.thread) == place), None)


# --- one incident ---------------------------------------------------------------------------------------------


def _incident(verdict: Verdict, house: House, evidence: Evidence, opening: Sent) -> set[str]:
    """Judge the incident that a command opened, and return its room."""
    answer = _answer(evidence, opening)
    stream = next((fact.stream for fact in evidence.kept if fact.input == opening.event), None)
    kept = [fact for fact in evidence.kept if fact.stream == stream]
    if answer is None or stream is None:
        if answer is not None:
            verdict.lost.append(f"fact: {opening.act.kind} {opening.marker}, answered {answer.text!r}")
        return set()
    case = _case(house, opening, kept[0].at, answer.text, verdict)
    rooms = {one.room for one in evidence.said if one.thread is None and title(case) in heads(one.text)}
    if len(rooms) != 1:
        verdict.once("room", title(case), len(rooms))
        return rooms
    room = rooms.pop()
    if evidence.names.get(room) != case.codename:
        verdict.wrong.append(f"room of {case.title}: called {evidence.names.get(room)}, not {case.codename}")
    for kind in MADE_ONCE:
        verdict.once("room", f"{case.title} {kind}", sum(fact.kind == kind for fact in kept))
    _checkpoints(verdict, evidence, room, case, sum(fact.kind == "CheckpointPosted" for fact in kept))
    heard = _free(verdict, evidence, room, case)
    troubles = [one for one in evidence.troubles if one.room in (room, None)]
    facts = [as_fact(one) for one in kept]
    findings = find(case, _commands(evidence, room, kept), heard, facts, troubles)
    for fault in findings.faults:
        getattr(verdict, fault.kind).append(f"{fault.what} ({case.title})")
    verdict.held["reminder message"] += len(heard)
    if evidence.is_over:
        _compare(verdict, case.title, findings.worlds, rung_in(facts))
        _count(verdict, case.title, len(heard), len(rung_in(facts)))
    return {room}


def as_fact(kept: Kept) -> Fact:
    """Return what the judge needs to know of a fact."""
    names = ("input", "kind", "at", "head", "rule", "rung", "steps")
    return Fact(**{name: getattr(kept, name) for name in names})


def _case(house: House, opening: Sent, at: datetime, answer: str, verdict: Verdict) -> Case:
    language, is_drill = opening.act.what, opening.act.kind == "open.drill"
    case = Case(
        language=language,
        playbook=content.playbook(PLAYBOOK, language),
        rules=content.rules(language, at.date()),
        roster=house.roster,
        title=opening.act.text,
        codename="",
        opened_at=at,
        opened_by=opening.act.who,
        pace=house.pace if is_drill else 1,
        is_drill=is_drill,
        quiet=QUIET,
    )
    holes: Mapping[str, str | Text] = {
        "title": title(case),
        "codename": any_of(r"\w+ \w+"),
        "people": people(house.roster),
    }
    expected = filled(sentence(language, "opened"), holes)
    codename = found(expected, answer)
    if codename is None:
        verdict.wrong.append(f"answer to open {opening.marker}: {answer!r}")
    return replace(case, codename=codename[0] if codename else "")


def _commands(evidence: Evidence, room: str, kept: Sequence[Kept]) -> list[Command]:
    """Return the commands of a room, those that were carried out in their order."""
    places = {fact.input: place for place, fact in reversed(list(enumerate(kept)))}
    commands = [
        _command(evidence, one, kept, places) for one in evidence.sent if one.room == room and not one.is_unread
    ]
    heard = [one for one in commands if one.done or one.answer is not None]
    return sorted(heard, key=lambda one: (places.get(one.event, -1), one.sent))


def _command(evidence: Evidence, sent: Sent, kept: Sequence[Kept], places: Mapping[str, int]) -> Command:
    answer, place = _answer(evidence, sent), places.get(sent.event)
    done = None if place is None else kept[place].at
    answered = answer.at + A_MILLISECOND if answer else done or evidence.times[sent.event]
    return Command(
        event=sent.event,
        act=sent.act,
        sent=evidence.times[sent.event],
        answered=answered,
        answer=answer.text if answer else None,
        people=answer.people if answer else frozenset(),
        is_for_all=answer.is_for_all if answer else False,
        rings=answer.rings if answer else False,
        done=done,
    )


def _checkpoints(verdict: Verdict, evidence: Evidence, room: str, case: Case, written: int) -> None:
    """See that each checkpoint that is written down stands in the room once, under its number, and no other does."""
    found = Counter(_checkpoint(one.text, case) for one in evidence.said if one.room == room and one.thread is None)
    found.pop("", None)
    for number in range(1, written + 1):
        verdict.once("checkpoint", f"{case.title} {number}", found.pop(str(number), 0))
    for other, times in found.items():
        verdict.never("checkpoint", f"{case.title} {other}", times)


def _checkpoint(text: str, case: Case) -> str:
    """Return the number of the checkpoint that *text* is; nothing when it is none."""
    head, _, rest = text.partition(f"{sentence(case.language, 'checkpoint')} ")
    return "" if head else rest.partition(" ")[0]


def _free(verdict: Verdict, evidence: Evidence, room: str, case: Case) -> list[Heard]:
    """See that what stands outside the threads of a room stands there once; return the rest of it: the reminders."""
    here = [one for one in evidence.said if one.room == room]
    free = [one for one in here if one.thread is None]
    unread = [one for one in free if sentence(case.language, "unread") in one.text]
    briefs = [one for one in free if one.text.startswith(sentence(case.language, "brief"))]
    starts = [one for one in free if sentence(case.language, "start.here") in one.text]
    cards = [one for one in free if title(case) in heads(one.text) and not (one.people or one.is_for_all)]
    must = sum(command.is_unread and command.room == room for command in evidence.sent)
    verdict.held["notice"] += min(must, len(unread))
    verdict.lost.extend([f"notice: {case.title}"] * (must - len(unread)))
    verdict.doubled.extend([f"notice: {case.title}"] * (len(unread) - must))
    verdict.once("room", f"{case.title} first steps", len(starts))
    verdict.once("room", f"{case.title} card", len(cards))
    verdict.never("brief", case.title, len(briefs))
    sealed = [one for one in free if _checkpoint(one.text, case)]
    known = [*unread, *briefs, *starts, *cards, *sealed]
    troubles = [one.window for one in evidence.troubles if one.room in (room, None)]
    return [_heard(one, here, troubles) for one in free if one not in known]


def _heard(said: Said, here: Sequence[Said], troubles: Iterable[Window]) -> Heard:
    surely = known_by(said.at, troubles)
    following = (one.at for one in here[here.index(said) + 1 :] if one.rings or one.at >= surely)
    return Heard(
        text=said.text,
        people=said.people,
        is_for_all=said.is_for_all,
        rings=said.rings,
        at=said.at + A_MILLISECOND,
        settled=next(following, said.at + LONG) + A_MILLISECOND,
    )


def known_by(said_at: datetime, troubles: Iterable[Window]) -> datetime:
    """Return by when the bot knew that it was said; after trouble others are answered before it asks again."""
    surely = said_at
    for trouble in sorted(troubles, key=lambda one: one.start):
        if trouble.start <= surely and said_at <= trouble.end + REST:
            surely = max(surely, trouble.end + REST)
    return surely


def _compare(verdict: Verdict, name: str, worlds: Sequence[World], messages: Sequence[Rings]) -> None:
    """Hold what the bot wrote down about reminders against what was heard of them."""
    kept = sum(messages, Rings())
    heard = nearest((sum(map(rings, world.rang), Rings()) for world in worlds), kept)
    verdict.held["reminder"] += (heard & kept).total()
    for what in (heard - kept).elements():
        verdict.lost.append(f"fact: reminder {name} {what}: it was heard, and is not written down")
    for what in (kept - heard).elements():
        verdict.lost.append(f"reminder: {name} {what}: it is written down, and was not heard")


def nearest(heard: Iterable[Rings], written: Rings) -> Rings:
    """Return what was heard in that order of events that is nearest to what is written: words leave some of it open."""
    return min(heard, key=lambda one: ((one - written) + (written - one)).total())


def _count(verdict: Verdict, name: str, heard: int, written: int) -> None:
    if heard != written:
        verdict.wrong.append(f"reminders of {name}: {heard} were heard, {written} are written down")
