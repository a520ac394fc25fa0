"""A draft composed: a template with what is known of an incident in its holes, and what is missing.

Words are not here: a value says what it is, and `bot.voice` says it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.core.clocks.rules import ClockState, Filed, Running, SetAside
from bot.core.conditions import UNKNOWN
from bot.core.costs.amounts import CostKind, Effort
from bot.core.costs.ledger import Cost, Outage, counted, standing
from bot.core.costs.totals import Total, total, totals
from bot.core.details import find_detail
from bot.core.documents.drafts import Block, DraftTemplate, Hole, Layout, Shape
from bot.core.documents.letters import is_of_clients
from bot.core.evidence.items import Item
from bot.core.incident import Incident, StepStatus
from bot.core.names import Question, RuleId, UserId
from bot.core.risk import Weighed

AWARE, FILED, DUE, SET_ASIDE = "aware", "filed", "due", "set-aside"
OF_A_CLOCK = (AWARE, FILED, DUE, SET_ASIDE)
"""Holes that name a clock: `{aware GDPR-33-1}`."""
OPENED, RISK, MEASURES = "opened", "risk", "measures"
EVIDENCE = "evidence"
"""A detail that what is kept as evidence fills too."""
HOURS, COSTS, TOTALS, COST_TOTAL, OUTAGES = "hours", "costs", "cost-totals", "cost-total", "outages"
OF_THE_INCIDENT = (OPENED, RISK, MEASURES, HOURS, COSTS, TOTALS, COST_TOTAL, OUTAGES)
"""Other holes that are neither a detail, a question nor a stamp."""


class Stamp(StrEnum):
    """What differs each time a draft is shown though it says the same."""

    TODAY = "today"
    NOW = "now"
    VERSION = "version"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What was answered under a name, as it is kept; `unknown` is an answer, and no gap."""

    name: Question
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class At:
    """A moment, in UTC."""

    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NoFigure:
    """The due time of a clock to which the law gives no figure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """The proof that a clock was stopped."""

    reference: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Aside:
    """The decision that a clock does not apply."""

    by: UserId
    confirmed_by: UserId | None
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Nothing:
    """There is nothing to say, and nothing to ask for: the clock was not set aside."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The level of risk a named person decided on."""

    weighed: Weighed


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A step that was done."""

    title: str
    result: str
    """As typed; may be empty."""
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Expense:
    """A cost that counts."""

    cost: Cost


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """What costs add up to: those of a kind, or all."""

    kind: CostKind | None
    total: Total


@dataclass(frozen=True, slots=True, kw_only=True)
class Downtime:
    """A system that is, or was, out of reach."""

    outage: Outage


@dataclass(frozen=True, slots=True, kw_only=True)
class Exhibits:
    """The evidence there is, where nobody listed it in words of their own."""

    items: tuple[Item, ...]


class Need(StrEnum):
    """How what is missing is given."""

    FACT = "fact"
    AWARE = "aware"
    FILED = "filed"
    RISK = "risk"
    STEP = "step"
    COST = "cost"
    OUTAGE = "outage"
    HAND = "hand"
    """No command gives it here: the incident's playbook has no such question or clock."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """A hole that nothing fills yet."""

    need: Need
    name: str = ""
    """The detail, question or clock; empty for what has no name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfClient:
    """What a list of clients fills, in each letter apart: see `bot.core.documents.letters`."""

    name: str
    optional: bool


Loss = Expense | Sum | Downtime
OfClock = At | NoFigure | Filing | Aside | Nothing
Value = OfClient | Answer | OfClock | Decision | Measure | Exhibits | Loss | Missing | Stamp
Part = str | Value
"""Markdown of ours, or what fills a hole: that never is Markdown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A block with its holes filled."""

    shape: Shape
    level: int
    parts: tuple[Part, ...]
    layout: Layout = Layout.FLOW
    rests_on: tuple[Question, ...] = ()
    """Answers that are not established, and without which it would not stand there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Composed:
    """What a draft says now."""

    template: DraftTemplate
    blocks: tuple[Filled, ...]

    @property
    def missing(self) -> tuple[Missing, ...]:
        """Return what is missing, each once, in the order of the text."""
        parts = (part for block in self.blocks for part in block.parts)
        return tuple(dict.fromkeys(part for part in parts if isinstance(part, Missing)))

    @property
    def of_clients(self) -> Mapping[str, bool]:
        """Return what a list of clients fills, and whether it may stay empty wherever it stands."""
        found: dict[str, bool] = {}
        for part in (part for block in self.blocks for part in block.parts):
            if isinstance(part, OfClient):
                found[part.name] = found.get(part.name, True) and part.optional
        return found


def compose(template: DraftTemplate, incident: Incident) -> Composed:
    """Put what is known of *incident* into *template*."""
    filled = [filled for block in template.blocks for filled in _fill(block, incident)]
    return Composed(template=template, blocks=tuple(_without_empty_sections(filled)))


def _fill(block: Block, incident: Incident) -> Iterator[Filled]:
    """Yield the block filled: nothing when it is left out, an item for each thing when it lists them."""
    if not block.when.holds(incident.answers):
        return
    lists = [LISTED[span.name] for span in block.spans if isinstance(span, Hole) and span.name in LISTED]
    listed = [value for list_of in lists for value in list_of(incident)]
    if listed:
        for value in listed:
            yield Filled(shape=Shape.ITEM, level=0, parts=(value,), rests_on=_rests_on(block, incident))
        return
    parts: list[Part] = []
    for span in block.spans:
        part = span if isinstance(span, str) else _value(span, incident)
        if isinstance(span, Hole) and span.optional and _is_open(part):
            return
        parts.append(part)
    yield Filled(
        shape=block.shape,
        level=block.level,
        parts=tuple(parts),
        layout=block.layout,
        rests_on=_rests_on(block, incident),
    )


