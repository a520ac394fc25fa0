"""An incident, and pure questions about it. The facts make it: `evolve`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.core.cascade import Cascade
from bot.core.clocks.rules import Clock, ClockState, Filed, Rule, Running, SetAside, Suspected
from bot.core.costs.ledger import Costs, Outages
from bot.core.documents.letters import Mailings
from bot.core.evidence.items import Items
from bot.core.facts import (
    Answered,
    BulletinReceived,
    ConfirmationAsked,
    DraftFrozen,
    NotDelivered,
    Severity,
    SeverityScored,
)
from bot.core.facts.lifecycle import CheckpointPosted, Held
from bot.core.facts.opening import Caller
from bot.core.facts.questions import AnswerReceived, QuestionAsked
from bot.core.facts.repair import FirmMoved
from bot.core.facts.ringing import Paged, PageResult, Reminder
from bot.core.judging.decisions import Decisions
from bot.core.language import Language
from bot.core.lessons.findings import Findings
from bot.core.names import DraftId, EventId, IncidentId, Question, RoomId, RuleId, StepId, UserId
from bot.core.people.contacts import Way
from bot.core.people.guests import Doors, unproved
from bot.core.people.quiet import QuietHours
from bot.core.people.roster import STAND_IN, Grant, Role, holders
from bot.core.playbook import Asked, Playbook, Step, Watched
from bot.core.rhythm.state import Rhythm
from bot.core.risk import RiskFactor, Weighed

WHOLE_ROOM = 3
"""The level of a reminder that mentions everybody."""


class Status(StrEnum):
    """Where the incident stands."""

    OPENING = "opening"
    OPEN = "open"
    CLOSED = "closed"


class StepStatus(StrEnum):
    """Where a step stands."""

    OPEN = "open"
    DOING = "doing"
    DONE = "done"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class StepState:
    """What happened to one step so far."""

    status: StepStatus = StepStatus.OPEN
    assigned: UserId | Role | None = None
    """Who took it on; None means the holders of the step's own role."""
    text: str = ""
    """The result of a finished step, the reason of a skipped one; empty otherwise."""
    evidence: tuple[int, ...] = ()
    """The numbers of evidence that the result names."""
    by: UserId | None = None
    at: datetime | None = None

    @property
    def settled(self) -> bool:
        """Done or skipped: nothing is left to do."""
        return self.status in (StepStatus.DONE, StepStatus.SKIPPED)


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftState:
    """Where a draft stands."""

    version: int
    digest: str
    made_at: datetime
    made_by: UserId
    reviewed_by: tuple[tuple[UserId, Role], ...] = ()
    """Who found this version right, and in which capacity."""
    frozen: DraftFrozen | None = None
    """None while later facts still change it."""
    name: str = ""
    """What people call it in this room; empty: its id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageState:
    """What became of a page so far."""

    asked: Paged
    results: Mapping[Way, PageResult] = field(default_factory=dict)

    @property
    def is_lost(self) -> bool:
        """Say whether all ways were tried, and none took it."""
        return len(self.results) == len(self.asked.ways) and PageResult.ACCEPTED not in self.results.values()


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """Everything known about one incident. Built by `evolve`, never by hand."""

    id: IncidentId
    codename: str
    title: str
    severity: Severity
    status: Status
    language: Language
    zone: ZoneInfo
    pace: float
    drill: bool
    opened_at: datetime
    opened_by: UserId
    playbook: Playbook
    rules: Mapping[RuleId, Rule]
    closed_days: frozenset[date]
    roster: Mapping[UserId, frozenset[Role]]
    grants: Mapping[UserId, tuple[Grant, ...]]
    """How everybody came by their roles, the first first; of who was removed it stays, until they are invited again."""
    present_from_opening: frozenset[UserId]
    """People of the first roster who never left: they can read the room from its first message."""
    joined: frozenset[UserId] = frozenset()
    left: frozenset[UserId] = frozenset()
    """People of the roster who went out of the room and were not invited again."""
    behind: Mapping[UserId, frozenset[Role]] = field(default_factory=dict)
    """Who was on the roster when the homeserver was lost, with their roles, until somebody comes in their place."""
    relocated_at: datetime | None = None
    """When it came to another homeserver; None while it is where it began."""
    strangers: frozenset[UserId] = frozenset()
    """Who is in the room, or invited to it, without being on the roster."""
    room: RoomId | None = None
    card: EventId | None = None
    card_posted_at: datetime | None = None
    steps: Mapping[StepId, StepState] = field(default_factory=dict)
    answers: Mapping[Question, str] = field(default_factory=dict)
    clock_states: Mapping[RuleId, ClockState] = field(default_factory=dict)
    supposed: Mapping[RuleId, Running] = field(default_factory=dict)
    """Clocks of the law that nobody started, as they would run from the first information: see `ringing.supposed`."""
    unbriefed: tuple[UserId, ...] = ()
    """Late joiners waiting for their brief."""
    brief_due: datetime | None = None
    closed_summary: str = ""
    closed_at: datetime | None = None
    """None while it is open."""
    purged_at: datetime | None = None
    """When all but its entry in the register was erased."""
    prefilled: frozenset[Question] = frozenset()
    """Which answers the organisation's profile gave, and nobody has changed."""
    profile: Mapping[Question, str] = field(default_factory=dict)
    """What the organisation's profile answered at the opening, whatever was answered since."""
    quiet: QuietHours | None = None
    clock_people: Mapping[RuleId, UserId] = field(default_factory=dict)
    """Who is reminded of a business clock that is one person's."""
    weighed: Mapping[RiskFactor, Weighed] = field(default_factory=dict)
    scored: SeverityScored | None = None
    """The last score of the severity; None while nobody gave one."""
    risk: Weighed | None = None
    """The level somebody decided on; None while nobody has."""
    dpo_opinion: Weighed | None = None
    """What the data protection officer said of it last."""
    controller_decision: Weighed | None = None
    """What was decided last for the organisation: by its management, or by who leads where nobody of it is here."""
    decided_answers: Mapping[Question, Answered] = field(default_factory=dict)
    """Answers that stand and with which duties left: decisions of two, with their reasons."""
    certain: Mapping[Question, Answered] = field(default_factory=dict)
    """Answers that stand and of which somebody said how sure they are."""
    ruled_out: Mapping[Question, tuple[str, ...]] = field(default_factory=dict)
    """What was thought of and is no answer, the oldest first."""
    decisions: Decisions = field(default_factory=dict)
    findings: Findings = field(default_factory=dict)
    rhythm: Rhythm = field(default_factory=Rhythm)
    """Situation points, who is on and since when, and handovers."""
    drafts: Mapping[DraftId, DraftState] = field(default_factory=dict)
    mailings: Mailings = field(default_factory=dict)
    """Letters to clients."""
    evidence: Items = field(default_factory=dict)
    costs: Costs = field(default_factory=dict)
    outages: Outages = field(default_factory=dict)
    rang_steps: frozenset[StepId] = frozenset()
    """Steps whose time has rung."""
    steps_rang_at: datetime | None = None
    update_promised_at: datetime | None = None
    """When somebody last said when the next bulletin comes."""
    update_promised_by: UserId | None = None
    update_rang: datetime | None = None
    """The promised bulletin that has rung."""
    is_repeat_rung: bool = False
    undelivered: tuple[NotDelivered, ...] = ()
    """Reminders that people were told of elsewhere, and that were not said in the room since."""
    rang: tuple[Reminder, ...] = ()
    """Reminders that rang lately, the oldest first: whom they called may still have to be paged."""
    pages: Mapping[int, PageState] = field(default_factory=dict)
    """Who was paged outside the rooms lately, and the last one in any case, by the number of the page."""
    asked: tuple[ConfirmationAsked, ...] = ()
    """What waits for a second person, the oldest first; some may have lapsed: see `bot.core.people.two_persons`."""
    asked_so_far: int = 0
    cascade: Cascade | None = None
    """The organisations it is the parent of; None when it is not a parent."""
    parent: IncidentId | None = None
    """Whose child it is."""
    organisation: str = ""
    caller: Caller | None = None
    """Who had its room opened; None without a parent, and where it was not kept."""
    columns: Mapping[str, str] = field(default_factory=dict)
    key: str = ""
    """Of its line in the parent's list; empty without a parent."""
    amended: int = 0
    """The number of the last correction of the list that is in it: it began with that, or that came here."""
    room_refused: str = ""
    """Why the homeserver will not make the room; empty unless it refused."""
    uninvited: tuple[UserId, ...] = ()
    """Who could not be invited, when the room was made or later, and was not invited again."""
    bulletins: tuple[BulletinReceived, ...] = ()
    """What the parent told it, the oldest first."""
    read: Mapping[int, datetime] = field(default_factory=dict)
    """When somebody acknowledged each bulletin first, by its number."""
    questions: tuple[QuestionAsked, ...] = ()
    """What its people asked whoever coordinates, the oldest first."""
    answered: tuple[AnswerReceived, ...] = ()
    """What they were answered."""
    repaired: int = 0
    """Up to which number it is done here what the parent mended."""
    moved: FirmMoved | None = None
    """Where it goes on; None unless the parent took its organisation for another one."""
    doors: Doors = field(default_factory=dict)
    """Ways in for people without an account."""
    has_calendar: bool = False
    """There are dates of taxes and payroll to add; see `bot.core.decide.dates`."""
    checkpoints: tuple[CheckpointPosted, ...] = ()
    """Of its record, the oldest first."""
    witnesses: Mapping[int, frozenset[UserId]] = field(default_factory=dict)
    """Who saw each checkpoint, by its number."""
    unsealed_since: datetime | None = None
    """When the first entry came that no checkpoint is over; None when nothing but checkpoints came since the last."""
    held: Held | None = None
    """The legal hold; None when it may be purged."""
    hold_lifted_at: datetime | None = None
    """When the last one ended."""
    reached_at: datetime | None = None
    """Since when the room can be told things: it was made, or opened again."""
    heard: Mapping[UserId, datetime] = field(default_factory=dict)
    """When each of its people last came, went or did something."""
    acted: Mapping[UserId, datetime] = field(default_factory=dict)
    """When each of its people last did something here. Unlike coming and going, nobody does that in their place."""
    came: Mapping[UserId, datetime] = field(default_factory=dict)
    """Of a child: when each of its people came first."""
    on_duty: Mapping[Role, UserId] = field(default_factory=dict)
    """Who is on duty by the rotas of the house at the moment that is looked at. No fact says it, and nothing keeps it:
    see `bot.core.desk.as_of_duty`. Of a role that is not here everybody is called."""

    def step_state(self, step: StepId) -> StepState:
        """Return what happened to *step*; an untouched step is open."""
        return self.steps.get(step, StepState())

    def needs(self, step: Step) -> bool:
        """Say whether the answers so far make *step* part of this incident."""
        return step.when.holds(self.answers)

    def needed_steps(self) -> tuple[Step, ...]:
        """Return the steps that are part of this incident now, in the playbook's order."""
        return tuple(step for step in self.playbook.steps() if self.needs(step))

    def open_questions(self) -> tuple[Asked, ...]:
        """Return the questions of the playbook that are asked now and that nobody answered."""
        return tuple(
            asked
            for asked in self.playbook.questions
            if asked.name not in self.answers and asked.when.holds(self.answers)
        )

    def doubt(self, name: Question) -> Answered | None:
        """Return the answer that stands under *name* if it is not established; None when nobody said so."""
        given = self.certain.get(name)
        return given if given is not None and given.certainty is not None and given.certainty.is_open else None

    def is_served(self, step: Step) -> bool:
        """Say whether the clock that *step* serves is stopped: what is left of the step is to say that it is done."""
        return isinstance(self.clock_states.get(step.clock) if step.clock else None, Filed | SetAside)

    def open_steps(self) -> tuple[Step, ...]:
        """Return the needed steps that are neither done nor skipped."""
        return tuple(step for step in self.needed_steps() if not self.step_state(step.id).settled)

    def aim_of(self, step: Step) -> datetime | None:
        """Return when *step* should be done, on the wall; None when it has no time to aim at."""
        return None if step.target is None else self.opened_at + step.target / self.pace

    def again_of(self, step: Step) -> datetime | None:
        """Return when *step*, which is done, is to be done once more, on the wall; None when it is not."""
        state = self.step_state(step.id)
        if step.again is None or state.status is not StepStatus.DONE or state.at is None:
            return None
        return state.at + step.again / self.pace

    def awake(self, moment: datetime, now: datetime) -> datetime:
        """Return when what may wait and stands at *moment* rings: in the morning if *moment* lies in a night.

        What was missed until a night, by *now*, waits for its end too. A fast drill has no nights.
        """
        if self.quiet is None or self.pace > 1:
            return moment
        due, morning = self.quiet.awake(moment, self.zone), self.quiet.awake(now, self.zone)
        return morning if due <= now < morning else due

    def clocks(self) -> tuple[Clock, ...]:
        """Return the clocks of this incident, the earliest end first: running, not started, stopped."""
        seen = [Clock(rule=rule, state=self._clock_state(rule)) for rule in self._watched_rules()]
        return tuple(sorted(seen, key=self._urgency))

    def _urgency(self, clock: Clock) -> tuple[int, datetime, str]:
        order = {Running: 0, Suspected: 1, Filed: 2, SetAside: 3}[type(clock.state)]
        state = self.supposed.get(clock.rule.id, clock.state)
        due = state.due if isinstance(state, Running) else None
        return (order, due or datetime.max.replace(tzinfo=UTC), clock.rule.id)

    def clock(self, id: RuleId) -> Clock | None:
        """Return the clock of rule *id*; None when the playbook does not watch it, or it waits for another's filing.

        One whose condition does not hold is there: people may know more than the answers say.
        """
        rule = self.rules.get(id)
        if rule is None or self._waits(rule):
            return None
        return Clock(rule=rule, state=self._clock_state(rule))

    def followers(self, id: RuleId) -> tuple[Rule, ...]:
        """Return the rules that the filing of *id* starts: watched, and contradicted by no answer."""
        watched = {one.rule for one in self.playbook.clocks if not one.when.is_ruled_out(self.answers)}
        return tuple(
            rule
            for rule in self.rules.values()
            if rule.after == id and rule.id in watched and rule.id not in self.clock_states
        )

    def _waits(self, rule: Rule) -> bool:
        """Say whether another clock must be filed before *rule* counts."""
        if rule.after is None or rule.id in self.clock_states:
            return False
        return not isinstance(self.clock_states.get(rule.after), Filed)

    def _clock_state(self, rule: Rule) -> ClockState:
        return self.clock_states.get(rule.id, Suspected())

    def _watched_rules(self) -> Iterable[Rule]:
        for watched in self.playbook.clocks:
            rule = self.rules.get(watched.rule)
            if rule is None:
                continue
            touched = rule.id in self.clock_states
            if touched or (not self._waits(rule) and watched.when.holds(self.answers)):
                yield rule
        yield from (rule for rule in self.rules.values() if rule.is_business)

    def watching(self, rules: Iterable[Rule]) -> Incident:
        """Return it watching *rules* without condition, whatever its playbook says of them."""
        followed = {rule.id: rule for rule in rules}
        others = (watched for watched in self.playbook.clocks if watched.rule not in followed)
        watched = (*others, *(Watched(rule=id) for id in followed))
        playbook = replace(self.playbook, clocks=watched)
        return replace(self, playbook=playbook, rules={**self.rules, **followed})

    def leaders(self) -> tuple[UserId, ...]:
        """Return who leads: the coordinators, else the admins, else the opener, else who there is.

        Nobody who is still to be proved.
        """
        waiting = unproved(self.doors)
        known = {user: roles for user, roles in self.roster.items() if user not in waiting}
        coordinators = self.called(Role.COORDINATOR, holders(known, Role.COORDINATOR))
        admins = coordinators or self.called(Role.ADMIN, holders(known, Role.ADMIN))
        return admins or self.opener() or tuple(known)

    def opener(self) -> tuple[UserId, ...]:
        """Return who opened it; nobody where that account stayed behind."""
        return (self.opened_by,) if self.relocated_at is None else ()

    def owners(self, rule: Rule) -> tuple[UserId, ...]:
        """Return whom a reminder of *rule* mentions: its role's holders, else coordinators; empty is the room."""
        person = self.clock_people.get(rule.id)
        if person is not None and person in self.roster and person not in self.left:
            return (person,)
        return self.on_call(rule.owner) or self.on_call(Role.COORDINATOR)

    def circle(self, rule: Rule, level: int) -> tuple[UserId, ...]:
        """Return whom a reminder of *rule* mentions at *level*.

        0: its owners; 1: their deputies too, and all of a role of which one is on duty, or rests; 2: the coordinators
        too; 3: the whole room, said by naming nobody.
        """
        people, coordinators = self.owners(rule), self.present(Role.COORDINATOR)
        if level >= WHOLE_ROOM or not people:
            return ()
        if level >= 1:
            people += self.present(rule.owner) if rule.owner in self.on_duty or self.rhythm.relieved else ()
            people += self.present(STAND_IN.get(rule.owner, Role.COORDINATOR)) or coordinators
        if level > 1:
            people += coordinators
        return tuple(dict.fromkeys(people))

    def answerers(self, rule: Rule) -> tuple[UserId, ...]:
        """Return whose `!ack` answers a reminder of *rule*: owners, deputies, coordinators. Nobody is everybody."""
        return self.circle(rule, WHOLE_ROOM - 1)

    def called(self, role: Role, people: tuple[UserId, ...]) -> tuple[UserId, ...]:
        """Return who of *people*, holders of *role*, is called for it: who is on duty if they are here, else all.

        Whoever handed over and has done nothing since rests, while another of them is there.
        """
        user, people = self.on_duty.get(role), self._awake(people)
        return (user,) if user in people and user not in self.left else people

    def _awake(self, people: tuple[UserId, ...]) -> tuple[UserId, ...]:
        awake = tuple(user for user in people if not self.rests(user))
        return awake if any(user not in self.left for user in awake) else people

    def rests(self, user: UserId) -> bool:
        """Say whether *user* handed over, that was acknowledged, and they have done nothing since."""
        relieved, acted = self.rhythm.relieved.get(user), self.acted.get(user)
        return relieved is not None and (acted is None or acted <= relieved)

    def on_call(self, role: Role) -> tuple[UserId, ...]:
        """Return who is called for *role*: of those who hold it and have not left, who is on duty, else all."""
        return self.called(role, self.present(role))

    def duty_here(self) -> Mapping[Role, UserId]:
        """Return who of the roster is on duty, by the roles for which they are."""
        return {role: user for role, user in self.on_duty.items() if role in self.roster.get(user, ())}

    def present(self, role: Role) -> tuple[UserId, ...]:
        """Return who holds *role* and has not left the room: who left hears nothing there."""
        return tuple(user for user in holders(self.roster, role) if user not in self.left)
