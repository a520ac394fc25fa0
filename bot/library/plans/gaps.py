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
from bot.core.language import ENGLISH
from bot.core.names import RuleId
from bot.core.playbook import Playbook
from bot.library.body import read_length
from bot.library.plans.understood import PlanStep
from bot.library.plans.words import plain, target_of

_ER = "(?:er|e[es]{0,2}|ez|ons|ent)"
"""The endings of a French verb in `-er`."""
_TOLD = (
    *(r"notif\w*", f"declar{_ER}", "declarations?", f"signal{_ER}", "signalements?", "teleservices?"),
    *(f"inform{_ER}", "inform(?:s|ing)?", "(?<!')information (?:des?|du|aux?)"),
    "(?:saisir|saisissez|saisine de) (?:la cnil|l'autorite|l'assureur|le courtier|l'anssi)",
    *("prevenir", "prevenez", "prevenons", "previen[st]", "avertir", "avertissez", "avertissons"),
    *("tell(?:s|ing)?", "warn(?:s|ed|ing)?"),
    r"(?<!the )(?<!cnil )(?<!annual )report(?:s|ed|ing)?(?! d[eu]s?\b| d'| of\b| from\b)",
)
_AUTHORITY = ("cnil", "autorites? de controle", "(?:supervisory|data protection) authorit(?:y|ies)")
_PERSONS = ("personnes (?:concernees|touchees)", "data subjects?", "(?:people|persons) concerned", "article 34")
_INSURER = (
    *("assureurs?", "(?<!quality )assurances?(?! (?:qualite|maladie|chomage))", "insurers?", "insurance"),
    *("courtiers?", "brokers?"),
)
_REACHED = (
    *(f"appell?{_ER}", "appel (?:a|au|aux)", r"(?<!-)call(?:s|ing|ed)?(?! (?:lists?|cent\w+)\b)"),
    *("contact(?:er|ez|ons)", "contact (?:the|our|your|its|avec)", "sinistres?", "claims?"),
)
_SHORT_TIME = ("activite partielle", "chomage partiel", "short-time")


def _one_of(*words: str) -> re.Pattern[str]:
    """Return what finds one of *words*, whole, in plain text; each is a pattern without accents."""
    return re.compile(rf"\b(?:{'|'.join(words)})\b")


WORDS: Mapping[str, tuple[re.Pattern[str], ...]] = {
    "GDPR-33-4": (
        _one_of(*_AUTHORITY),
        _one_of("complement(?:aire)?s?", "complet(?:er|ez)", "complete (?:the|our|your)", "follow-up", "supplements?"),
    ),
    "GDPR-33-1": (_one_of(*_AUTHORITY), _one_of(*_TOLD)),
    "GDPR-33-5": (
        _one_of("registres?", "registers?", "record (?:the|this|each|every|any|of)"),
        _one_of("violations?", "breach(?:es)?"),
    ),
    "GDPR-34": (_one_of(*_PERSONS), _one_of(*_TOLD)),
    "GDPR-33-2": (
        _one_of(
            *("responsables? de traitements?", "data controllers?", "controllers? (?:we|whose|for)"),
            *("pour le compte (?:de qui|de laquelle|desquel(?:le)?s|duquel)", "on whose behalf"),
        ),
        _one_of(*_TOLD, "ecrire", "ecrivez", "write"),
    ),
    "FR-LOPMI": (
        _one_of(
            *(r"plainte(?! du\b| d'une?\b| clients?\b| des clients\b)", "(?:criminal|police) complaint"),
            "complaint (?:with|to) the (?:police|prosecutor)",
        ),
    ),
    "FR-INS-2": (_one_of(*_INSURER), _one_of("vols?", "theft", "stolen"), _one_of(*_TOLD, *_REACHED)),
    "FR-INS-5": (_one_of(*_INSURER), _one_of(*_TOLD, *_REACHED)),
    "FR-AP-15": (_one_of(*_SHORT_TIME), _one_of("reponses?", "answers?", r"decision d(?:u|e la) prefe\w+")),
    "FR-AP-CSE": (
        _one_of("cse", "comite social", "works council"),
        _one_of("avis", "opinion", *_SHORT_TIME),
    ),
    "FR-AP-30": (_one_of(*_SHORT_TIME), _one_of(f"demand{_ER}", f"depos{_ER}", "request", "apply", "application")),
    "FR-FSN": (_one_of("anssi"), _one_of("services? numeriques?", "digital services?"), _one_of(*_TOLD)),
    "FR-EDITEUR": (
        _one_of("anssi"),
        _one_of("editeurs?", "vulnerabilit(?:es?|y|ies)", "software makers?"),
        _one_of(*_TOLD),
    ),
}
"""By clock: a step names it that has one word of each group. The narrower clock of the same words stands first.

Words that a plan also uses of something else are left out: a gap too many costs a look, one too few a deadline.
"""


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
    lacking: tuple[RuleId, ...]
    """Not in the catalogue, or not in force on that day (proposed, to come, ended): nothing was looked for either."""

    def by_step(self, step: PlanStep) -> Served | None:
        """Return the clock that *step* serves, or None."""
        return next((served for served in self.served if served.step is step), None)


def look(steps: Iterable[PlanStep], rules: Sequence[Rule], playbooks: Iterable[Playbook], today: date) -> Found:
    """Return for which of the clocks that *playbooks* watch there is a step."""
    watched = {clock.rule for playbook in playbooks for clock in playbook.clocks}
    rows = {rule.id: rule for rule in rules if rule.id in watched and standing(rule, today) is Standing.IN_FORCE}
    off = tuple(rule for rule in rules if rule.id in watched and standing(rule, today) is Standing.OFF)
    lacking = tuple(sorted(watched - rows.keys() - {rule.id for rule in off}))
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
    return Found(served=kept, shared=tuple(shared.values()), missing=missing, off=off, lacking=lacking)


def _narrowest_first(rule: Rule) -> int:
    order = list(WORDS)
    return order.index(rule.id) if rule.id in order else len(order)


def _names(step: PlanStep, rule: Rule, cited: Mapping[str, int]) -> bool:
    """Say whether *step* names *rule*: by its id, an article that no other row stands in, or the words for it."""
    said = plain(step.said())
    alone = (article for article in _articles(rule) if cited[article] == 1)
    if any(re.search(rf"(?<![\w-]){named}(?![\d-])", said) for named in (plain(rule.id), *map(_spaced, alone))):
        return True
    groups = WORDS.get(rule.id)
    return groups is not None and all(group.search(said) for group in groups)


def _spaced(article: str) -> str:
    """Return what finds `l12-10-1` as people type it: `L. 12-10-1`."""
    return rf"{article[0]}[. ]*{article[1:]}"


def _articles(rule: Rule) -> tuple[str, ...]:
    """Return the articles of a code that the source names, as they are typed without blanks: `l12-10-1`."""
    return tuple(plain(found) for found in re.findall(r"\b[LRD]\d+(?:-\d+)+", rule.source))


def _is_late(step: PlanStep, rule: Rule) -> bool:
    written = target_of(step.by, ENGLISH) if step.by else None
    length = None if written is None else read_length(written.partition(";")[0])
    return length is not None and isinstance(rule.length, Elapsed) and length.total_seconds() > rule.length.hours * 3600
