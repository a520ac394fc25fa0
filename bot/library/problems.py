"""What is wrong in a content file, said the way compilers do: `file:line: message`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.core.language import Language, fold
from bot.core.names import Called


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What one place in a file calls an id."""

    id: str
    names: Called
    """By each language of the file; empty text where it has no name."""
    file: str
    line: int


def clashes(kind: str, given: Sequence[Given]) -> Iterator[Problem]:
    """Yield each name that means another id too, and each id that has several names in a language."""
    ids = {fold(one.id): one.id for one in given}
    owners: dict[str, Given] = {}
    earlier: dict[tuple[str, Language], tuple[str, Given]] = {}
    for one in given:
        for language, name in one.names.items():
            first, other = earlier.setdefault((one.id, language), (name, one))
            if first != name:
                shown = [f"`{text}`" if text else "nothing" for text in (name, first)]
                yield _problem(one, f"the {kind} `{one.id}` is called {shown[0]} here and {shown[1]} in {other.file}")
            elif name:
                yield from (_problem(one, message) for message in _means_another(kind, one, name, ids, owners))


def _means_another(kind: str, one: Given, name: str, ids: dict[str, str], owners: dict[str, Given]) -> Iterator[str]:
    plain = fold(name)
    owner = owners.setdefault(plain, one)
    if ids.get(plain, one.id) != one.id:
        yield f"the {kind} `{one.id}` cannot be called `{name}`: that is the id of another one"
    if owner.id != one.id:
        yield f"the {kind} `{one.id}` cannot be called `{name}`: so is `{owner.id}`, in {owner.file}"


def _problem(one: Given, message: str) -> Problem:
    return Problem(file=one.file, line=one.line, message=message)
