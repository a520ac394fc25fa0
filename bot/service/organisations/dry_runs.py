"""Asks the homeserver about everybody whom a list would invite, before anybody is asked whether it is opened."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from bot import ports, voice
from bot.core.desk import House
from bot.core.names import UserId
from bot.core.organisations.lists.dry_run import DryRun, dry_run, to_look_up
from bot.core.organisations.lists.matching import Line
from bot.core.people.accounts import Found
from bot.papers import csv

LONGEST_S = 180.0
"""So long the homeserver is asked; then it is said of whom nothing is known."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What would come of a list, and everybody of it as a table where the message cannot name all it has to."""

    run: DryRun
    file: ports.Attachment | None


class DryRuns:
    """Looks, and opens nothing."""

    def __init__(
        self, *, house: House, chat: ports.Chat, clock: ports.Clock, each: Callable[[], timedelta | None]
    ) -> None:
        """*each* says how long a room takes to make, as far as that is known."""
        self._house = house
        self._chat = chat
        self._clock = clock
        self._each = each
        self._found: Mapping[UserId, Found] = {}
        self._total = 0

    @property
    def asked(self) -> tuple[int, int]:
        """About how many people the homeserver has answered, and of how many, in the one that began last."""
        return len(self._found), self._total

    async def of(self, lines: Sequence[Line], numbers: Mapping[str, int]) -> Looked:
        """Return what would come of *lines*, see `core.organisations.lists.dry_run`; never held while decisions are."""
        users, found = to_look_up(lines), dict[UserId, Found]()
        self._found, self._total = found, len(users)
        try:
            async with asyncio.timeout(LONGEST_S):
                await self._chat.look_up(users, found)
        except TimeoutError:
            pass
        except Exception:  # noqa: BLE001 - the row that asks comes again after every start: it must stop nothing
            _log.exception("could not ask about the people of a list")
        run = await asyncio.to_thread(dry_run, lines, numbers, found, self._each())
        file = await asyncio.to_thread(self._file, run) if voice.is_cut(run) else None
        return Looked(run=run, file=file)

    def _file(self, run: DryRun) -> ports.Attachment:
        language, at = self._house.language, self._clock.now().astimezone(ZoneInfo(self._house.zone))
        name = f"{voice.file_word('dry-run', language)}-{at:%Y-%m-%d-%H%M}.csv"
        return ports.Attachment(name=name, mime=csv.MIME, data=csv.csv_file(voice.dry_run_table(run, language)))
