"""What becomes of alerts: which facts one leads to, and what people decide. A machine opens nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.core import facts
from bot.core.alerts.waiting import MOST_WAITING, STEADY, Alerts, Proposal
from bot.core.errors import RuleError
from bot.core.facts import Alert
from bot.core.names import IncidentId, UserId


@dataclass(eq=False)
class UnknownAlert(RuleError):
    """No alert of this number waits for a decision."""

    number: int


def fitting(alerts: Alerts, reported: Iterable[Alert], now: datetime) -> tuple[Alert, ...]:
    """Return those of *reported* that can be taken in together: what is known, and more while little of a source waits.

    Of an incident's, a change right after another cannot.
    """
    waiting = alerts.by_key(now)
    keys, counts = set(waiting), Counter(one.alerts[key].source for key, one in waiting.items())
    found: list[Alert] = []
    for alert in reported:
        followed = alerts.followed.get(alert.key)
        if followed is not None:
            has_place = followed.changed_at is None or now - followed.changed_at >= STEADY
        elif alert.key in keys or _is_dropped(alerts, alert, now):
            has_place = True
        else:
            has_place = counts[alert.source] < MOST_WAITING
            counts[alert.source] += has_place
        if has_place:
            keys.add(alert.key)
            found.append(alert)
    return tuple(found)


def is_news(alerts: Alerts, alert: Alert, waiting: Proposal | None, now: datetime) -> bool:
    """Say whether *alert*, which belongs to no open incident and waits in *waiting*, if anywhere, changes anything."""
    if waiting is not None:
        known = waiting.alerts[alert.key]
        return known.is_resolved != alert.is_resolved or alert.is_graver(known.severity)
    if alerts.no_incident(alert.key, now) is None:
        return not alert.is_resolved
    return alert.is_resolved or not _is_dropped(alerts, alert, now)


def _is_dropped(alerts: Alerts, alert: Alert, now: datetime) -> bool:
    """Say whether somebody said that *alert* is no incident, and it is no graver than it was then."""
    dropped = alerts.no_incident(alert.key, now)
    return dropped is not None and not alert.is_graver(dropped.severity)


def receive(alerts: Alerts, alert: Alert, now: datetime) -> facts.AlertReceived | None:
    """Let *alert*, which belongs to no open incident, wait for a decision; None when that changes nothing."""
    waiting = alerts.waiting(now)
    known = next((one for one in waiting if alert.key in one.alerts), None)
    if not is_news(alerts, alert, known, now):
        return None
    if known is not None:
        return facts.AlertReceived(at=now, number=known.number, alert=alert)
    dropped = alerts.no_incident(alert.key, now)
    if dropped is not None and alert.is_resolved:
        return facts.AlertReceived(at=now, number=dropped.number, alert=alert)
    joined = next((one.number for one in reversed(waiting) if one.has_place(alert)), None)
    number = alerts.numbered + 1 if joined is None else joined
    return facts.AlertReceived(at=now, number=number, alert=alert)


def told(alerts: Alerts, proposal: Proposal, now: datetime) -> tuple[facts.AlertDeskFact, ...]:
    """Return that the control room was told *proposal*; what joined it meanwhile waits under another number."""
    said, current = len(proposal.alerts), alerts.proposals.get(proposal.number)
    left = () if current is None else tuple(current.alerts.values())[said:]
    later = (facts.AlertReceived(at=now, number=alerts.numbered + 1, alert=alert) for alert in left)
    return (facts.AlertsTold(at=now, number=proposal.number, count=said), *later)


def named(alerts: Alerts, number: int, now: datetime) -> Proposal:
    """Return what waits under *number*. Raises UnknownAlert."""
    found = next((one for one in alerts.waiting(now) if one.number == number), None)
    if found is None:
        raise UnknownAlert(number)
    return found


def taken(proposal: Proposal, incident: IncidentId, by: UserId, now: datetime) -> tuple[facts.AlertTaken, ...]:
    """Return that the alerts belong to *incident* from now on."""
    return tuple(
        facts.AlertTaken(at=now, by=by, number=proposal.number, incident=incident, alert=alert)
        for alert in proposal.alerts.values()
    )


def changed(alerts: Alerts, alert: Alert, now: datetime) -> facts.AlertChanged | None:
    """Return that *alert* of an open incident changed; None when it is as it was. Raises KeyError for no incident's."""
    known = alerts.followed[alert.key]
    is_other = known.is_resolved != alert.is_resolved
    if not is_other and not alert.is_graver(known.severity):
        return None
    return facts.AlertChanged(at=now, incident=known.incident, alert=alert, is_graver=not is_other)
