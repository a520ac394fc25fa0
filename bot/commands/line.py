"""What stands after the word of a command, taken apart from the left or from the right; the rest is kept exactly."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from zoneinfo import ZoneInfo

from bot.commands.names import NO_NAMES, Names
from bot.commands.reasons import Argument, BadArgumentError, Why, missing
from bot.commands.when import MOST_TOKENS, read_time, refuse_if_time_like, refuse_torn_date


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """The text after the word, outer whitespace trimmed, and what reading a time or a name needs."""

    rest: str
    now: datetime
    zone: ZoneInfo
    names: Names = NO_NAMES

    def first(self, argument: Argument) -> tuple[str, Line]:
        """Return the first word and the line after it, or say that *argument* is missing."""
        if not self.rest:
            raise missing(argument)
        word, after = self._cut(1)
        return word, after

    def whole(self, argument: Argument) -> str:
        """Return all that is left, or say that *argument* is missing."""
        if not self.rest:
            raise missing(argument)
        return self.rest

    def nothing(self) -> None:
        """Refuse a line on which something is left."""
        if self.rest:
            raise BadArgumentError(Why.TOO_MUCH, given=self.rest)

    def leading_time(self) -> tuple[datetime | None, Line]:
        """Return the time the line begins with and what follows; None when it begins with something else."""
        for count in self._token_counts():
            text, after = self._cut(count)
            moment = read_time(text, self.now, self.zone)
            if moment is not None:
                refuse_if_time_like(after.rest, self.now, self.zone)
                return moment, after
        refuse_if_time_like(self.rest, self.now, self.zone)
        return None, self

    def trailing_time(self) -> tuple[Line, datetime | None]:
        """Return what stands before the time the line ends with, and that time; None when it ends otherwise."""
        starts = [match.start() for match in re.finditer(r"\S+", self.rest)]
        for count in self._token_counts():
            before, text = self._with(self.rest[: starts[-count]]), self.rest[starts[-count] :]
            moment = read_time(text, self.now, self.zone)
            if moment is not None:
                refuse_torn_date(before.rest, text, self.now, self.zone)
                return before, moment
        return self, None

    def _token_counts(self) -> range:
        return range(min(MOST_TOKENS, len(self.rest.split())), 0, -1)

    def _cut(self, count: int) -> tuple[str, Line]:
        """Return the first *count* words with what stands between them, and the line after them."""
        end = next(islice(re.finditer(r"\S+", self.rest), count - 1, None)).end()
        return self.rest[:end], self._with(self.rest[end:])

    def _with(self, rest: str) -> Line:
        return replace(self, rest=rest.strip())
