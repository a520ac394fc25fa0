"""`cellule cascade`: a list from the operator's machine; the running bot opens a room for each of its organisations."""

from __future__ import annotations

import asyncio
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from bot.cli.looked import bar, looked_lines
from bot.cli.tongue import count, length, say, tongue
from bot.config import Config
from bot.console.cascades import Looked, Order, asked_about, look_at, open_cascade, progress_of
from bot.console.socket import NotRunningError
from bot.core.cascade import Going, Progress
from bot.core.commands import OpenCascade
from bot.core.names import IncidentId, UserId
from bot.core.people.roster import Role, holders
from bot.papers.tables import LARGEST, is_table
from bot.sentences.told import Told, ToldError

_LINES_EVERY_S = 5.0


class CascadeRefusedError(ToldError):
    """Nothing was asked of the bot; the text says why."""


class RoomsRefusedError(ToldError):
    """Some rooms are not open, and will not be without a person."""


class NotReachedError(ToldError):
    """Some people of the list cannot read now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What was typed."""

    path: Path
    command: OpenCascade
    by: str | None
    """None means the first admin."""
    waits: bool = True
    """Whether to stay and show how far it is."""
    opens: bool = True
    """Whether anything is opened; if not, it is only shown what would come of it."""
    amends: bool = False
    """Whether what the list says otherwise than the one before is to count."""


async def cascade(config: Config, wanted: Wanted, *, every_s: float = 0.5, out: TextIO | None = None) -> None:
    """Show what would come of the list, have the rooms opened, and show how far that is until it ends.

    Raises:
        NotRunningError: no bot runs there.
        ListRefusedError: nothing was opened.
        RoomsRefusedError: not every room is open, or somebody could not be invited.
        NotReachedError: all else was done.
    """
    out, folder = out or sys.stdout, config.state.folder
    order = await asyncio.to_thread(_order, config, wanted)
    looked = await _look(folder, order, every_s, out)
    print("\n".join(looked_lines(looked)), file=out)
    if wanted.opens:
        await _open(folder, order, wanted, every_s, out)
    if looked.not_reached:
        raise NotReachedError("cascading.not_reached", count=looked.not_reached, total=looked.total)


async def _open(folder: Path, order: Order, wanted: Wanted, every_s: float, out: TextIO) -> None:
    opened = await open_cascade(folder, order)
    print(say("cascading.opened", codename=opened.codename, new=opened.new, known=opened.known), file=out)
    if opened.otherwise:
        print(opened.otherwise, file=out)
    if not wanted.waits:
        return
    try:
        await _watch(folder, opened.parent, every_s, out)
    except asyncio.CancelledError:
        print(f"\n{say('cascading.goes_on')}", file=out)
        raise


async def _look(folder: Path, order: Order, every_s: float, out: TextIO) -> Looked:
    """Wait for what would come of a list; on a terminal a bar shows about how many people was asked."""
    is_over = asyncio.Event()

    async def looked() -> Looked:
        try:
            return await look_at(folder, order)
        finally:
            is_over.set()

    found, _ = await asyncio.gather(looked(), _watch_asking(folder, is_over, every_s, out))
    return found


async def _watch_asking(folder: Path, is_over: asyncio.Event, every_s: float, out: TextIO) -> None:
    if not out.isatty():
        return
    while not is_over.is_set():
        with suppress(TimeoutError):
            await asyncio.wait_for(is_over.wait(), every_s)
        with suppress(NotRunningError):
            done, total = await asked_about(folder)
            if total:  # none while the list is still read
                told = say("cascading.asked", done=done, total=total)
                print(f"\r\x1b[K{bar(done, total)} {told}", end="", flush=True, file=out)
    print("\r\x1b[K", end="", file=out)


def _order(config: Config, wanted: Wanted) -> Order:
    admins = holders(config.people, Role.ADMIN)
    by = UserId(wanted.by) if wanted.by is not None else next(iter(admins), None)
    if by is None:
        raise CascadeRefusedError("cascading.no_admin")
    try:
        data = wanted.path.read_bytes()
    except OSError as problem:
        raise CascadeRefusedError("mistake.at", where=wanted.path, text=problem.strerror) from None
    if len(data) > LARGEST or not is_table(wanted.path.name):
        raise CascadeRefusedError("mistake.at", where=wanted.path, text=Told("cascading.no_list"))
    return Order(command=wanted.command, name=wanted.path.name, data=data, by=by, speaks=tongue(), amends=wanted.amends)


async def _watch(folder: Path, parent: IncidentId, every_s: float, out: TextIO) -> None:
    is_terminal, said, next_line = out.isatty(), "", 0.0
    loop = asyncio.get_running_loop()
    while True:
        shown = await progress_of(folder, parent)
        has_ended = not shown.waiting or shown.going is not Going.RUNNING
        line = _line(shown)
        if is_terminal:
            print(f"\r\x1b[K{bar(shown.done, shown.total)} {line}", end="\n" if has_ended else "", flush=True, file=out)
        elif line != said and (has_ended or loop.time() >= next_line):
            print(line, flush=True, file=out)
            said, next_line = line, loop.time() + _LINES_EVERY_S
        if has_ended:
            _refuse_rest(shown)
            return
        await asyncio.sleep(every_s)


def _line(shown: Progress) -> str:
    parts = [say("cascading.rooms", done=shown.done, total=shown.total)]
    if shown.failed:
        parts.append(count("cascading.refused", shown.failed))
    if shown.uninvited:
        parts.append(count("cascading.uninvited", shown.uninvited))
    if shown.going is not Going.RUNNING:
        parts.append(say(f"cascading.{shown.going}"))
    if shown.left is not None and shown.per_minute is not None:
        parts.append(say("cascading.pace", pace=f"{shown.per_minute:.0f}", left=length(shown.left)))
    return say("cascading.and").join(parts)


def _refuse_rest(shown: Progress) -> None:
    if shown.done < shown.total:
        raise RoomsRefusedError("cascading.not_open", left=shown.total - shown.done, total=shown.total)
    if shown.uninvited:
        raise RoomsRefusedError("cascading.lacking", rooms=shown.uninvited, total=shown.total)
