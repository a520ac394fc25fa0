"""Contradictions between what was answered, decided and filed. Each is shown, none is resolved: all stays kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.core.clocks.rules import Filed, Running, SetAside
from bot.core.conditions import UNKNOWN
from bot.core.details import DISCOVERED, ONGOING, bounds_of, moment_of
from bot.core.incident import Incident
from bot.core.language import fold
from bot.core.names import Question, RuleId
from bot.core.risk import RiskFactor, RiskLevel

_NOTHING = frozenset({"none", "no", "nothing", "aucun", "aucune", "non", "rien", "neant", "sans objet", "-"})
_MANY_STAFF = 50

_PERSONAL, _STOLEN, _INSURED, _PROCESSOR = map(Question, ("personal-data", "stolen-data", "insured", "processor"))
_HIGH_RISK, _STAFF_STOPPED, _FIFTY_STAFF = map(Question, ("high-risk", "staff-stopped", "fifty-staff"))
_START, _END, _MALICIOUS = map(Question, ("attack-start", "attack-end", "malicious"))
_OUTAGE_END = Question("outage-end")
_STOPPED_FROM, _STOPPED_UNTIL, _HEADCOUNT = map(Question, ("stopped-from", "stopped-until", "headcount"))
_NATURE, _GRAVITY, _INFORMED = map(Question, ("nature", "gravity", "people-informed"))
_ABOUT_PEOPLE = tuple(map(Question, ("data-kinds", "records", "people-kinds", "people-count")))

_BREACH, _CLIENTS, _COMPLAINT, _SHORT_TIME = map(RuleId, ("GDPR-33-1", "GDPR-33-2", "FR-LOPMI", "FR-AP-30"))
_OF_BREACHES = (_BREACH, RuleId("GDPR-33-4"), RuleId("GDPR-34"))
_OF_INSURERS = (RuleId("FR-INS-5"), RuleId("FR-INS-2"))


class Conflict(StrEnum):
    """What stands against what."""

    NO_PERSONAL_DATA = "no-personal-data"
    """Personal data: no; yet data or people are described, a breach was notified, or data were stolen."""
    NO_THEFT = "no-theft"
    """Stolen data: no; yet confidentiality was lost."""
    NOT_INSURED = "not-insured"
    """Insured: no; yet there is a policy, or the insurer was told."""
    NO_PROCESSOR = "no-processor"
    """Processor: no; yet the profile says so, or clients were told as a processor tells them."""
    RISK_ASIDE = "risk-aside"
    """The risk was decided on as one; yet the notification to the authority is set aside."""
    HIGH_RISK = "high-risk"
    """The answer about a high risk is not the level that was decided."""
    DATA_AT_RISK = "data-at-risk"
    """The data were rated at a high risk; yet the gravity, the high risk or the information of people says less."""
    ATTACK_ORDER = "attack-order"
    """The attack ends before it starts."""
    STILL_GOING_ON = "still-going-on"
    """The attack still goes on; yet availability alone was lost, and the outage is over."""
    AWARE_BEFORE_ATTACK = "aware-before-attack"
    """Somebody knew before the attack started."""
    BREACH_BEFORE_ATTACK = "breach-before-attack"
    """The breach was known before the attack that caused it."""
    AWARE_AFTER_DISCOVERY = "aware-after-discovery"
    """A duty of the GDPR counts from later than the hour at which the breach was discovered."""
    NOT_MALICIOUS = "not-malicious"
    """Malicious: no; yet a complaint was filed."""
    STAFF_WORKS = "staff-works"
    """Staff stopped: no; yet those who are stopped are described, or their clock runs."""
    STOPPED_ORDER = "stopped-order"
    """The stop ends before it starts."""
    HEADCOUNT = "headcount"
    """The answer about fifty employees does not fit the headcount."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contradiction:
    """One contradiction, to be shown to people who know better."""

    kind: Conflict
    against: tuple[Question | RuleId, ...]
    """What stands against the answer: details, questions, clocks."""


def contradictions(incident: Incident) -> tuple[Contradiction, ...]:
    """Return every contradiction, in the order of `Conflict`."""
    found = ((kind, tuple(find(incident))) for kind, find in _FINDERS.items())
    return tuple(Contradiction(kind=kind, against=against) for kind, against in found if against)


def _no_personal_data(incident: Incident) -> Iterator[Question | RuleId]:
    if incident.answers.get(_PERSONAL) == "no":
        yield from (name for name in _ABOUT_PEOPLE if _says_some(incident, name))
        yield from (_STOLEN,) if incident.answers.get(_STOLEN) == "yes" else ()
        yield from _filed(incident, *_OF_BREACHES)


def _no_theft(incident: Incident) -> Iterator[Question]:
    if incident.answers.get(_STOLEN) == "no" and "confidentiality" in incident.answers.get(_NATURE, ""):
        yield _NATURE


def _not_insured(incident: Incident) -> Iterator[Question | RuleId]:
    policy = Question("policy")
    if incident.answers.get(_INSURED) == "no":
        yield from (policy,) if _says_some(incident, policy) else ()
        yield from _filed(incident, *_OF_INSURERS)


def _no_processor(incident: Incident) -> Iterator[Question | RuleId]:
    if incident.answers.get(_PROCESSOR) == "no":
        yield from (_PROCESSOR,) if incident.profile.get(_PROCESSOR) == "yes" else ()
        yield from _filed(incident, _CLIENTS)


def _risk_aside(incident: Incident) -> Iterator[RuleId]:
    is_risk = incident.risk is not None and incident.risk.level in (RiskLevel.RISK, RiskLevel.HIGH)
    if is_risk and isinstance(incident.clock_states.get(_BREACH), SetAside):
        yield _BREACH


