"""`cellule evidence export`: the files as they came, the custody, and a sheet whose signature fits; or nothing."""

from __future__ import annotations

import json
from base64 import b64decode
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from bot.cli.evidence.exporting import export_evidence
from bot.cli.record.errors import RecordRefusedError
from bot.cli.state.purging import purge_incident
from bot.config import Config, load
from bot.core.facts import Closed, EvidenceTaken, Keeping, RoomReady
from bot.core.names import DeviceId, InputId
from bot.ports import evidence_part
from bot.store.sqlite import SqliteStore, open_store
from tests.config.files import changed, fill, write
from tests.core.build import ALICE, NOW, OPENED, ROOM
from tests.core.test_evidence import ORIGIN, OTHER

KEY = bytes(32)
NOTE = bytes(range(256)) * 5_000
NAME = OPENED.codename
TAKEN = EvidenceTaken(
    at=NOW,
    by=ALICE,
    number=1,
    name="note.png",
    digest=sha256(NOTE).hexdigest(),
    keeping=Keeping.KEPT,
    size=len(NOTE),
    origin=ORIGIN,
    source="the mail server",
)
HELD = EvidenceTaken(at=NOW, by=ALICE, number=2, name="disk", digest=OTHER, keeping=Keeping.WITH_HOLDER)


async def append(store: SqliteStore, *facts: object) -> None:
    async with store.transaction() as tx:
        await tx.append(OPENED.incident, facts, input=InputId("$typed"), device=DeviceId("PHONE"))  # type: ignore[arg-type]


async def lay(store: SqliteStore, data: bytes) -> None:
    for number, start in enumerate(range(0, len(data), 1_000_000)):
        await store.put(evidence_part(OPENED.incident, TAKEN.digest, number), data[start : start + 1_000_000])


@pytest.fixture
async def config(tmp_path: Path) -> Config:
    found = load(write(fill(tmp_path), changed()))
    async with await open_store(found.state.folder, KEY) as store:
        await append(store, OPENED, RoomReady(at=NOW, room=ROOM), TAKEN, HELD)
        await lay(store, NOTE)
    return found


async def test_files_custody_and_a_signed_sheet_are_written(
    config: Config, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "handed"
    await export_evidence(config, NAME.upper(), folder, NOW)
    assert {path.name for path in folder.iterdir()} == {"E1.bin", "case-uco.jsonld", "fiche.txt"}
    assert not [path for path in (folder, *folder.iterdir()) if path.stat().st_mode & 0o077]
    assert (folder / "E1.bin").read_bytes() == NOTE
    assert json.loads((folder / "case-uco.jsonld").read_bytes())["@graph"]
    sheet = (folder / "fiche.txt").read_text("utf-8")
    for line in (
        "PREUVES NUMÉRIQUES",
        f"SHA-256\u00a0: {TAKEN.digest}",
        "Provenance\u00a0: the mail server",
        "Fichier remis\u00a0: E1.bin",
        f"{TAKEN.digest}  E1.bin",
    ):
        assert line in sheet
    assert "2 pieces of evidence, 1 with their file" in capsys.readouterr().out


async def test_of_a_drill_sheet_and_graph_say_so(tmp_path: Path) -> None:
    found = load(write(fill(tmp_path), changed()))
    async with await open_store(found.state.folder, KEY) as store:
        await append(store, replace(OPENED, drill=True), RoomReady(at=NOW, room=ROOM), HELD)
    await export_evidence(found, NAME, tmp_path / "handed", NOW)
    graph = json.loads((tmp_path / "handed/case-uco.jsonld").read_bytes())["@graph"]
    assert graph[0]["uco-core:name"] == f"[DRILL] {NAME}"
    assert " - [EXERCICE] " in (tmp_path / "handed/fiche.txt").read_text("utf-8")


async def test_the_signature_is_over_every_byte_above_it(config: Config, tmp_path: Path) -> None:
    await export_evidence(config, OPENED.incident, tmp_path / "handed", NOW)
    *lines, key, signature = (tmp_path / "handed/fiche.txt").read_text("utf-8").splitlines(keepends=True)
    public = Ed25519PublicKey.from_public_bytes(plain(key))
    public.verify(plain(signature), "".join(lines).encode())
    with pytest.raises(InvalidSignature):
        public.verify(plain(signature), "".join(lines).replace("11", "12").replace("note", "nota").encode())


def plain(line: str) -> bytes:
    text = line.rsplit(" ", 1)[-1].strip()
    return b64decode(text + "=" * (-len(text) % 4))


async def test_an_altered_byte_is_found_and_nothing_written(config: Config, tmp_path: Path) -> None:
    async with await open_store(config.state.folder, KEY) as store:
        await lay(store, NOTE[:-1] + b"x")
    with pytest.raises(RecordRefusedError, match="E1 of Calm Heron is not what was kept"):
        await export_evidence(config, NAME, tmp_path / "handed", NOW)
    assert not (tmp_path / "handed").exists()


async def test_nothing_is_written_over_and_what_is_not_there_is_told(config: Config, tmp_path: Path) -> None:
    (tmp_path / "handed").mkdir()
    with pytest.raises(RecordRefusedError, match="name a folder that is not there yet"):
        await export_evidence(config, NAME, tmp_path / "handed", NOW)
    with pytest.raises(RecordRefusedError, match="Calm Heron"):
        await export_evidence(config, "Loud Heron", tmp_path / "other", NOW)


async def test_a_purge_leaves_no_byte_of_a_file_in_the_state(config: Config, tmp_path: Path) -> None:
    async with await open_store(config.state.folder, KEY) as store:
        await append(store, Closed(at=NOW, by=ALICE, summary=""))
    await purge_incident(config, NAME, NOW, ask=None, offline=True)
    async with await open_store(config.state.folder, KEY) as store:
        assert await store.named(evidence_part(OPENED.incident)) == {}
    with pytest.raises(RecordRefusedError, match="has no evidence"):
        await export_evidence(config, NAME, tmp_path / "handed", NOW)
    assert (config.state.folder / "state.db").stat().st_size < len(NOTE)
