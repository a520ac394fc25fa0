"""Words of fixed meaning in both languages: roles, severities, languages, answers. Case and accents do not count."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from bot.core.facts import Severity
from bot.core.organisations.bulletins import Audience
from bot.core.playbook import Language
from bot.core.risk import RiskFactor, RiskLevel
from bot.core.roster import Role
from bot.core.spelling import fold

T = TypeVar("T")


def _by_word(table: Mapping[T, str]) -> Mapping[str, T]:
    return {fold(word): meaning for meaning, words in table.items() for word in words.split()}


ROLES = _by_word(
    {
        Role.ADMIN: "admin administrator administrateur administratrice",
        Role.COORDINATOR: "coordinator coordinateur coordinatrice coordination",
        Role.MANAGEMENT: "management direction dirigeant dirigeante gérant gérante",
        Role.DPO: "dpo dpd",
        Role.LEGAL: "legal juridique juriste",
        Role.IT: "it informatique dsi",
        Role.COMMS: "comms communication com",
        Role.HR: "hr rh",
        Role.INSURANCE: "insurance assurance assureur",
        Role.OBSERVER: "observer observateur observatrice observation",
    }
)
SEVERITIES = _by_word(
    {
        Severity.LOW: "low faible basse",
        Severity.MEDIUM: "medium moyenne moyen modérée",
        Severity.HIGH: "high haute élevée élevé grave",
        Severity.CRISIS: "crisis crise critique critical",
    }
)
LANGUAGES = _by_word(
    {
        Language.FRENCH: "fr français french",
        Language.ENGLISH: "en anglais english",
    }
)
VALUES = _by_word(
    {
        "confidentiality": "confidentiality confidentialité",
        "integrity": "integrity intégrité",
        "availability": "availability disponibilité",
        "yes": "yes oui",
        "no": "no non",
        "negligible": "negligible négligeable",
        "limited": "limited limité limitée",
        "important": "important importante",
        "maximal": "maximal maximum maximale",
        "provider": "provider prestataire hébergeur host",
        "organisation": "organisation organization organisme nous us",
    }
)
"""Values of details that take only some."""
RISK_FACTORS = _by_word(
    {
        RiskFactor.BREACH: "breach violation 1",
        RiskFactor.DATA: "data données 2",
        RiskFactor.IDENTITY: "identity identification identité 3",
        RiskFactor.CONSEQUENCES: "consequences conséquences 4",
        RiskFactor.PEOPLE: "people personnes 5",
        RiskFactor.ORGANISATION: "organisation organization organisme 6",
        RiskFactor.NUMBER: "number nombre 7",
        RiskFactor.GENERAL: "general ensemble 8",
    }
)
RISK_LEVELS = _by_word(
    {
        RiskLevel.NONE: "none aucun",
        RiskLevel.RISK: "risk risque",
        RiskLevel.HIGH: "high élevé élevée",
        RiskLevel.UNKNOWN: "unknown inconnu",
    }
)
AUDIENCES = _by_word(
    {
        Audience.ALL: "all everybody tous toutes",
        Audience.SILENT: "silent silencieux silencieuses muets muettes",
        Audience.OVERDUE: "overdue late retard en-retard",
        Audience.UNFILED: "unfiled non-déclaré non-déclarés non-déclarée non-déclarées",
    }
)
_ANSWERS = {
    **_by_word({"yes": "yes oui", "no": "no non", "unknown": "unknown inconnu inconnue"}),
    **dict.fromkeys(("ne sait pas", "je ne sais pas", "on ne sait pas", "don't know", "not known", "?"), "unknown"),
}


def canonical_answer(text: str) -> str:
    """Return `yes`, `no` or `unknown` for any spelling of them, and any other answer as it is."""
    return _ANSWERS.get(fold(" ".join(text.replace("’", "'").split())), text)
