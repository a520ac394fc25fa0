"""Where alerts may come in, and whose: read whole, or refused with what to write."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.config import load
from bot.config.alerts import AlertDoor, Kind
from tests.config.files import changed, fill, only_problem, problems_of, write

SECRET = "0123456789abcdef0123456789abcdef"
PROMETHEUS: dict[str, Any] = {"kind": "alertmanager", "secret_file": "secrets/alerts"}
MAPPING = {"title": "event.title", "fingerprint": "event.id"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    fill(tmp_path)
    for name, text in (("alerts", SECRET), ("short", "guess me"), ("pem", "no certificate")):
        (tmp_path / "secrets" / name).write_text(text)
        (tmp_path / "secrets" / name).chmod(0o600)
    return tmp_path


def group(sources: object = None, **more: object) -> str:
    named = {"prometheus": PROMETHEUS} if sources is None else sources
    return changed(alerts={"listen": "127.0.0.1:9465", "sources": named, **more})


def read(folder: Path, text: str) -> AlertDoor:
    door = load(write(folder, text)).alerts
    assert door is not None
    return door


def test_left_out_nothing_listens(folder: Path) -> None:
    assert load(write(folder, changed())).alerts is None
    assert load(write(folder, changed(alerts=None))).alerts is None


def test_a_source_has_a_kind_a_secret_and_a_way_to_prove_itself(folder: Path) -> None:
    door = read(
        folder,
        group(
            {
                "prometheus": PROMETHEUS,
                "grafana": {**PROMETHEUS, "kind": "grafana"},
                "old-grafana": {**PROMETHEUS, "kind": "grafana", "signed": False},
                "backup": {**PROMETHEUS, "kind": "json", "mapping": MAPPING},
            }
        ),
    )
    assert (door.listen.host, door.listen.port) == ("127.0.0.1", 9465)
    assert {name: source.signs for name, source in door.sources.items()} == {
        "prometheus": False,
        "grafana": True,
        "old-grafana": False,
        "backup": True,
    }
    assert door.sources["backup"].kind is Kind.JSON
    assert SECRET not in str(door)
    mapping = door.sources["backup"].mapping
    assert mapping is not None
    assert (mapping.title, mapping.severity) == ("event.title", None)


@pytest.mark.parametrize(
    ("sources", "said"),
    [
        ({"p": {"secret_file": "secrets/alerts"}}, "alerts.sources.p.kind: is missing; write alertmanager or "),
        ({"p": {"kind": "alertmanager"}}, "alerts.sources.p.secret_file: is missing; write a file with a secret"),
        ({"p": {**PROMETHEUS, "kind": "nagios"}}, 'alerts.sources.p.kind: "nagios" is not'),
        ({"p": {**PROMETHEUS, "secret_file": "secrets/short"}}, "alerts.sources.p.secret_file: the secret in "),
        ({"p": {**PROMETHEUS, "secret_file": "secrets/none"}}, "alerts.sources.p.secret_file: "),
        ({"p": {**PROMETHEUS, "mapping": MAPPING}}, "alerts.sources.p.mapping: kind json needs a mapping"),
        ({"p": {**PROMETHEUS, "kind": "json"}}, "alerts.sources.p.mapping: kind json needs a mapping"),
        (
            {"p": {**PROMETHEUS, "kind": "json", "mapping": {**MAPPING, "title": "a..b"}}},
            'mapping.title: "a..b" is not a',
        ),
        (
            {"p": {**PROMETHEUS, "kind": "json", "mapping": {"title": "a"}}},
            "mapping.fingerprint: is missing; write names",
        ),
        ({"p": {**PROMETHEUS, "colour": "red"}}, "alerts.sources.p.colour: is not a key of Cellule"),
        ({"A b": PROMETHEUS}, "a name is small letters"),
        ({"p": 7}, "alerts.sources.p: "),
        ({}, "alerts.sources: this is "),
        ([], "alerts.sources: this is "),
    ],
)
def test_what_is_wrong_is_said_with_what_to_write(folder: Path, sources: object, said: str) -> None:
    assert any(said in line for line in problems_of(folder, group(sources)))


def test_without_sources_it_is_no_door(folder: Path) -> None:
    assert "alerts.sources: this is" in only_problem(folder, group(...))


@pytest.mark.parametrize("half", ["certificate_file", "certificate_key_file"])
def test_half_a_certificate_is_none(folder: Path, half: str) -> None:
    assert "go together" in only_problem(folder, group(**{half: "secrets/pem"}))


def test_a_certificate_has_to_be_readable_and_its_key_private(folder: Path) -> None:
    said = problems_of(folder, group(certificate_file="secrets/none", certificate_key_file="secrets/pem"))
    assert "cannot be read" in said[0]
    (folder / "secrets" / "pem").chmod(0o644)
    said = problems_of(folder, group(certificate_file="secrets/alerts", certificate_key_file="secrets/pem"))
    assert "secrets/pem" in said[0]
