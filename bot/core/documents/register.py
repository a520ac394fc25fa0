"""The register of breaches (GDPR art. 33(5)): what it keeps of each incident, notified or not. Drills are not in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import assert_never

from bot.core.clocks.rules import Clock, Filed, Running, SetAside, Suspected
from bot.core.conditions import UNKNOWN
from bot.core.details import DETAILS, Group
from bot.core.incident import Incident, StepStatus
from bot.core.names import Question, RuleId
from bot.core.playbook import Step
from bot.core.risk import RiskLevel

NOTIFICATION = RuleId("GDPR-33-1")
"""The notification of the authority."""
INFORMATION = RuleId("GDPR-34")
"""The information of the people themselves."""
PERSONAL_DATA = Question("personal-data")
"""What playbooks of breaches ask. One that does not, and watches no notification, is a checklist."""
_REGIME = "gdpr"
_LATE_REASON = Question("late-reason")
_PEOPLE_INFORMED = Question("people-informed")
_GROUPS = {Group.NATURE, Group.DATA, Group.PEOPLE, Group.CONSEQUENCES}
_BESIDE = {
    "attack-start",
    "attack-end",
    "discovered-at",
    "discovered-how",
    "late-reason",
    "provider",
    "others-involved",
}
KEPT_DETAILS = tuple(detail.name for detail in DETAILS if detail.group in _GROUPS or detail.name in _BESIDE)
"""The details that the register keeps, in the order of the form of the CNIL."""
NEEDED_DETAILS = tuple(
    Question(name)
    for name in ("nature", "data-kinds", "records", "people-kinds", "people-count", "consequences", "measures-after")
)
"""What art. 33(5) and the CNIL want every entry to say."""


class Gap(StrEnum):
    """A decision or a reason that an entry still lacks."""

    NOTIFICATION = "notification"
    """Neither filed nor set aside."""
    RISK = "risk"
    """Nobody decided on the risk to people."""
    LATE_REASON = "late-reason"
    """Filed late, or due and not filed, without the reasons of the delay."""
    INFORMATION = "information"
    """A high risk was decided, and nothing says whether the people were informed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterEntry:
    """What the register says of one incident."""

    incident: Incident
    """Codename, title, times, the risk as weighed and decided, and who is who."""
    as_of: datetime
    notification: Clock | None
    """Of the authority; None when the answers leave it out of the incident."""
    duties: tuple[Clock, ...]
    """The other duties of the GDPR, by id."""
    filings: tuple[Clock, ...]
    """What other laws asked for and was filed or set aside, by id."""
    details: Mapping[Question, str]
    """By name, in the order of the form; those not known are left out."""
    measures: tuple[Step, ...]
    """The steps that were done."""
    unknown: tuple[Question, ...]
    """Questions and needed details that are answered with unknown, or not at all."""
    gaps: tuple[Gap, ...]


def entries(incidents: Iterable[Incident], now: datetime) -> tuple[RegisterEntry, ...]:
    """Return the register as of *now*, the newest incident first.

    The children of a cascade are not in it: each is the breach of another controller, who keeps their own register
    (GDPR art. 33(5)).
    """
    kept = [
        incident
        for incident in incidents
        if not incident.drill and incident.parent is None and _is_about_data(incident)
    ]
    newest = sorted(kept, key=lambda incident: incident.opened_at, reverse=True)
    return tuple(entry(incident, now) for incident in newest)


def entry(incident: Incident, now: datetime) -> RegisterEntry:
    """Return what the register says of *incident* as of *now*."""
    clocks = sorted(incident.clocks(), key=lambda clock: clock.rule.id)
    answers = incident.answers
    return RegisterEntry(
        incident=incident,
        as_of=now,
        notification=_find(clocks, NOTIFICATION),
        duties=tuple(clock for clock in clocks if _is_gdpr(clock) and clock.rule.id != NOTIFICATION),
        filings=tuple(clock for clock in clocks if _is_settled_elsewhere(clock)),
        details={name: answers[name] for name in KEPT_DETAILS if answers.get(name, UNKNOWN) != UNKNOWN},
        measures=tuple(step for step in incident.playbook.steps() if _is_done(incident, step)),
        unknown=_unknown(incident),
        gaps=tuple(_gaps(incident, clocks, now)),
    )


def running_of(clock: Clock) -> Running | None:
    """Return what ran or runs of *clock*; None when it never did."""
    match clock.state:
        case Running():
            return clock.state
        case Filed(running=running) | SetAside(running=running):
            return running
        case Suspected():
            return None
        case _:
            assert_never(clock.state)


def is_late(clock: Clock, now: datetime) -> bool:
    """Say whether *clock* was filed after its strict due time, or is past it and not filed. A target is never late."""
    running = running_of(clock)
    if clock.rule.soft or running is None or running.due is None or isinstance(clock.state, SetAside):
        return False
    return (clock.state.at if isinstance(clock.state, Filed) else now) > running.due


def _is_about_data(incident: Incident) -> bool:
    watches = any(watched.rule == NOTIFICATION for watched in incident.playbook.clocks)
    return watches or incident.playbook.question(PERSONAL_DATA) is not None


def _find(clocks: Iterable[Clock], id: RuleId) -> Clock | None:
    return next((clock for clock in clocks if clock.rule.id == id), None)


def _is_gdpr(clock: Clock) -> bool:
    """Say whether the GDPR asks for it; rows of incidents opened before rules had a regime are told by their id."""
    return clock.rule.regime == _REGIME or (not clock.rule.regime and clock.rule.id.startswith("GDPR-"))


def _is_settled_elsewhere(clock: Clock) -> bool:
    is_settled = isinstance(clock.state, Filed | SetAside)
    return is_settled and not _is_gdpr(clock) and not clock.rule.is_business and not clock.rule.is_contract


def _is_done(incident: Incident, step: Step) -> bool:
    return incident.step_state(step.id).status is StepStatus.DONE


def _unknown(incident: Incident) -> tuple[Question, ...]:
    asked = [asked.name for asked in incident.playbook.questions if asked.when.holds(incident.answers)]
    return tuple(name for name in (*asked, *NEEDED_DETAILS) if incident.answers.get(name, UNKNOWN) == UNKNOWN)


def _gaps(incident: Incident, clocks: Iterable[Clock], now: datetime) -> Iterable[Gap]:
    """Yield what is missing; where the answers leave the notification out, no decision on it is missed."""
    notification, information = _find(clocks, NOTIFICATION), _find(clocks, INFORMATION)
    known = {name for name, value in incident.answers.items() if value != UNKNOWN}
    if notification is not None:
        if not isinstance(notification.state, Filed | SetAside):
            yield Gap.NOTIFICATION
        if incident.risk is None:
            yield Gap.RISK
        if is_late(notification, now) and _LATE_REASON not in known:
            yield Gap.LATE_REASON
    is_high = incident.risk is not None and incident.risk.level is RiskLevel.HIGH
    is_told = information is not None and isinstance(information.state, Filed | SetAside)
    if is_high and not is_told and _PEOPLE_INFORMED not in known:
        yield Gap.INFORMATION
