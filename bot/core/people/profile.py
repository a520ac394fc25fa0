"""The organisation's profile: what the operator knows beforehand, so that nobody is asked on the worst day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from bot.core.clocks.dates import Recurring
from bot.core.clocks.lengths import WorkingDays
from bot.core.clocks.rules import Rule
from bot.core.details import DETAILS
from bot.core.names import Question, RuleId
from bot.core.playbook import Playbook, Watched

INSURER_CLOCK = RuleId("FR-INS-5")
"""The clock whose length the insurance contract may make longer, never shorter than the law's."""


_DETAILS = frozenset(detail.name for detail in DETAILS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """Answers given once for all incidents, and the bodies of law that bind beside what a playbook watches."""

    answers: Mapping[Question, str] = field(default_factory=dict)
    """By question of a playbook or name of a detail."""
    regimes: frozenset[str] = frozenset()
    """`Rule.regime` of rows every incident watches: `dora` for a financial entity."""
    insurer_days: int | None = None
    """Working days in which the contract wants the insurer told; None when it was not said."""
    contracts: tuple[Rule, ...] = ()
    """The clocks that its other contracts set: every incident of the house watches them, and nobody else's."""
    calendar: tuple[Recurring, ...] = ()
    """Its dates of taxes and payroll, which an incident may add to its clocks."""


def prefill(profile: Profile, playbook: Playbook) -> Mapping[Question, str]:
    """Return what *profile* answers of what an incident of *playbook* may ask."""
    return {name: value for name, value in profile.answers.items() if _fits(name, value, playbook)}


def _fits(name: Question, value: str, playbook: Playbook) -> bool:
    asked = playbook.question(name)
    return name in _DETAILS if asked is None else value in asked.values


def widen(playbook: Playbook, profile: Profile, rules: Iterable[Rule]) -> Playbook:
    """Return *playbook* watching also what *profile* brings; one that watches nothing stays a checklist.

    It brings the rows of its regimes out of *rules*, and its contracts.
    """
    watched = {watched.rule for watched in playbook.clocks}
    brought = (*(rule for rule in rules if rule.regime in profile.regimes), *profile.contracts)
    more = {rule.id: Watched(rule=rule.id) for rule in brought}
    if not watched:
        return playbook
    return replace(playbook, clocks=(*playbook.clocks, *(row for id, row in more.items() if id not in watched)))


def catalogue(rules: Iterable[Rule], profile: Profile) -> tuple[Rule, ...]:
    """Return *rules* as they are for that organisation, and the clocks that its contracts add."""
    return (*(fit(rule, profile) for rule in rules), *profile.contracts)


def fit(rule: Rule, profile: Profile) -> Rule:
    """Return *rule* with the length that the organisation's own contract sets, where one does."""
    if rule.id != INSURER_CLOCK or profile.insurer_days is None:
        return rule
    return replace(rule, length=WorkingDays(days=profile.insurer_days), by_contract=True)
