"""The door's socket as the bot asks it, where the door answers whatever it likes.

The real one is asked in `tests/door/test_asked.py`.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.bridges.door import AskedDoor
from bot.core.people.guests import Passage
from bot.ports import DoorRefusesError, DoorSilentError
from tests.patience import PATIENCE_S

PAGE = "https://door.example.org/join"
SECRET = "Zm9yIG9uZSBwZXJzb24gYWxvbmU"
UNTIL = datetime.now(UTC) + timedelta(hours=1)
Reply = Callable[[dict[str, Any]], bytes | None]


@asynccontextmanager
async def answering(folder: Path, reply: Reply, patience_s: float = PATIENCE_S) -> AsyncIterator[AskedDoor]:
    """Answer each question with what *reply* makes of it and hang up; where that is None, never."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with closing(writer):
            said = reply(json.loads(await reader.readline()))
            if said is None:
                await reader.read()
            else:
                writer.write(said)

    server = await asyncio.start_unix_server(serve, folder / "door.sock")
    async with server:
        yield AskedDoor(folder / "door.sock", PAGE, patience_s)


def line(answer: Any) -> bytes:
    return json.dumps(answer).encode() + b"\n"


def row(**changes: Any) -> dict[str, Any]:
    return {"id": "d1", "state": "come", "user": "@a:example.org", "made": True, "again": 0, "settled": True} | changes


async def test_a_link_leads_to_the_page_that_was_configured(tmp_path: Path) -> None:
    async with answering(tmp_path, lambda _: line({"link": f"{PAGE}#{SECRET}"})) as door:
        assert await door.open("d1", UNTIL) == f"{PAGE}#{SECRET}"


@pytest.mark.parametrize(
    "link",
    [
        f"https://evil.example/join#{SECRET}",
        f"{PAGE}/more#{SECRET}",
        f"{PAGE}?q#{SECRET}",
        f"{PAGE}",
        f"{PAGE}#",
        f"{PAGE}#short",
        f"{PAGE}#{'a' * 65}",
        f"{PAGE}#{SECRET}\nhttps://evil.example",
        f"{PAGE}#{SECRET}#more",
        f"{PAGE}#{SECRET} **bold**",
        ["https://door.example.org"],
        None,
        7,
    ],
)
async def test_what_is_no_link_of_the_door_is_none(tmp_path: Path, link: object) -> None:
    async with answering(tmp_path, lambda _: line({"link": link})) as door:
        with pytest.raises(DoorSilentError):
            await door.open("d1", UNTIL)


GARBAGE: Sequence[bytes] = (
    b"",
    b"\n",
    b"not json\n",
    b"\xff\xfe\x00\n",
    b"[]\n",
    b"null\n",
    b'"link"\n',
    b'{"doors": [\n',
    b'{"link": "https://door.example',
    b"[" * 60_000 + b"\n",
    b'{"doors": ' + b"9" * 5_000 + b"}\n",
    b"x" * 70_000 + b"\n",
    b"x" * 300_000,
    b'{"doors": "' + b"x" * 70_000 + b'"}\n',
)


@pytest.mark.parametrize("said", GARBAGE, ids=range(len(GARBAGE)))
async def test_what_is_no_answer_is_silence(tmp_path: Path, said: bytes) -> None:
    async with answering(tmp_path, lambda _: said) as door:
        with pytest.raises(DoorSilentError):
            await door.open("d1", UNTIL)
        with pytest.raises(DoorSilentError):
            await door.look(["d1"])
        with pytest.raises(DoorSilentError):
            await door.end("d1")


@pytest.mark.parametrize(
    "said",
    [
        row(id="d2"),
        row(id=7),
        row(state="inside"),
        row(state=["come"]),
        row(state=None),
        row(user=7),
        row(again="many"),
        row(again=None),
        {"id": "d1"},
        "d1",
        None,
    ],
)
async def test_a_row_that_was_not_asked_for_or_has_no_form_is_passed_over(tmp_path: Path, said: object) -> None:
    async with answering(tmp_path, lambda _: line({"doors": [said, row(state="waiting", user=None)]})) as door:
        (way,) = await door.look(["d1"])
        assert way.passage is Passage.OPEN


