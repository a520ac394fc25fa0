"""What was counted, to look at."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from bot.ports import CallEnded, Counts, Ended


class FakeCounts(Counts):
    """Keeps what it was told."""

    def __init__(self) -> None:
        self.messages: Counter[str] = Counter()
        self.late: list[timedelta] = []
        self.answers: list[timedelta] = []
        self.commands: Counter[Ended] = Counter()
        self.over_budget = 0
        self.failed_syncs = 0
        self.unopened = 0
        self.calls: Counter[CallEnded] = Counter()
        self.questions: Counter[int] = Counter()

    def sent(self, kind: str) -> None:
        self.messages[kind] += 1

    def rang(self, late: timedelta) -> None:
        self.late.append(late)

    def answered(self, after: timedelta) -> None:
        self.answers.append(after)

    def command(self, ended: Ended) -> None:
        self.commands[ended] += 1

    def dropped(self) -> None:
        self.over_budget += 1

    def sync_failed(self) -> None:
        self.failed_syncs += 1

    def undecryptable(self) -> None:
        self.unopened += 1

    def called(self, ended: CallEnded) -> None:
        self.calls[ended] += 1

    def asked(self, status: int) -> None:
        self.questions[status] += 1
