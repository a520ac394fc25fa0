"""What `cellule check` says of the door that is asked for ways in."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.cli.test_checkup import about, findings_of
from tests.config.files import fill

PAGE = "https://rescue.example.org/join"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return fill(tmp_path)


async def found(folder: Path, page: str = PAGE) -> str:
    return about("doors", await findings_of(folder, doors={"socket": "door.sock", "page": page}))


async def test_that_nothing_answers_is_said(folder: Path) -> None:
    said = await found(folder)
    assert said.startswith(f"warning  doors: nothing answers at {folder / 'door.sock'}")


async def test_that_the_door_answers_is_said_with_where_its_links_lead(folder: Path) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert await reader.readline() == b'{"list": ["check"]}\n'
        writer.write(b'{"doors": []}\n')
        writer.close()

    async with await asyncio.start_unix_server(answer, folder / "door.sock"):
        assert await found(folder) == f"ok  doors: the door answers; links lead to {PAGE}"
        here = await found(folder, "http://127.0.0.1:8080/join")
    assert here.startswith("warning  doors: the door answers, but links lead to http://127.0.0.1:8080/join")
