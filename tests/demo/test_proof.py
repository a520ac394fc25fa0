"""The proof proves: each way in which something could have leaked or been lost makes it fail."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.core.language import Language
from bot.core.names import EventId, RoomId, UserId
from bot.demo.expectations import Ledger, UnmetError
from bot.demo.proof import check_server
from bot.demo.responder import Said
from bot.demo.seen import Seen

ALICE = UserId("@alice:example.org")
ROOM = RoomId("!room")
HIDDEN = Seen(
    order=1,
    id="$1",
    room=ROOM,
    type="m.room.encrypted",
    sender="@cellule:example.org",
    keys=(),
    size=10,
    name=None,
    ciphertext="Awg",
)
LOBBY = replace(HIDDEN, id="$2", type="m.room.name", name="Lobby", ciphertext="")
NAMED = replace(LOBBY, id="$3", name="Amber Fox")
READ = Said(
    id=EventId("$1"),
    room=ROOM,
    sender=UserId("@cellule:example.org"),
    at=datetime(2026, 11, 24, tzinfo=UTC),
    body="the title",
    html="",
    rings=False,
)


@dataclass
class Person:
    user: UserId = ALICE
    transcript: list[Said] = field(default_factory=lambda: [READ])
    unreadable: tuple[EventId, ...] = ()


async def prove(folder: Path, events: list[Seen], person: Person, stored: bytes = b"..Amber Fox..") -> Ledger:
    (folder / "homeserver.db").write_bytes(stored)
    ledger = Ledger()
    await check_server(
        ledger,
        Language("en"),
        events=events,
        readers=((person, frozenset({ROOM})),),
        codename="Amber Fox",
        secrets=("the title", "Hébergé"),
        database=folder / "homeserver.db",
    )
    return ledger


async def test_ciphertext_a_codename_and_full_transcripts_hold(tmp_path: Path) -> None:
    assert (await prove(tmp_path, [HIDDEN, LOBBY, NAMED], Person())).held == 6


@pytest.mark.parametrize(
    ("events", "person", "stored", "expected"),
    [
        ([HIDDEN, LOBBY, NAMED, replace(HIDDEN, type="m.room.message")], Person(), b"Amber Fox", "no message in clear"),
        ([HIDDEN, LOBBY, NAMED, replace(HIDDEN, id="$4")], Person(), b"Amber Fox", "read by @alice"),
        ([HIDDEN, LOBBY, NAMED], Person(unreadable=(EventId("$9"),)), b"Amber Fox", "read by @alice"),
        ([HIDDEN, LOBBY, replace(NAMED, name="the title")], Person(), b"Amber Fox", "room names"),
        ([HIDDEN, LOBBY, NAMED], Person(), b"", "the codename in"),
        ([HIDDEN, LOBBY, NAMED], Person(), b"Amber Fox the title", "the title"),
        ([HIDDEN, LOBBY, NAMED], Person(), "Amber Fox Hébergé".encode(), "Hébergé"),
        ([HIDDEN, LOBBY, NAMED], Person(), b"Amber Fox H\\u00e9berg\\u00e9", "Hébergé"),
    ],
)
async def test_what_leaked_or_was_lost_is_named(
    tmp_path: Path, events: list[Seen], person: Person, stored: bytes, expected: str
) -> None:
    with pytest.raises(UnmetError) as failure:
        await prove(tmp_path, events, person, stored)
    assert expected in failure.value.unmet.expected


async def test_the_files_beside_the_database_are_searched_too(tmp_path: Path) -> None:
    (tmp_path / "homeserver.db-wal").write_bytes(b"the title")
    with pytest.raises(UnmetError) as failure:
        await prove(tmp_path, [HIDDEN, LOBBY, NAMED], Person())
    assert failure.value.unmet.seen == "found in homeserver.db-wal"
