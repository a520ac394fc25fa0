"""The playbooks and the rows of clocks, read from their files by a reader of the judge's own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parents[3] / "playbooks"
Condition = tuple[tuple[str, frozenset[str]], ...]
"""Questions, each with the answers that will do."""

_HEADING = re.compile(r"(##|###) (\w+) · (.+)")
_ITEM = re.compile(r"- \*\*([^*:]+?)\s*:?\*\*(.*)")
_LABELS = {
    "Who": "who",
    "By": "by",
    "Again": "again",
    "Keep": "keep",
    "When": "when",
    "Clock": "clock",
    "Mandatory": "mandatory",
    "Qui": "who",
    "Pour": "by",
    "Puis": "again",
    "Garder": "keep",
    "Quand": "when",
    "Délai": "clock",
    "Obligatoire": "mandatory",
}
_UNITS = {"min": timedelta(minutes=1), "h": timedelta(hours=1), "day": timedelta(days=1), "jour": timedelta(days=1)}
_AIM = re.compile(r"(\d+) (min|h|day|jour)s?\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    id: str
    title: str
    phase: str
    role: str
    keep: str
    when: Condition
    clock: str
    is_mandatory: bool
    aim: timedelta | None
    """How long after the opening it should be done."""
    again: timedelta | None = None
    """How long after it was done it is to be done once more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    name: str
    called: str
    """What it is called in the language of its playbook: its name there, unless another one is written."""
    text: str
    values: tuple[str, ...]
    when: Condition


@dataclass(frozen=True, slots=True, kw_only=True)
class Playbook:
    questions: tuple[Question, ...]
    clocks: tuple[tuple[str, Condition], ...]
    phases: tuple[str, ...]
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A row of the catalogue of clocks, its words in one language."""

    id: str
    title: str
    to: str
    late: str
    channel: str
    length: str
    """As it is written: `72 h`, `5 working days`, `none`."""
    aim: timedelta | None
    owner: str
    source: str
    proof: str
    """How the text was checked, by its letter."""
    after: str
    is_soft: bool
    counts_in_full_hours: bool
    is_business: bool = False
    called: str = ""
    """What else it is called in that language."""

    @property
    def may_wait(self) -> bool:
        """No limit of the law: it keeps quiet hours, and calls nobody but its owners."""
        return self.is_soft or self.is_business


def holds(condition: Condition, answers: Mapping[str, str]) -> bool:
    """An unanswered question reads as unknown."""
    return all(answers.get(question, "unknown") in values for question, values in condition)


def is_ruled_out(condition: Condition, answers: Mapping[str, str]) -> bool:
    return any(answers.get(question, "unknown") not in {"unknown", *values} for question, values in condition)


def playbook(name: str, language: str) -> Playbook:
    _, front, body = _read(f"{name}.{language}.md").split("---\n", 2)
    told = yaml.load(front, yaml.BaseLoader)
    steps = tuple(_steps(body.splitlines()))
    return Playbook(
        questions=tuple(_question(one) for one in told["questions"]),
        clocks=tuple((one["rule"], _condition(one.get("when", ""))) for one in told["clocks"]),
        phases=tuple(dict.fromkeys(step.phase for step in steps)),
        steps=steps,
    )


def rules(language: str, day: date) -> dict[str, Rule]:
    """The rows that count on *day*, by their id."""
    rows = yaml.load(_read("clocks.yaml"), yaml.BaseLoader)["rules"]
    return {row["id"]: _rule(row, language) for row in rows if _is_in_force(row, day)}


def _read(name: str) -> str:
    """What must not break does not break in the files; the judge compares words, not typography."""
    return (FOLDER / name).read_text().replace("\u00a0", " ")


def _is_in_force(row: Mapping[str, Any], day: date) -> bool:
    if row.get("pending") == "true" or row.get("enabled") == "false":
        return False
    until = row.get("valid_to", "null")
    return date.fromisoformat(row["valid_from"]) <= day and (until == "null" or day <= date.fromisoformat(until))


def _rule(row: Mapping[str, Any], language: str) -> Rule:
    aim = row.get("aim")
    return Rule(
        id=row["id"],
        title=row["title"][language],
        to=row["to"][language],
        late=row["late"][language],
        channel=row.get("channel", ""),
        length=row["length"],
        aim=timedelta(hours=int(aim.removesuffix(" h"))) if aim else None,
        owner=row["owner"],
        source=row["source"],
        proof=row["proof"],
        after=row.get("after", ""),
        is_soft=row.get("soft") == "true",
        counts_in_full_hours=row.get("counts_in_full_hours") == "true",
        called=row.get("called", {}).get(language, ""),
    )


def _question(told: Mapping[str, Any]) -> Question:
    return Question(
        name=told["name"],
        called=told.get("called", told["name"]),
        text=told["text"],
        values=tuple(told.get("values", ("yes", "no", "unknown"))),
        when=_condition(told.get("when", "")),
    )


def _condition(text: str) -> Condition:
    clauses = [clause.split(" = ") for clause in text.split(" and ") if clause]
    return tuple((question, frozenset(values.split(" or "))) for question, values in clauses)


def _steps(lines: Iterable[str]) -> Iterator[Step]:
    phase, said = "", dict[str, str]()
    id = title = last = ""
    for line in (*lines, "## End · of it"):
        if found := _HEADING.fullmatch(line):
            if id:
                yield _step(id, title, phase, said)
            id, said = "", {}
            if found[1] == "##":
                phase = found[3]
            else:
                id, title = found[2], found[3]
        elif (found := _ITEM.fullmatch(line)) and found[1] in _LABELS:
            last = _LABELS[found[1]]
            said[last] = found[2].strip()
        elif line.startswith("  ") and last:
            said[last] += f" {line.strip()}"
        else:
            last = ""


def _step(id: str, title: str, phase: str, said: Mapping[str, str]) -> Step:
    aim, again = (_AIM.match(said.get(key, "")) for key in ("by", "again"))
    return Step(
        id=id,
        title=title,
        phase=phase,
        role=said["who"],
        keep=said.get("keep", ""),
        when=_condition(said.get("when", "")),
        clock=said.get("clock", ""),
        is_mandatory="mandatory" in said,
        aim=int(aim[1]) * _UNITS[aim[2]] if aim else None,
        again=int(again[1]) * _UNITS[again[2]] if again else None,
    )
