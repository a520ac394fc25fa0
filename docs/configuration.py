"""What is known of the configuration, put together: the table of its keys, and its JSON Schema.

The keys, their defaults and who reads them are code (`bot.config`); what they mean stands in config.example.yaml, once.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, Field, fields
from datetime import timedelta
from functools import partial
from typing import Any

from bot.config import GROUPS, values
from bot.config.alerts import Source
from bot.config.api import ApiToken, Hook
from bot.config.channels import ContactKeys
from bot.config.contracts import Contract
from bot.config.duty import DAYS, MOST_WEEKS, NOBODY, RotaKeys
from bot.config.organisation import Provider
from bot.config.reading import GroupRows, keys_of
from bot.core.people.quiet import QuietHours
from bot.core.people.roster import Role
from bot.host.shipped import example_configuration

Schema = dict[str, Any]

_LINE = {"type": "string", "pattern": r"\S"}
_PATH = {"title": "path", "type": "string", "pattern": "^[^~]"}
_NOTHING = {"type": "null"}
_HOUR = "(?:[01][0-9]|2[0-3]):[0-5][0-9]"
FEW = 4
"""So many words are told beside the key; of more its meaning speaks."""
NOT_ASKED = {"organisation.region"}
"""Of the organisation, what no incident asks for."""
REQUIRED = ("matrix", "state", "locale", "people")
"""Groups that cannot be left out: a key in each of them has no default."""


def _pattern(title: str, pattern: str) -> Schema:
    return {"title": title, "type": "string", "pattern": f"^(?:{pattern})$"}


READ_AS: Mapping[str, Schema] = {
    "text": {"title": "text", **_LINE},
    "device_id": {"title": "text", **_LINE},
    "region": {"title": "text", "type": ["string", "integer"], "pattern": r"\S"},
    "homeserver": _pattern("address", r"https?://[^@?#\s/]+(?:/[^?#\s]*)?"),
    "page_address": _pattern("address", r"https?://[^@?#\s/]+(?:/[^?#\s]*)?"),
    "socket_path": {"title": "path", **_LINE},
    "proxy": _pattern("address of a proxy", r"(?:http|socks5h?)://[^@?#/\s]+:[0-9]+/*"),
    "user_id": _pattern("Matrix id", r"@[!-9;-~]+:[A-Za-z0-9.\-:\[\]]+") | {"maxLength": 255},
    "zone": _pattern("IANA time zone", r"[A-Za-z0-9_+\-/]+"),
    "flag": {"title": "true or false", "type": "boolean"},
    "pace": {"title": "number from 1 to 1000000", "type": "number", "minimum": 1, "maximum": 1_000_000},
    "listen": _pattern("host:port", r"(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+):[0-9]{1,5}"),
    "quiet_hours": {
        "title": "span of hours, or none",
        "anyOf": [
            {"type": "string", "pattern": rf"^{_HOUR}\s*-\s*{_HOUR}$"},
            {"enum": ["none", False]},
        ],
    },
    "size": _pattern("size", r"[0-9]{1,6} ?(?:kB|MB|GB)"),
    "size_or_none": _pattern("size, or none", r"none|[0-9]{1,6} ?(?:kB|MB|GB)"),
    "cadence": {
        "title": "number of hours, or none",
        "anyOf": [{"type": "string", "pattern": "^[1-9][0-9]{0,2}h$"}, {"enum": ["none", False]}],
    },
    "days": _pattern("number of days", r"(?:[3-9][0-9]|[0-9]{3,5}) days?"),
    "clock_names": {
        "title": "list of clocks",
        "type": "array",
        "items": _pattern("clock", r"[A-Z0-9]+(?:[-/][A-Z0-9]+)*(?:@[a-z0-9-]+)?"),
    },
    "siren": {"title": "nine digits", "type": ["string", "integer"], "pattern": r"^(?:\s*[0-9]){9}\s*$"},
    "headcount": {"title": "number", "type": "integer", "minimum": 0},
    "country": _pattern("two letters", "[A-Za-z]{2}"),
    "insured": {"title": "yes, no or unknown", "enum": ["yes", "no", "unknown", True, False]},
    "delay": {"title": "number from 5 to 365", "type": "integer", "minimum": 5, "maximum": 365},
    "calendar": {"title": "list of names", "type": "array", "minItems": 1, "items": {"type": "string"}},
    "id": _pattern("C- and what people type", r"C-[A-Z0-9]+(?:-[A-Z0-9]+)*"),
    "mail": _pattern("mail address", r"[^@\s]+@[A-Za-z0-9.\-]+"),
    "number": _pattern("number in quotes", r"\+[1-9][0-9]{6,14}"),
    "topic": _pattern("topic or address", r"[A-Za-z0-9_\-]{1,64}|https://\S+"),
    "minutes": _pattern("number of minutes", "[1-9][0-9]{0,2}m"),
    "body": {"title": "text", **_LINE},
    "accepted": {"title": "list of statuses", "type": "array", "minItems": 1, "items": {"type": "integer"}},
    "weeks": {
        "title": f"list of 1 to {MOST_WEEKS} Matrix ids, or {NOBODY}",
        "type": "array",
        "minItems": 1,
        "maxItems": MOST_WEEKS,
        "items": {"type": "string", "pattern": rf"^(?:@[!-9;-~]+:[A-Za-z0-9.\-:\[\]]+|{NOBODY})$", "maxLength": 255},
    },
    "day": _pattern("day", "20[0-9]{2}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"),
    "change": _pattern("day of the week and hour", rf"(?:{'|'.join(DAYS)}) +{_HOUR}"),
    "dotted": _pattern("names with dots between", r"[^.\s]+(?:\.[^.\s]+)*"),
    "hours": {"title": "number from 1 to 8760", "type": "integer", "minimum": 1, "maximum": 8760},
}
"""What each reader takes, by its name; a reader that is not here fails the making of the schema."""
LISTED: Mapping[str, type[GroupRows]] = {"providers": Provider, "read_contracts": Contract}
NAMED: Mapping[str, type[GroupRows]] = {"read_tokens": ApiToken, "sources": Source}
"""Readers of groups by names that are the operator's."""


