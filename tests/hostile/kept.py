"""What the bot keeps, from a copy of its own store: what no answer could hide."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from copy import copy
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.core.evolve import fold
from bot.core.facts import DeskFact, Fact
from bot.core.ringing.alarms import alarms
from bot.ports import ChainBrokenError
from bot.store.errors import StoreError
from bot.store.sqlite import open_store
from tests.bots import Bot

RUNG_WITHIN = timedelta(minutes=1)
"""What was due must have been heard by then, or told as not delivered."""
OF_ITSELF = {
    *("Briefed", "CardPosted", "Joined", "Left", "ProgressPosted"),
    *("Rang", "RepeatRang", "StepsRang", "UpdateRang"),
}
"""Facts without an author that may come at any time; that what is due rings is looked at apart."""
_SHOWN, _COPIES = 200, 5
_NOT_THE_FACTS = shutil.ignore_patterns("*.sock", "lock")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What stands in the store, and what does not and should."""

    streams: dict[str, list[Fact | DeskFact]] = field(default_factory=dict)
    acts: Counter[str] = field(default_factory=Counter)
    """What people did."""
    happened: Counter[str] = field(default_factory=Counter)
    """What nobody did, by kind, but for what may come at any time."""
    unrung: list[str] = field(default_factory=list)
    """Alarms that should have rung by now and did not."""

    @property
    def facts(self) -> list[Fact | DeskFact]:
        return [fact for facts in self.streams.values() for fact in facts]


async def kept_by(bot: Bot) -> Kept:
    """Return what *bot*, which may be running, keeps now."""
    for _ in range(_COPIES):
        # What is written to while it is copied may be torn.
        with suppress(StoreError, ChainBrokenError, OSError):
            return await _kept_by(bot)
        await asyncio.sleep(0.2)
    return await _kept_by(bot)


async def _kept_by(bot: Bot) -> Kept:
    with tempfile.TemporaryDirectory() as folder:
        snapshot = copy(bot)
        snapshot.folder = Path(folder) / "bot"
        await asyncio.to_thread(shutil.copytree, bot.folder, snapshot.folder, ignore=_NOT_THE_FACTS)
        key = (snapshot.folder / "secrets" / "state.key").read_bytes()
        async with await open_store(snapshot.state, key) as store:
            streams = {stream: [kept.fact for kept in await store.history(stream)] for stream in await store.streams()}
    facts = [fact for facts in streams.values() for fact in facts]
    by_people = [fact for fact in facts if getattr(fact, "by", None) is not None]
    kinds = Counter(type(fact).__name__ for fact in facts if getattr(fact, "by", None) is None)
    return Kept(
        streams=streams,
        acts=Counter(f"{type(fact).__name__}: {getattr(fact, 'text', fact)}"[:_SHOWN] for fact in by_people),
        happened=Counter({kind: count for kind, count in kinds.items() if kind not in OF_ITSELF}),
        unrung=[late for facts in streams.values() for late in _unrung(facts, datetime.now(UTC))],
    )


def _unrung(facts: Sequence[Fact | DeskFact], now: datetime) -> list[str]:
    told = [fact for fact in facts if not isinstance(fact, DeskFact)]
    incident = fold(told) if told else None
    waiting = alarms(incident, now) if incident is not None else ()
    return [str(alarm) for alarm in waiting if alarm.at < now - RUNG_WITHIN]
