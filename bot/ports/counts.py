"""What is counted for whoever watches us: numbers and words of closed lists, never content, rooms or people."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum


class Ended(StrEnum):
    """How a command ended."""

    DONE = "done"
    """It was carried out, or answered."""
    REFUSED = "refused"
    """By a rule, or for want of a right."""
    UNCLEAR = "unclear"
    """There is no such word, or what came after it could not be read."""
    FAILED = "failed"
    """By a fault of ours; its sender was told a reference number."""


class CallEnded(StrEnum):
    """What became of a call to a machine."""

    TAKEN = "taken"
    FAILED = "failed"
    """It is made again."""
    GIVEN_UP = "given-up"
    """It failed for a day; people were told."""


class Report(StrEnum):
    """What became of a report of alerts."""

    TAKEN = "taken"
    """It is kept, or was known."""
    UNSIGNED = "unsigned"
    """By no source that is known, or without its secret."""
    LATE = "late"
    """What was signed is old, or has no time."""
    ELSEWHERE = "elsewhere"
    """It went where no reports go."""
    UNREAD = "unread"
    TOO_LONG = "too-long"
    TOO_MANY = "too-many"
    """It proves nothing, as too many before it from its address."""
    BUSY = "busy"
    """It is to be sent again."""
    FAILED = "failed"
    """By a fault of ours."""


class Counts:
    """Counts nothing. Whoever has a place to show it on does, by saying what each of these does."""

    def sent(self, kind: str) -> None:
        """Count a message that the homeserver took, by the name of its row: one of `NAMES`."""

    def rang(self, late: timedelta) -> None:
        """Count a reminder that was said."""

    def answered(self, after: timedelta) -> None:
        """Count an answer that left so long *after* the question was received."""

    def command(self, ended: Ended) -> None:
        """Count a command that was applied."""

    def dropped(self) -> None:
        """Count a command over the budget."""

    def reported(self, report: Report) -> None:
        """Count a report of alerts."""

    def sync_failed(self) -> None:
        """Count a sync without an answer that can be used."""

    def undecryptable(self) -> None:
        """Count an encrypted event that nothing opens, or nothing yet after its time of grace."""

    def called(self, ended: CallEnded) -> None:
        """Count a call to a machine that is told what happened; one that is given up failed before."""

    def asked(self, status: int) -> None:
        """Count a question to the API, by the HTTP status of its answer."""


UNCOUNTED = Counts()
