"""The numbers that Prometheus reads. Each one's name, and what it says, stand in `HELP` and nowhere else."""

from __future__ import annotations

import platform
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import timedelta
from typing import Any, TypeVar

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    Info,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)

from bot import __version__
from bot.ports import CallEnded, Counts, Ended, Report
from bot.service.watchdog import Vitals

HELP: Mapping[str, str] = {
    "cellule_build_info": "Version of Cellule, and of the Python that runs it.",
    "cellule_healthy": "1 while nothing is wrong, as on /healthz.",
    "cellule_seconds_since_sync": "Seconds since the last good sync; not a number before the first.",
    "cellule_sync_failures_total": "Syncs that brought no answer of the homeserver that can be used.",
    "cellule_undecryptable_total": "Encrypted events that nothing opens, or whose key did not come within a minute.",
    "cellule_applying_seconds": "For how long what came in last is being applied.",
    "cellule_commands_total": "Commands that were applied, by how they ended: done, refused, unclear, failed.",
    "cellule_commands_dropped_total": "Commands over the budget of their sender, which were not carried out.",
    "cellule_alert_reports_total": "Reports of alerts by other machines, by what became of them.",
    "cellule_answer_seconds": "From the receipt of a message until its answer was sent.",
    "cellule_messages_sent_total": "Messages that the homeserver took, edits too, by the kind of their outbox row.",
    "cellule_outbox_rows": "Outbox rows not delivered.",
    "cellule_outbox_oldest_seconds": "How long the oldest outbox row has waited.",
    "cellule_outbox_still_seconds": "For how long nothing of the outbox was done although a message waited.",
    "cellule_reminders_rung_total": "Reminders that were said in their rooms.",
    "cellule_reminder_lateness_seconds": "How late a reminder was said, after its time.",
    "cellule_reminders_undelivered": "Reminders told elsewhere, since nothing can be said in their rooms.",
    "cellule_alarms_overdue": "Alarms whose moment has passed and that have not rung, as of the last minute.",
    "cellule_alarms_overdue_seconds": "How late the latest of the overdue alarms is.",
    "cellule_hook_calls_total": "Calls to machines that are told what happened, by outcome: taken, failed, given-up.",
    "cellule_api_requests_total": "Questions to the read-only API, by the HTTP status of the answer.",
    "cellule_incidents_open": "Incidents that are open.",
    "cellule_stands_by": "1 while another Cellule speaks from the same database and this one waits to take over.",
    "cellule_role_seconds": "For how long this one has spoken, or stood by.",
    "cellule_seconds_since_database": "Seconds since the database last answered; not a number where there is none.",
    "cellule_state_free_bytes": "Free space of the file system that holds the state folder.",
    "cellule_backup_timestamp_seconds": "When the last backup of the state was made, since 1970; 0 when none was.",
}
"""Beside them stands what `ProcessCollector` says of the process."""
_LATE = (1, 5, 15, 30, 60, 300, 900, 3600, 6 * 3600, 24 * 3600)
_ANSWERS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300)
_COUNTED = {"commands_dropped"}
"""Vitals that go up only, and are counters here."""
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What is looked at when somebody asks: the disk under the state folder, and its backup."""

    free_bytes: float
    backup_at: float
    """In seconds since 1970; 0 when there is none."""


class Metrics(Counts):
    """Counts, and shows it with all the rest, in a registry of its own."""

    def __init__(self) -> None:
        # When a counter began is no number that anybody looks at here. It has no annotations.
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self.registry = CollectorRegistry()
        self._show(Info, "cellule_build_info").info({"version": __version__, "python": platform.python_version()})
        ProcessCollector(registry=self.registry)
        self._sync_failures = self._show(Counter, "cellule_sync_failures_total")
        self._undecryptable = self._show(Counter, "cellule_undecryptable_total")
        self._commands = self._show(Counter, "cellule_commands_total", labelnames=["outcome"])
        self._dropped = self._show(Counter, "cellule_commands_dropped_total")
        self._reports = self._show(Counter, "cellule_alert_reports_total", labelnames=["outcome"])
        self._answers = self._show(Histogram, "cellule_answer_seconds", buckets=_ANSWERS)
        self._sent = self._show(Counter, "cellule_messages_sent_total", labelnames=["kind"])
        self._rung = self._show(Counter, "cellule_reminders_rung_total")
        self._lateness = self._show(Histogram, "cellule_reminder_lateness_seconds", buckets=_LATE)
        self._called = self._show(Counter, "cellule_hook_calls_total", labelnames=["outcome"])
        self._asked = self._show(Counter, "cellule_api_requests_total", labelnames=["status"])
        self._free = self._show(Gauge, "cellule_state_free_bytes")
        self._backup = self._show(Gauge, "cellule_backup_timestamp_seconds")
        vitals = {field.name for field in fields(Vitals)} - _COUNTED
        self._vitals = {name: self._show(Gauge, f"cellule_{name}") for name in ("healthy", *sorted(vitals))}
        # From 0 on, so that the first one is an increase.
        for ended in Ended:
            self._commands.labels(ended)
        for call in CallEnded:
            self._called.labels(call)
        for report in Report:
            self._reports.labels(report)

    def _show(self, kind: Callable[..., T], name: str, **more: Any) -> T:
        # It adds this ending itself.
        return kind(name.removesuffix("_info"), HELP[name], registry=self.registry, **more)

    def page(self, vitals: Vitals, kept: Kept) -> bytes:
        """Return all of it, as Prometheus reads it."""
        for name, value in {"healthy": not vitals.troubles, **asdict(vitals)}.items():
            if name not in _COUNTED:
                self._vitals[name].set(float("nan") if value is None else value)
        self._free.set(kept.free_bytes)
        self._backup.set(kept.backup_at)
        return generate_latest(self.registry)

    def sent(self, kind: str) -> None:
        self._sent.labels(kind).inc()

    def rang(self, late: timedelta) -> None:
        self._rung.inc()
        self._lateness.observe(late.total_seconds())

    def answered(self, after: timedelta) -> None:
        self._answers.observe(after.total_seconds())

    def command(self, ended: Ended) -> None:
        self._commands.labels(ended).inc()

    def dropped(self) -> None:
        self._dropped.inc()

    def reported(self, report: Report) -> None:
        self._reports.labels(report).inc()

    def sync_failed(self) -> None:
        self._sync_failures.inc()

    def undecryptable(self) -> None:
        self._undecryptable.inc()

    def called(self, ended: CallEnded) -> None:
        self._called.labels(ended).inc()

    def asked(self, status: int) -> None:
        self._asked.labels(str(int(status))).inc()
