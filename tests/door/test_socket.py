"""The socket that whoever gives ways out asks: real, with the door behind it."""

from __future__ import annotations

import asyncio
import json
import stat
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from bot.door import tickets
from bot.door.errors import NoDoorError, NotAskedError, OpenAlreadyError, Refusal, ShutError
from bot.door.socket import LONGEST_QUESTION, DoorSocket, asking
from tests.door.stage import PAGE, House, standing
from tests.patience import PATIENCE_S


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with standing(tmp_path) as house, DoorSocket(house.doors, PAGE).opened(tmp_path / "door.sock"):
        yield house


async def ask(house: House, question: Mapping[str, Any]) -> Mapping[str, Any]:
    async with asking(house.folder / "door.sock") as asker:
        return await asker.ask(question)


async def refused(house: House, question: Mapping[str, Any]) -> Refusal:
    with pytest.raises(NotAskedError) as why:
        await ask(house, question)
    return why.value.why


async def test_a_way_in_is_opened_listed_used_closed_and_ended(house: House) -> None:
    until = house.tomorrow.isoformat()
    told = await ask(house, {"open": "one", "until": until})
    assert (told["id"], told["until"]) == ("one", until)
    address, _, secret = told["link"].partition("#")
    assert address == PAGE
    assert await house.doors.find(secret) is not None
    assert (await ask(house, {"list": True}))["doors"] == [
        {"id": "one", "state": "waiting", "until": until, "user": None, "made": True, "again": 0, "settled": True}
    ]
    claim = await house.doors.claim("one")
    house.accounts.register(claim.token, claim.name)
    await house.doors.upkeep()
    assert (await ask(house, {"list": ["one", "two"]}))["doors"][0]["user"] == f"@{claim.name}:example.org"
    assert (await ask(house, {"close": "one"}))["door"]["state"] == "come"
    assert (await ask(house, {"deactivate": "one"}))["door"]["state"] == "gone"
    assert house.accounts.gone == [f"@{claim.name}:example.org"]


async def test_what_is_refused_is_one_word(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    until = house.tomorrow.isoformat()
    assert await refused(house, {"close": "nobody"}) is Refusal.UNKNOWN
    assert await refused(house, {"open": "one", "until": house.clock.now().isoformat()}) is Refusal.TIME
    await ask(house, {"open": "one", "until": until})
    assert await refused(house, {"deactivate": "one"}) is Refusal.NOBODY
    await ask(house, {"close": "one"})
    assert await refused(house, {"open": "one", "until": until}) is Refusal.THERE
    monkeypatch.setattr(tickets, "MOST_OPEN", 0)
    assert await refused(house, {"open": "two", "until": until}) is Refusal.FULL


@pytest.mark.parametrize(
    "line",
    [
        b"\n",
        b"{}\n",
        b"[]\n",
        b"no json\n",
        b'{"open": 1, "until": "2026-11-25T09:00:00+00:00"}\n',
        b'{"open": "a b", "until": "2026-11-25T09:00:00+00:00"}\n',
        b'{"open": "one", "until": "2026-11-25T09:00:00"}\n',
        b'{"open": "one", "until": "tomorrow"}\n',
        b'{"open": "one", "until": 7}\n',
        b'{"open": "one", "until": "2026-11-25T09:00:00+00:00", "role": "dpo"}\n',
        b'{"list": false}\n',
        b'{"list": [1]}\n',
        b'{"close": ["one"]}\n',
        b"[" * 47_000 + b"\n",
        b'{"open": ' + b"9" * 47_000 + b"}\n",
        b"\xff\n",
    ],
)
async def test_a_line_that_is_no_question_is_refused_and_nothing_is_opened(house: House, line: bytes) -> None:
    reader, writer = await asyncio.open_unix_connection(str(house.folder / "door.sock"))
    writer.write(line + b'{"list": true}\n')
    async with asyncio.timeout(PATIENCE_S):
        assert json.loads(await reader.readline()) == {"refused": "question"}
        assert json.loads(await reader.readline()) == {"doors": []}
    writer.close()
    await writer.wait_closed()


async def test_a_line_without_an_end_ends_the_conversation_and_nothing_else(house: House) -> None:
    reader, writer = await asyncio.open_unix_connection(str(house.folder / "door.sock"))
    writer.write(b"x" * 2 * LONGEST_QUESTION)
    with suppress(ConnectionError):
        assert await reader.read() == b""
    writer.close()
    with suppress(ConnectionError):
        await writer.wait_closed()
    assert (await ask(house, {"list": True}))["doors"] == []


@pytest.mark.parametrize(("folder_mode", "mode"), [(0o700, 0o600), (0o750, 0o660), (0o755, 0o600)])
async def test_it_is_the_owners_and_the_groups_where_the_folder_is_too(
    tmp_path: Path, folder_mode: int, mode: int
) -> None:
    folder = tmp_path / "run"
    await asyncio.to_thread(folder.mkdir)
    await asyncio.to_thread(folder.chmod, folder_mode)
    async with standing(tmp_path) as house, DoorSocket(house.doors, PAGE).opened(folder / "door.sock"):
        assert stat.S_IMODE((await asyncio.to_thread((folder / "door.sock").stat)).st_mode) == mode
    assert not await asyncio.to_thread((folder / "door.sock").exists)


async def test_where_another_door_answers_this_one_does_not_open_and_that_one_goes_on(house: House) -> None:
    with pytest.raises(OpenAlreadyError, match="stop it first"):
        async with DoorSocket(house.doors, PAGE).opened(house.folder / "door.sock"):
            pass
    assert (await ask(house, {"list": True}))["doors"] == []


async def test_a_file_that_is_no_socket_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "door.sock"
    await asyncio.to_thread(path.write_text, "mine")
    async with standing(tmp_path) as house:
        with pytest.raises(ShutError, match="name another place"):
            async with DoorSocket(house.doors, PAGE).opened(path):
                pass
    assert await asyncio.to_thread(path.read_text) == "mine"


async def test_where_no_door_runs_that_is_said(tmp_path: Path) -> None:
    with pytest.raises(NoDoorError, match="start cellule door serve first"):
        async with asking(tmp_path / "door.sock"):
            pass
