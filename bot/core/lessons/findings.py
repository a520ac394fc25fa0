"""Findings: what an incident taught, who does something about it and by which day, and when that rings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import assert_never
from zoneinfo import ZoneInfo

from bot.core.facts.lifecycle import FindingDone, FindingDropped, FindingFact, FindingGiven, FindingNoted
from bot.core.facts.ringing import FindingRang
from bot.core.names import UserId

RUNGS = (0, 1, 7, 14, 21, 28)
"""How many days after its day a finding rings that nobody ended, each once; then no more."""
_HOUR = time(9)
"""When it rings on such a day, in the incident's zone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Where a finding stands."""

    noted: FindingNoted
    owner: UserId | None
    """As said last; so is the day. None: nobody said."""
    day: date | None
    said_at: datetime
    """When the day was said last: what lies before that never rings."""
    rang: int | None = None
    """The last of `RUNGS` that rang for that day."""
    ended: FindingDone | FindingDropped | None = None

    @property
    def number(self) -> int:
        """Its number within the incident."""
        return self.noted.number


Findings = Mapping[int, Finding]
"""By number, the oldest first."""


def findings_after(findings: Findings, fact: FindingFact | FindingRang) -> Findings:
    """Return *findings* after *fact*; to one that nobody noted nothing can happen."""
    if isinstance(fact, FindingNoted):
        return {**findings, fact.number: Finding(noted=fact, owner=fact.owner, day=fact.day, said_at=fact.at)}
    before = findings.get(fact.number)
    return findings if before is None else {**findings, fact.number: _after(before, fact)}


def _after(finding: Finding, fact: FindingGiven | FindingDone | FindingDropped | FindingRang) -> Finding:
    match fact:
        case FindingGiven(owner=owner, day=day):
            given = replace(finding, owner=owner or finding.owner)
            return given if day is None else replace(given, day=day, said_at=fact.at, rang=None)
        case FindingDone() | FindingDropped():
            return replace(finding, ended=fact)
        case FindingRang(day=day, rung=rung):
            return replace(finding, rang=rung) if day == finding.day else finding
        case _:
            assert_never(fact)


def next_ring(finding: Finding, zone: ZoneInfo, now: datetime, *, once: bool) -> tuple[datetime, int] | None:
    """Return when *finding* rings next, in UTC, and which of `RUNGS` that is; None when it does not.

    Of several that passed by *now* only the newest one stands. *once*: there is no room in which anybody could say that
    it is done, so it rings on its day only.
    """
    day = finding.day
    if day is None or finding.ended is not None:
        return None
    rungs = RUNGS[:1] if once else RUNGS
    times = [(_rings_at(day, rung, zone), rung) for rung in rungs if finding.rang is None or rung > finding.rang]
    pending = [(at, rung) for at, rung in times if at > finding.said_at]
    passed = [one for one in pending if one[0] <= now]
    return passed[-1] if passed else next(iter(pending), None)


def _rings_at(day: date, rung: int, zone: ZoneInfo) -> datetime:
    return datetime.combine(day + timedelta(days=rung), _HOUR, zone).astimezone(UTC)
