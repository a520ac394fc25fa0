"""Markdown playbooks become core types here. What is not understood is refused, with its line.

The shape of a file, explained in playbooks/README.md:

    ---
    id: provider-hit
    ---
    # Free text for readers of the file; the bot does not use it

    ## D · Detect
    One or two sentences on the phase.

    ### D1 · Open the log
    - **Who:** coordinator
    - **Source:** where the advice comes from

    What to do, in Markdown.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

from bot.core.language import Language
from bot.core.names import RuleId, StepId
from bot.core.people.roster import Role
from bot.core.playbook import Phase, Playbook, Step
from bot.library.body import (
    LABELS,
    PHASE,
    PREAMBLE,
    STEP,
    TITLE,
    Definition,
    Label,
    Section,
    cut,
    join,
    read_definition,
    read_length,
    read_target,
)
from bot.library.front import (
    Front,
    called_in_all,
    in_every_language,
    read_condition,
    read_front,
    read_role,
    read_rule_id,
)
from bot.library.marked import Marked, read_fenced
from bot.library.problems import Findings, Given, PlaybookError, Problem, clashes
from bot.sentences import languages
from bot.sentences.po import sentences

README = "README.md"
"""The one Markdown file of a folder of playbooks that is not a playbook."""
_MARKS = "|".join(sentences(language)["plan.mark"] for language in languages())
_UNFILLED = re.compile(rf"\[(?:{_MARKS})\b[^\]]{{0,80}}\]?")
"""A place to fill, as `bot.library.plans` marks it."""
_PHASE = re.compile(r"(?P<letters>[A-Z]{1,5})\s·\s(?P<name>\S.*)")
_STEP = re.compile(r"(?P<id>(?P<letters>[A-Z]{1,5})[1-9][0-9]{0,2})\s·\s(?P<title>\S.*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A playbook and where its parts stand in the file."""

    playbook: Playbook
    lines: Mapping[str, int]
    """Lines of `step D1`, `phase D`, `question insured`, `clock GDPR-33-1`."""
    languages: Sequence[Language]
    """In which it is to be there."""


def parse(text: str, *, file: str = "<text>") -> Playbook:
    """Read a playbook.

    Raises:
        PlaybookError: it is not one; every problem is named with its line.
    """
    return read_draft(text, file=file).playbook


def read_draft(text: str, *, file: str) -> Draft:
    """Read a playbook and keep the lines of its parts; raises PlaybookError as `parse` does."""
    findings = Findings(file)
    lines: dict[str, int] = {}
    draft = _read(text, findings, lines)
    unfilled = {problem.line: problem for problem in _unfilled(text, file)}
    problems = (*unfilled.values(), *(problem for problem in findings.all() if problem.line not in unfilled))
    if draft is None or problems:
        raise PlaybookError(sorted(problems))
    return draft


def _unfilled(text: str, file: str) -> Iterator[Problem]:
    """Yield each line on which a place to fill still stands, whatever else is wrong there."""
    for number, line in enumerate(text.split("\n"), start=1):
        if found := _UNFILLED.search(line):
            yield Problem(file=file, line=number, message=f"still to be filled in: `{found[0]}`")


def load(folder: Path) -> Mapping[tuple[str, Language], Playbook]:
    """Read every playbook of *folder*, by id and language; in English for a language that has it not.

    Raises:
        PlaybookError: a file is faulty or misnamed, or there is none.
    """
    drafts, problems = read_drafts(folder)
    if problems:
        raise PlaybookError(problems)
    playbooks = _called_alike([draft.playbook for draft in drafts.values()])
    return in_every_language({(playbook.id, playbook.language): playbook for playbook in playbooks})


def read_drafts(folder: Path) -> tuple[dict[Path, Draft], tuple[Problem, ...]]:
    """Read every playbook of *folder*: those that are sound by file, and the problems of the others."""
    drafts: dict[Path, Draft] = {}
    problems: list[Problem] = []
    files = sorted(path for path in folder.glob("*.md") if path.name != README)
    if not files:
        problems.append(Problem(file=str(folder), line=1, message="there is no playbook (`<id>.<language>.md`) here"))
    for path in files:
        try:
            drafts[path] = _read_file(path)
        except PlaybookError as error:
            problems.extend(error.problems)
    problems.extend(_check_called(drafts))
    return drafts, tuple(problems)


