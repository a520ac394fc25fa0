"""The fold of alerts. An incident's facts may be read before the desk's: nothing here depends on that order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import assert_never

from bot.core import facts
from bot.core.facts import Alert, Severity
from bot.core.names import IncidentId

TOGETHER = 10
"""How many alerts of one number there are at the most: a message that people can take in."""
STEADY = timedelta(seconds=30)
"""After a change of an alert of an incident the next one has to wait so long: it is told in its room."""
LASTS = timedelta(days=3)
"""What nobody decided on for so long lapses: a weekend. If it still fires, its source says so again."""
MOST_WAITING = 300
"""More alerts of one source than this do not wait: it is told to send again later."""
MOST_FOLLOWED = 5_000
"""Of so many alerts of incidents later states are known, the newest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """Alerts that wait together for one decision."""

    number: int
    since: datetime
    alerts: Mapping[str, Alert]
    """By their keys, in the order they came; all of them of one source."""
    is_told: bool = False
    is_graver: bool = False
    """Whether one of them became graver since they were told: they are told anew."""

    @property
    def is_over(self) -> bool:
        """Whether all of them are resolved."""
        return all(alert.is_resolved for alert in self.alerts.values())

    @property
    def weight(self) -> int:
        """How grave the gravest of them is that is not resolved; -1 when all are."""
        return max((alert.severity.weight for alert in self.alerts.values() if not alert.is_resolved), default=-1)

    def has_place(self, alert: Alert) -> bool:
        """Say whether *alert* can join them: they were not told yet, and come from where it comes."""
        is_its = all(one.source == alert.source for one in self.alerts.values())
        return is_its and not self.is_told and len(self.alerts) < TOGETHER


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """An alert that belongs to an incident, as it was last."""

    incident: IncidentId
    at: datetime
    is_resolved: bool
    severity: Severity
    changed_at: datetime | None = None
    """When its source said last that it changed; None for not yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dropped:
    """What somebody said is no incident, as it was then."""

    number: int
    at: datetime
    severity: Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Alerts:
    """What is known of alerts."""

    proposals: Mapping[int, Proposal] = field(default_factory=dict)
    settled: frozenset[int] = frozenset()
    """Numbers on which somebody decided."""
    followed: Mapping[str, Followed] = field(default_factory=dict)
    """By the keys of the alerts."""
    dropped: Mapping[str, Dropped] = field(default_factory=dict)
    """Alerts that are no incident and still fire, by their keys."""
    numbered: int = 0
    """The highest number so far."""
    told_at: datetime | None = None
    """When the control room was told something last."""

    def waiting(self, now: datetime) -> tuple[Proposal, ...]:
        """Return what waits for a decision, the oldest first."""
        return tuple(one for one in self.proposals.values() if now - one.since < LASTS)

    def by_key(self, now: datetime) -> Mapping[str, Proposal]:
        """Return what waits for a decision by the keys of its alerts: for many that are looked up at once."""
        return {key: one for one in self.waiting(now) for key in one.alerts}

    def untold(self, now: datetime) -> Proposal | None:
        """Return what the control room is to be told next, the gravest and of those the oldest; None for nothing."""
        news = (one for one in self.waiting(now) if (one.is_graver or not one.is_told) and not one.is_over)
        return max(news, key=lambda one: one.weight, default=None)

    def no_incident(self, key: str, now: datetime) -> Dropped | None:
        """Return that the alert of that *key* is none; that lapses, for of many kinds nobody ever hears the end."""
        found = self.dropped.get(key)
        return None if found is None or now - found.at >= LASTS else found


def evolve_alerts(alerts: Alerts, fact: facts.AlertFact | facts.AlertDeskFact) -> Alerts:
    """Return what is known after *fact*."""
    match fact:
        case facts.AlertReceived(number=number):
            alerts = replace(alerts, numbered=max(alerts.numbered, number))
            return _after_all(alerts, fact.alert) if number in alerts.settled else _received(alerts, fact)
        case facts.AlertsTold(number=number):
            return _told(replace(alerts, numbered=max(alerts.numbered, number), told_at=fact.at), fact)
        case facts.AlertsDropped(number=number):
            return _dropped(alerts, fact)
        case facts.AlertTaken(number=number):
            return _follow(_settled(alerts, number), fact)
        case facts.AlertChanged():
            return _follow(alerts, fact, changed_at=fact.at)
        case _:
            assert_never(fact)


def _received(alerts: Alerts, fact: facts.AlertReceived) -> Alerts:
    known = alerts.proposals.get(fact.number) or Proposal(number=fact.number, since=fact.at, alerts={})
    before = known.alerts.get(fact.alert.key)
    is_graver = known.is_told and before is not None and fact.alert.is_graver(before.severity)
    joined = replace(known, alerts={**known.alerts, fact.alert.key: fact.alert}, is_graver=known.is_graver or is_graver)
    alerts = _news_again(alerts, fact.alert)
    lasting = {number: one for number, one in alerts.proposals.items() if fact.at - one.since < LASTS}
    if joined.is_over and not joined.is_told:
        return replace(alerts, proposals={number: one for number, one in lasting.items() if number != fact.number})
    return replace(alerts, proposals={**lasting, fact.number: joined})


def _told(alerts: Alerts, fact: facts.AlertsTold) -> Alerts:
    known = alerts.proposals.get(fact.number)
    if known is None:
        return alerts
    told = replace(known, alerts=dict([*known.alerts.items()][: fact.count]), is_told=True, is_graver=False)
    return replace(alerts, proposals={**alerts.proposals, fact.number: told})


def _after_all(alerts: Alerts, alert: Alert) -> Alerts:
    """Forget that an alert was dropped, which is over now: if it fires anew, it is news again."""
    return _news_again(alerts, alert) if alert.is_resolved else alerts


def _news_again(alerts: Alerts, alert: Alert) -> Alerts:
    if alert.key not in alerts.dropped:
        return alerts
    return replace(alerts, dropped={key: one for key, one in alerts.dropped.items() if key != alert.key})


def _dropped(alerts: Alerts, fact: facts.AlertsDropped) -> Alerts:
    known = alerts.proposals.get(fact.number)
    firing = [] if known is None else [one for one in known.alerts.values() if not one.is_resolved]
    now = {one.key: Dropped(number=fact.number, at=fact.at, severity=one.severity) for one in firing}
    newest = dict([*{**alerts.dropped, **now}.items()][-MOST_FOLLOWED:])
    return replace(_settled(alerts, fact.number), dropped=newest)


def _settled(alerts: Alerts, number: int) -> Alerts:
    left = {other: one for other, one in alerts.proposals.items() if other != number}
    return replace(alerts, proposals=left, settled=alerts.settled | {number}, numbered=max(alerts.numbered, number))


def _follow(alerts: Alerts, fact: facts.AlertFact, *, changed_at: datetime | None = None) -> Alerts:
    alert, known = fact.alert, alerts.followed.get(fact.alert.key)
    if known is not None and known.at > fact.at:
        return alerts
    state = Followed(
        incident=fact.incident,
        at=fact.at,
        is_resolved=alert.is_resolved,
        severity=alert.severity,
        changed_at=changed_at,
    )
    others = {key: one for key, one in alerts.followed.items() if key != alert.key}
    newest = dict([*others.items()][1 - MOST_FOLLOWED :])
    return replace(alerts, followed={**newest, alert.key: state})
