"""Verifications that go on because a test says so."""

from __future__ import annotations

from bot.ports import Comparison


class FakeVerifications:
    """`ports.Verifications` in memory."""

    def __init__(self) -> None:
        self.shown: list[Comparison] = []
        self.verdicts: list[tuple[str, bool]] = []

    def waiting(self) -> tuple[Comparison, ...]:
        return tuple(self.shown)

    def settle(self, id_: str, *, same: bool) -> bool:
        found = [shown for shown in self.shown if shown.id == id_]
        for shown in found:
            self.shown.remove(shown)
            self.verdicts.append((id_, same))
        return bool(found)
