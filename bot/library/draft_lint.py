"""What one template cannot show: holes and conditions that nothing fills, translations that differ."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path

from bot.commands.words import find_detail
from bot.core.conditions import UNKNOWN, Clause, Condition
from bot.core.details import DETAILS, Kind
from bot.core.documents.compose import OF_A_CLOCK, OF_THE_INCIDENT, Stamp
from bot.core.documents.drafts import DraftTemplate, Hole, Layout
from bot.core.documents.letters import is_of_clients
from bot.core.language import Language
from bot.core.names import RuleId
from bot.core.playbook import Playbook
from bot.library.drafts import ReadTemplate, read_templates
from bot.library.problems import Problem
from bot.sentences import languages

_CLOSED = (Kind.CHOICE, Kind.CHOICES)


def check_templates(folder: Path, playbooks: Iterable[Playbook], rules: Collection[RuleId] | None) -> Iterator[Problem]:
    """Yield what is wrong with the templates of a *folder* of playbooks; *rules* is None when they cannot be read."""
    found, faulty = read_templates(folder)
    yield from faulty
    values = _values(playbooks)
    for path, read in found.items():
        for line, message in _check_alone(read, values, rules):
            yield Problem(file=str(path), line=line, message=message)
    yield from _check_translations(found)


def _values(playbooks: Iterable[Playbook]) -> Mapping[str, set[str]]:
    """Return what may be in a condition: questions of any playbook, and details that take only some values."""
    values: defaultdict[str, set[str]] = defaultdict(set)
    for playbook in playbooks:
        for asked in playbook.questions:
            values[asked.name] |= set(asked.values)
    for detail in DETAILS:
        if detail.kind in _CLOSED:
            values[detail.name] |= {*detail.values, UNKNOWN}
    return values


def _check_alone(
    read: ReadTemplate, values: Mapping[str, set[str]], rules: Collection[RuleId] | None
) -> Iterator[tuple[int, str]]:
    for line, hole in read.holes:
        yield from ((line, message) for message in _check_hole(hole, values, rules))
    for line, condition in read.conditions:
        yield from ((line, message) for message in _check_condition(condition, values))
    if rules is not None and read.template.clock is not None and read.template.clock not in rules:
        yield 1, f"there is no clock `{read.template.clock}`"


def _check_hole(hole: Hole, values: Mapping[str, set[str]], rules: Collection[RuleId] | None) -> Iterator[str]:
    word, _, rule = hole.name.partition(" ")
    if word in OF_A_CLOCK and rule:
        if rules is not None and rule not in rules:
            yield f"`{{{hole.name}}}` names no clock: there is no `{rule}`"
        return
    if is_of_clients(hole.name):
        return
    detail = find_detail(hole.name)
    if detail is not None and detail.name != hole.name:
        yield f"`{{{hole.name}}}` is how people type a detail: write `{{{detail.name}}}` in every language"
    elif detail is None and hole.name not in {*values, *Stamp, *OF_THE_INCIDENT}:
        yield f"nothing fills `{{{hole.name}}}`: it is no detail and no question of a playbook"


def _check_condition(condition: Condition, values: Mapping[str, set[str]]) -> Iterator[str]:
    for clause in condition.clauses:
        yield from _check_clause(clause, values)
    names = [clause.question for clause in condition.clauses]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield f"dead condition: `{name}` stands in it twice, and one answer cannot satisfy both"


def _check_clause(clause: Clause, values: Mapping[str, set[str]]) -> Iterator[str]:
    accepted = values.get(clause.question)
    if accepted is None:
        yield f"the condition names the unknown question `{clause.question}`"
        return
    for value in clause.values:
        if value not in accepted:
            taken = ", ".join(sorted(accepted))
            yield f"`{clause.question}` does not take `{value}`; it takes: {taken}"
    if set(clause.values) == accepted:
        yield f"the condition on `{clause.question}` always holds: it names every value"


def _check_translations(found: Mapping[Path, ReadTemplate]) -> Iterator[Problem]:
    families: defaultdict[tuple[Path, str], dict[Language, tuple[Path, ReadTemplate]]] = defaultdict(dict)
    for path, read in found.items():
        families[path.parent, read.template.id][read.template.language] = (path, read)
    for (folder, id), family in families.items():
        (first_path, first), *others = family.values()
        for language in languages():
            if not (folder / f"{id}.{language}.md").exists():
                yield Problem(file=str(first_path), line=1, message=f"the translation `{id}.{language}.md` is missing")
        for path, read in others:
            for line, message in _differences(first, read, first_path.name):
                yield Problem(file=str(path), line=line, message=message)


def _differences(first: ReadTemplate, second: ReadTemplate, other: str) -> Iterator[tuple[int, str]]:
    here, there = second.template, first.template
    pairs: tuple[tuple[str, object, object], ...] = (
        ("rank", there.rank, here.rank),
        ("label", there.tlp, here.tlp),
        ("clock", there.clock, here.clock),
        ("printed part", there.printed, here.printed),
        ("layout", _layouts(there), _layouts(here)),
    )
    for name, one, two in pairs:
        if one != two:
            yield 1, f"the {name} is not that of {other}"
    if [condition for _, condition in first.conditions] != [condition for _, condition in second.conditions]:
        yield 1, f"the conditions are not those of {other}, in its order"
    yield from _compare_holes(first, second, other)


def _layouts(template: DraftTemplate) -> list[Layout]:
    return [block.layout for block in template.blocks if block.layout is not Layout.FLOW]


def _compare_holes(first: ReadTemplate, second: ReadTemplate, other: str) -> Iterator[tuple[int, str]]:
    here, there = _counted(second), _counted(first)
    for written in there - here:
        yield 1, f"the hole `{written}` of {other} is missing"
    for written in here - there:
        line = next(line for line, hole in second.holes if _written(hole) == written)
        yield line, f"{other} has no hole `{written}` here"


def _counted(read: ReadTemplate) -> Counter[str]:
    return Counter(_written(hole) for _, hole in read.holes)


def _written(hole: Hole) -> str:
    return f"{{{hole.name}{'?' if hole.optional else ''}}}"
