"""The schema of the configuration refuses what the bot refuses for its shape, and nothing that the bot takes."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator

from bot.config import load
from tests.config.files import changed, fill, problems_of, write
from tests.docs.pages import read

SCHEMA = Draft7Validator(json.loads(read("docs/reference/config.schema.json")))
LOGIN = {"password_file": ..., "access_token_file": "secrets/access_token", "device_id": "ABCDEF"}
TOKEN = {"token_file": "secrets/api", "scopes": ["clocks"]}
HOOK = {"url_file": "secrets/hook", "secret_file": "secrets/hook-key", "events": ["overdue"]}
ROLES = {"roles": ["controller"]}
CONTRACT = {"id": "C-1", "name": "mission letter", "party": "the client", "hours": 24}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return fill(tmp_path)


def _wrong(text: str) -> list[str]:
    return ["/".join(map(str, error.path)) for error in SCHEMA.iter_errors(yaml.safe_load(text))]


def test_the_schema_is_one_and_the_example_fits_it() -> None:
    Draft7Validator.check_schema(SCHEMA.schema)
    assert not _wrong(read("config.example.yaml"))


@pytest.mark.parametrize(
    "groups",
    [
        {},
        {"matrix": LOGIN},
        {"matrix": {"device_name": None}, "network": None, "playbooks": None, "health": None, "organisation": None},
        {"matrix": {"homeserver": "http://127.0.0.1:8008/"}, "network": {"proxy": "socks5h://localhost:9050"}},
        {"health": {"listen": "[::1]:0"}, "drill": {"pace": 1.5}, "retention": {"closed_after": "30 days"}},
        {"api": None, "hooks": None},
        {"hooks": {"tickets": HOOK}},
        {"api": {"listen": "127.0.0.1:9466", "tokens": {"wall": TOKEN}}},
        {"reminders": {"quiet": False}, "clocks": {"enable": []}, "trust": {"devices": "first-use"}},
        {"organisation": {**ROLES, "siren": 732829320, "insured": True, "region": 57, "headcount": 0}},
        {"organisation": {**ROLES, "providers": [{"name": "the host"}], "contracts": [CONTRACT]}},
        {"organisation": {**ROLES, "insurer": {"delay_days": 5}, "sectors": ["finance"], "calendar": ["is"]}},
    ],
)
def test_what_the_bot_takes_the_schema_takes(folder: Path, groups: dict[str, Any]) -> None:
    load(write(folder, changed(**groups)))
    assert not _wrong(changed(**groups))


@pytest.mark.parametrize(
    "groups",
    [
        {"matrix": ...},
        {"people": {}},
        {"people": {"@alice:example.org": ["dpo"]}},
        {"people": {"@alice:example.org": ["admin", "boss"]}},
        {"people": {"alice": ["admin"]}},
        {"people": {"@alice:example.org": []}},
        {"colour": {"of": "the bot"}},
        {"matrix": {"colour": "red"}},
        {"matrix": {"homeserver": "matrix.example.org"}},
        {"matrix": {"homeserver": "https://alice:secret@matrix.example.org"}},
        {"matrix": {"user_id": "cellule"}},
        {"matrix": {"password_file": ...}},
        {"matrix": {**LOGIN, "password_file": "secrets/password"}},
        {"matrix": {**LOGIN, "device_id": ...}},
        {"matrix": {"device_name": 3}},
        {"matrix": {"password_file": "~/password"}},
        {"network": {"proxy": "127.0.0.1:9050"}},
        {"network": "straight"},
        {"state": {"folder": None}},
        {"state": {"key_file": ...}},
        {"locale": {"language": "de"}},
        {"locale": {"timezone": 2}},
        {"rooms": {"federate": "yes"}},
        {"trust": {"devices": "all"}},
        {"health": {"listen": 9464}},
        {"health": {}},
        {"api": {"listen": "127.0.0.1:9466", "tokens": {}}},
        {"api": {"listen": "127.0.0.1:9466", "tokens": {"The Wall": TOKEN}}},
        {"api": {"listen": "127.0.0.1:9466", "tokens": {"wall": {**TOKEN, "scopes": ["all"]}}}},
        {"api": {"tokens": {"wall": TOKEN}}},
        {"hooks": {}},
        {"hooks": {"Tickets": HOOK}},
        {"hooks": {"tickets": {**HOOK, "events": ["reopened"]}}},
        {"hooks": {"tickets": {"url_file": "secrets/hook"}}},
        {"drill": {"pace": 0}},
        {"drill": {"pace": True}},
        {"reminders": {"quiet": "21h-7h"}},
        {"reminders": {"quiet": "25:00-07:00"}},
        {"retention": {"closed_after": "29 days"}},
        {"retention": {"closed_after": 400}},
        {"clocks": {"enable": "NIS2-24"}},
        {"organisation": {"name": "The firm"}},
        {"organisation": {"roles": []}},
        {"organisation": {**ROLES, "siren": "12345678"}},
        {"organisation": {**ROLES, "headcount": -1}},
        {"organisation": {**ROLES, "country": "France"}},
        {"organisation": {**ROLES, "insured": "perhaps"}},
        {"organisation": {**ROLES, "sectors": ["banking"]}},
        {"organisation": {**ROLES, "insurer": {"delay_days": 4}}},
        {"organisation": {**ROLES, "providers": {"name": "the host"}}},
        {"organisation": {**ROLES, "providers": [{"contact": "a number"}]}},
        {"organisation": {**ROLES, "contracts": [{**CONTRACT, "hours": 0}]}},
        {"organisation": {**ROLES, "contracts": [{**CONTRACT, "id": "1"}]}},
        {"organisation": {**ROLES, "contracts": [{**CONTRACT, "owner": "boss"}]}},
    ],
)
def test_what_the_bot_refuses_for_its_shape_the_schema_refuses(folder: Path, groups: dict[str, Any]) -> None:
    assert problems_of(folder, changed(**groups))
    assert _wrong(changed(**groups))


def test_what_a_key_means_is_shown_in_an_editor() -> None:
    groups = SCHEMA.schema["properties"]
    assert groups["matrix"]["properties"]["user_id"]["description"].startswith("The bot's account.")
    assert groups["organisation"]["anyOf"][0]["properties"]["dpo"]["description"].startswith("Contact of your data")
