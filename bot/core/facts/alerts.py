"""What other machines report, and what people make of it. All that stands in an alert came from outside."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.core.facts.base import Deed, Happened
from bot.core.facts.opening import Severity
from bot.core.names import IncidentId


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertDetail:
    """What its source says beside it, under a name of its own."""

    name: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One state of something that a machine watches, in short texts of one line each."""

    source: str
    """Its name in the configuration."""
    fingerprint: str
    """What it is known by at its source, whatever its state."""
    title: str
    severity: Severity
    is_resolved: bool = False
    starts_at: datetime | None = None
    """As its source says; None when it does not."""
    details: tuple[AlertDetail, ...] = ()

    def is_graver(self, than: Severity) -> bool:
        """Say whether it fires, and is worse *than* that."""
        return not self.is_resolved and self.severity.weight > than.weight

    @property
    def key(self) -> str:
        """What it is known by among those of all sources."""
        return f"{self.source}/{self.fingerprint}"


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertReceived(Happened):
    """An alert waits for somebody's decision, together with the others of the same number; or its state changed."""

    number: int
    alert: Alert


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertsTold(Happened):
    """The control room was told of the alerts of that number."""

    number: int
    count: int
    """How many of them it was told; those that came meanwhile get a number of their own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertsDropped(Deed):
    """Somebody said that the alerts of that number are no incident."""

    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertTaken(Deed):
    """Somebody opened the incident for an alert, or added it to one that was open."""

    number: int
    incident: IncidentId
    alert: Alert


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertChanged(Happened):
    """An alert of the incident is over, fires again, or is graver than before: its source says so."""

    incident: IncidentId
    alert: Alert
    is_graver: bool = False
    """Whether it fired before as well, and was less grave."""


AlertFact = AlertTaken | AlertChanged
AlertDeskFact = AlertReceived | AlertsTold | AlertsDropped
