"""Details: what drafts and the register say beside the questions of a playbook. Every incident has the same ones.

They are given like answers, `!fact NAME VALUE`, and kept like them. They follow the form of the CNIL, in its order.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from enum import StrEnum

from bot.core.conditions import UNKNOWN
from bot.core.names import Question
from bot.core.playbook import Language
from bot.core.spelling import fold


class Kind(StrEnum):
    """What a detail takes; `unknown` besides, always."""

    TEXT = "text"
    COUNT = "count"
    """A number, roughly if need be: `350`, `about 1,200`."""
    MOMENT = "moment"
    """A date and an hour, kept as ISO 8601 in UTC."""
    CHOICE = "choice"
    """One of its values."""
    CHOICES = "choices"
    """Some of its values."""
    LINKED = "linked"
    """A text with the https address of the official notice it rests on."""


class Group(StrEnum):
    """What details are about: the sections in which they are shown."""

    ORGANISATION = "organisation"
    DATES = "dates"
    NATURE = "nature"
    DATA = "data"
    PEOPLE = "people"
    CONSEQUENCES = "consequences"
    COMPLAINT = "complaint"
    WORK = "work"
    BULLETIN = "bulletin"


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """One detail. Its label is said by `bot.voice`."""

    name: Question
    french: str
    """Its name for those who write French; kept under *name*."""
    group: Group
    kind: Kind
    values: tuple[str, ...] = ()
    """What a CHOICE or CHOICES takes, in the canonical spelling."""


def _rows(group: Group, *rows: str) -> tuple[Detail, ...]:
    """Read rows of `name / french-name / kind [value,value]`."""
    found = []
    for row in rows:
        name, french, rest = row.split(" / ")
        kind, _, values = rest.partition(" ")
        given = tuple(values.split(",")) if values else ()
        found.append(Detail(name=Question(name), french=french, group=group, kind=Kind(kind), values=given))
    return tuple(found)


DETAILS = (
    *_rows(
        Group.ORGANISATION,
        "organisation / organisme / text",
        "siren / siren / text",
        "sector / secteur / text",
        "headcount / effectif / count",
        "address / adresse / text",
        "representative / representant / text",
        "dpo-contact / contact-dpo / text",
        "contact / contact / text",
        "insurer / assureur / text",
        "insurer-contact / contact-assureur / text",
        "policy / police / text",
        "provider / prestataire / text",
        "provider-contact / contact-prestataire / text",
        "others-involved / autres-organismes / text",
    ),
    *_rows(
        Group.DATES,
        "attack-start / debut-attaque / moment",
        "attack-end / fin-attaque / moment",
        "outage-start / debut-panne / moment",
        "outage-end / fin-panne / moment",
        "discovered-at / heure-decouverte / moment",
        "discovered-how / decouverte / text",
        "late-reason / motifs-retard / text",
    ),
    *_rows(
        Group.NATURE,
        "nature / nature / choices confidentiality,integrity,availability",
        "origin / origine / text",
        "cause / cause / text",
        "malicious / malveillant / choice yes,no",
        "indicators / indicateurs / text",
        "services-down / services-coupes / text",
    ),
    *_rows(
        Group.DATA,
        "data-kinds / types-donnees / text",
        "sensitive-data / donnees-sensibles / text",
        "records / enregistrements / count",
    ),
    *_rows(
        Group.PEOPLE,
        "people-kinds / types-personnes / text",
        "people-count / nombre-personnes / count",
        "people-informed / personnes-informees / text",
        "cross-border / transfrontalier / text",
        "other-notifications / autres-notifications / text",
    ),
    *_rows(
        Group.CONSEQUENCES,
        "measures-before / mesures-avant / text",
        "consequences / consequences / text",
        "gravity / gravite-personnes / choice negligible,limited,important,maximal",
        "measures-after / mesures-apres / text",
    ),
    *_rows(
        Group.COMPLAINT,
        "damage / prejudice / text",
        "ransom / rancon / text",
        "evidence / preuves / text",
    ),
    *_rows(
        Group.WORK,
        "staff-count / nombre-salaries / count",
        "stopped-from / arret-debut / moment",
        "stopped-until / arret-fin / moment",
        "late-filings / declarations-retard / text",
        "tolerance / tolerance / linked",
        "tax-filings / declarations-fiscales / text",
        "tax-tolerance / tolerance-fiscale / linked",
        "certificate-by / attestation-par / choice provider,organisation",
    ),
    *_rows(
        Group.BULLETIN,
        "known / connu / text",
        "not-known / pas-connu / text",
        "doing / en-cours / text",
        "next-update / prochain-point / moment",
    ),
)

HAPPENED = frozenset(map(Question, ("attack-start", "attack-end", "outage-start", "outage-end", "discovered-at")))
"""Moments that lie behind; one that is not over yet is `unknown`."""
NEXT_UPDATE = Question("next-update")
"""When the next bulletin is promised: that moment rings."""

_MOST_NEAR = 3
_BY_NAME: Mapping[str, Detail] = {name: detail for detail in DETAILS for name in (detail.name, detail.french)}


def find_detail(name: str) -> Detail | None:
    """Return the detail that *name* names in either language, whatever its case and accents; None when none does."""
    return _BY_NAME.get(fold(name))


def near_details(name: str, language: Language) -> tuple[Question, ...]:
    """Return names of details that look like *name*, as people write them in *language*, nearest first."""
    found = get_close_matches(fold(name), _BY_NAME, n=_MOST_NEAR)
    return tuple(dict.fromkeys(typed_name(_BY_NAME[near].name, language) for near in found))


def typed_name(name: Question, language: Language) -> Question:
    """Return what people type for *name* in *language*; a question has one name for all."""
    detail = _BY_NAME.get(name)
    return Question(detail.french) if detail and language is Language.FRENCH else name


def moment_of(answers: Mapping[Question, str], name: Question) -> datetime | None:
    """Return the moment kept under *name*; None when it is not known."""
    kept = answers.get(name, UNKNOWN)
    return None if kept == UNKNOWN else datetime.fromisoformat(kept)
