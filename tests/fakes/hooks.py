"""Machines that are told what happened, and what each answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.ports import HookCall, HookEvent, Hooks


@dataclass(frozen=True, slots=True, kw_only=True)
class Called:
    """One call, as it came."""

    id: str
    call: HookCall
    at: datetime


class FakeHooks(Hooks):
    """Knows no machine until a test names some; takes every call until a test says why not."""

    def __init__(self) -> None:
        self.wanted: Mapping[str, frozenset[HookEvent]] = {}
        self.calls: list[Called] = []
        self.failing: dict[str, str] = {}

    def want(self, hook: str, events: Iterable[HookEvent] = HookEvent) -> None:
        self.wanted = {**self.wanted, hook: frozenset(events)}

    async def call(self, id: str, call: HookCall, now: datetime) -> str:
        self.calls.append(Called(id=id, call=call, at=now))
        return self.failing.get(call.hook, "")

    def told(self, hook: str) -> list[str]:
        """Return what a machine was told, call by call."""
        return [called.call.event.value for called in self.calls if called.call.hook == hook]
