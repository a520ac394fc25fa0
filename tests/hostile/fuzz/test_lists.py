"""Lists of organisations, as people's programs never wrote them: nothing is opened of a list that is wrong."""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
import re
import time
from base64 import b64encode
from html import unescape
from itertools import islice
from random import Random
from types import SimpleNamespace
from typing import Any, cast

from openpyxl import Workbook

from bot.commands.organisations import Organisations, read_organisations
from bot.console import cascades, verifications
from bot.console.socket import ConsoleSocket
from bot.core.commands import OpenCascade
from bot.core.facts import CascadeRow
from bot.core.names import UserId
from bot.core.people.roster import Right, Role, has_right
from bot.papers import tables
from bot.papers.tables import TableError, read_sheet, read_table
from bot.service.organisations.cascading import Cascades, Extended
from tests.commands.test_organisations import GROUND
from tests.fakes.verifications import FakeVerifications
from tests.hostile.fuzz.cases import any_text, case, fuzz, junk, mutated
from tests.hostile.fuzz.test_files import spoilt
from tests.papers.test_tables import contents, zipped
from tests.test_console_socket import SHOWN

LONGEST_S = 4.0
LINES = (
    "organisation;people;dpo;language;aware;personal-data;sector",
    "Dupont & Cie;@dupont:example.org;@dpo:example.org;fr;27/03/2026 10:30;oui;health",
    "Martin SA;@martin:example.org (coordinator legal), @lead:example.org dpo;;en;;;law",
    "Petit;@petit:example.org;;;;unknown;",
)
PIECES = (
    *(";", ",", "\t", '"', "\n", "\r", "\x00", "\u202e", "\u200b", "\ufeff", "@", "@:", "@x", "=1+1", "9" * 5000),
    *("@cellule:example.org", "@Dupont:example.org", "@a:b", "admin", "dpo", "observer", "x" * 5000, ";" * 300),
    *("organisation", "people 2", "2099-01-01 10:00", "klingon", "Petit", "PETIT ", "@a:b," * 60, "\U0001f9d1\u200d"),
)
XML_PIECES = (
    *("<c/>", "<v>", "</v>", "<row/>", '<row r="7"/>', '<c r="ZZZ1" t="n"><v>1e999</v></c>', '<c t="s"><v>7</v></c>'),
    *("<si/>", "&amp;", "&x;", "<!DOCTYPE x [<!ENTITY x 'y'>]>", "<?xml?>", "<![CDATA[", "\x00", "9" * 5000, 't="d"'),
    *('t="b"', 't="e"', 's="9"', 'r="A0"', 'r="A-1"', "../", "/xl/", "x" * 5000, "<sheet/>", "-1", "@a:b"),
)
ENCODINGS = ("utf-8", "utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-be", "utf-32")
_ID = re.compile(r"@[^\s:,;()]+:[^\s,;()]+")


def is_wrong(found: Organisations, text: str) -> bool:
    """Say, from the text of the file alone, whether something would be opened that is not in it, or should not be."""
    written = "".join(sign for sign in text if sign.isprintable()).casefold()
    names = [" ".join(row.organisation.split()).casefold() for row in found.rows]
    people = [member for row in found.rows for member in row.people]
    said = [*(str(member.user) for member in people), *(word for name in names for word in name.split())]
    return (
        len(set(names)) < len(names)
        or (bool(found.rows) and bool(found.wrong))
        or any(_is_wrong(row) for row in found.rows)
        or any(_ID.fullmatch(member.user) is None or Role.ADMIN in member.roles for member in people)
        or any("".join(sign for sign in part if sign.isprintable()).casefold() not in written for part in said)
    )


def _is_wrong(row: CascadeRow) -> bool:
    leads = [member for member in row.people if has_right(frozenset(member.roles), Right.LEAD)]
    named = 0 < len(row.organisation.strip()) <= 200
    in_time = row.aware is None or row.aware <= GROUND.now
    return not (leads and named and in_time and len(row.people) <= 50) or GROUND.own in {one.user for one in row.people}


def separated(chance: Random) -> tuple[bytes, str]:
    text = spoilt(chance, "\n".join(LINES), PIECES)
    data = bytearray(text.encode(chance.choice(ENCODINGS), "replace"))
    if chance.random() < 0.3:
        data[chance.randint(0, len(data)) :] = chance.randbytes(chance.randint(0, 9))
    return bytes(data), _decoded(bytes(data))


def _decoded(data: bytes) -> str:
    for encoding in ("utf-16",) if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else ("utf-8",):
        with contextlib.suppress(UnicodeDecodeError):
            return data.decode(encoding)
    return data.decode("cp1252", "replace")


def book() -> dict[str, bytes]:
    made = Workbook()
    assert made.active is not None
    for line in LINES:
        made.active.append(line.split(";"))
    kept = io.BytesIO()
    made.save(kept)
    return contents(kept.getvalue())


