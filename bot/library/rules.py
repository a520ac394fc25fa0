"""The catalogue of legal clocks: `clocks.yaml` becomes rules here. What is not understood is refused, with its line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from datetime import date
from pathlib import Path

from bot.config import ConfigError, mistake
from bot.config.reading import nearest
from bot.core.clocks.rules import CONTRACT_ID, Rule, switch_on
from bot.core.names import RuleId
from bot.library.marked import read_mapping
from bot.library.playbooks import read_text
from bot.library.problems import ContentError, Findings, Given, RulesError, clashes
from bot.library.rule_rows import Row, read_row
from bot.sentences import languages
from bot.sentences.told import Told

FILE_NAME = "clocks.yaml"


def parse(text: str, *, file: str = "<text>") -> tuple[Rule, ...]:
    """Read the catalogue. An id may stand in several rows when their periods of validity do not meet.

    Raises:
        RulesError: it is not one; every problem is named with its line.
    """
    return tuple(row.rule for row in read_rows(text, file=file))


def load(path: Path) -> tuple[Rule, ...]:
    """Read the catalogue in the file *path*, or in the folder *path*; raises RulesError as `parse` does."""
    return tuple(row.rule for row in load_rows(path))


def load_rows(path: Path) -> tuple[Row, ...]:
    """Read the catalogue with lines and examples; raises RulesError as `parse` does."""
    file = path / FILE_NAME if path.is_dir() else path
    try:
        text = read_text(file)
    except ContentError as error:
        raise RulesError(error.problems) from error
    return read_rows(text, file=str(file))


def read_rows(text: str, *, file: str) -> tuple[Row, ...]:
    """Read the catalogue and keep the line of each row; raises RulesError as `parse` does."""
    findings = Findings(file)
    rows = _read(text, findings)
    if findings.all():
        raise RulesError(findings.all())
    return rows


def _read(text: str, findings: Findings) -> tuple[Row, ...]:
    fields = read_mapping(text, findings)
    if fields is None:
        return ()
    fields.refuse_others(("rules",))
    rows = tuple(read_row(row, findings) for row in fields.mappings("rules"))
    if not rows:
        findings.add(1, "`rules` must list at least one clock")
    _check_periods(rows, findings)
    _check_names(rows, findings)
    _check_called(rows, findings)
    _check_chains(rows, findings)
    return rows


def _check_periods(rows: Sequence[Row], findings: Findings) -> None:
    earlier: list[Rule] = []
    for row in rows:
        rule = row.rule
        if rule.valid_from and rule.valid_to and rule.valid_to < rule.valid_from:
            findings.add(row.line, f"`{rule.id}` ends before it begins")
        if any(other.id == rule.id and _overlap(other, rule) for other in earlier):
            findings.add(row.line, f"two rows `{rule.id}` are valid on the same day; give the older one its `valid_to`")
        earlier.append(rule)


def _overlap(one: Rule, other: Rule) -> bool:
    if one.valid_from is None or other.valid_from is None:
        return False  # a proposal meets nothing
    return one.valid_from <= (other.valid_to or date.max) and other.valid_from <= (one.valid_to or date.max)


def _check_names(rows: Sequence[Row], findings: Findings) -> None:
    """See that the configuration can name every row that it may switch on."""
    names = [row.rule.name for row in rows]
    for row in rows:
        is_switched = row.rule.valid_from is None or row.rule.why_off is not None
        if is_switched and names.count(row.rule.name) > 1:
            findings.add(row.line, f"another row is called `{row.rule.name}` too; give this one a `version`")
        if row.rule.id.startswith(CONTRACT_ID):
            findings.add(row.line, f"ids that begin with `{CONTRACT_ID}` are those of contracts of the configuration")


def _check_called(rows: Sequence[Row], findings: Findings) -> None:
    given = [
        Given(
            id=row.rule.id,
            names={language: row.rule.called.get(language, "") for language in languages()},
            file="another row",
            line=row.line,
        )
        for row in rows
    ]
    for problem in clashes("clock", given):
        findings.add(problem.line, problem.message)


def _check_chains(rows: Sequence[Row], findings: Findings) -> None:
    after = {row.rule.id: row.rule.after for row in rows}
    for row in rows:
        rule, line = row.rule, row.line
        if rule.after is not None and rule.after not in after:
            findings.add(line, f"`{rule.id}` starts after `{rule.after}`, which has no row")
        elif _returns(rule.id, after.get):
            findings.add(line, f"`{rule.id}` waits for itself: its chain of `after` never ends")


def _returns(start: RuleId, next_of: Callable[[RuleId], RuleId | None]) -> bool:
    seen = {start}
    step = next_of(start)
    while step is not None:
        if step in seen:
            return True
        seen.add(step)
        step = next_of(step)
    return False


_KEY = "clocks.enable"


def switched(rules: Sequence[Rule], names: AbstractSet[str]) -> tuple[Rule, ...]:
    """Return *rules* with those called *names* switched on.

    Raises:
        ConfigError: no row is called so: a clock that nobody knows would be watched by nobody.
    """
    known = [rule.name for rule in rules]
    unknown = tuple(
        mistake(_KEY, Told("mistake.no_clock", name=name, near=nearest(name, known)))
        for name in sorted(names - set(known))
    )
    if unknown:
        raise ConfigError(*unknown)
    return switch_on(rules, names)
