"""Calls to machines of others, signed as Standard Webhooks 1.0.0 has it, and bounded whatever they answer."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

import aiohttp

from bot.bridges.signing import signed
from bot.bridges.times import utc_text
from bot.config.api import Hook
from bot.ports import HookCall, HookEvent, Hooks

TIMEOUT_S = 10.0
MOST_READ = 64 * 1024
"""More of an answer is never taken in: only its status counts."""
_GOOD = range(200, 300)


class HookCaller(Hooks):
    """Calls the machines of the configuration."""

    def __init__(self, session: aiohttp.ClientSession, hooks: Mapping[str, Hook]) -> None:
        self._session = session
        self._hooks = hooks
        self.wanted: Mapping[str, frozenset[HookEvent]] = {name: hook.events for name, hook in hooks.items()}

    async def call(self, id: str, call: HookCall, now: datetime) -> str:
        hook, body = self._hooks[call.hook], body_of(call)
        try:
            async with self._session.post(
                hook.url.reveal(),
                data=body,
                headers={"Content-Type": "application/json", **signed(hook.secret.reveal(), id, now, body)},
                timeout=aiohttp.ClientTimeout(total=TIMEOUT_S),
                allow_redirects=False,
                auto_decompress=False,
                read_bufsize=MOST_READ,
            ) as answer:
                # Not released: the rest of an answer would be read for the next call.
                answer.close()
                return "" if answer.status in _GOOD else f"HTTP {answer.status}"
        except Exception as error:  # noqa: BLE001 - whatever it is, it would end us at each start
            # Its text may name the address, which is a secret.
            return type(error).__name__


def body_of(call: HookCall) -> bytes:
    """Return what is said: the same bytes each time."""
    said = {
        "event": call.event.value,
        "codename": call.codename,
        "drill": call.drill,
        "rule": call.rule,
        "at": utc_text(call.at),
        "due": utc_text(call.due),
    }
    return json.dumps({name: value for name, value in said.items() if value is not None}).encode()
