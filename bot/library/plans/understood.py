"""From the blocks of a plan to phases and steps. What finds no place in them is kept, with where it stands."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

from bot.core.people.roster import Role
from bot.library.plans.redact import Redactor
from bot.library.plans.words import Column, column_of, first_of, label_of, role_named, roles_in
from bot.papers.plans import Block, Kind, Place, PlanError, Where, Why

_LABELLED = re.compile(r"(?P<label>[^:\n]{2,40}?)\s*:\s*(?P<rest>\S.*)", re.DOTALL)
_IN_BRACKETS = re.compile(r"\s*\((?P<who>[^()]{2,40})\)\s*\.?$")
_NUMBER = re.compile(
    r"(?i:(?:phase|étape|etape|partie|chapitre|section|annexe|step|stage|part|chapter|appendix)\s+)?"
    r"(?:\d{1,2}(?:\.\d+)*(?!\s*(?:h|heures?|hours?|min|minutes?|j|jours?|days?)\b)\s*[.):–—-]*"
    r"|[IVX]+\s*[.):–—-]+|[A-Z][.)])\s+(?=\S)",
)
_A_PHASE = re.compile(r"(?:phase|volet|partie|part|stage)\s+\w", re.IGNORECASE)
"""A row of one cell that begins so is no step, in whatever column."""
_FIGURES = re.compile(r"[\d.]+")
_UNNAMED = re.compile(r"(?:feuil|feuille|sheet|table)\s*\d*", re.IGNORECASE)
_LONGEST_HEADING = 80
_MOST_STEPS = 300
_MOST_NAMES = 1_000
"""Each is looked for in each line."""
_ROWS_BEFORE_HEAD = 20
"""A sheet may begin with its title, a date, a version."""


@dataclass(slots=True, kw_only=True)
class PlanStep:
    """One act of the plan."""

    place: Place
    title: str
    lines: list[str] = field(default_factory=list)
    """What the plan says of it besides, a line each; those of a list begin with `- `."""
    roles: tuple[Role, ...] = ()
    """Who does it, and then who else is named; empty when nobody of the house was understood."""
    by: str = ""
    keep: str = ""

    def said(self) -> str:
        """Return all its words."""
        return "\n".join((self.title, *self.lines, self.by, self.keep))


@dataclass(slots=True, kw_only=True)
class PlanPhase:
    """What stands under one heading; the name is empty where the plan has none."""

    name: str
    place: Place | None
    level: int
    lines: list[tuple[Place, str]] = field(default_factory=list)
    """Before the first step."""
    steps: list[PlanStep] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What was understood of a plan, and what was not."""

    title: str
    phases: tuple[PlanPhase, ...]
    left: tuple[PlanPhase, ...]
    """Headings under which no step was found, with their lines."""
    contacts: tuple[Place, ...]
    """Lists of people: none of them is copied."""
    redactor: Redactor
    """Knows the people of those lists."""

    def steps(self) -> Iterable[PlanStep]:
        """Go through the steps in order."""
        return (step for phase in self.phases for step in phase.steps)


def understand(blocks: Sequence[Block]) -> Plan:
    """Return what *blocks* say.

    Raises:
        PlanError: no step is in it, or more than anybody walks through, or lists of very many people.
    """
    reader = _Reader()
    for table, rows in groupby(_with_headings(blocks), _table):
        if table is None:
            for block in rows:
                reader.read(block)
        else:
            reader.read_table(tuple(rows))
    phases = tuple(phase for phase in reader.phases if phase.steps)
    steps = sum(len(phase.steps) for phase in phases)
    if not steps or steps > _MOST_STEPS or len(reader.redactor.names) > _MOST_NAMES:
        raise PlanError(Why.LONG if steps else Why.EMPTY)
    left = tuple(phase for phase in reader.phases if not phase.steps and phase.lines)
    contacts, redactor = tuple(reader.contacts), reader.redactor
    return Plan(title=reader.title, phases=phases, left=left, contacts=contacts, redactor=redactor)


def _table(block: Block) -> tuple[Where, int] | None:
    return (block.place.where, block.place.number) if block.kind is Kind.ROW else None


