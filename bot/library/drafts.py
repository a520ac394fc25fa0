"""Templates of drafts become core types here. What is not understood is refused, with its line.

They stand in the folder `drafts` beside the playbooks, one file for each language; playbooks/README.md explains them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from bot.core.conditions import Condition
from bot.core.documents.drafts import DraftTemplate, Hole, Printed, Tlp
from bot.core.language import Language
from bot.core.names import DraftId
from bot.host.shipped import playbooks_folder
from bot.library.draft_body import read_body
from bot.library.front import (
    WORD,
    called_in_all,
    check_form,
    in_every_language,
    read_called,
    read_language,
    read_rank,
    read_rule_id,
)
from bot.library.marked import Marked, read_fenced
from bot.library.playbooks import README, read_text
from bot.library.problems import ContentError, Findings, Given, Problem, clashes

FOLDER = "drafts"
KEYS = ("id", "called", "language", "title", "to", "basis", "source", "read", "tlp", "rank", "clock", "printed")


class DraftError(ContentError):
    """A template of a draft cannot be used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadTemplate:
    """A template and where its parts stand in the file."""

    template: DraftTemplate
    holes: tuple[tuple[int, Hole], ...]
    conditions: tuple[tuple[int, Condition], ...]


def load(folder: Path) -> Mapping[tuple[DraftId, Language], DraftTemplate]:
    """Read the templates that belong to a *folder* of playbooks: its own, or the shipped ones when it has none.

    Raises:
        DraftError: a file is faulty or misnamed.
    """
    found, problems = read_templates(folder if (folder / FOLDER).is_dir() else playbooks_folder())
    if problems:
        raise DraftError(problems)
    templates = _called_alike([read.template for read in found.values()])
    return in_every_language({(template.id, template.language): template for template in templates})


def read_templates(folder: Path) -> tuple[dict[Path, ReadTemplate], tuple[Problem, ...]]:
    """Read the templates of a *folder* of playbooks: those that are sound by file, and the problems of the others."""
    found: dict[Path, ReadTemplate] = {}
    problems: list[Problem] = []
    for path in sorted(path for path in (folder / FOLDER).glob("*.md") if path.name != README):
        try:
            found[path] = _read_file(path)
        except ContentError as error:
            problems.extend(error.problems)
    problems.extend(clashes("draft", [_given(path, read.template) for path, read in found.items()]))
    return found, tuple(problems)


def _given(path: Path, template: DraftTemplate) -> Given:
    names = {template.language: template.called.get(template.language, "")}
    return Given(id=template.id, names=names, file=str(path), line=1)


def _called_alike(templates: Sequence[DraftTemplate]) -> Iterator[DraftTemplate]:
    """Yield *templates* with what each is called in every language."""
    names = called_in_all((template.id, template.called) for template in templates)
    yield from (replace(template, called=names[template.id]) for template in templates)


def read_template(text: str, *, file: str = "<text>") -> ReadTemplate:
    """Read a template.

    Raises:
        DraftError: it is not one; every problem is named with its line.
    """
    findings = Findings(file)
    read = _read(text, findings)
    if read is None or findings.all():
        raise DraftError(findings.all())
    return read


def _read_file(path: Path) -> ReadTemplate:
    read = read_template(read_text(path), file=str(path))
    expected = f"{read.template.id}.{read.template.language}.md"
    if path.name != expected:
        message = f"a template's file is named after its id and language: `{expected}`"
        raise DraftError((Problem(file=str(path), line=1, message=message),))
    return read


def _read(text: str, findings: Findings) -> ReadTemplate | None:
    fenced = read_fenced(text, "a template of a draft", findings)
    if fenced is None:
        return None
    fields, lines = fenced
    fields.refuse_others(KEYS)
    name = fields.text("id")
    check_form(name, WORD, "`id` is lower-case words joined by hyphens, as in `cnil-initial`", findings)
    language = read_language(fields.text("language"), findings)
    called = read_called(fields.optional("called"), language, findings)
    title, to, basis = (fields.text(key).text for key in ("title", "to", "basis"))
    source, read_on = fields.text("source"), _read_date(fields.text("read"), findings)
    if source.text and not source.text.startswith("https://"):
        findings.add(source.line, f"`source` is an https address where the law can be read; not `{source.text}`")
    tlp = _read_tlp(fields.text("tlp"), findings)
    clock, body = fields.optional("clock"), read_body(lines, findings)
    if language is None:
        return None
    template = DraftTemplate(
        id=DraftId(name.text),
        called=called,
        language=language,
        title=title,
        to=to,
        basis=basis,
        source_url=source.text,
        read_on=read_on,
        tlp=tlp,
        rank=read_rank(fields.optional("rank"), findings),
        blocks=body.blocks,
        clock=None if clock is None else read_rule_id(clock, findings),
        printed=_read_printed(fields.optional("printed"), findings),
    )
    return ReadTemplate(template=template, holes=body.holes, conditions=body.conditions)


def _read_printed(written: Marked | None, findings: Findings) -> frozenset[Printed]:
    words = [word.strip() for word in written.text.split(",")] if written else []
    known = {printed.value: printed for printed in Printed}
    if written and not all(word in known for word in words):
        findings.add(written.line, f"`printed` takes {', '.join(known)}, with commas; not `{written.text}`")
    return frozenset(known[word] for word in words if word in known)


def _read_date(written: Marked, findings: Findings) -> date:
    try:
        return date.fromisoformat(written.text)
    except ValueError:
        if written.text:
            findings.add(
                written.line, f"`read` is the day its source was read, as in `2026-11-24`; not `{written.text}`"
            )
        return date.min


def _read_tlp(written: Marked, findings: Findings) -> Tlp:
    try:
        return Tlp(f"TLP:{written.text}")
    except ValueError:
        known = ", ".join(label.removeprefix("TLP:") for label in Tlp)
        findings.add(written.line, f"`tlp` is one of {known}; not `{written.text}`")
        return Tlp.RED
