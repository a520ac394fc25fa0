"""The account gets a name and a picture once, where nobody gave it one; on a real homeserver."""

from __future__ import annotations

import zlib

from bot.core.names import UserId
from bot.matrix.account.face import NAME, drawn, show_face
from bot.matrix.http.errors import JsonObject
from tests.fakes.vault import MemoryVault
from tests.matrix.people import Person, Town


async def profile(person: Person) -> JsonObject:
    return await person.wire.ask("GET", ("profile", person.user))


async def test_a_new_account_gets_a_name_and_a_picture_that_clients_can_load(town: Town) -> None:
    account = await town.person()
    await show_face(account.wire, MemoryVault(), UserId(account.user), NAME)
    shown = await profile(account)
    assert shown["displayname"] == NAME
    server, media = shown["avatar_url"].removeprefix("mxc://").split("/")
    assert await account.wire.download(server, media, most=100_000) == drawn()


async def test_what_a_person_set_is_never_overwritten_and_asked_for_once(town: Town) -> None:
    account, vault = await town.person(), MemoryVault()
    await account.wire.ask("PUT", ("profile", account.user, "displayname"), {"displayname": "Night desk"})
    await account.wire.ask("PUT", ("profile", account.user, "avatar_url"), {"avatar_url": "mxc://example.org/ours"})
    await show_face(account.wire, vault, UserId(account.user), NAME)
    assert await profile(account) == {"displayname": "Night desk", "avatar_url": "mxc://example.org/ours"}
    await account.wire.ask("PUT", ("profile", account.user, "avatar_url"), {"avatar_url": ""})
    await show_face(account.wire, vault, UserId(account.user), NAME)
    assert not (await profile(account)).get("avatar_url")


async def test_an_account_under_another_name_gets_that_name_and_no_picture(town: Town) -> None:
    account = await town.person()
    await show_face(account.wire, MemoryVault(), UserId(account.user), "Night desk")
    assert await profile(account) == {"displayname": "Night desk"}


def test_the_picture_is_a_small_png_and_always_the_same() -> None:
    picture = drawn()
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    assert picture == drawn()
    assert len(picture) < 4_000
    start = picture.index(b"IDAT") + 4
    rows = zlib.decompressobj().decompress(picture[start:])
    assert len(rows) == 128 * (1 + 4 * 128)
