"""A question to the console: which clock, from which moment. What cannot be answered is refused with what to write."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.core.clocks.lengths import EarlierOf
from bot.core.clocks.rules import Rule
from bot.library.catalogue import find, ids_on
from bot.library.moments import MomentError, read_moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A rule and its moments, fit to compute."""

    rule: Rule
    aware: datetime
    classified: datetime | None


class UnknownRuleError(Exception):
    """No row of that name is valid on that day; the message names those that are."""


def ask(rules: Sequence[Rule], name: str, aware: str, classified: str | None, zone: ZoneInfo) -> Asked:
    """Read what a person asks.

    Raises:
        MomentError: a time cannot be read, or a classification does not fit.
        UnknownRuleError: no row is called *name* on that day.
    """
    start = _read("--aware", aware, zone)
    second = None if classified is None else _read("--classified", classified, zone)
    day = start.astimezone(zone).date()
    rule = find(rules, name, day)
    if rule is None:
        raise UnknownRuleError(f"no rule {name} is known for that day; known are: {', '.join(ids_on(rules, day))}")
    if second is not None:
        _check_second(rule, start, second)
    return Asked(rule=rule, aware=start, classified=second)


def _check_second(rule: Rule, start: datetime, second: datetime) -> None:
    if not isinstance(rule.length, EarlierOf):
        raise MomentError(f"--classified: {rule.name} runs from one moment only; leave it out")
    if second < start:
        raise MomentError("--classified: it lies before --aware; nobody classifies what they do not know of")


def _read(flag: str, text: str, zone: ZoneInfo) -> datetime:
    try:
        return read_moment(text, zone)
    except MomentError as wrong:
        raise MomentError(f"{flag}: {wrong}") from wrong
