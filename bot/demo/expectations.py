"""What must be true at each point of the tour."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmet:
    """One expectation that did not hold."""

    step: str
    expected: str
    seen: str


class UnmetError(Exception):
    """The tour went wrong; no step after it makes sense."""

    def __init__(self, unmet: Unmet) -> None:
        super().__init__(f"{unmet.step}: expected {unmet.expected}")
        self.unmet = unmet


class Ledger:
    """Counts the expectations that held, and raises at the first that does not."""

    def __init__(self) -> None:
        self.held = 0
        self.step = ""

    def expect(self, holds: bool, expected: str, seen: str) -> None:  # noqa: FBT001 - the very thing that is asked
        """Count an expectation that holds; raise UnmetError otherwise."""
        if not holds:
            raise self.unmet(expected, seen)
        self.held += 1

    def unmet(self, expected: str, seen: str) -> UnmetError:
        """Return the error that says what was expected and what was seen instead."""
        return UnmetError(Unmet(step=self.step, expected=expected, seen=seen))