BOOK = book()


def spreadsheet(chance: Random) -> tuple[bytes, str]:
    """Return a spreadsheet that is wrong in one of its parts, or as a whole, and the text of all its parts."""
    parts, name = dict(BOOK), chance.choice([*BOOK, *["xl/worksheets/sheet1.xml"] * 8])
    match chance.randrange(8):
        case 0:
            del parts[name]
        case 1:
            parts[name] = chance.choice([*BOOK.values(), b"", chance.randbytes(50)])
        case _:
            lines = parts[name].decode().replace("><", ">\n<")
            parts[name] = spoilt(chance, lines, (*XML_PIECES, *PIECES)).encode()
    data = bytearray(zipped(parts))
    if chance.random() < 0.1:
        data[chance.randrange(len(data))] = chance.randrange(256)
    # What a cell holds that is no text is told in these words.
    return bytes(data), "yes no " + unescape(b" ".join(parts.values()).decode("utf-8", "replace"))


def read(chance: Random) -> tuple[Organisations, str]:
    if chance.random() < 0.6:
        data, text = separated(chance)
        return read_organisations(read_table(data, "x.csv"), GROUND), text
    data, text = spreadsheet(chance)
    # In this process, which is quicker: without the bounds of its own, endless lines are to be cut off here.
    return read_organisations(tuple(islice(tables._spreadsheet(data), 1000)), GROUND), text


@fuzz("lists of organisations")
def test_lists_of_organisations(chance: Random) -> None:
    with case("lists of organisations") as count:
        before = time.thread_time()
        with contextlib.suppress(TableError):
            count.accepted += is_wrong(*read(chance))
        assert time.thread_time() - before < LONGEST_S
        count.accepted += console(chance)
    assert count.accepted == 0


# --- the operator's console ----------------------------------------------------------------------------------

ORDER = {
    "title": "Host down",
    "playbook": None,
    "parent_playbook": None,
    "severity": "high",
    "language": "fr",
    "drill": False,
    "name": "x.csv",
    "by": "@alice:example.org",
}
QUESTIONS = (
    {"cascade": ORDER, "file": b64encode(b"a;b").decode()},
    {"look": ORDER, "file": b64encode(b"a;b").decode()},
    {"asked": True},
    {"progress": "x"},
    {"ask": "waiting"},
    {"settle": "v1", "same": True},
)


class Opening:
    """Takes what an operator wants opened."""

    def __init__(self) -> None:
        self.taken: list[tuple[OpenCascade, str, bytes, UserId]] = []
        self.feeder = SimpleNamespace(parents=lambda: ())
        self.dry_runs = SimpleNamespace(asked=(0, 0))

    async def open(self, command: OpenCascade, name: str, data: bytes, by: UserId) -> Extended | tuple[()]:
        self.taken.append((command, name, data, by))
        return ()

    async def look(self, command: OpenCascade, name: str, data: bytes, by: UserId) -> Extended | tuple[()]:
        return await self.open(command, name, data, by)


def console(chance: Random) -> bool:
    """Be asked something on the console; say whether what is no order, or no verdict, was taken for one."""
    asked: Any = mutated(chance, *QUESTIONS) if chance.random() < 0.9 else junk(chance)
    line = json.dumps(asked).encode() if chance.random() < 0.9 else any_text(chance, 90).encode("utf-8", "replace")
    opening, waiting = Opening(), FakeVerifications()
    waiting.shown.append(SHOWN)
    socket = ConsoleSocket(verifications.answers(waiting), cascades.answers(cast("Cascades", opening), GROUND.zone.key))
    # What ends the conversation, and nothing else.
    with contextlib.suppress(ValueError):
        asyncio.run(socket._answer(line[: chance.choice((None, len(line) // 2))]))
    said = asked if isinstance(asked, dict) else {}
    ordered = said.get("cascade", said.get("look"))
    whole = isinstance(ordered, dict) and all(isinstance(ordered.get(name), str) for name in ("title", "name", "by"))
    settled = bool(waiting.verdicts) and not isinstance(said.get("same"), bool)
    return settled or (bool(opening.taken) and not (whole and isinstance(said.get("file"), str)))


def test_the_fuzzer_would_notice_what_is_not_in_the_list() -> None:
    text = "\n".join(LINES)
    found = read_organisations(read_table(text.encode(), "x.csv"), GROUND)
    assert len(found.rows) == 3
    assert not is_wrong(found, text)
    assert is_wrong(found, text.replace("Dupont & Cie", "Dupont"))
    assert is_wrong(found, text.replace("@petit", "@grand"))
    assert is_wrong(Organisations(rows=(found.rows[0], found.rows[0])), text)
    assert len(read_organisations(read_sheet(zipped(BOOK)), GROUND).rows) == 3