def _with_headings(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """Return *blocks* with headings: where nobody used any, short lines that are bold from end to end are some.

    The only one of its level at the beginning is the title of all.
    """
    if not any(block.kind is Kind.HEADING and block.level for block in blocks):
        return tuple(
            replace(block, kind=Kind.HEADING, level=1) if _looks_like_one(block) else block for block in blocks
        )
    levels = [block.level for block in blocks if block.kind is Kind.HEADING]
    first = next(block for block in blocks if block.kind is Kind.HEADING)
    if first.place.where is Where.SHEET or levels.count(levels[0]) > 1 or min(levels) < levels[0] or len(levels) == 1:
        return tuple(blocks)
    return tuple(replace(block, level=0) if block is first else block for block in blocks)


def _looks_like_one(block: Block) -> bool:
    text = block.cells[0]
    return block.kind in (Kind.LINE, Kind.ITEM) and block.bold == text and len(text) <= _LONGEST_HEADING


@dataclass(slots=True)
class _Reader:
    title: str = ""
    phases: list[PlanPhase] = field(default_factory=list)
    contacts: list[Place] = field(default_factory=list)
    redactor: Redactor = field(default_factory=Redactor)
    _above: list[tuple[str, PlanPhase]] = field(default_factory=list)
    """The headings that the next one stands under."""

    def read(self, block: Block) -> None:
        text = block.cells[0]
        if block.kind is Kind.HEADING:
            self._open(block)
        elif block.kind is Kind.ITEM and not (block.level and self._phase().steps):
            self._phase().steps.append(self._step(block))
        elif not self._phase().steps:
            self._phase().lines.append((block.place, text))
        elif not self._tell(self._phase().steps[-1], text):
            self._phase().steps[-1].lines.append(f"- {text}" if block.kind is Kind.ITEM else text)

    def read_table(self, rows: Sequence[Block]) -> None:
        for place, row in enumerate(rows[:_ROWS_BEFORE_HEAD]):
            columns = [column_of(cell) for cell in row.cells]
            if Column.STEP in columns or Column.STAGE in columns:
                if len(set(columns) - {None}) > 1 or len(columns) == 1:
                    self._above_head(rows[:place])
                    return self._rows(rows[place + 1 :], _settled(columns, rows[place + 1 :]), row.cells)
            elif Column.CONTACT in columns:
                self._above_head(rows[:place])
                return self._people(rows[place + 1 :], columns, row.place)
        return self._keep(rows)

    def _phase(self) -> PlanPhase:
        if not self.phases:
            self.phases.append(PlanPhase(name="", place=None, level=1))
        return self.phases[-1]

    def _open(self, block: Block) -> None:
        name = _unnumbered(block.cells[0])
        if block.level == 0 and not self.title:
            self.title = name
            return
        self._above = [(above, phase) for above, phase in self._above if phase.level < block.level]
        bare = [above for above, phase in self._above if not phase.steps]
        full = "" if _UNNAMED.fullmatch(name) else " – ".join((*bare, name))
        self.phases.append(PlanPhase(name=full, place=block.place, level=block.level))
        if block.place.where is Where.PARAGRAPH:
            self._above.append((name, self.phases[-1]))

    def _above_head(self, rows: Sequence[Block]) -> None:
        """Read what stands above a table's head: the title of all, if there is none yet, is a cell that is alone."""
        if rows and not self.title and len([cell for cell in rows[0].cells if cell]) == 1:
            self.title, rows = rows[0].text, rows[1:]
        if rows:
            self._keep(rows)

    def _keep(self, rows: Sequence[Block]) -> None:
        """Keep rows of which nobody knows what they are, beside the phase that is open."""
        phase = self._phase()
        before = self.phases[-2] if len(self.phases) > 1 else None
        if before is None or before.steps or before.place != phase.place:
            before = PlanPhase(name=phase.name, place=phase.place, level=phase.level)
            self.phases.insert(-1, before)
        before.lines += [(row.place, row.text) for row in rows]

    def _people(self, rows: Sequence[Block], columns: Sequence[Column | None], place: Place) -> None:
        self.contacts.append(place)
        for row in rows:
            found = _by_column(row, columns)
            self.redactor.learn(roles_in(found.get(Column.NAME, found.get(Column.WHO, "")))[1], sure=True)

    def _rows(self, rows: Sequence[Block], columns: Sequence[Column | None], heads: Sequence[str]) -> None:
        here, before = self._phase(), ""
        by_name: dict[str, PlanPhase] = {}
        for row in rows:
            found = _by_column(row, columns)
            alone = [cell for cell in row.cells if cell]
            is_heading = len(alone) == 1 and (found.keys() <= {Column.PHASE} or _A_PHASE.match(alone[0]) is not None)
            before = (alone[0] if is_heading else found.get(Column.PHASE, "")) or before
            if before and before not in by_name:
                by_name[before] = PlanPhase(name=_unnumbered(before), place=row.place, level=here.level)
                self.phases.append(by_name[before])
            if Column.STEP in found and not is_heading:
                by_name.get(before, here).steps.append(self._row(row, found, columns, heads))
            elif not is_heading:
                self._keep((row,))
        for phase in by_name.values():
            phase.lines += [] if phase.steps or phase.place is None else [(phase.place, phase.name)]

    def _row(
        self, row: Block, found: Mapping[Column, str], columns: Sequence[Column | None], heads: Sequence[str]
    ) -> PlanStep:
        title, *more = found[Column.STEP].split("\n")
        step = PlanStep(place=row.place, title=_capital(title), lines=more)
        step.roles = self._roles(found.get(Column.WHO, ""))
        step.by, step.keep = found.get(Column.BY, ""), found.get(Column.KEEP, "")
        step.lines += found[Column.NOTE].split("\n") if Column.NOTE in found else []
        for head, column, cell in zip(heads, columns, row.cells, strict=False):
            if column is None and cell and not _FIGURES.fullmatch(cell):
                step.lines.append(f"{head} – {cell}" if head else cell)
        self.redactor.learn(roles_in(found.get(Column.NAME, ""))[1], sure=True)
        return step

    def _roles(self, text: str) -> tuple[Role, ...]:
        roles, others = roles_in(text)
        self.redactor.learn(others, sure=False)
        return roles

    def _step(self, block: Block) -> PlanStep:
        text = block.cells[0]
        roles: tuple[Role, ...] = ()
        found = _LABELLED.fullmatch(text)
        if found and (role := role_named(found["label"])):
            text, roles = found["rest"], (role,)
        elif block.bold and block.bold != text and (role := role_named(block.bold)):
            text, roles = text[len(block.bold) :].lstrip(" :–—-"), (role,)
        elif (found := _IN_BRACKETS.search(text)) and not roles_in(found["who"])[1]:
            text, roles = text[: found.start()], roles_in(found["who"])[0]
        title, *lines = (text.strip() or block.cells[0]).split("\n")
        step = PlanStep(place=block.place, title=_capital(title), roles=roles)
        step.lines += [line for line in lines if not self._tell(step, line)]
        return step

    def _tell(self, step: PlanStep, line: str) -> bool:
        """Say whether *line* only tells who does *step*, by when, or with what proof; it is then noted."""
        found = _LABELLED.fullmatch(line)
        column = None if found is None else label_of(found["label"])
        if found is None or column not in (Column.WHO, Column.BY, Column.KEEP):
            return False
        if column is Column.WHO:
            step.roles = step.roles or self._roles(found["rest"])
        elif column is Column.BY:
            step.by = step.by or found["rest"]
        else:
            step.keep = step.keep or found["rest"]
        return True


def _capital(title: str) -> str:
    return title[:1].upper() + title[1:]


def _unnumbered(heading: str) -> str:
    found = _NUMBER.match(heading)
    return heading if found is None else heading[found.end() :]


def _by_column(row: Block, columns: Sequence[Column | None]) -> dict[Column, str]:
    found: dict[Column, str] = {}
    for column, cell in zip(columns, row.cells, strict=False):
        if column is not None and cell:
            found[column] = "\n".join(filter(None, (found.get(column, ""), cell)))
    return found


def _settled(columns: Sequence[Column | None], rows: Sequence[Block]) -> list[Column | None]:
    """Return *columns* with what `étape` is: a number, a phase beside the actions, or the step itself."""
    place = first_of(columns, Column.STAGE)
    if place is None:
        return list(columns)
    cells = [row.cells[place] for row in rows if place < len(row.cells) and row.cells[place]]
    settled: Column | None = Column.STEP
    if Column.STEP in columns:
        settled = None if all(map(_FIGURES.fullmatch, cells)) else Column.PHASE
    return [settled if column is Column.STAGE else column for column in columns]
