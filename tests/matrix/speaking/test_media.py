"""The scheme of encrypted files, against independent readers, and a media repository that does not do its best."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio
from nio.crypto.attachments import decrypt_attachment

from bot.core.facts import EncryptedFile
from bot.matrix.http.connection import Connection, open_session
from bot.matrix.http.wire import Wire
from bot.matrix.speaking.media import Media
from bot.ports import MOST_FETCHED, BusyError, RefusedError, UnreachableError
from tests.fakes.homeserver import FakeHomeserver
from tests.matrix.attachments import unsealed
from tests.matrix.between import Between, Broken, Instead

WORDS = "Clients touchés : 412 dossiers\r\n".encode() * 3


@pytest_asyncio.fixture
async def between(server: FakeHomeserver) -> AsyncIterator[Between]:
    async with Between(server.url) as between:
        yield between


@pytest_asyncio.fixture
async def files(server: FakeHomeserver, between: Between) -> AsyncIterator[Media]:
    token = server.add_device("@cellule:example.org", "BOT")
    async with open_session(None) as session:
        yield Media(Wire(Connection(session=session, homeserver=between.url, access_token=token)))


@pytest.mark.parametrize("data", [b"", b"x", WORDS, bytes(range(256)) * 8192], ids=["empty", "byte", "text", "2 MiB"])
async def test_other_implementations_open_it(files: Media, server: FakeHomeserver, data: bytes) -> None:
    opener = await files.upload(data, txn="1")
    (stored,) = server.media
    assert unsealed(stored, opener) == data
    assert decrypt_attachment(stored, opener["key"]["k"], opener["hashes"]["sha256"], opener["iv"]) == data
    assert stored != data or not data


async def test_what_opens_it_is_written_as_the_specification_says(files: Media) -> None:
    opener = await files.upload(WORDS, txn="1")
    key = opener.pop("key")
    assert {**opener, "iv": "", "hashes": {}} == {"v": "v2", "url": "mxc://example.org/0", "iv": "", "hashes": {}}
    assert {**key, "k": "", "key_ops": []} == {"kty": "oct", "alg": "A256CTR", "ext": True, "k": "", "key_ops": []}
    assert set(key["key_ops"]) == {"encrypt", "decrypt"}
    assert len(key["k"]) == 43
    assert not set(key["k"]) & set("+/=")
    assert "=" not in opener["iv"] + opener["hashes"]["sha256"]
    counter = b64decode(opener["iv"] + "==")
    assert (len(counter), counter[8:]) == (16, bytes(8))


async def test_no_two_files_share_a_key_or_a_counter(files: Media) -> None:
    openers = [await files.upload(WORDS, txn=str(number)) for number in range(20)]
    assert len({opener["key"]["k"] for opener in openers}) == len({opener["iv"] for opener in openers}) == 20


async def test_the_homeserver_is_told_that_it_is_bytes_and_no_more(files: Media, between: Between) -> None:
    await files.upload(WORDS, txn="1")
    (request,) = between.passed
    assert (request.method, request.path, request.query) == ("POST", "/_matrix/media/v3/upload", "")
    assert request.kind == "application/octet-stream"


async def test_the_same_transaction_is_one_upload_until_many_others_came(files: Media, server: FakeHomeserver) -> None:
    first = await files.upload(WORDS, txn="first")
    assert await files.upload(WORDS, txn="first") == first
    assert len(server.media) == 1
    for number in range(40):
        await files.upload(b"", txn=str(number))
    assert await files.upload(WORDS, txn="first") != first
    assert len(server.media) == 42


TOO_FAST = Instead(status=429, body={"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 1500})


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Broken(), UnreachableError),
        (Instead(status=502, body="<html>"), UnreachableError),
        (Instead(body="<html>"), UnreachableError),
        (Instead(body={}), UnreachableError),
        (Instead(body={"content_uri": 7}), UnreachableError),
        (Instead(body={"content_uri": "https://example.org/file"}), UnreachableError),
        (Instead(body={"content_uri": "mxc://example.org/../x"}), UnreachableError),
        (Instead(status=413, body={"errcode": "M_TOO_LARGE"}), RefusedError),
        (Instead(status=413, body="<html>"), RefusedError),
        (Instead(status=403, body={"errcode": "M_FORBIDDEN"}), RefusedError),
        (TOO_FAST, BusyError),
    ],
)
async def test_a_failure_is_one_of_the_three_and_the_next_try_begins_anew(
    files: Media, between: Between, fault: Broken | Instead, error: type[Exception]
) -> None:
    between.once("POST", "upload", fault)
    with pytest.raises(error) as failed:
        await files.upload(WORDS, txn="1")
    if isinstance(failed.value, BusyError):
        assert failed.value.retry_after == timedelta(seconds=1.5)
    assert (await files.upload(WORDS, txn="1"))["url"].startswith("mxc://")


# --- fetching -----------------------------------------------------------------------------------------------


def file_of(opener: dict[str, Any]) -> EncryptedFile:
    hashes = opener["hashes"]
    return EncryptedFile(url=opener["url"], key=opener["key"]["k"], iv=opener["iv"], sha256=hashes["sha256"])


@pytest.mark.parametrize("data", [b"", WORDS], ids=["empty", "text"])
async def test_what_was_uploaded_is_fetched(files: Media, data: bytes) -> None:
    assert await files.fetch(file_of(await files.upload(data, txn="1"))) == data


async def test_what_the_homeserver_changed_is_refused(files: Media, server: FakeHomeserver) -> None:
    file = file_of(await files.upload(WORDS, txn="1"))
    server.media[0] = bytes(len(WORDS))
    with pytest.raises(RefusedError, match="DAMAGED"):
        await files.fetch(file)


@pytest.mark.parametrize(
    "wrong",
    [
        {"url": "https://example.org/0"},
        {"url": "mxc://example.org/../0"},
        {"url": "mxc://../0"},
        {"url": "mxc://./0"},
        {"url": "mxc://example.org?x/0"},
        {"key": "short"},
        {"key": "é"},
        {"iv": "AAAA"},
        {"iv": ""},
        {"sha256": "x"},
    ],
)
async def test_what_does_not_open_it_is_refused(files: Media, wrong: dict[str, str]) -> None:
    file = file_of(await files.upload(WORDS, txn="1"))
    with pytest.raises(RefusedError, match="DAMAGED"):
        await files.fetch(replace(file, **wrong))


async def test_what_is_too_large_is_read_no_further(files: Media, server: FakeHomeserver) -> None:
    file = file_of(await files.upload(WORDS, txn="1"))
    server.media[0] = bytes(MOST_FETCHED + 1)
    with pytest.raises(RefusedError, match="TOO_LARGE"):
        await files.fetch(file)
    assert len(await files.fetch(file_of(await files.upload(WORDS, txn="2")), most=len(WORDS))) == len(WORDS)
    with pytest.raises(RefusedError, match="TOO_LARGE"):
        await files.fetch(file_of(await files.upload(WORDS, txn="2")), most=len(WORDS) - 1)


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Broken(), UnreachableError),
        (Instead(status=502, body="<html>"), UnreachableError),
        (Instead(status=404, body={"errcode": "M_NOT_FOUND"}), RefusedError),
        (TOO_FAST, BusyError),
    ],
)
async def test_a_fetch_that_fails_can_be_tried_again(
    files: Media, between: Between, fault: Broken | Instead, error: type[Exception]
) -> None:
    file = file_of(await files.upload(WORDS, txn="1"))
    between.once("GET", "download", fault)
    with pytest.raises(error):
        await files.fetch(file)
    assert await files.fetch(file) == WORDS