def _check_called(drafts: Mapping[Path, Draft]) -> Iterator[Problem]:
    playbooks, questions = list[Given](), list[Given]()
    for path, draft in drafts.items():
        own, file = draft.playbook, str(path)
        language = own.language
        playbooks.append(Given(id=own.id, names={language: own.called.get(language, "")}, file=file, line=1))
        for asked in own.questions:
            names, line = {language: asked.called.get(language, "")}, draft.lines[f"question {asked.name}"]
            questions.append(Given(id=asked.name, names=names, file=file, line=line))
    yield from clashes("playbook", playbooks)
    yield from clashes("question", questions)


def _called_alike(playbooks: Sequence[Playbook]) -> Iterator[Playbook]:
    """Yield *playbooks* with what each of them and its questions are called in every language."""
    own = called_in_all((playbook.id, playbook.called) for playbook in playbooks)
    asked_as = called_in_all((asked.name, asked.called) for playbook in playbooks for asked in playbook.questions)
    for playbook in playbooks:
        questions = tuple(replace(asked, called=asked_as[asked.name]) for asked in playbook.questions)
        yield replace(playbook, called=own[playbook.id], questions=questions)


def read_text(path: Path) -> str:
    """Return the text of a content file.

    Raises:
        PlaybookError: it cannot be read or is not UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = "it is not UTF-8" if isinstance(error, UnicodeDecodeError) else str(error.strerror)
        problem = Problem(file=str(path), line=1, message=f"this file cannot be read: {reason}")
        raise PlaybookError((problem,)) from error


def _read_file(path: Path) -> Draft:
    draft = read_draft(read_text(path), file=str(path))
    expected = f"{draft.playbook.id}.{draft.playbook.language}.md"
    if path.name != expected:
        message = f"a playbook's file is named after its id and language: `{expected}`"
        raise PlaybookError((Problem(file=str(path), line=1, message=message),))
    return draft


def _read(text: str, findings: Findings, lines: dict[str, int]) -> Draft | None:
    fenced = read_fenced(text, "a playbook", findings)
    front = None if fenced is None else read_front(fenced[0], findings, lines)
    if fenced is None or front is None:
        return None
    playbook = Playbook(
        id=front.id,
        called=front.called,
        language=front.language,
        title=front.title,
        summary=front.summary,
        version=front.version,
        roles=front.roles,
        questions=tuple(front.questions.values()),
        clocks=tuple(front.clocks.values()),
        phases=_Body(front=front, findings=findings, lines=lines).read(fenced[1]),
        rank=front.rank,
        repeat=front.repeat,
        sha256=hashlib.sha256(text.encode()).hexdigest(),
    )
    return Draft(playbook=playbook, lines=lines, languages=front.languages)


@dataclass(slots=True, kw_only=True)
class _PhaseDraft:
    letters: str
    name: str
    intro: str
    line: int
    steps: list[Step] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Body:
    """Reads phases and steps against the front matter."""

    front: Front
    findings: Findings
    lines: dict[str, int]

    def read(self, lines: list[Marked]) -> tuple[Phase, ...]:
        """Return the phases in order; what is wrong goes to the findings."""
        phases: list[_PhaseDraft] = []
        for section in cut(lines, self.findings):
            if section.level == PHASE:
                phases.append(self._read_phase(section))
            elif section.level == STEP:
                self._add_step(section, phases)
            elif section.level != PREAMBLE and (section.level != TITLE or phases):
                self.findings.add(section.heading.line, "only `## phase` and `### step` headings stand in the body")
        for phase in phases:
            if not phase.steps:
                self.findings.add(phase.line, "a phase needs at least one step: `### D1 · Title`")
        if not phases:
            self.findings.add(1, "a playbook needs at least one phase: `## D · Detect`")
        return tuple(Phase(name=phase.name, intro=phase.intro, steps=tuple(phase.steps)) for phase in phases)

    def _read_phase(self, section: Section) -> _PhaseDraft:
        heading = section.heading
        found = _PHASE.fullmatch(heading.text)
        letters, name = ("", heading.text) if found is None else (found["letters"], found["name"])
        if found is None:
            self.findings.add(heading.line, "a phase is its letters, a middle dot and its name: `## D · Detect`")
        elif f"phase {letters}" in self.lines:
            self.findings.add(heading.line, f"the letters `{letters}` belong to an earlier phase")
        if not section.text():
            self.findings.add(heading.line, "say in a sentence or two below the heading what this phase is for")
        self.lines[f"phase {letters}"] = heading.line
        return _PhaseDraft(letters=letters, name=name, intro=section.text(), line=heading.line)

    def _add_step(self, section: Section, phases: list[_PhaseDraft]) -> None:
        heading = section.heading
        found = _STEP.fullmatch(heading.text)
        if found is None or not phases:
            message = "a step is its id, a middle dot and its title, below a phase: `### D1 · Open the log`"
            self.findings.add(heading.line, message)
            return
        phase, step_id = phases[-1], found["id"]
        if found["letters"] != phase.letters:
            self.findings.add(heading.line, f"`{step_id}` stands in the phase `{phase.letters}`: take its letters")
        if f"step {step_id}" in self.lines:
            earlier = self.lines[f"step {step_id}"]
            self.findings.add(heading.line, f"the id `{step_id}` is taken by the step of line {earlier}")
        self.lines[f"step {step_id}"] = heading.line
        definition = read_definition(section, LABELS[self.front.language], self.findings)
        phase.steps.append(self._read_step(StepId(step_id), found["title"], heading.line, definition))

    def _read_step(self, id: StepId, title: str, line: int, definition: Definition) -> Step:
        action = join(definition.rest)
        if not action:
            self.findings.add(line, f"`{id}` does not say what to do: write it below an empty line after the list")
        return Step(
            id=id,
            title=title,
            action=action,
            role=self._role(line, definition),
            evidence=definition.text(Label.KEEP),
            target=self._target(definition),
            target_text=definition.text(Label.BY),
            again=self._again(definition),
            when=read_condition(definition.values.get(Label.WHEN), self.front.questions, self.findings),
            mandatory=Label.MANDATORY in definition.values,
            clock=self._clock(definition),
            source=self._source(line, definition),
        )

    def _role(self, line: int, definition: Definition) -> Role:
        name = definition.values.get(Label.WHO)
        if name is None:
            self.findings.add(line, f"`{self._label(Label.WHO)}` is missing: name the role that does this step")
            return Role.COORDINATOR
        return read_role(name, self.findings) or Role.COORDINATOR

    def _source(self, line: int, definition: Definition) -> str:
        if Label.SOURCE not in definition.values:
            self.findings.add(line, f"`{self._label(Label.SOURCE)}` is missing: say where the advice comes from")
        return definition.text(Label.SOURCE)

    def _target(self, definition: Definition) -> timedelta | None:
        written = definition.values.get(Label.BY)
        if written is None:
            return None
        try:
            return read_target(written.text)
        except ValueError as error:
            self.findings.add(written.line, str(error))
            return None

    def _again(self, definition: Definition) -> timedelta | None:
        written = definition.values.get(Label.AGAIN)
        if written is None:
            return None
        again = read_length(written.text)
        if again is None:
            self.findings.add(written.line, f"bad `{self._label(Label.AGAIN)}` `{written.text}`; write `24 h`")
        return again

    def _clock(self, definition: Definition) -> RuleId | None:
        name = definition.values.get(Label.CLOCK)
        if name is None:
            return None
        rule = read_rule_id(name, self.findings)
        if rule not in self.front.clocks:
            known = ", ".join(self.front.clocks) or "none"
            self.findings.add(name.line, f"the front matter watches no clock `{rule}`; it watches: {known}")
        return rule

    def _label(self, wanted: Label) -> str:
        return next(word for word, label in LABELS[self.front.language].items() if label is wanted)
