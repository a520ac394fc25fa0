"""Evidence as CASE/UCO: what a validator of the ontology takes, the same bytes each time."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from bot.core import facts
from bot.core.evidence.items import Item
from bot.core.evolve import evolve
from bot.core.incident import Incident
from bot.core.names import DeviceId
from bot.papers.case import case_file
from tests.core.build import ALICE, BOB, CAROL, NOW, incident
from tests.core.test_evidence import KEPT, NAMED
from tests.patience import PATIENCE_S

CONSOLE = "from case_utils.case_validate import main"
HISTORY = (
    replace(KEPT, name="note « é ».png"),
    replace(NAMED, by=CAROL, name="disk, in the safe"),
    facts.EvidenceSourced(at=NOW, by=ALICE, number=1, source="the mail server"),
    facts.EvidenceHanded(at=NOW, by=BOB, number=1, to=CAROL),
    facts.EvidenceReceived(at=NOW, by=CAROL, number=1, device=DeviceId("PHONE"), proof=facts.DeviceProof.SIGNED),
)


def with_evidence() -> Incident:
    room = incident()
    for fact in HISTORY:
        room = evolve(room, fact)
    return room


def validated(data: bytes, folder: Path) -> subprocess.CompletedProcess[str]:
    """Let the community's own validator (case-utils) read *data*."""
    path = folder / "case-uco.jsonld"
    path.write_bytes(data)
    asked = (sys.executable, "-c", f"{CONSOLE}; main()", "--built-version", "case-1.4.0", str(path))
    return subprocess.run(asked, capture_output=True, text=True, check=False, timeout=PATIENCE_S)


def test_a_validator_of_the_ontology_finds_nothing_wrong(tmp_path: Path) -> None:
    data = case_file(with_evidence(), {1: "E1.bin"}, "0.1", called="Calm Heron")
    found = validated(data, tmp_path)
    assert found.returncode == 0, found.stdout
    assert "Conforms: True" in found.stdout
    wrong = validated(
        data.replace(b'"uco-observable:sizeInBytes": 11', b'"uco-observable:sizeInBytes": "many"'), tmp_path
    )
    assert wrong.returncode != 0


def test_it_says_whose_thing_it_is_and_each_act_by_its_word() -> None:
    data = case_file(with_evidence(), {1: "E1.bin"}, "0.1", called="Calm Heron")
    assert data == case_file(with_evidence(), {1: "E1.bin"}, "0.1", called="Calm Heron")
    graph = json.loads(data)["@graph"]
    assert graph[0]["uco-core:name"] == "Calm Heron"
    acts = [node["uco-core:name"] for node in graph if node["@type"] == "case-investigation:InvestigativeAction"]
    assert acts == [
        *("identification", "acquisition", "preservation", "identification", "transfer", "transfer"),
        *("identification", "collection", "preservation"),
    ]
    assert len({node["@id"] for node in graph}) == len(graph)


def test_a_thing_that_happened_before_it_was_there_is_an_error() -> None:
    taken = HISTORY[0]
    assert isinstance(taken, facts.EvidenceTaken)
    twice = {1: Item(taken=taken, custody=(taken, taken))}
    with pytest.raises(ValueError, match="taken in once"):
        case_file(replace(with_evidence(), evidence=twice), {}, "0.1", called="Calm Heron")
