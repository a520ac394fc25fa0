"""How findings are shown: one a line as they are made, and at the end how many of them want somebody."""

from __future__ import annotations

import json
import logging
import sys
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from typing import TYPE_CHECKING

from bot.cli.checks.findings import Finding, Level, error
from bot.cli.tongue import count, say

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

_STYLES = {Level.OK: "green", Level.WARNING: "yellow", Level.ERROR: "bold red"}
_WIDTHS = 9, 15
"""Of the level and of the subject, on a terminal."""
_log = logging.getLogger(__name__)


async def show(found: AsyncIterator[Finding], *, as_json: bool = False) -> bool:
    """Print *found*; say whether any of it is an error. Lines have columns and colours on a terminal alone."""
    kept: list[Finding] = []
    if as_json:
        kept = [finding async for finding in _to_the_end(found)]
        rows = [{"level": finding.level, "subject": finding.subject, "text": finding.text} for finding in kept]
        print(json.dumps(rows, ensure_ascii=False, indent=2))
    elif sys.stdout.isatty():
        from rich.console import Console

        kept = await show_on(Console(highlight=False), found)
    else:
        async for finding in _to_the_end(found):
            print(finding, flush=True)
            kept.append(finding)
        print(summary(kept))
    return any(finding.level is Level.ERROR for finding in kept)


async def show_on(console: Console, found: AsyncIterator[Finding]) -> list[Finding]:
    """Print on a terminal: what is an error stands once more at the end, where it is read."""
    from rich.rule import Rule
    from rich.text import Text

    kept: list[Finding] = []
    with console.status(say("check.looking")):
        async for finding in _to_the_end(found):
            console.print(_columns(finding))
            kept.append(finding)
    console.print(Rule(style="dim"))
    errors = [finding for finding in kept if finding.level is Level.ERROR]
    for finding in errors:
        console.print(_columns(finding))
    console.print(Text(summary(kept), style=_STYLES[_worst(kept)]))
    return kept


def summary(found: Sequence[Finding]) -> str:
    """Return how many errors and warnings there are: `1 error, 2 warnings`."""
    counts = Counter(finding.level for finding in found)
    return f"{count('check.errors', counts[Level.ERROR])}, {count('check.warnings', counts[Level.WARNING])}"


def _worst(found: Sequence[Finding]) -> Level:
    return max((finding.level for finding in found), key=list(Level).index, default=Level.OK)


def _columns(finding: Finding) -> Table:
    from rich.table import Table
    from rich.text import Text

    row = Table.grid(padding=(0, 1))
    for width in _WIDTHS:
        row.add_column(width=width)
    row.add_column(overflow="fold")
    level = Text(say(f"check.level.{finding.level}"), style=_STYLES[finding.level])
    subject = say(f"check.subject.{finding.subject.replace(' ', '_')}")
    row.add_row(level, Text(subject, style="bold"), Text(finding.text))
    return row


async def _to_the_end(found: AsyncIterator[Finding]) -> AsyncIterator[Finding]:
    """Yield *found*; a failure of ours in the middle of it is a finding too."""
    try:
        async for finding in found:
            yield finding
    except OSError as failure:
        what = failure.filename or type(failure).__name__
        yield error("check", say("check.refused", what=what, why=failure.strerror or failure))
    except Exception as failure:  # noqa: BLE001 - whoever looks for what is wrong must not be left without an answer
        _log.exception("the check stopped")
        yield error("check", say("check.failed", kind=type(failure).__name__))
