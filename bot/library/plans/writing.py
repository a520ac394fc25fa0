"""A plan that was understood, as the text of a playbook in which every place that a person must fill is marked."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain, product
from string import ascii_uppercase

from bot.core.clocks.rules import Rule
from bot.core.language import Language, fold
from bot.core.people.roster import Role
from bot.library.body import LABELS, Label
from bot.library.plans.gaps import Found, Served
from bot.library.plans.redact import CLOSE, OPEN
from bot.library.plans.understood import Plan, PlanPhase, PlanStep
from bot.library.plans.words import target_of
from bot.papers.plans import Place
from bot.sentences.po import sentences
from bot.sentences.told import Told, spoken
from bot.voice.catalogue import own
from bot.voice.lengths import length_words

_VERSION = "0.1"
_LONGEST_TITLE = 80
_PRIVATE = re.compile(f"{OPEN}([a-z]+){CLOSE}")
_CUT_MARK = re.compile(f"{OPEN}[a-z]*$")
_SPECIAL = re.compile(r"[\\*_\[\]]")
_AT_BEGINNING = re.compile(r"^(?:(?P<sign>[#>+-])|(?P<number>\d+)(?P<after>[.)]))", re.MULTILINE)
_TAG = re.compile(r"<|&(?=#?\w+;)")
_SENTENCE_END = re.compile(r"[.;:!?](?=\s)")


def place_words(place: Place) -> Told:
    """Say where in the plan something stands."""
    return Told(f"plan.place.{place.where}", number=place.number, row=place.row)


@dataclass(frozen=True, slots=True, kw_only=True)
class Writer:
    """Writes one plan down in one language."""

    plan: Plan
    found: Found
    id: str
    language: Language
    ids: dict[Place, str] = field(default_factory=dict)
    """The ids that the steps got, once the text was written, by where they stand in the plan."""

    def text(self) -> str:
        """Return the playbook."""
        body = "\n".join(line for part in self._phases() for line in (*part, ""))
        head = "\n".join((*self._front(), "", *self._preamble(), ""))
        return f"{head}\n{body}"

    def roles(self) -> tuple[Role, ...]:
        """Return every role that the plan names, the coordinator first."""
        named = (role for step in self.plan.steps() for role in step.roles)
        return tuple(dict.fromkeys((Role.COORDINATOR, *named)))

    def _front(self) -> Iterator[str]:
        title = self._plain(self.plan.title) or self._mark("plan.fill.title")
        yield "---"
        yield f"id: {self.id}"
        yield f"language: {self.language}"
        yield f"languages: [{self.language}]"
        yield f"title: {json.dumps(title, ensure_ascii=False)}"
        yield f"summary: {json.dumps(self._mark('plan.fill.summary'), ensure_ascii=False)}"
        yield f'version: "{_VERSION}"'
        if not all(step.roles for step in self.plan.steps()):
            yield f"# {self._mark('plan.fill.roles')}"
        yield f"roles: [{', '.join(self.roles())}]"
        if self.found.served:
            yield "clocks:"
            yield from (f"  - rule: {served.rule.id}" for served in self.found.served)
        yield "---"

    def _preamble(self) -> Iterator[str]:
        yield f"# {self._plain(self.plan.title) or self.id}"
        yield f"\n{self._say(Told('plan.draft.from'))}"
        if self.plan.left:
            yield f"\n# {self._say(Told('plan.draft.left'))}"
        for phase in self.plan.left:
            named = self._plain(phase.name) or place_words(phase.lines[0][0])
            yield f"\n{self._mark('plan.fill.left', where=named)}\n"
            yield from (f"- {self._markdown(' '.join(line.split()))}" for _, line in phase.lines)
        if self.found.missing or self.found.shared:
            yield f"\n# {self._say(Told('plan.draft.gaps'))}\n"
            rules = (*self.found.missing, *(shared.rule for shared in self.found.shared))
            yield from (f"- {gap_words(rule).to(self.language)}" for rule in rules)

    def _phases(self) -> Iterator[list[str]]:
        taken: set[str] = set()
        for phase in self.plan.phases:
            letters = _letters(phase.name, taken)
            taken.add(letters)
            yield [
                f"## {letters} · {self._plain(phase.name) or self._mark('plan.fill.phase')}",
                "",
                *self._intro(phase),
            ]
            for number, step in enumerate(phase.steps, start=1):
                self.ids[step.place] = f"{letters}{number}"
                yield [f"### {letters}{number} · {self._title(step)}", "", *self._list(step), "", self._action(step)]

    def _intro(self, phase: PlanPhase) -> Iterator[str]:
        said = "\n\n".join(self._markdown(line) for _, text in phase.lines for line in text.split("\n"))
        yield said or self._mark("plan.fill.intro")

    def _list(self, step: PlanStep) -> Iterator[str]:
        place, served = place_words(step.place), self.found.by_step(step)
        who = step.roles[0].value if step.roles else self._mark("plan.fill.who", where=place)
        yield self._labelled(Label.WHO, who)
        if step.by:
            yield self._labelled(Label.BY, self._plain(self._by(step, served)))
        if step.keep:
            yield self._labelled(Label.KEEP, self._plain(step.keep))
        if served is not None:
            yield self._labelled(Label.CLOCK, served.rule.id)
            yield f"- **{self._label(Label.MANDATORY)}**"
        yield self._labelled(Label.SOURCE, self._say(Told("plan.draft.source", where=place)))

    def _by(self, step: PlanStep, served: Served | None) -> str:
        if served is not None and served.is_late:
            length = length_words(served.rule.length, self.language)
            return self._mark("plan.fill.late", said=step.by, rule=served.rule.id, length=length)
        return target_of(step.by, self.language) or self._mark("plan.fill.by", said=step.by)

    def _action(self, step: PlanStep) -> str:
        lines = step.lines if self._is_whole(step) and step.lines else [step.title, *step.lines]
        if others := step.roles[1:]:
            lines = [*lines, self._say(Told("plan.draft.with", roles=", ".join(others)))]
        written = ""
        for line in lines:
            item = line.startswith("- ")
            text = f"- {self._markdown(line[2:])}" if item else self._markdown(line)
            tight = item and written.rpartition("\n")[2].startswith("- ")
            written += f"{chr(10) if tight else chr(10) * 2}{text}" if written else text
        return written

    def _title(self, step: PlanStep) -> str:
        title = self._one_line(step.title)
        if not self._is_whole(step):
            end = _SENTENCE_END.search(title, 10, _LONGEST_TITLE)
            cut = title[: end.start()] if end else title[:_LONGEST_TITLE].rpartition(" ")[0] or title[:_LONGEST_TITLE]
            title = _CUT_MARK.sub("", cut).rstrip() + ("" if end else "…")
        return self._marked(title)

    def _is_whole(self, step: PlanStep) -> bool:
        return len(self._one_line(step.title)) <= _LONGEST_TITLE

    def _label(self, wanted: Label) -> str:
        return next(word for word, label in LABELS[self.language].items() if label is wanted)

    def _labelled(self, label: Label, value: str) -> str:
        return f"- {self._say(Told('plan.draft.label', label=self._label(label)))} {value}"

    def _say(self, told: Told) -> str:
        return spoken(told, self.language)

    def _mark(self, key: str, **holes: object) -> str:
        """Return a place to fill, which the check refuses as long as it stands."""
        return self._say(Told("plan.draft.mark", mark=sentences(self.language)["plan.mark"], what=Told(key, **holes)))

    def _plain(self, text: str) -> str:
        """Return *text* for where Markdown is not read: on one line, without its signs, without what is private."""
        return self._marked(self._one_line(text))

    def _one_line(self, text: str) -> str:
        return " ".join(self._clean(text).replace("`", "'").replace("*", "·").split())

    def _markdown(self, text: str) -> str:
        """Return *text* for where Markdown is read, so that it stays the text it is."""
        text = _SPECIAL.sub(r"\\\g<0>", self._clean(text).replace("`", "'"))
        text = _TAG.sub(lambda found: {"<": "&lt;"}.get(found[0], "&amp;"), text)
        return self._marked(_AT_BEGINNING.sub(_escaped, text))

    def _clean(self, text: str) -> str:
        return self.plan.redactor.clean(text)

    def _marked(self, text: str) -> str:
        return _PRIVATE.sub(lambda found: self._mark(f"plan.fill.{found[1]}"), text)


def gap_words(rule: Rule) -> Told:
    """Say which act a row asks for, by when, and where that stands."""
    aim = "plan.gap.aim" if rule.soft else "plan.gap.length"
    return Told(
        "plan.gap.row",
        rule=rule.id,
        act=_InWords(lambda language: own(rule.title, language)),
        length=Told(aim, length=_InWords(lambda language: length_words(rule.length, language))),
        source=rule.source,
        read=rule.read_on.isoformat(),
        address=rule.source_url,
    )


@dataclass(frozen=True, slots=True)
class _InWords:
    """What another part says in each language."""

    to: Callable[[Language], str]


def _escaped(found: re.Match[str]) -> str:
    return f"\\{found['sign']}" if found["sign"] else f"{found['number']}\\{found['after']}"


def _letters(name: str, taken: Iterable[str]) -> str:
    """Return letters for a phase, from its name if they are free."""
    known = set(taken)
    name_letters = re.sub("[^A-Z]", "", fold(name).upper()) or "P"
    tried = (name_letters[:length] for length in range(1, min(len(name_letters), 5) + 1))
    spare = (name_letters[0] + "".join(more) for size in (1, 2) for more in product(ascii_uppercase, repeat=size))
    return next(letters for letters in chain(tried, spare) if letters not in known)
