"""`cellule door many`: a list in, slips out, or nothing at all."""

from __future__ import annotations

import asyncio
import csv
import re
import stat
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.cli.door import MOST_PEOPLE, Wanted, many
from bot.core.language import Language
from bot.door import tickets
from bot.door.errors import ManyError, NoDoorError, UnwrittenError
from bot.door.slips import Slip, page
from bot.door.socket import DoorSocket
from bot.sentences import languages
from tests.door.stage import PAGE, House, standing
from tests.door.test_config import write

LIST = "name,role\nAlice,counsel\nBob,insurer's expert\n"


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    (tmp_path / "token").touch(mode=0o600)
    (tmp_path / "token").write_text("syt_secret")
    async with standing(tmp_path) as house, DoorSocket(house.doors, PAGE).opened(tmp_path / "door.sock"):
        yield house


def wanted(house_folder: Path, text: str | bytes = LIST, **changed: object) -> Wanted:
    people = house_folder / "people.csv"
    people.write_bytes(text if isinstance(text, bytes) else text.encode())
    keys = {"people": people, "config": write(house_folder), "folder": house_folder / "slips"}
    return Wanted(**{**keys, "until": "24h", "spoken": None, **changed})  # type: ignore[arg-type]


async def made(house: House, text: str | bytes = LIST, **changed: object) -> list[dict[str, str]]:
    await many(await asyncio.to_thread(wanted, house.folder, text, **changed), house.clock.now())
    written = await asyncio.to_thread((house.folder / "slips/slips.csv").read_text, "utf-8-sig")
    return list(csv.DictReader(written.splitlines()))


async def test_each_person_has_a_slip_with_a_link_of_their_own(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = await made(house)
    assert [(row["name"], row["role"]) for row in rows] == [("Alice", "counsel"), ("Bob", "insurer's expert")]
    links = {row["link"] for row in rows}
    assert len(links) == 2
    for link in links:
        assert await house.doors.find(link.partition("#")[2]) is not None
    html = await asyncio.to_thread((house.folder / "slips/slips.html").read_text, "utf-8")
    assert all(link in html for link in links)
    assert html.count("<svg") == html.count("<article>") == 2
    assert "2 slips in" in capsys.readouterr().out


async def test_the_door_hears_neither_names_nor_roles(house: House) -> None:
    await made(house)
    kept = [path.read_bytes() for path in (house.folder / "kept").iterdir() if path.is_file()]
    assert not [data for data in kept if b"Alice" in data or b"counsel" in data]
    assert all(re.fullmatch(r"slip:[0-9a-f]{16}:\d", str(row["id"])) for row in await house.doors.rows())


async def test_nobody_else_may_read_the_files(house: House) -> None:
    await made(house)
    folder = house.folder / "slips"
    modes = [stat.S_IMODE(path.stat().st_mode) for path in (folder, *folder.iterdir())]
    assert modes == [0o700, 0o600, 0o600]


@pytest.mark.parametrize(("until", "span"), [("24h", 24), ("1h", 1), ("3d", 72), ("7 j", 168)])
async def test_the_links_hold_as_long_as_is_said(house: House, until: str, span: int) -> None:
    await made(house, until=until)
    ends = {row["until"] for row in await house.doors.rows()}
    assert ends == {(house.clock.now() + timedelta(hours=span)).isoformat()}


@pytest.mark.parametrize("text", ["Nom;Rôle\r\nAlice;DPO\r\n", "\ufeffrole,name\nDPO,Alice\n\n,\n"])
async def test_a_list_is_read_as_spreadsheets_write_it(house: House, text: str) -> None:
    (row,) = await made(house, text)
    assert (row["name"], row["role"]) == ("Alice", "DPO")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "must name the columns"),
        ("name\nAlice\n", "must name the columns"),
        ("name,role\n", "has nobody"),
        ("name,role\nAlice\n", "line 2 of"),
        ("name,role\nAlice," + "x" * 61 + "\n", "line 2 of"),
        ("name,role\nAli\x1bce,DPO\n", "line 2 of"),
        ("name,role\n" + "Alice,DPO\n" * (MOST_PEOPLE + 1), "more than 500 people"),
        ("name,role\n" + "x" * 300_000, "more than 500 people"),
        (b"name,role\nAl\xefce,DPO\n", "no CSV file in UTF-8"),
        ('name,role\n"' + "x" * 200_000, "no CSV file in UTF-8"),
    ],
)
async def test_a_list_that_cannot_be_used_is_one_sentence_and_nothing_is_made(
    house: House, text: str | bytes, told: str
) -> None:
    with pytest.raises(ManyError, match=told) as refused:
        await made(house, text)
    assert refused.value.to(Language("fr")) != str(refused.value)
    assert await house.doors.rows() == []
    assert not (house.folder / "slips").exists()


@pytest.mark.parametrize("until", ["", "0h", "8d", "24", "tomorrow", "-1h", "999h"])
async def test_a_span_that_is_none_is_refused(house: House, until: str) -> None:
    with pytest.raises(ManyError, match="no span"):
        await made(house, until=until)


async def test_nothing_is_written_over(house: House) -> None:
    await made(house)
    with pytest.raises(ManyError, match="nothing is written over"):
        await made(house)
    assert len(await house.doors.rows()) == 2


async def test_where_the_door_has_no_room_for_all_it_is_as_if_nothing_was_asked(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tickets, "MOST_OPEN", 1)
    with pytest.raises(UnwrittenError, match=r"as many links are open as the door allows\. 1 of 2"):
        await made(house)
    assert [row["state"] for row in await house.doors.rows()] == ["closed"]
    assert list((house.folder / "slips").iterdir()) == []


async def test_where_no_door_runs_nothing_is_written(tmp_path: Path) -> None:
    (tmp_path / "token").touch(mode=0o600)
    (tmp_path / "token").write_text("syt_secret")
    async with standing(tmp_path) as house:
        with pytest.raises(NoDoorError):
            await made(house)
    assert list((tmp_path / "slips").iterdir()) == []


async def test_a_name_is_no_markup_and_no_formula(house: House) -> None:
    (row,) = await made(house, 'name,role\n=HYPERLINK(1)<b onclick=x>,"<script>"\n')
    assert row["name"].startswith("'=")
    html = await asyncio.to_thread((house.folder / "slips/slips.html").read_text, "utf-8")
    assert "<script" not in html
    assert "<b " not in html


@pytest.mark.parametrize("language", languages())
def test_a_slip_is_in_the_language_that_is_wanted(language: Language) -> None:
    slip = Slip(name="Alice", role="DPO", link=f"{PAGE}#x", until="2026-11-25 10:00 CET")
    other = next(one for one in languages() if one != language)
    html = page([slip], [language])
    assert f'<section lang="{language}">' in html
    assert f'<section lang="{other}">' not in html
    assert "http" not in html.replace(slip.link, "").replace("http://www.w3.org/2000/svg", "").replace("http-equiv", "")
