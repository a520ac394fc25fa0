"""Small builders for tests of the core: a playbook, rules of every length, a house, an opened incident."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from bot.core.clocks.lengths import Elapsed, Length, WithoutDelay, WorkingDays
from bot.core.clocks.rules import Proof, Rule, Running
from bot.core.commands import Asker, GiveConfirmation, Waive
from bot.core.conditions import ALWAYS, Condition, parse_condition
from bot.core.decide import Act, decide, happen
from bot.core.decide.ringing import ring
from bot.core.desk import House
from bot.core.documents.drafts import DraftTemplate, Tlp
from bot.core.evolve import evolve, fold
from bot.core.facts import (
    Channel,
    ClockStarted,
    Fact,
    Letter,
    LettersMade,
    LettersSent,
    Member,
    Opened,
    RoomReady,
    Severity,
)
from bot.core.happenings import Happening, TimeCame
from bot.core.incident import Incident
from bot.core.language import Language, Words
from bot.core.names import DeviceId, DraftId, IncidentId, InputId, Question, RoomId, RuleId, StepId, UserId
from bot.core.people.roster import Role
from bot.core.playbook import Asked, Phase, Playbook, Step, Watched
from bot.core.risk import Score

NOW = datetime(2026, 3, 27, 17, 0, tzinfo=UTC)
"""Friday, 18:00 in Paris, two days before the clocks go forward there."""
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
EASTER_MONDAY = date(2026, 4, 6)

ALICE, BOB, CAROL, DAVE, ERIN = (UserId(f"@{name}:example.org") for name in ("alice", "bob", "carol", "dave", "erin"))
GUEST = UserId("@guest:firm.example")
ROOM = RoomId("!room:example.org")
INCIDENT = IncidentId("0123456789abcdef")
SCORE = Score(context=300, identification=100, confidentiality=50, integrity=0, availability=25, malice=50)

PEOPLE = {
    ALICE: frozenset({Role.ADMIN, Role.COORDINATOR}),
    BOB: frozenset({Role.DPO}),
    CAROL: frozenset({Role.IT}),
    DAVE: frozenset({Role.COORDINATOR}),
    ERIN: frozenset({Role.OBSERVER}),
}

HOURS_72, NO_FIGURE, CHAINED = RuleId("GDPR-33-1"), RuleId("GDPR-33-2"), RuleId("GDPR-33-4")
FIVE_DAYS, SOFT, CHAINED_30_DAYS = RuleId("FR-INS-5"), RuleId("HOUSE-24"), RuleId("FINAL-30")


def rule(id: RuleId, length: Length, **changes: Any) -> Rule:
    words = Words(fr=id, en=id)
    plain = Rule(
        id=id,
        title=words,
        who=words,
        to=words,
        trigger=words,
        late=words,
        channel="",
        length=length,
        owner=Role.DPO,
        source="art. 33",
        source_url="https://example.org/law",
        read_on=date(2026, 1, 1),
        proof=Proof.PRIMARY,
        valid_from=date(2018, 5, 25),
    )
    return replace(plain, **changes)


RULES = (
    rule(HOURS_72, Elapsed(hours=72), counts_in_full_hours=True),
    rule(NO_FIGURE, WithoutDelay()),
    rule(CHAINED, WithoutDelay(), after=HOURS_72),
    rule(FIVE_DAYS, WorkingDays(days=5), owner=Role.INSURANCE),
    rule(SOFT, Elapsed(hours=24), soft=True, owner=Role.HR),
    rule(CHAINED_30_DAYS, Elapsed(hours=720), after=HOURS_72),
)


def step(id: str, role: Role, when: Condition = ALWAYS, **changes: Any) -> Step:
    return replace(Step(id=StepId(id), title=f"Do {id}", action="Act.", role=role, evidence="", when=when), **changes)


PLAYBOOK = Playbook(
    id="provider-hit",
    language=Language("en"),
    title="My provider has been hit",
    summary="For a firm whose provider is down.",
    version="1.0",
    roles=(Role.COORDINATOR, Role.DPO, Role.IT),
    questions=(
        Asked(name=Question("personal-data"), text="Personal data?"),
        Asked(name=Question("insured"), text="Insured?"),
        Asked(name=Question("entry"), text="How did they come in?", values=("mail", "server")),
    ),
    clocks=(
        Watched(rule=HOURS_72, when=parse_condition("personal-data = yes or unknown")),
        Watched(rule=NO_FIGURE),
        Watched(rule=CHAINED),
        Watched(rule=FIVE_DAYS, when=parse_condition("insured = yes")),
        Watched(rule=SOFT),
        Watched(rule=CHAINED_30_DAYS),
        Watched(rule=RuleId("NOT-IN-FORCE")),
    ),
    phases=(
        Phase(name="Detect", steps=(step("D1", Role.COORDINATOR, mandatory=True), step("D2", Role.IT))),
        Phase(
            name="Notify",
            steps=(
                step("N1", Role.DPO, parse_condition("personal-data = yes or unknown"), clock=HOURS_72),
                step("N2", Role.INSURANCE, parse_condition("insured = yes and personal-data = yes")),
                step("N3", Role.COMMS),
            ),
        ),
    ),
)

FRENCH = replace(PLAYBOOK, language=Language("fr"))
MAILBOX = replace(PLAYBOOK, id="mailbox", roles=())

HOUSE = House(
    people=PEOPLE,
    playbooks={(book.id, book.language): book for book in (PLAYBOOK, FRENCH, MAILBOX)},
    rules=(*RULES, rule(RuleId("ELSEWHERE"), WithoutDelay())),
    closed_days=(EASTER_MONDAY,),
    language=Language("en"),
    zone="Europe/Paris",
    drill_pace=3600,
)

OPENED = Opened(
    at=NOW,
    by=ALICE,
    incident=INCIDENT,
    codename="Calm Heron",
    title="The host is down",
    severity=Severity.HIGH,
    language=Language("en"),
    zone="Europe/Paris",
    pace=1,
    drill=False,
    playbook=PLAYBOOK,
    rules=RULES,
    closed_days=(EASTER_MONDAY,),
    members=tuple(Member(user=user, roles=tuple(sorted(PEOPLE[user]))) for user in (ALICE, DAVE, BOB, CAROL)),
)


def incident(*facts: Fact, **changes: Any) -> Incident:
    """Fold an open incident with its room; *changes* are to the Opened fact."""
    folded = fold((replace(OPENED, **changes), RoomReady(at=NOW, room=ROOM), *facts))
    assert folded is not None
    return folded


def drill(*facts: Fact, pace: int = 3600) -> Incident:
    return incident(*facts, drill=True, pace=pace)


def started(rule: RuleId = HOURS_72, *, at: datetime = NOW, aware: datetime | None = None) -> ClockStarted:
    return ClockStarted(at=at, rule=rule, aware=aware or at, by=BOB, source="mail of the host")


def waived(
    room: Incident, rule: RuleId = HOURS_72, *, by: UserId = BOB, reason: str = "none of ours", now: datetime = NOW
) -> Incident:
    """Set a clock aside, with a second person where that is needed."""
    asked = act(room, Waive(rule=rule, reason=reason), by, now)
    if asked.asked_so_far == room.asked_so_far:
        return asked
    return act(asked, GiveConfirmation(number=asked.asked_so_far), ALICE if by != ALICE else BOB, now)


def running(incident: Incident, rule: RuleId = HOURS_72) -> Running:
    state = incident.clock_states[rule]
    assert isinstance(state, Running)
    return state


def grow(incident: Incident, *facts: Fact) -> Incident:
    for fact in facts:
        incident = evolve(incident, fact)
    return incident


def act(incident: Incident, act: Act, by: UserId = ALICE, now: datetime = NOW) -> Incident:
    """Decide and take in what follows."""
    return grow(incident, *decide(incident, act, by, now, PEOPLE))


def met(incident: Incident, happening: Happening, now: datetime = NOW) -> Incident:
    return grow(
        incident, *(came(incident, now) if isinstance(happening, TimeCame) else happen(incident, happening, now))
    )


def came(incident: Incident, now: datetime) -> tuple[Fact, ...]:
    """Return what is a fact once all that is due was said."""
    return *happen(incident, TimeCame(), now), *ring(incident, now)


def asker(user: UserId = ALICE, room: str = "!control:example.org") -> Asker:
    return Asker(user=user, device=DeviceId("DEVICE"), room=RoomId(room))


def input_id(text: str = "$event") -> InputId:
    return InputId(text)


def draft_template(id: str, **changes: Any) -> DraftTemplate:
    return replace(
        DraftTemplate(
            id=DraftId(id),
            language=Language("en"),
            title="A sample",
            to="Nobody",
            basis="art. 1",
            source_url="https://law.example.org/1",
            read_on=date(2026, 11, 24),
            tlp=Tlp.AMBER,
            rank=1,
            blocks=(),
        ),
        **changes,
    )


def letter_of(number: int, client: str, **values: str) -> Letter:
    return Letter(number=number, client=client, values={"client": client, **values}, digest=f"hash-{number}")


def letters_made(*clients: str, draft: str = "notice", version: int = 1, at: datetime = NOW) -> LettersMade:
    """Return that letters were written to *clients*, numbered from 1."""
    return LettersMade(
        at=at,
        by=BOB,
        draft=DraftId(draft),
        name=f"{draft}-x",
        version=version,
        text="hash-of-text",
        clock=NO_FIGURE if draft == "notice" else None,
        letters=tuple(letter_of(number, client) for number, client in enumerate(clients, start=1)),
    )


def letters_sent(*clients: int, channel: Channel = Channel.EMAIL, at: datetime = NOW, **changes: Any) -> LettersSent:
    sent = LettersSent(
        at=at,
        by=CAROL,
        draft=DraftId("notice"),
        version=1,
        clients=clients,
        channel=channel,
        sent_at=at,
        reference="",
    )
    return replace(sent, **changes)
