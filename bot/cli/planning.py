"""`cellule playbook draft`: a firm's own plan becomes the draft of a playbook, and what it lacks is said."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from bot.cli.tongue import count, say, tongue
from bot.core.language import Language
from bot.library import playbooks, rules
from bot.library.front import WORD
from bot.library.plans.gaps import look
from bot.library.plans.understood import understand
from bot.library.plans.writing import Writer, gap_words, place_words
from bot.papers.plans import LARGEST, PlanError, Why, read_plan
from bot.sentences import languages
from bot.sentences.po import sentences
from bot.sentences.told import Told, ToldError


class PlanRefusedError(ToldError):
    """Nothing was written; the message says why."""


class PlanUnwrittenError(ToldError):
    """The playbook could not be written."""


def draft(plan: Path, to: Path, language: str | None, shipped: Path, today: date) -> Iterator[str]:
    """Write the playbook *to* from the firm's *plan*, and yield what is to be said of it.

    Raises:
        PlanRefusedError: the plan cannot be read, or *to* is no new file of a folder of playbooks.
        PlanUnwrittenError: *to* cannot be written.
    """
    id, written_in = _target(to, language)
    try:
        understood = understand(read_plan(_read(plan), plan.name))
    except PlanError as wrong:
        raise PlanRefusedError("mistake.at", where=plan, text=Told(f"plan.wrong.{wrong.why}")) from None
    watched = (playbook for (_, written), playbook in playbooks.load(shipped).items() if written == written_in)
    found = look(understood.steps(), rules.load(to.parent), watched, today)
    writer = Writer(plan=understood, found=found, id=id, language=written_in)
    text = writer.text()
    try:
        with to.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise PlanRefusedError("plan.target.there", path=to) from None
    except OSError as problem:
        raise PlanUnwrittenError("mistake.at", where=to, text=problem.strerror) from None
    return _told(writer, text, to)


def _target(to: Path, language: str | None) -> tuple[str, Language]:
    id, _, written_in = to.name.removesuffix(".md").partition(".")
    if to.suffix != ".md" or WORD.fullmatch(id) is None or written_in not in languages():
        raise PlanRefusedError("plan.target.name", name=to.name, languages=", ".join(languages()))
    if language is not None and language != written_in:
        raise PlanRefusedError("plan.target.language", name=to.name, language=language)
    if not (to.parent / rules.FILE_NAME).is_file():
        raise PlanRefusedError("plan.target.folder", folder=to.parent, file=rules.FILE_NAME)
    return id, Language(written_in)


def _read(plan: Path) -> bytes:
    try:
        with plan.open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as problem:
        raise PlanRefusedError("mistake.at", where=plan, text=problem.strerror) from None
    if len(data) > LARGEST:
        raise PlanError(Why.LARGE)
    return data


def _told(writer: Writer, text: str, to: Path) -> Iterator[str]:
    plan = writer.plan
    steps = sum(len(phase.steps) for phase in plan.phases)
    marks = text.count(f"[{sentences(writer.language)['plan.mark']}")
    yield say("plan.wrote", path=to)
    yield say(
        "plan.understood",
        phases=count("plan.phases", len(plan.phases)),
        steps=count("plan.steps", steps),
        roles=", ".join(writer.roles()),
    )
    yield say("plan.marks", marks=count("plan.places", marks))
    yield from _not_understood(writer)
    yield from _clocks(writer)
    yield ""
    yield say("plan.then", path=to)


def _not_understood(writer: Writer) -> Iterator[str]:
    plan = writer.plan
    roleless = [writer.ids[step.place] for step in plan.steps() if not step.roles]
    if plan.left or roleless:
        yield f"\n{say('plan.left')}"
    for phase in plan.left:
        place = place_words(phase.lines[0][0])
        yield f"  - {say('plan.left.row', place=place, lines=count('plan.lines', len(phase.lines)), name=phase.name)}"
    if roleless:
        yield f"  - {say('plan.left.roles', steps=', '.join(roleless))}"
    taken = [count(f"plan.taken.{kind}", len(texts)) for kind, texts in plan.redactor.taken.items() if texts]
    if taken or plan.contacts:
        lists = [say("plan.taken.list", place=place_words(place)) for place in plan.contacts]
        yield f"\n{say('plan.taken', what=', '.join((*taken, *lists)))}"


def _clocks(writer: Writer) -> Iterator[str]:
    found = writer.found
    if found.served:
        yield f"\n{say('plan.served')}"
    for served in found.served:
        late = f" {say('plan.late', by=served.step.by)}" if served.is_late else ""
        yield f"  - {say('plan.served.row', rule=served.rule.id, step=writer.ids[served.step.place])}{late}"
    yield f"\n{say('plan.missing' if found.missing or found.shared else 'plan.none_missing')}"
    yield from (f"  - {gap_words(rule).to(tongue())}" for rule in found.missing)
    for shared in found.shared:
        step = writer.ids[shared.step.place]
        yield f"  - {gap_words(shared.rule).to(tongue())} {say('plan.shared', step=step)}"
    if found.off:
        yield say("plan.off", rules=", ".join(rule.name for rule in found.off))
    if found.lacking:
        yield say("plan.lacking", rules=", ".join(found.lacking))
