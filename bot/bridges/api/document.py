"""The OpenAPI document: what may be asked, and what is answered. `docs/reference/openapi.json` is made of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot import __version__
from bot.config.api import Scope
from bot.core.facts import Severity
from bot.core.incident import Status, StepStatus

Schema = Mapping[str, Any]

DOCUMENT = "/openapi.json"
LARGEST_PAGE, PAGE = 100, 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One thing that may be asked."""

    path: str
    scope: Scope
    item: str
    """What its answers hold, as the document calls it."""
    about: str
    counted: str = "incidents"
    """What `limit` and `after` count."""
    needs_codename: bool = False


QUESTIONS = (
    Question(path="/v1/incidents", scope=Scope.INCIDENTS, item="Incident", about="Incidents, the oldest first."),
    Question(
        path="/v1/clocks",
        scope=Scope.CLOCKS,
        item="Clock",
        about="Clocks, incident by incident, of each the earliest end first.",
    ),
    Question(
        path="/v1/steps",
        scope=Scope.CONTENT,
        item="Step",
        about="The steps of one incident, in the order of its playbook.",
        counted="steps",
        needs_codename=True,
    ),
)

_TEXT: Schema = {"type": "string"}
_FLAG: Schema = {"type": "boolean"}
_COUNT: Schema = {"type": "integer", "minimum": 0}
_TIME: Schema = {"type": "string", "format": "date-time", "pattern": "Z$", "description": "In UTC."}
_CODENAME: Schema = {"type": "string", "description": "Neutral words, never used twice: the room's name."}


def _or_null(schema: Schema, description: str) -> Schema:
    return {**schema, "type": [schema["type"], "null"], "description": description}


def _words(values: type[Status | Severity | StepStatus]) -> Schema:
    return {"type": "string", "enum": [value.value for value in values]}


def _object(properties: Mapping[str, Schema], optional: frozenset[str] = frozenset()) -> Schema:
    required = [name for name in properties if name not in optional]
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


_CONTENT = {
    "title": _TEXT,
    "playbook": _TEXT,
    "organisation": {**_TEXT, "description": "Whose incident it is, of those of a cascade; empty for others."},
    "summary": {**_TEXT, "description": "What was said at its closing."},
}
_INCIDENT = {
    "codename": _CODENAME,
    "state": _words(Status),
    "severity": _words(Severity),
    "drill": {**_FLAG, "description": "An exercise: nothing of it happened."},
    "opened": _TIME,
    "closed": _or_null(_TIME, "In UTC; null while it is open."),
    "steps": _object(dict.fromkeys((status.value for status in StepStatus), _COUNT)),
}
_CLOCK = {
    "codename": _CODENAME,
    "drill": _FLAG,
    "rule": _or_null(_TEXT, "The id of its rule; null for a due time or a contract of the firm without `content`."),
    "name": _or_null(_TEXT, "What the rule asks for, in the language of the configuration; null as `rule` is."),
    "legal": {**_FLAG, "description": "False for due times and contracts of the firm."},
    "state": {
        "type": "string",
        "enum": ["suspected", "running", "filed", "set-aside"],
        "description": "suspected: nobody has confirmed from when it counts. running: somebody has. filed: stopped with"
        " proof. set-aside: a person decided that it does not apply.",
    },
    "due": _or_null(
        _TIME,
        "In UTC; of a suspected clock, counted from the first information; null where the text gives no figure, or"
        " before anything counts.",
    ),
    "overdue": {**_FLAG, "description": "It is past due, and neither filed nor set aside."},
}
_STEP = {
    "step": _TEXT,
    "title": _TEXT,
    "text": {**_TEXT, "description": "Markdown."},
    "state": _words(StepStatus),
    "mandatory": _FLAG,
    "assigned": {**_TEXT, "description": "A Matrix id, or a role."},
    "result": {**_TEXT, "description": "The result of a finished step, the reason of a skipped one; else empty."},
    "by": _or_null(_TEXT, "The Matrix id of who finished or skipped it."),
    "at": _or_null(_TIME, "When that was, in UTC."),
}
_ITEMS = {
    "Incident": _object({**_INCIDENT, **_CONTENT}, frozenset(_CONTENT)),
    "Clock": _object(_CLOCK),
    "Step": _object(_STEP),
}
_REFUSALS = {
    "400": "A parameter that is none, or a body.",
    "401": "No token, or none that is known.",
    "403": "The token lacks the scope.",
    "404": "There is no such path, or no such incident.",
    "405": "Only GET and HEAD are answered.",
    "429": "Too many questions; `Retry-After` says when to ask again, in seconds.",
    "503": "Cellule starts, and has not read its state yet.",
}


def _page_of(item: str) -> Schema:
    more = _or_null({"type": "integer"}, "Ask again with this as `after`; null on the last page.")
    return _object({"items": {"type": "array", "items": {"$ref": f"#/components/schemas/{item}"}}, "next": more})


def _parameters(question: Question) -> list[Schema]:
    what = question.counted
    limit = {"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE, "default": PAGE}
    named = _parameter("codename", _TEXT, "Only the incident of this codename.", required=question.needs_codename)
    state = _parameter("state", _words(Status), "Only incidents in this state.")
    return [
        named,
        *(() if question.needs_codename else (state,)),
        _parameter("limit", limit, f"How many {what} at the most."),
        _parameter("after", {**_COUNT, "default": 0}, "Where to go on: `next` of the answer before."),
    ]


def _parameter(name: str, schema: Schema, description: str, *, required: bool = False) -> Schema:
    return {"name": name, "in": "query", "required": required, "schema": schema, "description": description}


def _operation(question: Question) -> Schema:
    answer = {
        "description": "A page of them. A HEAD has the same head.",
        "content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{question.item}Page"}}},
    }
    refusals = {status: {"$ref": f"#/components/responses/{status}"} for status in _REFUSALS}
    return {
        "operationId": f"list{question.item}s",
        "summary": question.about,
        "description": f"Needs the scope `{question.scope}`.",
        "security": [{"token": [question.scope.value]}],
        "parameters": _parameters(question),
        "responses": {"200": answer, **refusals},
    }


def _itself() -> Schema:
    answer = {"description": "This document.", "content": {"application/json": {"schema": {"type": "object"}}}}
    refusals = {status: {"$ref": f"#/components/responses/{status}"} for status in ("400", "405", "429")}
    return {
        "operationId": "document",
        "summary": "This document. It needs no token.",
        "security": [],
        "responses": {"200": answer, **refusals},
    }


def _refusal(description: str) -> Schema:
    return {
        "description": description,
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Refusal"}}},
    }


def openapi() -> dict[str, Any]:
    """Return the document."""
    pages = {f"{item}Page": _page_of(item) for item in _ITEMS}
    refusal = _object({"error": {"type": "string", "description": "One sentence."}})
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Cellule",
            "version": __version__,
            "description": "Where incidents and legal clocks stand. Nothing here opens, closes or files.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "paths": {
            DOCUMENT: {"get": _itself()},
            **{question.path: {"get": _operation(question)} for question in QUESTIONS},
        },
        "components": {
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "description": "A token of the group `api`."}
            },
            "responses": {status: _refusal(about) for status, about in _REFUSALS.items()},
            "schemas": {**_ITEMS, **pages, "Refusal": refusal},
        },
    }


def text() -> str:
    """Return the document as the text of a file."""
    return json.dumps(openapi(), ensure_ascii=False, indent=1) + "\n"
