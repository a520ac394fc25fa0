"""A line for each organisation, for spreadsheets: all that is known of it, and whom to call. No cell is a formula."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from bot.core.clocks.rules import ClockState, Filed, Running, SetAside
from bot.core.details import find_detail
from bot.core.language import Language, fold
from bot.core.names import Question, name_of
from bot.core.organisations.duties import CLOCKS, Duty
from bot.core.organisations.rollup import Line, Receipt, Rollup
from bot.sentences import languages
from bot.sentences.po import said
from bot.voice.catalogue import word
from bot.voice.cells import as_table
from bot.voice.details import detail_label
from bot.voice.organisations.firms import contact_of, ending_words
from bot.voice.times import sortable
from bot.voice.wording import answer_word, person

_BETWEEN = re.compile(r"[\s_-]+")
Part = tuple[Sequence[str], Callable[[Line], Iterable[str]]]


@dataclass(frozen=True, slots=True)
class Table:
    """What every line of one table is made from."""

    found: Rollup

    @property
    def language(self) -> Language:
        return self.found.parent.language

    def word(self, key: str) -> str:
        return word(self.language, key)

    def label(self, name: str, **parameters: str) -> str:
        """Return the name of a column."""
        return word(self.language, f"rollup.column.{name}", zone=self.found.parent.zone.key, **parameters)

    def labels(self, names: str) -> Sequence[str]:
        return [self.label(name) for name in names.split()]

    def at(self, moment: datetime | None) -> str:
        """Return a point in time as spreadsheets sort it."""
        return sortable(moment, self.found.parent.zone)

    def running(self, stand: str, *, is_proposed: bool) -> str:
        """Return where a clock stands, and that it is provisional while its hour is only proposed."""
        return word(self.language, "clock.provisional", words=stand) if is_proposed else stand

    def written(self, lines: Iterable[Line], *parts: Part, above: Sequence[str] = ()) -> str:
        """Return the table as CSV; *above* it some lines of words."""
        rows = ([cell for _, cells in parts for cell in cells(line)] for line in lines)
        heads = [head for heads, _ in parts for head in heads]
        words = [[text] for text in (*above, "")] if above else []
        return as_table((*words, heads, *rows), self.language)


def rollup_table(found: Rollup) -> str:
    """Return all that is known of each organisation as CSV, for the spreadsheets of the language."""
    table = Table(found)
    return table.written(found.lines, *(part(table) for part in (_stands, _listed, _calls, *_FURTHER)))


def unreached_table(found: Rollup) -> str:
    """Return who is to be called, as CSV: the most urgent first."""
    table = Table(found)
    return table.written(found.unreached(), *(part(table) for part in (_whom, _calls, _listed)))


# --- parts: names of columns, and what fills them for one organisation --------------------------------------


def _stands(table: Table) -> Part:
    names = "organisation codename room reach since people uninvited closed why-closed steps-done steps-of"

    def cells(line: Line) -> Iterator[str]:
        child, reaching = line.child, line.reaching
        yield line.organisation
        yield child.codename if child is not None else ""
        yield table.word(f"rollup.state.{line.room}")
        yield table.word(f"reach.{reaching.reach}")
        yield table.at(reaching.since)
        yield str(line.people) if child is not None else ""
        yield ", ".join(reaching.uninvited)
        yield table.at(child.closed_at if child is not None else None)
        yield child.closed_summary if child is not None else ""
        yield str(line.steps.done) if child is not None else ""
        yield str(line.steps.of) if child is not None else ""

    return table.labels(names), cells


def _whom(table: Table) -> Part:
    names = "organisation codename reach since unread clock left contact phone uninvited"

    def cells(line: Line) -> Iterator[str]:
        reaching, ending = line.reaching, line.ending
        yield line.organisation
        yield line.child.codename if line.child is not None else ""
        yield table.word(f"reach.{reaching.reach}")
        yield table.at(reaching.since)
        yield str(reaching.unread) if reaching.unread is not None else ""
        yield from ending_words(ending, line, table.found) if ending is not None else ("", "")
        yield from contact_of(line.row)
        yield ", ".join(reaching.uninvited)

    return table.labels(names), cells


def _calls(table: Table) -> Part:
    def cells(line: Line) -> Iterator[str]:
        last = line.calls[-1] if line.calls else None
        yield str(len(line.calls)) if last is not None else ""
        yield table.at(last.at if last is not None else None)
        yield person(table.found.parent, last.by) if last is not None else ""
        yield last.text if last is not None else ""

    return table.labels("calls called called-by called-text"), cells


def _listed(table: Table) -> Part:
    """Return the columns of the list as it spells them, then what it answered under names that are none of them."""
    rows = [line.row for line in table.found.lines if line.row is not None]
    columns = list(dict.fromkeys(name for row in rows for name in row.columns))
    there = set(map(_plain, columns))
    details = dict.fromkeys(name for row in rows for name in row.answers if find_detail(name))
    others = [name for name in details if there.isdisjoint(_names_of(name))]

    def cells(line: Line) -> Iterator[str]:
        row, answers = line.row, line.child.answers if line.child is not None else {}
        for column in columns:
            yield row.columns.get(column, "") if row is not None else ""
        for name in others:
            yield answers.get(name) or (row.answers.get(name, "") if row is not None else "")

    return [*columns, *(detail_label(name, table.language) for name in others)], cells


def _receipts(table: Table) -> Part:
    """Return what became of each bulletin: when it was acknowledged, or that it was not, or not told yet."""
    sent = [reached.bulletin for reached in table.found.bulletins]

    def cells(line: Line) -> Iterator[str]:
        for bulletin, receipt in zip(sent, line.receipts, strict=True):
            match receipt:
                case Receipt.READ:
                    yield table.at(line.child.read.get(bulletin.number) if line.child is not None else None)
                case Receipt.NONE:
                    yield ""
                case Receipt.TOLD | Receipt.WAITING:
                    yield table.word(f"rollup.receipt.{receipt}")
                case _:
                    assert_never(receipt)

    heads = [table.label("bulletin", number=str(one.number), at=table.at(one.at)) for one in sent]
    return heads, cells


def _duties(table: Table) -> Part:
    def cells(line: Line) -> Iterator[str]:
        for duty in Duty:
            kept = line.duties.get(duty)
            stand = table.word(f"duty.stand.{kept.stand}") if kept is not None else ""
            yield table.running(stand, is_proposed=CLOCKS.get(duty) in line.proposed)
            yield table.at(kept.at if kept is not None else None)
            yield kept.text if kept is not None else ""

    kinds = ("state", "when", "reference")
    heads = [f"{table.word(f'duty.{duty}')} {table.label(kind)}" for duty in Duty for kind in kinds]
    return heads, cells


def _facts(table: Table) -> Part:
    """Return what each answered to the questions of its playbook."""
    books = {line.child.playbook.id: line.child.playbook for line in table.found.lines if line.child is not None}
    questions = {asked.name: asked for book in books.values() for asked in book.questions}

    def cells(line: Line) -> Iterator[str]:
        for name in questions:
            yield answer_word(line.child.answers.get(name, "") if line.child is not None else "", table.language)

    return [name_of(name, asked.called, table.language) for name, asked in questions.items()], cells


def _clocks(table: Table) -> Part:
    rules = sorted(table.found.rules)

    def cells(line: Line) -> Iterator[str]:
        for rule in rules:
            state = line.clocks.get(rule)
            running = _running(state)
            stand = table.word(f"rollup.state.{line.standings[rule]}") if state is not None else ""
            yield table.running(stand, is_proposed=rule in line.proposed)
            yield table.at(running.due if running is not None else None)
            yield state.reference if isinstance(state, Filed) else ""

    kinds = ("state", "due", "reference")
    return [f"{rule} {table.label(kind)}" for rule in rules for kind in kinds], cells


_FURTHER = (_receipts, _duties, _facts, _clocks)


def _running(state: ClockState | None) -> Running | None:
    if isinstance(state, Filed | SetAside):
        return state.running
    return state if isinstance(state, Running) else None


def _names_of(name: Question) -> frozenset[str]:
    """Return what a detail is called in any language."""
    return frozenset(_plain(each) for language in languages() for each in said(f"typed.detail.{name}", language))


def _plain(column: str) -> str:
    return _BETWEEN.sub("-", fold(column.strip()))
