"""The health page: /healthz for who restarts us, /metrics for who watches us. Numbers only, never content."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest

STALE_AFTER_S = 120.0
"""Without a good sync for this long we are deaf, and say so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vitals:
    """How Cellule is doing."""

    seconds_since_sync: float | None
    """None before the first good sync."""
    rows_waiting: int
    """Outbox rows not delivered."""
    overdue_alarms: int
    open_incidents: int
    commands_dropped: int
    """Since the start, because somebody sent too many at once."""

    @property
    def healthy(self) -> bool:
        """Whether messages come in."""
        return self.seconds_since_sync is not None and self.seconds_since_sync < STALE_AFTER_S


class HealthPage:
    """Serves the vitals on one address until closed."""

    def __init__(self, vitals: Callable[[], Vitals]) -> None:
        self._vitals = vitals
        self._registry = CollectorRegistry()
        self._gauges = {
            "seconds_since_sync": _gauge(self._registry, "seconds_since_sync", "Seconds since the last good sync"),
            "rows_waiting": _gauge(self._registry, "outbox_rows", "Outbox rows not delivered"),
            "overdue_alarms": _gauge(self._registry, "alarms_overdue", "Alarms whose time has passed"),
            "open_incidents": _gauge(self._registry, "incidents_open", "Incidents that are open"),
            "commands_dropped": _gauge(self._registry, "commands_dropped", "Commands over the budget, since the start"),
        }
        self._runner: web.AppRunner | None = None

    async def open(self, host: str, port: int) -> None:
        """Begin to listen. Raises OSError when the address is taken."""
        app = web.Application()
        app.add_routes([web.get("/healthz", self._healthz), web.get("/metrics", self._metrics)])
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        self._runner = runner
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError:
            await self.close()
            raise

    @property
    def port(self) -> int:
        """The port it listens on: the one found, where any was asked for."""
        return int(self._runner.addresses[0][1]) if self._runner is not None else 0

    async def close(self) -> None:
        """Stop listening; nothing happens if it does not."""
        runner, self._runner = self._runner, None
        if runner is not None:
            await runner.cleanup()

    async def _healthz(self, _request: web.Request) -> web.Response:
        vitals = self._vitals()
        status = HTTPStatus.OK if vitals.healthy else HTTPStatus.SERVICE_UNAVAILABLE
        return web.json_response(
            {
                "status": "ok" if vitals.healthy else "no sync",
                "seconds_since_sync": vitals.seconds_since_sync,
                "outbox_rows": vitals.rows_waiting,
                "alarms_overdue": vitals.overdue_alarms,
            },
            status=status,
        )

    async def _metrics(self, _request: web.Request) -> web.Response:
        vitals = self._vitals()
        for name, gauge in self._gauges.items():
            value = getattr(vitals, name)
            gauge.set(float("nan") if value is None else value)
        return web.Response(body=generate_latest(self._registry), headers={"Content-Type": CONTENT_TYPE_LATEST})


def _gauge(registry: CollectorRegistry, name: str, text: str) -> Gauge:
    return Gauge(f"cellule_{name}", text, registry=registry)