@pytest.mark.parametrize("said", [{}, {"doors": None}, {"doors": 7}, {"doors": {"d1": row()}}, {"refused": "question"}])
async def test_an_answer_without_rows_has_none(tmp_path: Path, said: object) -> None:
    async with answering(tmp_path, lambda _: line(said)) as door:
        assert await door.look(["d1"]) == []


@pytest.mark.parametrize("user", ["", "alice", "@alice", "@a b:example.org", "@a:" + "x" * 300, "@a:example.org\n"])
async def test_an_id_that_could_be_nobodys_is_none(tmp_path: Path, user: str) -> None:
    async with answering(tmp_path, lambda _: line({"doors": [row(user=user)]})) as door:
        (way,) = await door.look(["d1"])
        assert way.user is None or way.user == user.strip()


async def test_who_made_the_account_is_believed_in_one_direction_only(tmp_path: Path) -> None:
    rows = [row(id=f"d{number}", made=made) for number, made in enumerate([True, False, None, 0, "no"])]
    async with answering(tmp_path, lambda _: line({"doors": rows})) as door:
        ways = await door.look([f"d{number}" for number in range(5)])
        assert [way.made for way in ways] == [True, False, True, True, True]


@pytest.mark.parametrize(
    ("word", "error"),
    [("full", DoorRefusesError), ("away", DoorSilentError), ("time", DoorSilentError), ("there", DoorSilentError)],
)
async def test_only_a_full_door_refuses(tmp_path: Path, word: str, error: type[Exception]) -> None:
    async with answering(tmp_path, lambda _: line({"refused": word})) as door:
        with pytest.raises(error):
            await door.open("d1", UNTIL)


@pytest.mark.parametrize(
    ("words", "rows", "is_over"),
    [
        (None, [], True),
        ("nobody", [], True),
        ("unknown", [], True),
        ("nobody", [row(state="closed", settled=True)], True),
        ("nobody", [row(state="closed", settled=False)], False),
        ("nobody", [row(settled="yes")], False),
        ("nobody", "nothing", False),
        ("away", [], False),
        (["nobody"], [], False),
    ],
)
async def test_it_is_over_once_nothing_is_left(tmp_path: Path, words: object, rows: object, is_over: bool) -> None:
    def reply(asked: dict[str, Any]) -> bytes:
        if "list" in asked:
            return line({"doors": rows})
        return line({"door": row()} if words is None or "close" in asked else {"refused": words})

    async with answering(tmp_path, reply) as door:
        assert await door.end("d1") is is_over


async def test_very_many_are_asked_for_a_hundred_at_a_time(tmp_path: Path) -> None:
    asked_for: list[int] = []

    def reply(asked: dict[str, Any]) -> bytes:
        asked_for.append(len(asked["list"]))
        return line({"doors": [row(id=id) for id in asked["list"]]})

    async with answering(tmp_path, reply) as door:
        assert len(await door.look([f"d{number}" for number in range(250)])) == 250
    assert asked_for == [100, 100, 50]


async def test_who_never_answers_is_waited_for_no_longer_than_that(tmp_path: Path) -> None:
    async with answering(tmp_path, lambda _: None, patience_s=0.05) as door:
        async with asyncio.timeout(PATIENCE_S):
            with pytest.raises(DoorSilentError):
                await door.open("d1", UNTIL)
            with pytest.raises(DoorSilentError):
                await door.look(["d1"])
            with pytest.raises(DoorSilentError):
                await door.end("d1")


async def test_where_no_socket_is_there_is_silence(tmp_path: Path) -> None:
    door = AskedDoor(tmp_path / "door.sock", PAGE)
    with pytest.raises(DoorSilentError):
        await door.look(["d1"])
    (tmp_path / "door.sock").write_text("")
    with pytest.raises(DoorSilentError):
        await door.look(["d1"])
