"""The monthly trial of the second channels: whether what leaves by them reaches anybody, only people can say."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import assert_never
from zoneinfo import ZoneInfo

from bot.core import facts
from bot.core.errors import RuleError
from bot.core.names import UserId

AT, TUESDAY = time(10), 1
LATEST = timedelta(hours=7)
"""A bot that was down at the hour makes up for it on the same day, in office hours."""
ANSWERED_WITHIN = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmReached:
    """Say that pages of a trial came, by their codes."""

    codes: tuple[str, ...]


@dataclass(eq=False)
class NoTrialAsks(RuleError):
    """None of the codes is one of a trial that its sender was sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """The last trial, and what is known of it."""

    made: facts.ChannelsTried
    read: frozenset[str] = frozenset()
    """Codes that somebody typed."""
    is_reported: bool = False

    @property
    def missing(self) -> tuple[facts.TrialPage, ...]:
        """The pages of which nobody said that they came."""
        return tuple(page for page in self.made.pages if page.code not in self.read)


def trial_after(trial: Trial | None, fact: facts.ChannelsFact) -> Trial | None:
    """Return where the last trial stands after *fact*."""
    match fact:
        case facts.ChannelsTried():
            return Trial(made=fact)
        case facts.TrialAnswered(codes=codes):
            return trial and replace(trial, read=trial.read | set(codes))
        case facts.ChannelsReported():
            return trial and replace(trial, is_reported=True)
        case _:
            assert_never(fact)


def answer(trial: Trial | None, command: ConfirmReached, by: UserId, now: datetime) -> facts.TrialAnswered:
    """Take the codes of their own pages that somebody typed. Raises NoTrialAsks."""
    theirs = {page.code for page in trial.made.pages if page.user == by} if trial else set()
    codes = tuple(code for code in dict.fromkeys(command.codes) if code in theirs)
    if not codes:
        raise NoTrialAsks
    return facts.TrialAnswered(at=now, by=by, codes=codes)


def report_at(trial: Trial | None) -> datetime | None:
    """Return when it is told whom the trial reached; None when there is nothing to tell."""
    return None if trial is None or trial.is_reported else trial.made.at + ANSWERED_WITHIN


def next_trial(trial: Trial | None, zone: ZoneInfo, closed_days: Collection[date], now: datetime) -> datetime:
    """Return when the next trial begins; that is past for the rest of the working day on which it should have."""
    first = now.astimezone(zone).date().replace(day=1)
    for month in (first, (first + timedelta(days=31)).replace(day=1)):
        at = _slot(month, zone, closed_days)
        if at + LATEST > now and (trial is None or trial.made.month != name_of(month)):
            return at
    return _slot((first + timedelta(days=62)).replace(day=1), zone, closed_days)


def name_of(month: date) -> str:
    """Return what a month is called in facts: `2026-12`."""
    return f"{month:%Y-%m}"


def _slot(month: date, zone: ZoneInfo, closed_days: Collection[date]) -> datetime:
    """Return the first Tuesday of *month* at ten, or the first working day after it."""
    day = month + timedelta(days=(TUESDAY - month.weekday()) % 7)
    while day in closed_days or day.weekday() > 4:
        day += timedelta(days=1)
    return datetime.combine(day, AT, zone).astimezone(UTC)