def _high_risk(incident: Incident) -> Iterator[Question]:
    answer = incident.answers.get(_HIGH_RISK, UNKNOWN)
    if incident.risk is None or UNKNOWN in (incident.risk.level.value, answer):
        return
    if (incident.risk.level is RiskLevel.HIGH) is not (answer == "yes"):
        yield _HIGH_RISK


def _data_at_risk(incident: Incident) -> Iterator[Question]:
    rated = incident.weighed.get(RiskFactor.DATA)
    if rated is None or rated.level is not RiskLevel.HIGH:
        return
    low = {_GRAVITY: ("negligible", "limited"), _HIGH_RISK: ("no",), _INFORMED: (UNKNOWN,)}
    yield from (name for name, values in low.items() if incident.answers.get(name) in values)


def _attack_order(incident: Incident) -> Iterator[Question]:
    yield from _ends_before(incident, _START, _END)


def _still_going_on(incident: Incident) -> Iterator[Question]:
    """Yield the end of the outage. Services come back while data still leave: only what was but an outage is over."""
    goes_on = incident.answers.get(_END) == ONGOING and incident.answers.get(_NATURE) == "availability"
    if goes_on and bounds_of(incident.answers, _OUTAGE_END):
        yield _OUTAGE_END


def _aware_before_attack(incident: Incident) -> Iterator[RuleId]:
    start = bounds_of(incident.answers, _START)
    if start is None:
        return
    for clock in incident.clocks():
        aware = _aware(incident, clock.rule.id)
        if aware is not None and aware < start[0] and not clock.rule.is_business:
            yield clock.rule.id


def _breach_before_attack(incident: Incident) -> Iterator[RuleId]:
    breach, attack = _aware(incident, _BREACH), _aware(incident, _COMPLAINT)
    if breach is not None and attack is not None and breach < attack:
        yield _BREACH


def _aware_after_discovery(incident: Incident) -> Iterator[RuleId]:
    """Yield the duties that count from later than the discovery."""
    known = moment_of(incident.answers, DISCOVERED)
    if known is None:
        return
    for rule in (_BREACH, _CLIENTS):
        aware = _aware(incident, rule)
        if aware is not None and aware > known:
            yield rule


def _not_malicious(incident: Incident) -> Iterator[RuleId]:
    if incident.answers.get(_MALICIOUS) == "no":
        yield from _filed(incident, _COMPLAINT)


def _staff_works(incident: Incident) -> Iterator[Question | RuleId]:
    if incident.answers.get(_STAFF_STOPPED) != "no":
        return
    yield from (name for name in (Question("staff-count"), _STOPPED_FROM) if _says_some(incident, name))
    if isinstance(incident.clock_states.get(_SHORT_TIME), Running | Filed):
        yield _SHORT_TIME


def _stopped_order(incident: Incident) -> Iterator[Question]:
    yield from _ends_before(incident, _STOPPED_FROM, _STOPPED_UNTIL)


def _headcount(incident: Incident) -> Iterator[Question]:
    answer, count = incident.answers.get(_FIFTY_STAFF), incident.answers.get(_HEADCOUNT, "")
    if answer in ("yes", "no") and count.isdecimal() and (int(count) >= _MANY_STAFF) is not (answer == "yes"):
        yield _HEADCOUNT


_FINDERS: dict[Conflict, Callable[[Incident], Iterator[Question | RuleId]]] = {
    Conflict.NO_PERSONAL_DATA: _no_personal_data,
    Conflict.NO_THEFT: _no_theft,
    Conflict.NOT_INSURED: _not_insured,
    Conflict.NO_PROCESSOR: _no_processor,
    Conflict.RISK_ASIDE: _risk_aside,
    Conflict.HIGH_RISK: _high_risk,
    Conflict.DATA_AT_RISK: _data_at_risk,
    Conflict.ATTACK_ORDER: _attack_order,
    Conflict.STILL_GOING_ON: _still_going_on,
    Conflict.AWARE_BEFORE_ATTACK: _aware_before_attack,
    Conflict.BREACH_BEFORE_ATTACK: _breach_before_attack,
    Conflict.AWARE_AFTER_DISCOVERY: _aware_after_discovery,
    Conflict.NOT_MALICIOUS: _not_malicious,
    Conflict.STAFF_WORKS: _staff_works,
    Conflict.STOPPED_ORDER: _stopped_order,
    Conflict.HEADCOUNT: _headcount,
}


def _says_some(incident: Incident, name: Question) -> bool:
    """Say whether something was given under *name* that is neither unknown nor nothing: `none`, `0`."""
    value = fold(incident.answers.get(name, UNKNOWN)).strip(" .")
    return value not in (_NOTHING | {UNKNOWN}) and value.strip("0") != ""


def _ends_before(incident: Incident, start: Question, end: Question) -> Iterator[Question]:
    first, last = (bounds_of(incident.answers, name) for name in (start, end))
    if first is not None and last is not None and last[1] < first[0]:
        yield end


def _filed(incident: Incident, *rules: RuleId) -> Iterator[RuleId]:
    return (rule for rule in rules if isinstance(incident.clock_states.get(rule), Filed))


def _aware(incident: Incident, rule: RuleId) -> datetime | None:
    """Return when somebody became aware, as they confirmed it; None for a clock that another's filing started."""
    state = incident.clock_states.get(rule)
    running = state.running if isinstance(state, Filed) else state
    return running.aware if isinstance(running, Running) and running.by is not None else None
