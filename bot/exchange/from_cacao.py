"""A playbook of CACAO v2.0, untrusted, as texts of ours. What has no place of ours is kept as text, and named."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.core.people.roster import Role
from bot.exchange import assemble, untrusted
from bot.exchange.assemble import Gathered, Report, Target
from bot.exchange.markdown import fenced
from bot.exchange.sheet import Card
from bot.exchange.to_cacao import EXTENSION
from bot.exchange.untrusted import ExchangeError, JsonObject, block, line, mapping, objects, plain, short
from bot.exchange.workflow import Branch, Under, Way, named, unroll
from bot.library.body import Label
from bot.sentences.told import Told

_STRUCTURE = {"start", "end", "if-condition", "while-condition", "parallel", "switch-condition"}
_WAYS_OUT = {"on_completion", "on_success", "on_failure", "on_true", "on_false", "next_steps", "cases"}
_READ = _WAYS_OUT | {"type", "name", "description", "condition", "switch", "commands", "agent", "external_references"}
_READ_OF_PLAYBOOK = {
    *("type", "spec_version", "id", "name", "description", "created_by", "created", "modified", "workflow_start"),
    *("workflow_exception", "workflow", "playbook_processing_summary", "signatures", "authentication_info_definitions"),
}
_PEOPLE = {"group", "individual", "location", "organization", "sector"}
"""Kinds of agents that are people; whoever minds the others is IT."""
_LONGEST_CONDITION, _MOST_CONDITIONS = 20_000, 10
"""In letters; and how many a step stands under, the outermost first. All others are words."""
_TERM = re.compile(r"__(?P<question>[a-z][a-z0-9-]*)__:value = '(?P<value>[a-z0-9-]+)'")


def gather(found: JsonObject, target: Target, report: Report) -> Gathered:
    """Return what the playbook *found* holds.

    Raises:
        ExchangeError: it is no playbook of CACAO v2.0, or its workflow leads in a circle or nowhere.
    """
    _check(found)
    ours = _own(found)
    order = tuple(unroll(found["workflow"], line(found["workflow_start"]), _exception(found, report)))
    reader = _Reader(found=found, ours=ours, order=order, target=target, report=report)
    cards = list(reader.cards())
    return Gathered(
        title=found.get("name"),
        summary=found.get("description"),
        ours=ours,
        preface="\n\n".join(part for part in reader.preface() if part),
        source=f"{short(found.get('name'))} (CACAO, {short(found.get('id'))})",
        chapters=assemble.chapters_by_letters(cards, ours),
    )


def read_condition(text: str, questions: Mapping[str, set[str]]) -> str | None:
    """Return *text*, a comparison of CACAO, as a condition on *questions*; None if it is not one of those we write."""
    clauses: list[str] = []
    parts = [part.strip() for part in text.split(" AND ")]
    for part in parts:
        inside = part[1:-1] if part.startswith("(") and part.endswith(")") else part
        terms = [_TERM.fullmatch(term) for term in inside.split(" OR ")]
        if len(terms) > 1 and len(parts) > 1 and inside == part:
            return None  # AND binds more tightly, and no condition of ours says that
        names = {"" if term is None else term["question"] for term in terms}
        values = ["" if term is None else term["value"] for term in terms]
        name = names.pop()
        if names or not set(values) <= questions.get(name, set()):
            return None
        clauses.append(f"{name} = {' or '.join(values)}")
    return " and ".join(clauses)


def _check(found: JsonObject) -> None:
    version, start = line(found.get("spec_version")), line(found.get("workflow_start"))
    workflow = found.get("workflow")
    if found.get("type") != "playbook" or not isinstance(workflow, dict):
        raise ExchangeError("exchange.no_cacao")
    if version.casefold() != "cacao-2.0":
        raise ExchangeError("exchange.other_cacao", version=version)
    if not all(isinstance(step, dict) for step in workflow.values()):
        raise ExchangeError("exchange.no_cacao")
    count = sum(not _is_structure(step) for step in workflow.values())
    untrusted.check_steps(count if len(workflow) <= 4 * untrusted.MOST_STEPS else len(workflow))
    if start not in workflow:
        raise ExchangeError("exchange.no_start", start=start)


def _exception(found: JsonObject, report: Report) -> str:
    exception = line(found.get("workflow_exception"))
    if not exception or exception in found["workflow"]:
        return exception
    report.add("exchange.lost.nowhere", to=exception)
    return ""


def _own(found: JsonObject) -> JsonObject:
    """Return our fields of the whole playbook, the words of its questions put back."""
    ours = dict(mapping(mapping(found.get("playbook_extensions")).get(EXTENSION)))
    variables = mapping(found.get("playbook_variables"))
    if isinstance(ours.get("questions"), list):
        ours["questions"] = [
            {"name": row.get("name"), "text": untrusted.whole(asked.get("description")), **row}
            for row in objects(ours["questions"])
            for asked in [mapping(variables.get(_variable(row)))]
        ]
    return ours


def _variable(row: JsonObject) -> str:
    return f"__{row.get('name')}__"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reader:
    found: JsonObject
    ours: JsonObject
    order: Sequence[tuple[str, Under]]
    target: Target
    report: Report

    def cards(self) -> Iterator[Card]:
        """Yield the steps that people do."""
        for id, under in self.order:
            step = self.found["workflow"][id]
            if not _is_structure(step):
                yield self._card(step, id, under)

    def preface(self) -> Iterator[str]:
        """Yield what stands above the first phase: ours, then all of the file that has no place, as it was."""
        yield block(self.ours.get("preface"))
        rest = self._rest_of_playbook()
        for key in rest:
            self.report.add("exchange.lost.part", part=short(key))
        if self.found.get("authentication_info_definitions"):
            self.report.add("exchange.lost.credentials")
        structure = self._rest_of_structure()
        if rest or structure:
            rest = {**rest, "workflow": structure} if structure else rest
            yield f"{self._say('exchange.kept.rest')}\n\n{assemble.rest_text(rest)}"

    def _rest_of_playbook(self) -> JsonObject:
        asked = {_variable(row) for row in objects(self.ours.get("questions"))}
        rest = {key: value for key, value in self.found.items() if key not in _READ_OF_PLAYBOOK and value}
        roles = {id for id, agent in mapping(self.found.get("agent_definitions")).items() if _role(agent)}
        known = {
            "playbook_variables": asked,
            "playbook_extensions": {EXTENSION},
            "extension_definitions": {EXTENSION},
            "agent_definitions": roles,
        }
        for key, names in known.items():
            rest[key] = {name: value for name, value in mapping(rest.get(key)).items() if name not in names}
        return {key: value for key, value in rest.items() if value}

    def _rest_of_structure(self) -> JsonObject:
        """Return what start, end and the branching steps say that no step of ours says, and foreign extensions."""
        told = {branch.step for id, under in self.order if not _is_structure(self._step(id)) for branch in under}
        kept: JsonObject = {}
        for id, _ in self.order:
            rest = self._unsaid(id, is_told=id in told)
            for key in rest:
                if key == "step_extensions":
                    self.report.add("exchange.lost.extensions")
                else:
                    self.report.add("exchange.lost.step", step=named(self._step(id), id), what=short(key))
            if rest:
                kept[id] = rest
        return kept

    def _unsaid(self, id: str, *, is_told: bool) -> JsonObject:
        step = self._step(id)
        keys = {"description", *step.keys() - _READ} if _is_structure(step) else set[str]()
        if not is_told:  # else it stands in the steps of the branches
            keys |= {"condition", "switch"}
        extensions = {key: part for key, part in mapping(step.get("step_extensions")).items() if key != EXTENSION}
        rest = {key: value for key, value in step.items() if key in keys - {"step_extensions"} and value}
        return {**rest, "step_extensions": extensions} if extensions else rest

    def _step(self, id: str) -> JsonObject:
        return mapping(self.found["workflow"].get(id))

    def _say(self, key: str, /, **holes: object) -> str:
        return Told(key, **holes).to(self.target.language)

    def _card(self, step: JsonObject, id: str, under: Under) -> Card:
        own = mapping(mapping(step.get("step_extensions")).get(EXTENSION))
        title = self.report.title(step.get("name")) or short(id)
        lost: list[str] = []
        fields = assemble.read_fields(own)
        whens, heads = self._conditions(under)
        if whens:
            fields[Label.WHEN] = " and ".join(whens)
        sources = [_reference(part) for part in objects(step.get("external_references"))]
        if any(sources):
            fields[Label.SOURCE] = "; ".join(filter(None, sources))
        parts = [*heads, block(step.get("description")), *self._commands(step, lost)]
        if any(command.get("type") != "manual" for command in objects(step.get("commands"))):
            fields.setdefault(Label.WHO, Role.IT.value)
        parts += [*self._agent(step, fields, lost), *self._others(step, lost)]
        if step.get("type") not in ("action", "playbook-action"):
            self.report.add("exchange.lost.type", step=named(step, id), type=line(step.get("type")))
        if lost:
            self.report.add("exchange.lost.step", step=named(step, id), what=untrusted.some(map(short, lost)))
        return Card(id=line(own.get("id")), title=title, action=self.report.action(parts, title), fields=fields)

    def _conditions(self, under: Under) -> tuple[list[str], list[str]]:
        """Return the branches above a step: those that are conditions of ours, and the others as text."""
        rows = objects(self.ours.get("questions"))
        questions = {line(row.get("name")): set(untrusted.texts(row.get("values"))) for row in rows}
        whens: list[str] = []
        heads: list[str] = []
        for branch in under:
            step = mapping(self.found["workflow"].get(branch.step))
            condition = untrusted.whole(step.get("condition"))
            is_one = branch.way is Way.IF and len(condition) <= _LONGEST_CONDITION and len(whens) < _MOST_CONDITIONS
            when = read_condition(condition, questions) if is_one else None
            if when is None:
                heads.append(self._head(branch, step, condition))
            else:
                whens.append(when)
        return whens, heads

    def _head(self, branch: Branch, step: JsonObject, condition: str) -> str:
        name = named(step, branch.step)
        key = f"exchange.lost.{branch.way}" if branch.way in (Way.EXCEPTION, Way.APART) else "exchange.lost.branch"
        self.report.add(key, **({"step": name, "type": line(step.get("type"))} if branch.step else {}))
        told = condition if branch.way is not Way.CASE else untrusted.whole(step.get("switch"))
        told = self.report.cut(told, untrusted.MOST_LINE, step=name)
        what = f"{name} (`{told.replace('`', chr(39))}`)" if told else name
        if branch.way is Way.PARALLEL:
            ids = dict.fromkeys(untrusted.texts(step.get("next_steps")))
            what = untrusted.some(named(self._step(id), id) for id in ids)
        return self._say(f"exchange.kept.{branch.way}", what=what, case=branch.case)

    def _commands(self, step: JsonObject, lost: list[str]) -> Iterator[str]:
        for command in objects(step.get("commands")):
            kind = line(command.get("type"))
            text = block(command.get("command")) or untrusted.decoded(command.get("command_b64"))
            rest = {key: value for key, value in command.items() if key not in _COMMAND and value}
            yield block(command.get("description"))
            if kind == "manual":
                yield text
            else:
                lost.append(f"commands ({short(kind)})")
                yield f"{self._say('exchange.kept.command', kind=short(kind))}\n\n{fenced(text)}" if text else ""
            if rest:
                lost.extend(rest)
                yield assemble.rest_text({"type": kind, **rest})

    def _agent(self, step: JsonObject, fields: dict[Label, str], lost: list[str]) -> Iterator[str]:
        agent = line(step.get("agent"))
        definition = mapping(mapping(self.found.get("agent_definitions")).get(agent))
        role = _role(definition)
        if role:
            fields[Label.WHO] = role
        elif agent:
            lost.append("agent")
            if line(definition.get("type")) not in _PEOPLE:
                fields[Label.WHO] = Role.IT.value
            yield self._say("exchange.kept.agent", agent=named(definition, agent))

    def _others(self, step: JsonObject, lost: list[str]) -> Iterator[str]:
        """Yield the rest of the step as it was, with the names of agents and targets for their ids."""
        rest = _rest(step)
        rest.pop("step_extensions", None)
        if rest:
            lost.extend(rest)
            kinds = ("target_definitions", "agent_definitions")
            known = {id: definition for kind in kinds for id, definition in mapping(self.found.get(kind)).items()}
            shown = assemble.rest_text({key: _by_name(value, known) for key, value in rest.items()})
            yield f"{self._say('exchange.kept.others')}\n\n{shown}"


_COMMAND = {"type", "command", "command_b64", "description"}


def _by_name(value: object, known: JsonObject) -> object:
    if isinstance(value, list):
        return [_by_name(part, known) for part in value]
    return named(mapping(known.get(value)), value) if isinstance(value, str) else value


def _is_structure(step: JsonObject) -> bool:
    return line(step.get("type")) in _STRUCTURE


def _rest(step: JsonObject) -> JsonObject:
    return {key: value for key, value in step.items() if key not in _READ and value not in (None, "", [], {})}


def _role(agent: object) -> str:
    """Return the role of ours that *agent* is, as we write it; empty for any other."""
    name = line(mapping(agent).get("name"))
    return name if mapping(agent).get("type") == "group" and name in set(Role) else ""


def _reference(part: JsonObject) -> str:
    told = [plain(part.get(key)) for key in ("name", "source", "external_id", "url", "description")]
    first, *others = [text for text in told if text] or [""]
    return f"{first} ({', '.join(others)})" if others else first
