"""Details: what drafts and the register say beside the questions of a playbook. Every incident has the same ones.

They are given like answers, `!fact NAME VALUE`, and kept like them. They follow the form of the CNIL, in its order.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.core.conditions import UNKNOWN
from bot.core.names import Question


class Kind(StrEnum):
    """What a detail takes; `unknown` besides, always."""

    TEXT = "text"
    COUNT = "count"
    """A number, roughly if need be: `350`, `about 1,200`."""
    MOMENT = "moment"
    """A date and an hour, kept as ISO 8601 in UTC; or one of its values."""
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
    """One detail. Its label, and what people call it in each language, are sentences."""

    name: Question
    group: Group
    kind: Kind
    values: tuple[str, ...] = ()
    """What a CHOICE or CHOICES takes, or a MOMENT beside a moment, in the canonical spelling."""


def _rows(group: Group, *rows: str) -> tuple[Detail, ...]:
    """Read rows of `name / kind [value,value]`."""
    found = []
    for row in rows:
        name, rest = row.split(" / ")
        kind, _, values = rest.partition(" ")
        given = tuple(values.split(",")) if values else ()
        found.append(Detail(name=Question(name), group=group, kind=Kind(kind), values=given))
    return tuple(found)


DETAILS = (
    *_rows(
        Group.ORGANISATION,
        "organisation / text",
        "siren / text",
        "siret / text",
        "sector / text",
        "headcount / count",
        "address / text",
        "place / text",
        "representative / text",
        "dpo-contact / text",
        "contact / text",
        "insurer / text",
        "insurer-contact / text",
        "policy / text",
        "provider / text",
        "provider-contact / text",
        "provider-contract / text",
        "answer-by / moment",
        "others-involved / text",
    ),
    *_rows(
        Group.DATES,
        "attack-start / moment",
        "attack-end / moment ongoing",
        "outage-start / moment",
        "outage-end / moment",
        "discovered-at / moment",
        "discovered-how / text",
        "late-reason / text",
    ),
    *_rows(
        Group.NATURE,
        "nature / choices confidentiality,integrity,availability",
        "origin / text",
        "cause / text",
        "malicious / choice yes,no",
        "indicators / text",
        "services-down / text",
    ),
    *_rows(
        Group.DATA,
        "data-kinds / text",
        "sensitive-data / text",
        "other-sensitive / text",
        "records / count",
    ),
    *_rows(
        Group.PEOPLE,
        "people-kinds / text",
        "people-count / count",
        "people-informed / text",
        "cross-border / text",
        "other-notifications / text",
    ),
    *_rows(
        Group.CONSEQUENCES,
        "measures-before / text",
        "consequences / text",
        "gravity / choice negligible,limited,important,maximal",
        "measures-after / text",
    ),
    *_rows(
        Group.COMPLAINT,
        "damage / text",
        "ransom / text",
        "evidence / text",
        "complainant / text",
    ),
    *_rows(
        Group.WORK,
        "staff-count / count",
        "stopped-from / moment",
        "stopped-until / moment",
        "stop-form / choice reduction,closure",
        "hours-expected / count",
        "stop-reasons / text",
        "short-time-before / text",
        "late-filings / text",
        "tolerance / linked",
        "tax-filings / text",
        "tax-tolerance / linked",
        "certificate-by / choice provider,organisation",
    ),
    *_rows(
        Group.BULLETIN,
        "known / text",
        "not-known / text",
        "doing / text",
        "next-update / moment",
        "hotline / text",
    ),
)

HAPPENED = frozenset(map(Question, ("attack-start", "attack-end", "outage-start", "outage-end", "discovered-at")))
"""Moments that lie behind."""
ONGOING = "ongoing"
"""The end of what still goes on."""
APPROXIMATE = frozenset(map(Question, ("attack-start", "attack-end")))
"""Moments that the form of the CNIL takes roughly. None of them starts a clock or counts for one."""
ABOUT = "~"
"""What stands before a moment that is roughly known: `~2026-11-24T12:30:00+00:00`."""
_ABOUT_IS_WITHIN = timedelta(days=1)
DISCOVERED = Question("discovered-at")
"""When it was discovered: the first information, where it lies before the opening."""
NEXT_UPDATE = Question("next-update")
"""When the next bulletin is promised: that moment rings."""

HOTLINE = Question("hotline")
"""The number to call, in each bulletin to organisations."""

_BY_NAME: Mapping[str, Detail] = {detail.name: detail for detail in DETAILS}


def find_detail(name: str) -> Detail | None:
    """Return the detail that is kept under *name*; None when none is."""
    return _BY_NAME.get(name)


def moment_of(answers: Mapping[Question, str], name: Question) -> datetime | None:
    """Return the moment kept under *name*, which is no approximate one; None when it is not known."""
    kept = answers.get(name, UNKNOWN)
    return None if kept == UNKNOWN else datetime.fromisoformat(kept)


def bounds_of(answers: Mapping[Question, str], name: Question) -> tuple[datetime, datetime] | None:
    """Return the earliest and the latest that the moment under *name* may be; None when there is none."""
    kept = answers.get(name, UNKNOWN)
    if kept in (UNKNOWN, ONGOING):
        return None
    at = datetime.fromisoformat(kept.removeprefix(ABOUT))
    slack = _ABOUT_IS_WITHIN if kept.startswith(ABOUT) else timedelta()
    return at - slack, at + slack
