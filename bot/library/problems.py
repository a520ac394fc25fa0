"""What is wrong in a content file, said the way compilers do: `file:line: message`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Problem:
    """One thing to correct, and where."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        """Return `file:line: message`."""
        return f"{self.file}:{self.line}: {self.message}"


class ContentError(Exception):
    """A content file cannot be used; its text is every problem found, one a line."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


class PlaybookError(ContentError):
    """A playbook cannot be used."""


class RulesError(ContentError):
    """The catalogue of legal clocks cannot be used."""


class Findings:
    """Collects the problems of one file, so that an author sees all of them at once."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._problems: list[Problem] = []

    def add(self, line: int, message: str) -> None:
        """Note one problem."""
        self._problems.append(Problem(file=self._file, line=line, message=message))

    def all(self) -> tuple[Problem, ...]:
        """Return the problems by line; empty when the file is sound."""
        return tuple(sorted(self._problems))
