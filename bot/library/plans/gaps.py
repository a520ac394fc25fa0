"""Which clocks of the law the shipped playbooks watch, and which of them a plan has a step for.

Found by words alone: a step that names an act need not do it rightly, and one that is not found may stand in the plan
in other words. Nothing here says that an act is owed or not; the rows say where their law stands.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot.core.clocks.lengths import Elapsed
from bot.core.clocks.rules import Rule, Standing, standing
from bot.core.language import ENGLISH, fold
from bot.core.names import RuleId
from bot.core.playbook import Playbook
from bot.library.body import read_length
from bot.library.plans.understood import PlanStep
from bot.library.plans.words import plain, target_of

_TOLD = ("notif", "déclar", "report", "signal", "saisi", "téléservice", "inform", "tell", "warn", "préven", "avert")
_AUTHORITY = ("cnil", "autorité de contrôle", "supervisory authority", "data protection authority")
_PERSONS = ("personnes concernées", "personnes touchées", "data subject", "people concerned", "article 34")
_INSURER = ("assureur", "assurance", "insurer", "insurance", "courtier", "broker")
_SHORT_TIME = ("activité partielle", "chômage partiel", "short-time")
WORDS: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "GDPR-33-4": (_AUTHORITY, ("complément", "complét", "complete", "follow-up", "supplement")),
    "GDPR-33-1": (_AUTHORITY, _TOLD),
    "GDPR-33-5": (("registre", "register", "record"), ("violation", "breach")),
    "GDPR-34": (_PERSONS, _TOLD),
    "GDPR-33-2": (
        ("responsables de traitement", "responsable de traitement", "controllers", "pour le compte de", "on behalf of"),
        (*_TOLD, "écrire", "write"),
    ),
    "FR-LOPMI": (("plainte", "criminal complaint", "police complaint", "complaint with the police"),),
    "FR-INS-2": (_INSURER, ("vol ", "vols ", "theft", "stolen")),
    "FR-INS-5": (_INSURER, (*_TOLD, "sinistre", "claim", "appel", "call", "contact")),
    "FR-AP-15": (_SHORT_TIME, ("décision", "réponse", "answer")),
    "FR-AP-CSE": (("cse", "comité social", "works council"), ("avis", "opinion", *_SHORT_TIME)),
    "FR-AP-30": (_SHORT_TIME,),
    "FR-FSN": (("anssi",), ("service numérique", "digital service")),
    "FR-EDITEUR": (("anssi",), ("éditeur", "vulnérabilit", "software maker")),
}
"""By clock: a step names it that has one word of each group. The narrower clock of the same words stands first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """A clock that a step of the plan seems to stop."""

    rule: Rule
    step: PlanStep
    is_late: bool
    """The plan gives itself longer than the row does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What was found of the clocks that the shipped playbooks watch."""

    served: tuple[Served, ...]
    shared: tuple[Served, ...]
    """Named in a step that serves another clock already."""
    missing: tuple[Rule, ...]
    off: tuple[Rule, ...]
    """Switched off as they are shipped: nothing was looked for."""

    def by_step(self, step: PlanStep) -> Served | None:
        """Return the clock that *step* serves, or None."""
        return next((served for served in self.served if served.step is step), None)


def look(steps: Iterable[PlanStep], rules: Sequence[Rule], playbooks: Iterable[Playbook], today: date) -> Found:
    """Return for which of the clocks that *playbooks* watch there is a step."""
    watched = {clock.rule for playbook in playbooks for clock in playbook.clocks}
    rows = {rule.id: rule for rule in rules if rule.id in watched and standing(rule, today) is Standing.IN_FORCE}
    off = tuple(rule for rule in rules if rule.id in watched and standing(rule, today) is Standing.OFF)
    cited = Counter(article for rule in rows.values() for article in _articles(rule))
    steps = tuple(steps)
    naming = {step.place: frozenset(id for id in rows if _names(step, rows[id], cited)) for step in steps}
    served: dict[RuleId, Served] = {}
    shared: dict[RuleId, Served] = {}
    for rule in sorted(rows.values(), key=_narrowest_first):
        stops = [step for step in steps if rule.id in naming[step.place]]
        taken = [one.step for one in served.values()]
        free = [step for step in stops if not any(step is other for other in taken)]
        for step in (free or stops)[:1]:
            (served if free else shared)[rule.id] = Served(rule=rule, step=step, is_late=_is_late(step, rule))
    lost = [id for id, one in served.items() if one.rule.after is not None and one.rule.after not in served]
    kept = tuple(served[id] for id in rows if id in served and id not in lost)
    missing = tuple(rule for id, rule in rows.items() if id in lost or (id not in served and id not in shared))
    return Found(served=kept, shared=tuple(shared.values()), missing=missing, off=off)


def _narrowest_first(rule: Rule) -> int:
    order = list(WORDS)
    return order.index(rule.id) if rule.id in order else len(order)


def _names(step: PlanStep, rule: Rule, cited: Mapping[str, int]) -> bool:
    """Say whether *step* names *rule*: by its id, an article that no other row stands in, or the words for it."""
    said = f" {plain(step.said())} "
    close = said.replace(" ", "").replace("l.", "l").replace("r.", "r")
    if plain(rule.id) in said or any(article in close and cited[article] == 1 for article in _articles(rule)):
        return True
    groups = WORDS.get(rule.id)
    return groups is not None and all(any(fold(word) in said for word in group) for group in groups)


def _articles(rule: Rule) -> tuple[str, ...]:
    """Return the articles of a code that the source names, as they are typed without blanks: `l12-10-1`."""
    return tuple(plain(found) for found in re.findall(r"\b[LRD]\d+(?:-\d+)+", rule.source))


def _is_late(step: PlanStep, rule: Rule) -> bool:
    written = target_of(step.by, ENGLISH) if step.by else None
    length = None if written is None else read_length(written.partition(";")[0])
    return length is not None and isinstance(rule.length, Elapsed) and length.total_seconds() > rule.length.hours * 3600
