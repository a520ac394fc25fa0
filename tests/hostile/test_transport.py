"""A homeserver whose answers are cut off, malformed, endless, of another kind, or late."""

from __future__ import annotations

import asyncio

import pytest
from aiohttp import web

from tests.elsewhere import elsewhere
from tests.hostile import told
from tests.hostile.evil import delivered
from tests.hostile.scene import Scene
from tests.matrix.between import Broken, Instead, Lost, Meddling, Served
from tests.patience import eventually

pytestmark = [pytest.mark.peer, pytest.mark.slow, pytest.mark.long]


async def _cut_off(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Length": "10000", "Content-Type": "application/json"})
    await response.prepare(request)
    await response.write(b'{"next_batch": "s1", "rooms": ')
    assert request.transport is not None
    request.transport.abort()
    return response


async def _bytes(request: web.Request) -> web.StreamResponse:
    return web.Response(body=b'{"next_batch": "\xff\xfe"}', content_type="application/json")


async def _of_no_charset(request: web.Request) -> web.StreamResponse:
    return web.Response(body=b'{"next_batch": 1', headers={"Content-Type": "application/json; charset=no-such"})


async def _huge(request: web.Request) -> web.StreamResponse:
    return web.Response(body=b'{"x": "' + b"x" * 20_000_000, content_type="application/json")


async def _dripping(request: web.Request) -> web.StreamResponse:
    """Send a byte now and then, for ever."""
    response = web.StreamResponse(headers={"Content-Type": "application/json"})
    await response.prepare(request)
    try:
        while True:
            await response.write(b" ")
            await asyncio.sleep(1)
    except ConnectionError:
        return response


LIMITED = {"errcode": "M_LIMIT_EXCEEDED", "error": "x", "retry_after_ms": -(10**30)}
ANSWERS: dict[str, tuple[Meddling, str]] = {
    "truncated JSON": (Instead(body='{"next_batch": "s1", "rooms": {"join":'), "sync refused"),
    "a connection that is cut": (Served(by=_cut_off), "sync failed"),
    "no answer": (Broken(), "sync failed"),
    "bytes that are no text": (Served(by=_bytes), "sync refused"),
    "an unknown charset": (Served(by=_of_no_charset), "sync refused"),
    "a page of a proxy": (Instead(status=502, body="<html>bad gateway</html>"), "sync refused"),
    "an empty body": (Instead(body=""), "sync refused"),
    "null": (Instead(body="null"), "sync refused"),
    "a list": (Instead(body="[]"), "sync refused"),
    "a number that Python refuses": (Instead(body="9" * 5000), "sync refused"),
    "a body nested too deeply": (Instead(body="[" * 100_000), "sync failed"),
    "a code that is a text": (Instead(status=400, body={"errcode": "x\nINFO bot: y", "error": "z"}), "unknown error"),
    "a wait of less than nothing": (Instead(status=429, body=LIMITED), "sync refused: M_LIMIT_EXCEEDED"),
    "rooms that are none": (Instead(body={"next_batch": "s1", "rooms": [1]}), "sync refused"),
    "a huge body": (Served(by=_huge), "sync failed"),
}


@pytest.mark.parametrize("name", ANSWERS)
async def test_an_answer_to_the_sync(scene: Scene, name: str) -> None:
    meddling, line = ANSWERS[name]
    # What is broken off is asked for again by the connection itself.
    times = 2 if isinstance(meddling, Broken) or meddling == ANSWERS["a connection that is cut"][0] else 1
    await scene.evil.told(scene.evil.lie("GET", "sync", meddling, times=times))
    if times == 1:
        await scene.named(line)


@pytest.mark.parametrize(
    "meddling",
    [Instead(body='{"event_id": "$'), Instead(body={"event_id": 7}), Lost(), Instead(status=500, body="")],
    ids=["truncated", "of no event", "lost", "an error"],
)
async def test_an_answer_to_a_message(scene: Scene, meddling: Meddling) -> None:
    """What was sent, and not confirmed, is sent again under the same transaction: people see one answer."""
    lie = scene.evil.lie("PUT", "/send/m.room.encrypted", meddling, times=1)
    asked = await scene.alice.say("!status")
    await scene.evil.told(lie)
    await scene.alice.hear("Progress", after=asked)
    assert len([said for said in await scene.alice.heard(after=asked) if "Progress" in (said.text or "")]) == 1


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "sync"), ("PUT", "/send/m.room.encrypted"), ("POST", "keys/query")]
)
async def test_a_redirect(scene: Scene, method: str, path: str) -> None:
    """Nothing is asked of where the homeserver sends us; what was to be done is done once it answers itself."""
    async with elsewhere() as there:
        gone = Instead(status=307, body={}, headers={"Location": f"{there.url}/latest/meta-data"})
        lie = scene.evil.lie(method, path, gone, times=1)
        await scene.evil.sync(delivered(changed=[scene.bob.peer.user]))
        asked = await scene.alice.say("!status")
        await scene.evil.told(lie)
        await scene.alice.hear("Progress", after=asked)
        assert there.came == []
        await scene.logged(told.REDIRECTED)


@pytest.mark.parametrize("path", ["/state", "keys/query", "keys/claim", "sendToDevice"])
async def test_nonsense_in_answer_to_everything_else(scene: Scene, path: str) -> None:
    nonsense = iter(("null", "[7]", '{"device_keys": 1}', '{"one_time_keys": []}', "<html>", ""))
    for method in ("GET", "POST", "PUT"):
        scene.evil.lie(method, path, Instead(body=next(nonsense)), times=2)
    await scene.alice.say("!status")
    scene.evil.be_honest()


@pytest.mark.hostile
async def test_an_answer_that_drips(scene: Scene) -> None:
    """A byte now and then is no life sign: the request is given up after its time."""
    await scene.evil.told(scene.evil.lie("GET", "sync", Served(by=_dripping), times=1))
    await eventually(lambda: "sync failed" in scene.bot.tail(3), scene.bot.tail)
