"""One small incident, told in both languages: what the tests of the voice speak about."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from bot.core.clocks.lengths import Elapsed, Length, WithoutDelay, WorkingDays
from bot.core.clocks.rules import Proof, Rule
from bot.core.conditions import ALWAYS, parse_condition
from bot.core.evolve import evolve
from bot.core.facts import (
    Acknowledged,
    Answered,
    CardPosted,
    ClockFiled,
    ClockSetAside,
    ClockStarted,
    DeskFact,
    Fact,
    Joined,
    Member,
    Noted,
    Opened,
    PersonInvited,
    Rang,
    Recorded,
    RoomReady,
    Severity,
    SeveritySet,
    StepAssigned,
    StepDone,
    StepSkipped,
)
from bot.core.incident import Incident
from bot.core.language import Language, Words
from bot.core.names import DeviceId, EventId, IncidentId, InputId, Question, RoomId, RuleId, StepId, UserId
from bot.core.people.roster import Role
from bot.core.playbook import Asked, Phase, Playbook, Step, Watched

OPENED = datetime(2026, 11, 24, 13, 30, tzinfo=UTC)
"""Tuesday 24 November 2026, 14:30 in Paris."""
HOUR = timedelta(hours=1)
ALICE, BOB, CAROL, DAVE = (UserId(f"@{name}:example.org") for name in ("alice", "bob", "carol", "dave"))
CNIL, COMPLEMENT, CLIENTS, COMPLAINT, INSURER = (
    RuleId(id) for id in ("GDPR-33-1", "GDPR-33-4", "GDPR-33-2", "FR-LOPMI", "FR-INS-5")
)


def both(fr: str, en: str) -> Words:
    return Words(fr=fr, en=en)


def rule(id: RuleId, title: Words, length: Length, owner: Role, **more: object) -> Rule:
    plain = Rule(
        id=id,
        title=title,
        who=both("Le responsable de traitement", "The controller"),
        to=both("L'autorité : par son téléservice", "The authority, through its online service"),
        trigger=both("Vous savez qu'une violation a eu lieu.", "You know that a breach occurred."),
        late=both("Déclarez quand même.", "File all the same."),
        channel="https://authority.example.org/form",
        length=length,
        owner=owner,
        source="RGPD (GDPR) art. 33",
        source_url="https://law.example.org/33",
        read_on=date(2026, 11, 24),
        proof=Proof.PRIMARY,
        valid_from=date(2018, 5, 25),
    )
    return replace(plain, **more)  # type: ignore[arg-type]  # a test's shorthand


RULES = (
    rule(
        CNIL,
        both("Notifier l'autorité", "Notify the authority"),
        Elapsed(hours=72),
        Role.DPO,
        counts_in_full_hours=True,
        aim=timedelta(hours=48),
    ),
    rule(
        COMPLEMENT,
        both("Compléter la notification", "Complete the notification"),
        Elapsed(hours=72),
        Role.DPO,
        after=CNIL,
        soft=True,
    ),
    rule(
        CLIENTS,
        both("Prévenir les clients", "Warn the clients"),
        WithoutDelay(),
        Role.DPO,
        channel="",
        aim=timedelta(hours=24),
    ),
    rule(COMPLAINT, both("Déposer plainte", "File the complaint"), Elapsed(hours=72), Role.COORDINATOR, channel=""),
    rule(
        INSURER,
        both("Déclarer le sinistre", "Declare the loss"),
        WorkingDays(days=5),
        Role.INSURANCE,
        proof=Proof.SECONDARY,
    ),
)
_BREACH = parse_condition("personal-data = yes or unknown")


def _steps(language: Language) -> tuple[Phase, ...]:
    def said(fr: str, en: str) -> str:
        return both(fr, en).to(language)

    first = Step(
        id=StepId("D1"),
        title=said("Noter quand vous l'avez appris", "Write down when you learned of it"),
        action=said(
            "Qui vous l'a dit ? Par quel canal,\nà quelle heure : `!note`.\n\n- une **capture**\n- son empreinte",
            "Who told you? By which channel,\nat what hour: `!note`.\n\n- a **screenshot**\n- its digest",
        ),
        role=Role.COORDINATOR,
        evidence=said("le premier message", "the first message"),
        target=timedelta(minutes=15),
        target_text=said("15 min", "15 min"),
        mandatory=True,
        source="RGPD (GDPR) art. 33(5)",
    )
    cut = Step(
        id=StepId("C1"),
        title=said("Décider quoi couper", "Decide what to cut"),
        action=said("Lien par lien.", "Link by link."),
        role=Role.IT,
        evidence="",
        target=timedelta(hours=2),
    )
    notify = Step(
        id=StepId("N1"),
        title=said("Notifier l'autorité ou décider", "Notify the authority or decide"),
        action=said("Notification initiale, puis compléments.", "An initial notification, the rest later."),
        role=Role.DPO,
        evidence=said("l'accusé de réception", "the receipt"),
        target=timedelta(hours=48),
        target_text=said("48 h, limite légale 72 h", "48 h, legal limit 72 h"),
        when=_BREACH,
        mandatory=True,
        clock=CNIL,
    )
    learn = Step(
        id=StepId("L1"),
        title=said("Tirer les leçons", "Learn from it"),
        action=said("Rapport.", "Report."),
        role=Role.COORDINATOR,
        evidence="",
        target_text=said("quand c'est fini", "when it is over"),
    )
    return (
        Phase(name=said("Détecter", "Detect"), steps=(first,)),
        Phase(name=said("Contenir", "Contain"), steps=(cut,)),
        Phase(name=said("Notifier", "Notify"), steps=(notify,)),
        Phase(name=said("Leçons", "Learn"), steps=(learn,)),
    )


def playbook(language: Language) -> Playbook:
    def said(fr: str, en: str) -> str:
        return both(fr, en).to(language)

    return Playbook(
        id="provider-hit",
        language=language,
        title=said("Mon prestataire est attaqué", "My provider has been hit"),
        summary=said("Qui prévenir, dans quel délai.", "Whom to warn, by when."),
        version="1.0",
        roles=(Role.COORDINATOR, Role.DPO, Role.IT),
        questions=(
            Asked(
                name=Question("personal-data"),
                text=said("Des données personnelles sont-elles touchées ?", "Are personal data touched?"),
            ),
            Asked(name=Question("insured"), text=said("Une assurance couvre-t-elle cela ?", "Does a policy cover it?")),
        ),
        clocks=(
            Watched(rule=CNIL, when=_BREACH),
            Watched(rule=COMPLEMENT, when=_BREACH),
            Watched(rule=CLIENTS, when=ALWAYS),
            Watched(rule=COMPLAINT, when=ALWAYS),
            Watched(rule=INSURER, when=ALWAYS),
        ),
        phases=_steps(language),
    )


def opened(language: Language, *, title: str | None = None, drill: bool = False) -> Opened:
    return Opened(
        at=OPENED,
        by=ALICE,
        incident=IncidentId("0123456789abcdef"),
        codename="amber-heron",
        title=title or both("L'hébergeur est tombé <Friday>", "The host is down <Friday>").to(language),
        severity=Severity.HIGH,
        language=language,
        zone="Europe/Paris",
        pace=3600 if drill else 1,
        drill=drill,
        playbook=playbook(language),
        rules=RULES,
        closed_days=(date(2026, 12, 25),),
        members=(
            Member(user=ALICE, roles=(Role.ADMIN, Role.COORDINATOR)),
            Member(user=BOB, roles=(Role.DPO,)),
            Member(user=CAROL, roles=(Role.IT,)),
        ),
    )


def facts(language: Language) -> tuple[Fact, ...]:
    """Return a day of the incident."""

    def at(hours: float) -> datetime:
        return OPENED + hours * HOUR

    return (
        opened(language),
        RoomReady(at=at(0), room=RoomId("!room:example.org")),
        CardPosted(at=at(0), event=EventId("$card")),
        Joined(at=at(0.1), user=BOB),
        StepDone(at=at(0.2), by=ALICE, step=StepId("D1"), result="appel à 14:12\n<script>alert(1)</script> & fin"),
        Answered(at=at(0.3), by=BOB, question=Question("personal-data"), value="yes"),
        ClockStarted(at=at(0.5), rule=CNIL, aware=at(-0.3), by=BOB, source="mail *urgent* du prestataire"),
        ClockStarted(at=at(0.5), rule=COMPLAINT, aware=at(-1), by=ALICE, source=""),
        ClockStarted(at=at(0.6), rule=CLIENTS, aware=at(0), by=BOB, source=""),
        ClockSetAside(at=at(0.7), by=ALICE, rule=INSURER, reason="pas de police"),
        StepAssigned(at=at(1), by=ALICE, step=StepId("C1"), to=CAROL),
        StepSkipped(at=at(2), by=CAROL, step=StepId("C1"), reason="liens coupés par l'hôte"),
        Noted(at=at(3), by=ALICE, text="l'hôte promet un point à 20:00"),
        PersonInvited(at=at(4), by=ALICE, user=DAVE, roles=(Role.LEGAL,)),
        SeveritySet(at=at(5), by=ALICE, severity=Severity.CRISIS),
        Rang(at=at(23.2), rule=COMPLAINT, rung="T-48", due=at(71), late_by=timedelta(minutes=12)),
        Acknowledged(at=at(23.5), by=ALICE, rules=(COMPLAINT,)),
        ClockFiled(at=at(24), by=BOB, rule=CNIL, reference="n° 2026-1234", filed_at=at(23.9)),
        ClockStarted(at=at(24), rule=COMPLEMENT, aware=at(23.9), by=None, source=CNIL),
    )


def build(told: tuple[Fact, ...]) -> Incident:
    first, *rest = told
    incident = evolve(None, first)
    for fact in rest:
        incident = evolve(incident, fact)
    return incident


def incident(language: Language, count: int | None = None) -> Incident:
    """Return the incident after its first *count* facts, or all."""
    return build(facts(language)[:count])


def recorded(told: tuple[Fact, ...]) -> tuple[Recorded[Fact | DeskFact], ...]:
    return tuple(
        Recorded(number=number, fact=fact, input=InputId("$in"), device=DeviceId("PHONE"), digest=f"{number:02x}" * 32)
        for number, fact in enumerate(told, start=1)
    )
