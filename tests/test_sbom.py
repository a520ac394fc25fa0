"""The bill of what Cellule is made of says what its runtime lock says, and is the standard's JSON."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from bot import __version__
from requirements.sbom import LOCK, licenses_of, main

VERSIONS = dict(re.findall(r"^([\w.-]+)==(\S+)", LOCK.read_text("utf-8"), re.MULTILINE))


@pytest.fixture(scope="module")
def text(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("build")
    main(folder)
    return (folder / f"cellule-{__version__}.cdx.json").read_text("utf-8")


@pytest.fixture
def parts(text: str) -> list[dict[str, Any]]:
    return list(json.loads(text)["components"])


def test_every_runtime_requirement_is_in_it_with_its_version_and_nothing_else_is(parts: list[dict[str, Any]]) -> None:
    assert {part["name"]: part["version"] for part in parts} == VERSIONS
    assert all(part["purl"] == f"pkg:pypi/{part['name']}@{part['version']}" for part in parts)


def test_every_one_has_a_licence_or_a_new_package_must_be_read(parts: list[dict[str, Any]]) -> None:
    assert [part["name"] for part in parts if not part.get("licenses")] == []


def test_it_has_every_hash_of_the_lock(parts: list[dict[str, Any]]) -> None:
    listed = {digest["content"] for part in parts for file in part["externalReferences"] for digest in file["hashes"]}
    assert listed == set(re.findall(r"sha256:(\w+)", LOCK.read_text("utf-8")))


def test_what_cellule_asks_for_itself_hangs_from_it(text: str) -> None:
    (own,) = [entry for entry in json.loads(text)["dependencies"] if entry["ref"] == "cellule"]
    assert f"pkg:pypi/matrix-nio@{VERSIONS['matrix-nio']}" in own["dependsOn"]
    assert f"pkg:pypi/multidict@{VERSIONS['multidict']}" not in own["dependsOn"]


def test_it_keeps_to_the_schema_of_the_standard(text: str) -> None:
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None


def test_of_a_package_that_is_not_here_no_licence_is_guessed() -> None:
    assert licenses_of("a-package-that-nobody-has") == []


def test_the_folder_is_made(tmp_path: Path) -> None:
    main(tmp_path / "new")
    assert list((tmp_path / "new").glob("*.cdx.json"))


def test_the_same_lock_gives_the_same_bill(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1764547200")
    bills = []
    for folder in (tmp_path / "1", tmp_path / "2"):
        main(folder)
        bills.append((folder / f"cellule-{__version__}.cdx.json").read_bytes())
    assert bills[0] == bills[1]
    assert json.loads(bills[0])["metadata"]["timestamp"].startswith("2025-12-01T00:00:00")
