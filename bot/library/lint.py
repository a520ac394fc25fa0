"""What the parser of one file cannot see: translations that differ, clocks without a rule, dead conditions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from bot.core.clocks.lengths import EarlierOf, WithoutDelay, due_time
from bot.core.conditions import Condition
from bot.core.language import Language
from bot.core.names import RuleId
from bot.core.playbook import Playbook, Step
from bot.library import dates, rules
from bot.library.asking import can_hold
from bot.library.calendar import closed_days
from bot.library.draft_lint import check_templates
from bot.library.drafts import FOLDER
from bot.library.playbooks import Draft, read_drafts, read_text
from bot.library.problems import ContentError, Problem
from bot.library.reach import check_reach
from bot.library.rule_rows import EXAMPLE_ZONE, Row

Rules = Mapping[RuleId, RuleId | None]
"""Every rule of the catalogue and the one it starts after, if any."""


def check(paths: Sequence[Path]) -> tuple[Problem, ...]:
    """Lint folders of playbooks, or single files seen with the rest of their folder; empty when all is sound."""
    found = {problem for path in paths for problem in _check_path(path)}
    return tuple(sorted(found))


def _check_path(path: Path) -> Iterator[Problem]:
    if path.is_dir():
        yield from _check_folder(path)
        return
    if not path.is_file():
        yield Problem(file=str(path), line=1, message="there is no such file or folder")
        return
    family = path.name.partition(".")[0]
    for problem in _check_folder(path.parent):
        place = Path(problem.file)
        if place.name.partition(".")[0] == family and place.parent == path.parent:
            yield problem


def _check_folder(folder: Path) -> Iterator[Problem]:
    """Check a folder of playbooks with its templates; the templates alone are seen with the playbooks beside them."""
    if folder.name == FOLDER:
        folder = folder.parent
    known, problems = _read_rules(folder)
    yield from problems
    yield from _check_calendar(folder)
    drafts, faulty = read_drafts(folder)
    yield from faulty
    for path, draft in drafts.items():
        yield from _check_alone(str(path), draft, known)
    yield from _check_translations(drafts)
    yield from check_templates(folder, (draft.playbook for draft in drafts.values()), known)


def _check_calendar(folder: Path) -> tuple[Problem, ...]:
    try:
        dates.load(folder)
    except ContentError as error:
        return error.problems
    return ()


def _read_rules(folder: Path) -> tuple[Rules | None, tuple[Problem, ...]]:
    file = folder / rules.FILE_NAME
    try:
        rows = rules.read_rows(read_text(file), file=str(file))
    except ContentError as error:
        return None, error.problems
    problems = (
        Problem(file=str(file), line=row.line, message=message) for row in rows for message in _check_example(row)
    )
    return {row.rule.id: row.rule.after for row in rows}, tuple(problems)


def _check_example(row: Row) -> Iterator[str]:
    rule, example = row.rule, row.example
    if example is None:
        if not isinstance(rule.length, WithoutDelay):
            yield f"`{rule.name}` has no `example`: give an `aware` and the `due` you worked out by hand"
        return
    if example.classified is not None and not isinstance(rule.length, EarlierOf):
        yield f"the example of `{rule.name}` has a `classified`, which its length does not look at"
    calendar = closed_days(example.aware, EXAMPLE_ZONE)
    due = due_time(rule.length, example.aware, EXAMPLE_ZONE, calendar, example.classified)
    if due is None:
        yield f"`{rule.name}` gives no figure, so its `example` can have no `due`: leave it out"
    elif due != example.due:
        computed = due.astimezone(EXAMPLE_ZONE).isoformat(" ", "minutes")
        yield f"the example of `{rule.name}` is due {computed} by its length, not as written: one of the two is wrong"


def _check_alone(file: str, draft: Draft, known: Rules | None) -> Iterator[Problem]:
    playbook, lines = draft.playbook, draft.lines
    for asked in playbook.questions:
        messages = tuple(_check_condition(asked.when, playbook))
        yield from (Problem(file=file, line=lines[f"question {asked.name}"], message=message) for message in messages)
    for watched in playbook.clocks:
        line = lines[f"clock {watched.rule}"]
        messages = (*_check_rule(watched.rule, playbook, known), *_check_condition(watched.when, playbook))
        yield from (Problem(file=file, line=line, message=message) for message in messages)
    for step in playbook.steps():
        messages = tuple(_check_condition(step.when, playbook))
        yield from (Problem(file=file, line=lines[f"step {step.id}"], message=message) for message in messages)
    yield from (Problem(file=file, line=lines[place], message=message) for place, message in check_reach(playbook))


def _check_rule(rule: RuleId, playbook: Playbook, known: Rules | None) -> Iterator[str]:
    if all(step.clock != rule for step in playbook.steps()):
        yield f"no step serves the clock `{rule}`: name it in the step that stops it"
    if known is None:
        return
    if rule not in known:
        yield f"`{rules.FILE_NAME}` has no rule `{rule}`; it has: {', '.join(known)}"
    after = known.get(rule)
    if after is not None and all(watched.rule != after for watched in playbook.clocks):
        yield f"`{rule}` starts after `{after}`, which this playbook does not watch"


def _check_condition(condition: Condition, playbook: Playbook) -> Iterator[str]:
    asked_before: set[str] = set()
    for clause in condition.clauses:
        asked = playbook.question(clause.question)
        if clause.question in asked_before:
            yield f"dead condition: `{clause.question}` stands in it twice, and one answer cannot satisfy both"
        if len(set(clause.values)) < len(clause.values):
            yield f"the condition on `{clause.question}` names a value twice"
        if asked is not None and set(clause.values) == set(asked.values):
            yield f"the condition on `{clause.question}` always holds: it names every value"
        asked_before.add(clause.question)
    if len(asked_before) == len(condition.clauses) and not can_hold(condition, playbook):
        yield "dead condition: no answers that can be given together make it hold, as the questions are asked"


def _check_translations(drafts: Mapping[Path, Draft]) -> Iterator[Problem]:
    families: defaultdict[tuple[Path, str], dict[Language, tuple[Path, Draft]]] = defaultdict(dict)
    for path, draft in drafts.items():
        families[path.parent, draft.playbook.id][draft.playbook.language] = (path, draft)
    for (folder, id), family in families.items():
        first_path, first = next(iter(family.values()))
        for language in first.languages:
            if language not in family and not (folder / f"{id}.{language}.md").exists():
                message = f"the translation `{id}.{language}.md` is missing"
                yield Problem(file=str(first_path), line=1, message=message)
        for path, draft in list(family.values())[1:]:
            for place, message in _differences(first.playbook, draft.playbook, first_path.name):
                yield Problem(file=str(path), line=draft.lines.get(place, 1), message=message)


def _differences(first: Playbook, second: Playbook, other: str) -> Iterator[tuple[str, str]]:
    """Yield what *second* says otherwise than *first*, and the part of *second* that says it."""
    if first.version != second.version:
        yield "", f"the version is {second.version}, but {first.version} in {other}"
    if first.rank != second.rank:
        yield "", f"the rank is not that of {other}"
    if first.repeat != second.repeat:
        yield "", f"the time after which it is repeated is not that of {other}"
    if first.roles != second.roles:
        yield "", f"the roles differ from those of {other}"
    yield from _compare_rows(
        "question",
        _questions(first),
        _questions(second),
        other,
        "the values or the condition are not those of the question",
    )
    yield from _compare_rows("clock", _clocks(first), _clocks(second), other, "the condition is not that of the clock")
    yield from _compare_order(first, second, other)
    firsts = {step.id: step for step in first.steps()}
    for step in second.steps():
        if step.id in firsts:
            yield from ((f"step {step.id}", message) for message in _compare_steps(firsts[step.id], step, other))


def _questions(playbook: Playbook) -> dict[str, object]:
    return {asked.name: (asked.values, asked.when) for asked in playbook.questions}


def _clocks(playbook: Playbook) -> dict[str, object]:
    return {watched.rule: watched.when for watched in playbook.clocks}


def _compare_rows(
    kind: str, first: Mapping[str, object], second: Mapping[str, object], other: str, changed: str
) -> Iterator[tuple[str, str]]:
    for name in first.keys() - second.keys():
        yield "", f"the {kind} `{name}` of {other} is missing"
    for name in second.keys() - first.keys():
        yield f"{kind} {name}", f"{other} has no {kind} `{name}`"
    for name in first.keys() & second.keys():
        if first[name] != second[name]:
            yield f"{kind} {name}", f"{changed} `{name}` in {other}"


def _compare_order(first: Playbook, second: Playbook, other: str) -> Iterator[tuple[str, str]]:
    here, there = _phases(first), _phases(second)
    if here == there:
        return
    missing = sorted(_ids(here) - _ids(there))
    extra = sorted(_ids(there) - _ids(here))
    for id in missing:
        yield "", f"the step `{id}` of {other} is missing"
    for id in extra:
        yield f"step {id}", f"{other} has no step `{id}`"
    if not missing and not extra:
        yield "", f"the steps stand in another order or other phases than in {other}"


def _phases(playbook: Playbook) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(step.id for step in phase.steps) for phase in playbook.phases)


def _ids(phases: Iterable[Iterable[str]]) -> set[str]:
    return {id for phase in phases for id in phase}


def _compare_steps(first: Step, second: Step, other: str) -> Iterator[str]:
    pairs: tuple[tuple[str, object, object], ...] = (
        ("role", first.role, second.role),
        ("time target", (first.target, bool(first.target_text)), (second.target, bool(second.target_text))),
        ("repetition", first.again, second.again),
        ("evidence", bool(first.evidence), bool(second.evidence)),
        ("condition", first.when, second.when),
        ("clock", first.clock, second.clock),
        ("mandatory mark", first.mandatory, second.mandatory),
    )
    for name, here, there in pairs:
        if here != there:
            yield f"the {name} of `{second.id}` is not that of {other}"
