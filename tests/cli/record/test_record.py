"""`cellule record`: written from a state that nobody uses or that a bot uses, checked without one."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.cli import Exit, main
from bot.cli.record.errors import RecordRefusedError
from bot.cli.record.exporting import Wanted, export_record, show_key
from bot.cli.state.purging import PurgeRefusedError, purge_incident
from bot.config import Config, load
from bot.core.facts import CheckpointPosted, Closed, Fact, Held, Noted, RoomReady, StepDone
from bot.core.names import DeviceId, InputId, StepId
from bot.core.record.checkpoint import Checkpoint
from bot.core.record.tree import Tree
from bot.host.secret import SecretFileError
from bot.papers.record import verify_record
from bot.papers.record.keys import RecordKey
from bot.service.upkeep.sealing import RECORD_KEY, record_key
from bot.store.opening import open_alone
from bot.store.sqlite import SqliteStore, open_store
from tests.config.files import changed, fill, write
from tests.core.build import ALICE, NOW, OPENED, ROOM
from tests.databases import Postgres, database_server, state_in
from tests.record import build as record
from tests.record.authority import OPENSSL, Authority

__all__ = ["database_server"]
KEY = bytes(32)
SECRET = "Quetzalcoatlus over the host"
NAME = OPENED.codename
STORY: tuple[Fact, ...] = (
    OPENED,
    RoomReady(at=NOW, room=ROOM),
    Noted(at=NOW, by=ALICE, text=SECRET),
    StepDone(at=NOW, by=ALICE, step=StepId("D1"), result="the register's own result"),
)
CLOSED = Closed(at=NOW, by=ALICE, summary="")


async def append(store: SqliteStore, *facts: Fact) -> None:
    async with store.transaction() as tx:
        await tx.append(OPENED.incident, facts, input=InputId("$typed"), device=DeviceId("PHONE"))


async def seal(store: SqliteStore, number: int) -> CheckpointPosted:
    leaves, key = await store.leaves(OPENED.incident), await record_key(store)
    at = NOW + timedelta(hours=number)
    made = Checkpoint(incident=OPENED.incident, size=len(leaves), root=Tree(leaves).root().hex(), at=at)
    line = made.line(key.public, key.sign(made.statement()))
    posted = CheckpointPosted(at=at, number=number, size=made.size, line=line)
    await append(store, posted)
    return posted


async def play(store: SqliteStore) -> None:
    await append(store, *STORY)
    await seal(store, 1)
    await append(store, CLOSED)
    await seal(store, 2)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return write(fill(tmp_path), changed())


@pytest.fixture
async def config(path: Path) -> Config:
    found = load(path)
    async with await open_store(found.state.folder, KEY) as store:
        await play(store)
    return found


def wanted(to: Path, **more: str) -> Wanted:
    return Wanted(**{"incident": NAME, "to": to, "circle": None, "entries": None, **more})  # type: ignore[arg-type]


def read(path: Path) -> dict[str, object]:
    return verify_record.read(path.read_bytes())[0]


async def exported(config: Config, to: Path, **more: str) -> Path:
    await export_record(config, wanted(to, **more))
    return to


@pytest.mark.parametrize("named", [NAME, NAME.upper(), OPENED.incident])
async def test_the_record_of_an_incident_is_whole_and_the_same_each_time(
    config: Config, tmp_path: Path, named: str, capsys: pytest.CaptureFixture[str]
) -> None:
    one, other = [await exported(config, tmp_path / name, incident=named) for name in ("one.pdf", "other.pdf")]
    assert one.read_bytes() == other.read_bytes()
    said = capsys.readouterr().out
    assert f"{one}: 7 of 7 entries" in said
    assert main(["record", "verify", str(one)]) == Exit.DONE
    told = capsys.readouterr().out.splitlines()
    assert told[0] == "7 of 7 entries shown, all where they say they are."
    assert told[1].startswith("Checkpoint 1: 4 entries, 2026-03-27T18:00:00Z.")
    assert one.stat().st_mode & 0o077 == 0


async def test_a_part_shows_its_entries_and_hashes_of_the_rest(
    config: Config, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    part = await exported(config, tmp_path / "part.pdf", entries="1-2, 4")
    assert main(["record", "verify", str(part)]) == Exit.DONE
    assert "3 of 7 entries shown, all where they say they are." in capsys.readouterr().out
    assert SECRET not in json.dumps(read(part))


@pytest.mark.parametrize(
    ("entries", "said"),
    [
        ("8", "the record of Calm Heron has entries 1 to 7; there is no 8"),
        ("0", "there is no 0"),
        ("3-999999999", "there is no 999999999"),
        ("8,9,10,11,12,13,14,15,16", "there is no 8, 9, 10, 11, 12, 13, 14, 15, …"),
        ("", "takes numbers and ranges, like 1-14,20; there was: ''"),
        ("4-2", "there was: '4-2'"),
        ("one", "there was: 'one'"),
        ("1,,2", "there was: '1,,2'"),
        ("-3", "there was: '-3'"),
    ],
)
async def test_entries_that_there_are_not_are_refused_and_nothing_is_written(
    config: Config, tmp_path: Path, entries: str, said: str
) -> None:
    with pytest.raises(RecordRefusedError) as refused:
        await exported(config, tmp_path / "part.pdf", entries=entries)
    assert said in str(refused.value)
    assert not (tmp_path / "part.pdf").exists()


async def test_an_incident_or_a_circle_that_there_is_not_is_refused(config: Config, tmp_path: Path) -> None:
    with pytest.raises(RecordRefusedError, match=f"no incident is called 'Nobody'; the incidents: {NAME}"):
        await exported(config, tmp_path / "a.pdf", incident="Nobody")
    with pytest.raises(RecordRefusedError, match=f"{NAME} has no circle 'legal'"):
        await exported(config, tmp_path / "a.pdf", circle="legal")


async def test_a_file_that_is_there_is_not_written_over(config: Config, tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_text("mine")
    with pytest.raises(SecretFileError):
        await exported(config, tmp_path / "a.pdf")
    assert (tmp_path / "a.pdf").read_text() == "mine"


def test_where_nothing_is_kept_it_says_so(path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["record", "export", NAME, "--to", str(tmp_path / "a.pdf"), "--config", str(path)]
    assert main(words) == Exit.WRONG
    assert "nothing is kept in" in capsys.readouterr().err


# --- beside a bot -------------------------------------------------------------------------------------------------


async def test_a_bot_may_go_on_with_its_state_meanwhile(config: Config, tmp_path: Path) -> None:
    alone = await exported(config, tmp_path / "alone.pdf")
    async with await open_store(config.state.folder, KEY) as bot:
        beside = await exported(config, tmp_path / "beside.pdf")
        await append(bot, Noted(at=NOW, by=ALICE, text="goes on"))
    assert beside.read_bytes() == alone.read_bytes()


async def test_the_same_of_a_state_in_a_database(config: Config, tmp_path: Path, database_server: Postgres) -> None:
    kept = state_in(tmp_path / "bot", KEY, database_server.new_state())
    async with open_alone(kept) as bot:
        await play(bot)
        elsewhere = replace(config, state=replace(kept, folder=tmp_path / "console"))
        beside = await exported(elsewhere, tmp_path / "beside.pdf")
    assert verify_record.check(beside.read_bytes())[0] == ("whole", {"shown": 7, "size": 7})


async def test_beside_a_bot_of_before_there_is_no_key_to_sign_with(path: Path, tmp_path: Path) -> None:
    found = load(path)
    async with await open_store(found.state.folder, KEY) as bot:
        await append(bot, *STORY)
        with pytest.raises(RecordRefusedError, match="start the bot once"):
            await exported(found, tmp_path / "a.pdf")


@asynccontextmanager
async def kept_key(config: Config) -> AsyncIterator[RecordKey]:
    async with await open_store(config.state.folder, KEY) as store:
        yield await record_key(store)


async def test_the_key_is_made_once_and_shown_in_groups(config: Config, capsys: pytest.CaptureFixture[str]) -> None:
    async with kept_key(config) as key:
        pass
    await show_key(config)
    shown = capsys.readouterr().out.strip()
    assert shown.replace(" ", "") == key.public
    assert all(len(group) == 4 for group in shown.split(" ")[:-1])
    async with await open_store(config.state.folder, KEY) as store:
        assert len(await store.get(RECORD_KEY) or b"") == 32


# --- purge and hold -----------------------------------------------------------------------------------------------


async def purge(config: Config) -> None:
    await purge_incident(config, NAME, NOW + timedelta(days=400), ask=None, offline=True)


async def test_after_a_purge_the_record_shows_hashes_and_every_checkpoint_still_fits(
    config: Config, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = await exported(config, tmp_path / "before.pdf")
    await purge(config)
    after = await exported(config, tmp_path / "after.pdf")
    entries = read(after)["entries"]
    assert isinstance(entries, list)
    assert [entry["number"] for entry in entries if "purged" in entry] == [2, 3]
    assert entries[-1]["kind"] == "Purged"
    assert SECRET not in json.dumps(read(after))
    capsys.readouterr()
    assert main(["record", "verify", str(after)]) == Exit.DONE
    told = capsys.readouterr().out.splitlines()
    assert told[:2] == [
        "6 of 8 entries shown, all where they say they are.",
        "Of 2 of them, which were purged, only the hash is left.",
    ]
    assert main(["record", "compare", str(before), str(after)]) == Exit.DONE


async def test_what_is_held_is_not_purged_at_the_console(config: Config) -> None:
    async with await open_store(config.state.folder, KEY) as store:
        await append(store, Held(at=NOW, by=ALICE, reason="the court asked"))
    with pytest.raises(PurgeRefusedError, match=rf"{NAME} is under legal hold: two persons lift it .*!unhold"):
        await purge(config)


# --- verify and compare -------------------------------------------------------------------------------------------


async def test_it_says_where_a_record_was_altered(
    config: Config, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    data = (await exported(config, tmp_path / "a.pdf")).read_bytes()
    (tmp_path / "cut.pdf").write_bytes(data[: len(data) // 2])
    (tmp_path / "seal.pdf").write_bytes(data.replace(b"cellule-seal-1 ", b"cellule-seal-1 A", 1)[:-1])
    (tmp_path / "flipped.pdf").write_bytes(data.replace(b"DejaVu", b"DejaWu", 1))
    (tmp_path / "other.pdf").write_bytes(b"%PDF-1.7\n")
    capsys.readouterr()
    said = {}
    for name in ("cut", "flipped", "other", "missing"):
        code = main(["record", "verify", str(tmp_path / f"{name}.pdf")])
        said[name] = (code, capsys.readouterr().out.strip())
    assert said["cut"] == (1, "Cut: the end of the file is missing.")
    assert said["flipped"][0] == 1
    assert said["flipped"][1].startswith("Altered: the entries fit, but not the seal.")
    assert said["other"] == (2, "This is no record of Cellule.")
    assert said["missing"][0] == 2
    assert main(["record", "verify", str(tmp_path / "a.pdf"), "--key", "A" * 43]) == Exit.FAILED
    assert capsys.readouterr().out.startswith("Not the expected key: it is signed by ")
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    assert main(["record", "verify", str(tmp_path / "cut.pdf")]) == Exit.FAILED
    assert capsys.readouterr().out == "Coupé\u00a0: la fin du fichier manque.\n"


@pytest.mark.skipif(OPENSSL is None, reason="needs OpenSSL")
def test_a_stranger_names_nothing_that_a_terminal_would_obey(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stamp = Authority(tmp_path, name="A\x1b[2J\u202eé").stamp
    (tmp_path / "a\x1b[2J.pdf").write_bytes(record.exported(record.record(4, stamp=stamp)))
    (tmp_path / "b\x1b[2J.pdf").write_bytes(b"")
    named = [str(tmp_path / f"{letter}\x1b[2J.pdf") for letter in "abc"]
    assert main(["record", "verify", named[0]]) == Exit.DONE
    assert main(["record", "verify", named[2]]) == Exit.WRONG
    assert main(["record", "compare", *named[:2]]) == Exit.WRONG
    assert main(["record", "compare", *named[1:]]) == Exit.WRONG
    told = capsys.readouterr()
    assert "signature of CN=A?[2J?é." in told.out
    assert "c?[2J.pdf" in told.out
    assert "b?[2J.pdf" in told.err
    assert (told.out + told.err).replace("\n", "").replace("\xa0", "").isprintable()


async def test_two_histories_of_one_incident_are_told_apart(
    config: Config, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    true = await exported(config, tmp_path / "true.pdf")
    (tmp_path / "room.txt").write_text(f"Checkpoint 1\n{json.dumps(read(true)['checkpoints'])}\n")
    async with await open_store(config.state.folder, KEY) as store:
        seed = await store.get(RECORD_KEY)
        assert seed is not None
    again = replace(config, state=replace(config.state, folder=tmp_path / "rewritten"))
    async with await open_store(again.state.folder, KEY) as store:
        await store.put(RECORD_KEY, seed)
        await append(store, *STORY[:2], Noted(at=NOW, by=ALICE, text="something else"), *STORY[3:])
        await seal(store, 1)
    false = await exported(again, tmp_path / "false.pdf")
    for of, name in ((config, "true"), (again, "false")):
        await exported(of, tmp_path / f"{name}-part.pdf", entries="3")
    capsys.readouterr()

    def compared(one: str, other: str) -> tuple[int, str]:
        code = main(["record", "compare", str(tmp_path / one), str(tmp_path / other)])
        said = capsys.readouterr()
        return code, (said.out or said.err).strip()

    assert main(["record", "verify", str(false)]) == Exit.DONE, "alone, nothing shows it"
    capsys.readouterr()
    assert compared("true.pdf", "room.txt") == (0, "No contradiction: where both tell of the same entries, they agree.")
    assert compared("false.pdf", "true.pdf")[0] == 1
    code, said = compared("false.pdf", "room.txt")
    assert (code, said) == (
        1,
        "Contradiction: the first 4 entries are not the same. One of the two histories was rewritten.",
    )
    said = "Contradiction: entry 3 is not the same. One of the two histories was rewritten."
    assert compared("false-part.pdf", "true-part.pdf") == (1, said)
    assert compared("true-part.pdf", "true.pdf")[0] == 0
    (tmp_path / "nothing.txt").write_text("nothing")
    (tmp_path / "cut.pdf").write_bytes(true.read_bytes()[:-9])
    assert compared("true.pdf", "nothing.txt")[0] == 2
    assert compared("true.pdf", "missing.txt")[0] == 2
    assert compared("cut.pdf", "true.pdf") == (2, f"{tmp_path / 'cut.pdf'}: Cut: the end of the file is missing.")


async def test_records_of_two_incidents_are_not_compared(
    config: Config, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one = await exported(config, tmp_path / "one.pdf")
    line = str(read(one)["head"]).replace(OPENED.incident, "another")
    key = RecordKey(bytes(32))
    statement = line.rsplit(" ", 2)[0]
    (tmp_path / "two.txt").write_text(f"{statement} {key.public} {key.sign(statement)}")
    assert main(["record", "compare", str(one), str(tmp_path / "two.txt")]) == Exit.WRONG
    assert "they are of different incidents" in capsys.readouterr().err
