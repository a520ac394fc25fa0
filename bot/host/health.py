"""The health page: /healthz for who restarts us, /metrics for who watches us. Numbers only, never content."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import asdict
from http import HTTPStatus

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST

from bot.host.metrics import Kept, Metrics
from bot.service.watchdog import Vitals


class HealthPage:
    """Serves the vitals on one address until closed."""

    def __init__(self, metrics: Metrics, vitals: Callable[[], Vitals], kept: Callable[[], Awaitable[Kept]]) -> None:
        self._shown = metrics
        self._vitals = vitals
        self._kept = kept
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
        role = "standby" if vitals.stands_by else "leader"
        told = {"status": "; ".join(vitals.troubles) or "ok", "role": role, **asdict(vitals)}
        return web.json_response(told, status=status)

    async def _metrics(self, _request: web.Request) -> web.Response:
        page = self._shown.page(self._vitals(), await self._kept())
        return web.Response(body=page, headers={"Content-Type": CONTENT_TYPE_LATEST})