def _rests_on(block: Block, incident: Incident) -> tuple[Question, ...]:
    """Return the answers in doubt that put *block* there: what is asked for may stand there on a supposition too."""
    if block.shape is Shape.HEADING:
        return ()
    return tuple(clause.question for clause in block.when.clauses if incident.doubt(clause.question) is not None)


def _without_empty_sections(blocks: Iterable[Filled]) -> Iterator[Filled]:
    """Drop headings below which nothing is left."""
    kept: list[Filled] = []
    for block in reversed(list(blocks)):
        below = kept[-1] if kept else None
        is_empty = below is None or (below.shape is Shape.HEADING and below.level <= block.level)
        if block.shape is not Shape.HEADING or not is_empty:
            kept.append(block)
    return reversed(kept)


def _value(hole: Hole, incident: Incident) -> Value:  # noqa: PLR0911 - a table
    name = hole.name
    word, _, rule = name.partition(" ")
    if is_of_clients(name):
        return OfClient(name=name, optional=hole.optional)
    if word in OF_A_CLOCK:
        return _of_clock(word, RuleId(rule), incident)
    if name in tuple(Stamp):
        return Stamp(name)
    if name == OPENED:
        return At(at=incident.opened_at)
    if name == RISK:
        return Decision(weighed=incident.risk) if incident.risk else Missing(need=Need.RISK)
    if name in _NEEDED:
        return _summed(name, incident) or Missing(need=_NEEDED[name])
    if name == EVIDENCE and incident.evidence and name not in incident.answers:
        return Exhibits(items=tuple(incident.evidence.values()))
    return _answer(Question(name), incident)


def _is_open(part: Part) -> bool:
    return isinstance(part, Missing | Nothing) or (isinstance(part, Answer) and part.value == UNKNOWN)


def _answer(name: Question, incident: Incident) -> Answer | Missing:
    given = incident.answers.get(name)
    if given is not None:
        return Answer(name=name, value=given)
    is_asked = find_detail(name) is not None or incident.playbook.question(name) is not None
    return Missing(need=Need.FACT if is_asked else Need.HAND, name=name)


def _of_clock(word: str, rule: RuleId, incident: Incident) -> Value:
    state = incident.clock_states.get(rule)
    if word == SET_ASIDE:
        return _aside(state)
    if word == FILED:
        return Filing(reference=state.reference, at=state.at) if isinstance(state, Filed) else _filing(rule, incident)
    running = state.running if isinstance(state, Filed | SetAside) else state
    if not isinstance(running, Running) or (word == AWARE and running.proposed):
        return _start(rule, incident)
    if word == AWARE:
        return At(at=running.aware)
    return At(at=running.due) if running.due else NoFigure()


def _aside(state: ClockState | None) -> Aside | Nothing:
    if not isinstance(state, SetAside):
        return Nothing()
    return Aside(by=state.by, confirmed_by=state.confirmed_by, at=state.at, reason=state.reason)


def _filing(rule: RuleId, incident: Incident) -> Missing:
    return Missing(need=Need.FILED if rule in incident.rules else Need.HAND, name=rule)


def _start(rule: RuleId, incident: Incident) -> Missing:
    """Return how the clock is started: by its awareness, or by the filing of the one it comes after."""
    known = incident.rules.get(rule)
    if known is None:
        return Missing(need=Need.HAND, name=rule)
    return _filing(known.after, incident) if known.after else Missing(need=Need.AWARE, name=rule)


def _measures(incident: Incident) -> Iterator[Measure]:
    for step in incident.playbook.steps():
        state = incident.step_state(step.id)
        if state.status is StepStatus.DONE and state.at is not None:
            yield Measure(title=step.title, result=state.text, at=state.at)


def _expenses(incident: Incident, *, hours: bool) -> Iterator[Expense]:
    for cost in standing(incident.costs):
        if isinstance(cost.now.amount, Effort) is hours:
            yield Expense(cost=cost)


def _sums(incident: Incident) -> Iterator[Sum]:
    for kind, each in totals(standing(incident.costs)).items():
        yield Sum(kind=kind, total=each)


def _summed(name: str, incident: Incident) -> Sum | None:
    """Return what all costs add up to, if that is asked for and there are any."""
    found = standing(incident.costs) if name == COST_TOTAL else ()
    return Sum(kind=None, total=total(found)) if found else None


def _downtimes(incident: Incident) -> Iterator[Downtime]:
    for outage in counted(incident.outages):
        yield Downtime(outage=outage)


LISTED: Mapping[str, Callable[[Incident], Iterator[Measure | Loss]]] = {
    MEASURES: _measures,
    HOURS: lambda incident: _expenses(incident, hours=True),
    COSTS: lambda incident: _expenses(incident, hours=False),
    TOTALS: _sums,
    OUTAGES: _downtimes,
}
"""Holes that stand alone in their block: each thing is an item."""
_NEEDED = {
    MEASURES: Need.STEP,
    HOURS: Need.COST,
    COSTS: Need.COST,
    TOTALS: Need.COST,
    COST_TOTAL: Need.COST,
    OUTAGES: Need.OUTAGE,
}
