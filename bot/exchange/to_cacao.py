"""A playbook of ours as one of CACAO v2.0: a chain of manual actions, each behind its condition.

What CACAO has no place for stands in an extension of ours, so that `bot.exchange.from_cacao` loses nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import UUID, uuid5

from bot.core.conditions import parse_condition
from bot.exchange.assemble import front_fields, own_fields
from bot.exchange.sheet import Card, Sheet
from bot.exchange.untrusted import JsonObject
from bot.library.body import Label

_OURS = UUID("6f1d1a5c-3c0e-5d0b-9d53-0c5e0d1a7c11")
"""The space of names in which our ids are made; it never changes."""


def _id(kind: str, *names: str) -> str:
    return f"{kind}--{uuid5(_OURS, '/'.join((kind, *names)))}"


EXTENSION = _id("extension-definition", "playbook fields", "1")
IDENTITY = _id("identity", "cellule")
_DEFINITION = {
    "type": "extension-definition",
    "name": "Cellule playbook fields",
    "description": "What a playbook of Cellule says and CACAO has no place for: phases, questions, clocks, targets.",
    "created_by": IDENTITY,
    "schema": "docs/formats.md of Cellule",
    "version": "1",
}


def to_cacao(sheet: Sheet, digest: str, at: datetime) -> JsonObject:
    """Return *sheet* as a CACAO playbook; *digest* names its text, *at* is when that was last changed."""
    key = f"{sheet.front['id']}.{sheet.front['language']}"
    stamp = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    cards = [card for chapter in sheet.chapters for card in chapter.cards]
    start = _id("start", key)
    found: JsonObject = {
        "type": "playbook",
        "spec_version": "cacao-2.0",
        "id": _id("playbook", key, digest),
        "name": sheet.front["title"],
        "description": sheet.front["summary"],
        "playbook_processing_summary": {
            "manual_playbook": True,
            "if_logic": any(Label.WHEN in card.fields for card in cards),
            "extensions": True,
        },
        "created_by": IDENTITY,
        "created": stamp,
        "modified": stamp,
        "playbook_variables": {_variable(row["name"]): _asked(row) for row in sheet.front.get("questions", ())},
        "workflow_start": start,
        "workflow": {start: {"type": "start", "on_completion": _first(cards, key)}, **dict(_steps(cards, key))},
        "playbook_extensions": {EXTENSION: _own(sheet)},
        "agent_definitions": {_agent(role): {"type": "group", "name": role} for role in _roles(cards)},
        "extension_definitions": {EXTENSION: _DEFINITION},
    }
    return {name: value for name, value in found.items() if value != {}}


def condition_of(when: str) -> str:
    """Return a condition of ours as a comparison of CACAO."""
    clauses = (
        " OR ".join(f"{_variable(clause.question)}:value = '{value}'" for value in clause.values)
        for clause in parse_condition(when).clauses
    )
    return " AND ".join(f"({clause})" for clause in clauses)


def _variable(question: str) -> str:
    return f"__{question}__"


def _asked(row: JsonObject) -> JsonObject:
    return {"type": "string", "description": row["text"], "value": "unknown", "constant": False, "external": True}


def _own(sheet: Sheet) -> JsonObject:
    own = front_fields(sheet)
    if "questions" in own:
        own["questions"] = [{name: row[name] for name in row if name != "text"} for row in own["questions"]]
    phases = [{"letters": part.letters, "name": part.name, "intro": part.intro} for part in sheet.chapters]
    return {"type": "cellule-playbook", **own, "phases": phases, "preface": sheet.preface}


def _roles(cards: list[Card]) -> list[str]:
    return sorted({card.fields[Label.WHO] for card in cards})


def _agent(role: str) -> str:
    return _id("group", role)


def _first(cards: list[Card], key: str) -> str:
    if not cards:
        return _id("end", key)
    kind = "if-condition" if Label.WHEN in cards[0].fields else "action"
    return _id(kind, key, cards[0].id)


def _steps(cards: list[Card], key: str) -> Iterator[tuple[str, JsonObject]]:
    for place, card in enumerate(cards):
        after = _first(cards[place + 1 :], key)
        when = card.fields.get(Label.WHEN)
        if when is None:
            yield _id("action", key, card.id), _action(card, after)
            continue
        end = _id("end", key, card.id)
        yield (
            _id("if-condition", key, card.id),
            {
                "type": "if-condition",
                "name": when,
                "on_completion": after,
                "condition": condition_of(when),
                "on_true": _id("action", key, card.id),
            },
        )
        yield _id("action", key, card.id), _action(card, end)
        yield end, {"type": "end"}
    yield _id("end", key), {"type": "end"}


def _action(card: Card, after: str) -> JsonObject:
    return {
        "type": "action",
        "name": card.title,
        "external_references": [{"name": card.fields[Label.SOURCE]}],
        "on_completion": after,
        "commands": [{"type": "manual", "command": card.action}],
        "agent": _agent(card.fields[Label.WHO]),
        "step_extensions": {
            EXTENSION: {"type": "cellule-step", **own_fields(card, (Label.WHO, Label.SOURCE, Label.WHEN))}
        },
    }
