"""The health page: /healthz for who restarts us, /metrics for who watches us. Numbers only, never content."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from http import HTTPStatus

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest

from bot.service.watchdog import Vitals

_METRICS = {
    "healthy": "1 while nothing is wrong, as on /healthz",
    "seconds_since_sync": "Seconds since the last good sync",
    "outbox_rows": "Outbox rows not delivered",
    "outbox_oldest_seconds": "How long the oldest of them has waited",
    "outbox_still_seconds": "For how long nothing of the outbox was done although a message waited",
    "alarms_overdue": "Alarms whose moment has passed and that have not rung, as of the last minute",
    "alarms_overdue_seconds": "How late the latest of them is",
    "reminders_undelivered": "Reminders told elsewhere, since nothing can be said in their rooms",
    "applying_seconds": "For how long what came in last is being applied",
    "incidents_open": "Incidents that are open",
    "commands_dropped": "Commands over the budget, since the start",
}


class HealthPage:
    """Serves the vitals on one address until closed."""

    def __init__(self, vitals: Callable[[], Vitals]) -> None:
        self._vitals = vitals
        self._registry = CollectorRegistry()
        self._gauges = {
            name: Gauge(f"cellule_{name}", text, registry=self._registry) for name, text in _METRICS.items()
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
        status = HTTPStatus.SERVICE_UNAVAILABLE if vitals.troubles else HTTPStatus.OK
        told = {"status": "; ".join(vitals.troubles) or "ok", **asdict(vitals)}
        return web.json_response(told, status=status)

    async def _metrics(self, _request: web.Request) -> web.Response:
        vitals = self._vitals()
        for name, value in {"healthy": not vitals.troubles, **asdict(vitals)}.items():
            self._gauges[name].set(float("nan") if value is None else value)
        return web.Response(body=generate_latest(self._registry), headers={"Content-Type": CONTENT_TYPE_LATEST})