def schema() -> str:
    """Return the JSON Schema of the configuration, as the text of its file."""
    told = meanings()
    groups = {name: _group(rows, told, name) for name, rows in GROUPS.items()}
    groups["matrix"]["oneOf"] = _logins()
    whole = {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Configuration of Cellule",
        "type": "object",
        "properties": {
            **{name: group if name in REQUIRED else _or_nothing(group) for name, group in groups.items()},
            "people": _people(told["people"]),
            "contacts": _or_nothing(_contacts(told["contacts"])),
            "duty": _or_nothing(_duty(told["duty"])),
            "hooks": _or_nothing({"description": told["hooks"], **_named_groups(Hook)}),
        },
        "required": list(REQUIRED),
        "additionalProperties": False,
    }
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


def _group(rows: type[GroupRows], told: Mapping[str, str], path: str) -> Schema:
    properties = {}
    for row, key in zip(fields(rows), keys_of(rows), strict=True):
        taken = _taken(row.metadata)
        if meaning := told.get(f"{path}.{key}"):
            taken = {"description": meaning, **taken}
        properties[key] = taken if _is_required(row) else _or_nothing(taken)
    required = [key for row, key in zip(fields(rows), keys_of(rows), strict=True) if _is_required(row)]
    about = {"description": told[path]} if path in told else {}
    return {**about, "type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _taken(row: Mapping[str, Any]) -> Schema:
    reader = row["read"]
    if row["is_path"]:
        return dict(_PATH)
    match reader:
        case values.OneOf(choices):
            return {"title": " or ".join(choices), "enum": [str(choice) for choice in choices]}
        case values.SomeOf(choices):
            return {"title": _list_of(choices), **_some([str(choice) for choice in choices])}
        case partial(args=(group,)):
            return {"title": f"group of {', '.join(keys_of(group))}", **_group(group, {}, "")}
    name = reader.__name__.strip("_")
    return _of_groups(name) or dict(READ_AS[name])


def _of_groups(name: str) -> Schema:
    """Return what a reader of several groups takes; nothing for one of another kind."""
    if name in LISTED:
        one = _group(LISTED[name], {}, "")
        return {"title": f"list of {', '.join(one['properties'])}", "type": "array", "items": one}
    return _named_groups(NAMED[name]) if name in NAMED else {}


def _named_groups(rows: type[GroupRows]) -> Schema:
    return {
        "title": f"names of yours, each with {', '.join(keys_of(rows))}",
        "type": "object",
        "propertyNames": {"pattern": "^[a-z0-9][a-z0-9-]{0,39}$"},
        "additionalProperties": _group(rows, {}, ""),
        "minProperties": 1,
    }


def _list_of(choices: tuple[str, ...]) -> str:
    return f"list out of {', '.join(choices)}" if len(choices) <= FEW else "list of words"


def _some(words: list[str]) -> Schema:
    return {"type": "array", "minItems": 1, "items": {"enum": words}}


def _or_nothing(taken: Schema) -> Schema:
    """Return what may also be written without a value, which is as if left out."""
    about = {name: taken[name] for name in ("title", "description") if name in taken}
    return {**about, "anyOf": [{name: said for name, said in taken.items() if name not in about}, _NOTHING]}


def _logins() -> list[Schema]:
    password, session = ("password_file",), ("access_token_file", "device_id")
    return [_login(password, session), _login(session, password)]


def _login(given: tuple[str, ...], left_out: tuple[str, ...]) -> Schema:
    written = {key: {"type": "string"} for key in given} | dict.fromkeys(left_out, _NOTHING)
    return {"required": list(given), "properties": written}


def _people(meaning: str) -> Schema:
    return {
        "description": meaning,
        "title": "group of Matrix ids, each with a list of roles",
        "type": "object",
        "propertyNames": READ_AS["user_id"],
        "additionalProperties": _some([role.value for role in Role]),
        "minProperties": 1,
        "not": {"additionalProperties": {"not": {"contains": {"const": Role.ADMIN.value}}}},
    }


def _contacts(meaning: str) -> Schema:
    return {
        "description": meaning,
        "title": f"group of Matrix ids, each with a group of {', '.join(keys_of(ContactKeys))}",
        "type": "object",
        "propertyNames": READ_AS["user_id"],
        "additionalProperties": _group(ContactKeys, {}, ""),
    }


def _duty(meaning: str) -> Schema:
    return {
        "description": meaning,
        "title": f"group of roles, each with {', '.join(keys_of(RotaKeys))}",
        "type": "object",
        "propertyNames": {"enum": [role.value for role in Role]},
        "additionalProperties": _group(RotaKeys, {}, ""),
    }


def meanings() -> dict[str, str]:
    """Return what config.example.yaml says of each group and key; keys that follow each other share what is said."""
    found: dict[str, str] = {}
    group, said, is_said = "", list[str](), False
    for line in example_configuration().splitlines():
        key = _named(line, group)
        if key and not key.startswith("."):
            found[key] = " ".join(said)
            group, is_said = key.partition(".")[0], True
        elif comment := re.match(r" *# +(.*)", line):
            said = [comment[1]] if is_said else [*said, comment[1]]
            is_said = False
        elif not line:
            said, is_said = [], False
    return {key: text for key, text in found.items() if text}


def _named(line: str, group: str) -> str:
    """Return the path of the key that stands in *line*, as it is or as a comment; nothing if none does."""
    if top := re.match(r"([a-z_]+):", line):
        return top[1]
    inside = re.match(r"  (?:# )?([a-z_]+):(?: |$)", line)
    return f"{group}.{inside[1]}" if inside and group in GROUPS and inside[1] in keys_of(GROUPS[group]) else ""


def table() -> str:
    """Return every key as a row: what it means, what it takes, what holds when it is left out."""
    told = meanings()
    lines = ["| key | meaning | takes | left out |", "|---|---|---|---|"]
    for path, takes, otherwise in _rows():
        lines.append(f"| `{path}` | {_cell(told[path])} | {_cell(takes)} | {otherwise} |")
    return "\n".join(lines) + "\n"


def _rows() -> Iterator[tuple[str, str, str]]:
    for name, rows in GROUPS.items():
        for row, key in zip(fields(rows), keys_of(rows), strict=True):
            yield f"{name}.{key}", _taken(row.metadata)["title"], _otherwise(f"{name}.{key}", row)
        if name == "locale":
            yield "people", _people("")["title"], "**required**"
            yield "duty", _duty("")["title"], ""
        if name == "channels":
            yield "contacts", _contacts("")["title"], ""
        if name == "api":
            yield "hooks", _named_groups(Hook)["title"], ""


def _is_required(row: Field[Any]) -> bool:
    return row.default is MISSING and row.default_factory is MISSING


def _otherwise(path: str, row: Field[Any]) -> str:
    group = path.partition(".")[0]
    if _is_required(row):
        return "**required**" if group in REQUIRED else "required with its group"
    match row.default:
        case QuietHours(start=start, end=end):
            return f'`"{start:%H:%M}-{end:%H:%M}"`'
        case bool() as value:
            return f"`{json.dumps(value)}`"
        case float() | str() | timedelta() as value:
            return f"`{_said(value)}`"
        case None if group == "organisation" and path not in NOT_ASKED:
            return "asked"
    return ""


def _said(value: float | str | timedelta) -> str:
    if isinstance(value, timedelta):
        hours, rest = divmod(value, timedelta(hours=1))
        return f"{value // timedelta(minutes=1)}m" if rest else f"{hours}h"
    return f"{value:g}" if isinstance(value, float) else value


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
