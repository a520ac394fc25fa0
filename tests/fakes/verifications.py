"""Verifications that go on because a test says so."""

from __future__ import annotations

from bot.core.names import UserId
from bot.ports import Comparison


class FakeVerifications:
    """`ports.Verifications` in memory."""

    def __init__(self) -> None:
        self.shown: list[Comparison] = []
        self.verdicts: list[tuple[str, bool]] = []
        self.compared_by: list[UserId | None] = []
        self.begun: list[UserId] = []

    def begin(self, user: UserId) -> None:
        self.begun.append(user)

    def waiting(self) -> tuple[Comparison, ...]:
        return tuple(self.shown)

    def settle(self, id_: str, *, same: bool, by: UserId | None = None) -> bool:
        found = [shown for shown in self.shown if shown.id == id_]
        for shown in found:
            self.shown.remove(shown)
            self.verdicts.append((id_, same))
            self.compared_by.append(by)
        return bool(found)
