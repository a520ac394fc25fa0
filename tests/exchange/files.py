"""Playbooks as others write them, made up for these tests, and the schemas that CACAO's have to meet."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft7Validator
from referencing import Registry, Resource

from bot.core.language import Language
from bot.core.playbook import Playbook, Step
from bot.exchange.assemble import Target
from bot.exchange.formats import Imported, take
from bot.library.playbooks import parse

Json = dict[str, Any]
SCHEMAS = Path(__file__).parent / "cacao/schemas"
ENGLISH = Target(id="foreign", language=Language("en"))
FRENCH = Target(id="foreign", language=Language("fr"))
WHEN = "2026-11-24T10:00:00.000Z"


@cache
def schema() -> Draft7Validator:
    """Return the schema of a playbook of CACAO v2.0; the files name each other by their addresses."""
    parts = [json.loads(path.read_text("utf-8")) for path in SCHEMAS.rglob("*.json")]
    registry = Registry().with_resources((part["$id"], Resource.from_contents(part)) for part in parts)
    return Draft7Validator(json.loads((SCHEMAS / "playbook.json").read_text("utf-8")), registry=registry)


def id_of(kind: str, number: int) -> str:
    return f"{kind}--00000000-0000-4000-8000-{number:012d}"


def action(name: str, then: str, **more: Any) -> Json:
    command = {"type": "manual", "command": f"{name}, as agreed."}
    told = {"type": "action", "name": name, "on_completion": then, "commands": [command], "agent": id_of("group", 1)}
    return {**told, **more}


def cacao(workflow: Json, *, start: str = "", **more: Any) -> Json:
    """Return a playbook whose first step is the first of *workflow*."""
    first = id_of("start", 1)
    steps = {first: {"type": "start", "on_completion": next(iter(workflow))}, **workflow, END: {"type": "end"}}
    return {
        "type": "playbook",
        "spec_version": "cacao-2.0",
        "id": id_of("playbook", 1),
        "name": "A stolen laptop",
        "description": "What to do when a laptop is gone.",
        "created_by": id_of("identity", 1),
        "created": WHEN,
        "modified": WHEN,
        "workflow_start": start or first,
        "workflow": steps,
        "agent_definitions": {id_of("group", 1): {"type": "group", "name": "Service desk"}},
        **more,
    }


END = id_of("end", 1)
A, B, C, D = (id_of("action", number) for number in (1, 2, 3, 4))


def chain(*names: str) -> Json:
    """Return a workflow of actions, one after the other."""
    ids = [id_of("action", number) for number in range(1, len(names) + 1)]
    return {id: action(name, then) for id, name, then in zip(ids, names, (*ids[1:], END), strict=True)}


def mattermost(*items: Json, **more: Any) -> Json:
    lists = [{"title": "First hour", "items": list(items)}]
    return {"title": "A stolen laptop", "description": "What to do.", "checklists": lists, "version": 1, **more}


def read(found: Json, target: Target = ENGLISH) -> Imported:
    return take(json.dumps(found).encode(), None, target)


def playbook(found: Json, target: Target = ENGLISH) -> Playbook:
    return parse(read(found, target).text)


def steps(found: Json, target: Target = ENGLISH) -> dict[str, Step]:
    """Return the steps that *found* becomes, by their titles."""
    return {step.title: step for step in playbook(found, target).steps()}


def losses(found: Json, target: Target = ENGLISH) -> list[str]:
    return [loss.to(target.language) for loss in read(found, target).losses]
