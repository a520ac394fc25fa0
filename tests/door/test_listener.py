"""What browsers ask, over real HTTP."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.config.values import Listen
from bot.door import tickets
from bot.door.errors import ShutError
from bot.door.listener import Listener
from tests.door.stage import DAY, Browser, House, browsing, configured, standing

GUESS = "x" * 24


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with standing(tmp_path) as house:
        yield house


@pytest.fixture
async def browser(house: House) -> AsyncIterator[Browser]:
    async with browsing(house) as browser:
        yield browser


async def test_from_a_link_to_an_account(house: House, browser: Browser) -> None:
    secret = await house.doors.open("one", house.tomorrow)
    status, claim = await browser.ask("claim", secret)
    assert status == 200
    assert claim.keys() == {"token", "name", "register", "until", "homeserver", "server", "client"}
    assert (claim["homeserver"], claim["server"]) == ("https://matrix.example.org", "example.org")
    assert claim["register"] is None
    assert await browser.ask("came", secret) == (409, {"error": "soon"})
    assert house.accounts.register(claim["token"], claim["name"])
    status, came = await browser.ask("came", secret)
    assert (status, came["user"]) == (200, f"@{claim['name']}:example.org")
    assert await browser.ask("claim", secret) == (410, {"error": "used"})
    assert (await house.state("one"))["again"] == 1


async def test_from_a_link_to_an_invitation_of_an_account_that_is_there(house: House, browser: Browser) -> None:
    house.accounts.users.add("@alice:example.org")
    secret = await house.doors.open("one", house.tomorrow)
    assert await browser.ask("known", secret, user="alice") == (422, {"error": "misspelt"})
    assert await browser.ask("known", secret, user="@bob:example.org") == (422, {"error": "nobody"})
    assert await browser.ask("known", secret, user="@bob:example.com") == (422, {"error": "elsewhere"})
    assert await browser.ask("known", secret, user=" @alice:example.org\n") == (200, {"user": "@alice:example.org"})
    assert await browser.ask("claim", secret) == (410, {"error": "used"})
    assert await browser.ask("known", GUESS, user="@alice:example.org") == (404, {"error": "unknown"})


@pytest.mark.parametrize("path", ["", "/join"])
async def test_it_is_found_whether_a_proxy_takes_the_pages_path_away_or_not(
    house: House, browser: Browser, path: str
) -> None:
    secret = await house.doors.open("one", house.tomorrow)
    assert (await browser.get(path or "/"))[0] == 200
    assert (await browser.get(f"{path}/"))[0] == 200
    assert (await browser.ask(f"{path}/claim".strip("/"), secret))[0] == 200


async def test_each_way_in_that_ended_says_how(house: House, browser: Browser) -> None:
    closed = await house.doors.open("closed", house.tomorrow)
    late = await house.doors.open("late", house.tomorrow)
    await house.doors.close("closed")
    house.clock.advance(DAY)
    assert await browser.ask("claim", closed) == (410, {"error": "closed"})
    assert await browser.ask("claim", late) == (410, {"error": "late"})
    assert await browser.ask("came", late) == (409 + 1, {"error": "late"})


async def test_an_altered_link_is_not_known(house: House, browser: Browser) -> None:
    secret = await house.doors.open("one", house.tomorrow)
    for altered in (secret[:-1], secret + "A", secret.swapcase() + "", "", "#" + secret[1:]):
        assert (await browser.ask("claim", altered, address="192.0.2.9")) == (404, {"error": "unknown"})
    assert (await house.state("one"))["state"] == "waiting"


async def test_who_guesses_is_slowed_down_and_keeps_nobody_else_outside(house: House, browser: Browser) -> None:
    secret = await house.doors.open("one", house.tomorrow)
    answers = [(await browser.ask("claim", GUESS, address="192.0.2.1"))[0] for _ in range(25)]
    assert answers == [404] * 20 + [429] * 5
    assert (await browser.ask("claim", GUESS, address="192.0.2.2"))[0] == 404
    assert (await browser.ask("claim", secret, address="192.0.2.1"))[0] == 200
    browser.time += 10
    assert (await browser.ask("claim", GUESS, address="192.0.2.1"))[0] == 404


async def test_many_who_guess_are_slowed_down_together(house: House, browser: Browser) -> None:
    answers = [(await browser.ask("claim", GUESS, address=f"198.51.100.{n}"))[0] for n in range(205)]
    assert answers.count(429) == 5


async def test_guesses_are_counted_in_the_log_and_not_repeated_there(
    browser: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for _ in range(5):
        await browser.ask("claim", GUESS)
    browser.time += 60
    await browser.ask("claim", GUESS)
    told = [record.getMessage() for record in caplog.records if record.name.startswith("bot")]
    assert [line.partition(", ")[2].split()[0] for line in told] == ["1", "5"]
    assert GUESS not in caplog.text


async def test_one_link_is_not_asked_about_without_end(house: House, browser: Browser) -> None:
    secret = await house.doors.open("one", house.tomorrow)
    answers = [(await browser.ask("claim", secret))[0] for _ in range(22)]
    assert answers == [200] * 20 + [429] * 2


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"no json",
        b"[]",
        b'"secret"',
        b'{"secret": 7}',
        b'{"secret": null}',
        b'{"secret": ["x"]}',
        b'{"secret": "x", "more": 1}',
        b'{"secret": "x", "user": 1}',
        b'{"secret": ["x"], "user": "@alice:example.org"}',
        b'{"user": "@alice:example.org"}',
        b"{" * 3_000,
        b"[" * 3_000,
        b'{"secret": ' + b"9" * 3_000 + b"}",
        b'{"secret": "' + b"x" * 47_000 + b'"}',
        b"\xff\xfe",
    ],
)
@pytest.mark.parametrize("what", ["claim", "came", "known"])
async def test_what_no_page_of_ours_sends_is_not_read(house: House, browser: Browser, what: str, body: bytes) -> None:
    assert await browser.send(what, body) == (400, {"error": "unread"})
    assert house.accounts.tokens == {}


async def test_a_body_without_a_length_is_bounded_too(browser: Browser) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(50):
            yield b"x" * 1_000

    async with browser.session.post(f"{browser.address}/claim", data=endless()) as answer:
        assert (answer.status, await answer.json()) == (400, {"error": "unread"})


async def test_a_homeserver_that_is_away_is_said_and_the_link_is_not_used_up(house: House, browser: Browser) -> None:
    secret = await house.doors.open("one", house.tomorrow)
    house.accounts.is_away = True
    assert await browser.ask("claim", secret) == (503, {"error": "away"})
    house.accounts.is_away = False
    assert (await browser.ask("claim", secret))[0] == 200


async def test_a_failure_of_ours_is_a_sentence_and_no_value_is_in_the_log(
    house: House, browser: Browser, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    secret = await house.doors.open("one", house.tomorrow)

    async def broken(_: str) -> None:
        raise RuntimeError(secret)

    monkeypatch.setattr(house.doors, "claim", broken)
    assert await browser.ask("claim", secret) == (500, {"error": "fault"})
    assert "RuntimeError" in caplog.text
    assert secret not in caplog.text


async def test_no_answer_is_kept_by_anybody_on_the_way(house: House, browser: Browser) -> None:
    secret = await house.doors.open("one", house.tomorrow)
    async with browser.session.post(f"{browser.address}/claim", data=json.dumps({"secret": secret})) as answer:
        assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["/claim", "/came", "/known", "/index.html", "/../tickets.db", "/words.txt"])
async def test_there_is_nothing_else_to_get(browser: Browser, path: str) -> None:
    assert (await browser.get(path))[0] in {404, 405}


async def test_an_address_that_is_taken_is_told(house: House, browser: Browser) -> None:
    port = int(browser.address.rpartition(":")[2])
    door = await asyncio.to_thread(configured, house.folder, listen=Listen(host="127.0.0.1", port=port))
    with pytest.raises(ShutError, match=f"cannot listen on 127.0.0.1:{port} .*another port"):
        async with Listener(door, house.doors, lambda: 0.0).opened():
            pass


async def test_a_secret_is_found_by_its_hash_alone(house: House) -> None:
    secret = await house.doors.open("one", house.tomorrow)
    found = await house.doors.find(secret)
    assert found is not None
    assert found.digest == tickets.digest_of(secret)
    assert await house.doors.find(found.digest) is None
